;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What services of Guix are in a system of Debian's packages: contributions to
;;; it, each one of
;;;
;;;   (file PATH MODE OWNER GROUP OBJECT)      OBJECT lowered
;;;   (default PATH OBJECT)                    the same, unless there is such a file
;;;   (directory PATH OBJECT)                  all that OBJECT, lowered, has in it
;;;   (link PATH TARGET)                       TARGET a string or a lowered object
;;;   (privileged OBJECT BITS OWNER GROUP CAPABILITIES)
;;;                                            a program of the system
;;;   (package OBJECT)                         a package of Guix, lowered
;;;   (debian NAME)                            a package, by Debian's name
;;;   (enable UNIT) (disable UNIT)             a unit that a package brings; who
;;;                                            enables it has the last word
;;;   (note TEXT)                              what a person should know

(define-module (tintype debian services)
  #:use-module (tintype debian activation)
  #:use-module (tintype debian daemons)
  #:use-module (tintype debian keys)
  #:use-module (tintype debian networks)
  #:use-module (tintype debian units)
  #:use-module (tintype lowering)
  #:use-module ((tintype services console)
                #:select (%default-console-font
                          login-configuration-motd))
  #:use-module ((tintype services graph) #:select (contributions-of
                                                   extension-to
                                                   final-values))
  #:use-module ((tintype services getty)
                #:select (agetty-configuration-tty
                          agetty-configuration-auto-login))
  #:use-module ((tintype services syslog) #:select (limits-file))
  #:use-module ((tintype services types) #:select (simple-service-type?))
  #:use-module (guix gexp)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:autoload   (gnu services mcron) (mcron-configuration-jobs)
  #:use-module (gnu services shepherd)
  #:use-module (gnu services sysctl)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (own-types
            services->contributions))

;;;
;;; What there is nothing to do for: the kernel, systemd, and the packages of the
;;; base system see to it.
;;;

(define %part-of-the-base
  '(account activate boot cleanup elogind etc etc-bashrc-d etc-hosts
    etc-profile-d file-systems firmware fstab gc-root host-name
    linux-bare-metal linux-builder localed log-rotation nscd pam polkit
    privileged-program profile root-file-system screen-locker
    session-environment
    setuid-program shepherd-root shepherd-system-log shepherd-timer
    shepherd-transient swap syslog system udev urandom-seed user-processes
    virtual-terminal dummy-networking
    mount-setuid-helpers x11-socket-directory-service provenance user-homes
    package-configuration debian-packages debian-names))

;; Services that keep what Guix itself makes; packages are Debian's here.
(define %part-of-guix
  '(guix guix-publish log-cleanup))

(define (part-of-the-base? name)
  (or (memq name %part-of-the-base)
      (memq name %part-of-guix)
      (any (lambda (prefix)
             (string-prefix? prefix (symbol->string name)))
           '("device-mapping" "file-system"))))


;; Whether the value of the services of TYPE says more than that there is one.
(define (configured? services type)
  (let ((default (service-type-default-value type)))
    (any (lambda (service)
           (and (eq? type (service-kind service))
                (not (equal? default (service-value service)))))
         services)))

;;;
;;; Services with a value that counts.
;;;

(define (getty-unit tty)
  (string-append (if (string-prefix? "tty" tty)
                     (if (char-numeric? (string-ref tty 3))
                         "getty@"
                         "serial-getty@")
                     "serial-getty@")
                 tty ".service"))

(define (getty->contributions tty user)
  "Return the contributions that let people log in on TTY, a string or #f, USER
without being asked if it is one."
  (if (string? tty)
      (let ((unit (getty-unit tty)))
        `((enable ,unit)
          ,@(if (string? user)
                `((file ,(unit-path (string-append unit ".d/login.conf"))
                        #o644 "root" "root"
                        (plain-file
                         "login.conf"
                         ,(string-append
                           "[Service]\nExecStart=\n"
                           "ExecStart=-/sbin/agetty --noclear --autologin "
                           user " %I $TERM\n"))))
                '())))
      ;; systemd has one on each console of the kernel.
      '()))

(define (special-file->contributions file)
  (match file
    ((or ("/bin/sh" _) ("/usr/bin/env" _)) '())
    ((path object) `((link ,path ,(lower-object object))))))

(define (sysctl->contributions configuration)
  `((file "/etc/sysctl.d/50-definition.conf" #o644 "root" "root"
          (plain-file "sysctl.conf"
                      ,(string-concatenate
                        (map (match-lambda
                               ((name . value)
                                (string-append name "=" value "\n")))
                             (sysctl-configuration-settings
                              configuration)))))))

;; The message that people see when they have logged in.
(define (login->contributions configuration)
  `((file "/etc/motd" #o644 "root" "root"
          ,(lower-object (login-configuration-motd configuration)))))

;; Modules that are loaded at boot.
(define (modules->contributions modules)
  (match modules
    (() '())
    (_ `((file "/etc/modules-load.d/definition.conf" #o644 "root" "root"
               (plain-file "definition.conf"
                           ,(string-join modules "\n" 'suffix)))))))

(define (limits->contributions limits)
  (match limits
    (() '())
    (_ `((file "/etc/security/limits.d/50-definition.conf" #o644 "root" "root"
               ,(lower-object (limits-file limits)))))))

;; Debian's mcron runs the same jobs, and knows fewer options.
(define (mcron->contributions configuration)
  (match (mcron-configuration-jobs configuration)
    (() '())
    (jobs
     `(,(unit-file "mcron.service"
                   `("# Made from the definition of the operating system.\n"
                     "[Unit]\nDescription=Run commands at given times\n"
                     "\n[Service]\nExecStart=/usr/bin/mcron"
                     ,@(append-map (lambda (job)
                                     (list " " (lower-object
                                                (scheme-file "mcron-job" job))))
                                   jobs)
                     "\nRestart=always\n"
                     "\n[Install]\nWantedBy=multi-user.target\n"))
       ,(wanted-by "multi-user.target" "mcron.service")))))

;; Only names lead to fonts of Debian's: it has others than Guix's packages.
(define font->contributions
  (match-lambda
    ((tty . (? string? font))
     (let ((unit (string-append "console-font-" tty ".service")))
       `((debian "kbd")
         (debian "console-setup-linux")
         ,(unit-file unit
                     `("# Made from the definition of the operating system.\n"
                       "[Unit]\nDescription=Font of " ,tty "\n"
                       "After=console-setup.service\n"
                       "\n[Service]\nType=oneshot\nRemainAfterExit=yes\n"
                       "ExecStart=-/usr/bin/setfont -C /dev/" ,tty " " ,font "\n"
                       "\n[Install]\nWantedBy=multi-user.target\n"))
         ,(wanted-by "multi-user.target" unit))))
    ((tty . font)
     (if (eq? font %default-console-font)
         '()
         `((note ,(string-append
                   "the font of '" tty "' is Debian's: name one of its console \
fonts, a string")))))))

;; By the service's type: a procedure of its value.
(define %contributions
  `((login . ,login->contributions)
    (mingetty . ,(lambda (configuration)
                   (getty->contributions
                    (mingetty-configuration-tty configuration)
                    (mingetty-configuration-auto-login configuration))))
    (agetty . ,(lambda (configuration)
                 (getty->contributions
                  (agetty-configuration-tty configuration)
                  (agetty-configuration-auto-login configuration))))
    (static-networking . ,(lambda (networks)
                            (append-map static-networking->contributions
                                        networks)))
    (dhcpcd . ,(const dhcp->contributions))
    (dhcp-client . ,(const dhcp->contributions))
    (special-files . ,(lambda (files)
                        (append-map special-file->contributions files)))
    (kernel-module-loader . ,modules->contributions)
    (console-fonts . ,(lambda (ttys+fonts)
                        (append-map font->contributions ttys+fonts)))
    (limits . ,limits->contributions)
    (mcron . ,mcron->contributions)
    (sysctl . ,sysctl->contributions)))

;; By the service's type: a procedure of its value, for what its unit does not do.
(define %additions
  `((openssh . ,openssh->contributions)
    (wireguard . ,wireguard->contributions)))


;;;
;;; All of them.
;;;

;; Directories that the services of TYPE need, made at boot.
(define (activation->contributions services type)
  (define name
    (symbol->string (service-type-name type)))

  (let ((lines (map (compose activation-code->lines lower-object)
                    (contributions-of services type activation-service-type))))
    (if (every list? lines)
        (match (concatenate lines)
          (() '())
          (lines
           `((file ,(string-append "/etc/tmpfiles.d/" name ".conf")
                   #o644 "root" "root"
                   (plain-file "tmpfiles" ,(string-concatenate lines))))))
        `((note ,(string-append
                  "what the activation of service '" name
                  "' does beside making directories, links and \
files is not done"))))))

(define (known-name type)
  "Return the name of TYPE if that says what is done for it, or #f: a person may
call simple services what they like."
  (let ((name (service-type-name type)))
    (and (not (simple-service-type? type))
         (or (part-of-the-base? name)
             (assq name %contributions)
             (assq name %units-of-packages))
         name)))

(define (type->contributions services type started provisions)
  "Return the contributions of the services of TYPE, which are STARTED, Shepherd
services; #f if nothing is known of them."
  (define name (known-name type))

  (cond ((and name (part-of-the-base? name)) '())
        ((assq-ref %contributions name)
         => (lambda (contributions)
              (append-map contributions (final-values services type))))
        ((assq-ref %units-of-packages name)
         => (match-lambda
              ((packages . units)
               (append (map (lambda (package) `(debian ,package)) packages)
                       (map (lambda (unit) `(enable ,unit)) units)
                       (display-manager->contributions name)
                       (if (configured? services type)
                           `((note ,(string-append
                                     "service '" (symbol->string name)
                                     "' is Debian's, with the configuration \
that its package brings")))
                           '())))))
        ((not (extension-to type shepherd-root-service-type))
         (activation->contributions services type))
        ((null? started) #f)
        (else
         (let ((units (map (lambda (service)
                             (shepherd-service->unit service provisions))
                           started)))
           (and (every list? units)
                (append (concatenate units)
                        (match (assq-ref %additions (service-type-name type))
                          (#f (activation->contributions services type))
                          (additions
                           (append-map additions
                                       (final-values services type))))))))))

(define (types-of services)
  (delete-duplicates (map service-kind services) eq?))

(define (own-types services)
  "Return the types of SERVICES that neither the base system nor a package sees
to."
  (remove known-name (types-of services)))

(define (services->contributions services)
  "Return two values: the contributions of SERVICES, and the names of the types
of those that nothing can realise."
  (define types (types-of services))

  ;; By type, in the same order.
  (define started
    (map (lambda (type)
           (if (known-name type)
               '()
               (concatenate
                (contributions-of services type shepherd-root-service-type))))
         types))

  (define provisions
    (map shepherd-service-provision (concatenate started)))

  (define contributions
    (map (lambda (type started)
           (type->contributions services type started provisions))
         types started))

  (values (append (map (lambda (unit) `(disable ,unit)) %daemons)
                  (concatenate (filter list? contributions)))
          (filter-map (lambda (type contributions)
                        (and (not contributions)
                             (service-type-name type)))
                      types contributions)))
