;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The system message bus, and who may do what through it.

(define-module (gnu services dbus)
  #:use-module (tintype services daemon-account)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system pam)
  #:use-module (gnu system privilege)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages glib) #:select (dbus))
  #:use-module ((gnu packages polkit) #:select (polkit))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (dbus-configuration
            dbus-configuration?
            dbus-root-service-type
            dbus-service
            wrapped-dbus-service

            polkit-configuration
            polkit-configuration?
            polkit-service-type
            polkit-service))

;;;
;;; D-Bus.
;;;

(define-record-type* <dbus-configuration>
  dbus-configuration make-dbus-configuration
  dbus-configuration?
  (dbus     dbus-configuration-dbus
            (default dbus))
  (services dbus-configuration-services           ;list of packages
            (default '()))
  (verbose? dbus-configuration-verbose?
            (default #f)))

;; The program that starts services on behalf of the bus, and that runs as root
;; to become whom they run as.
(define %launch-helper
  "/run/privileged/bin/dbus-daemon-launch-helper")

(define (system.conf services)
  "Return the file that makes the bus know SERVICES, a list of packages."
  (define (elements name suffix)
    (append-map (lambda (package)
                  (list "  <" name ">" package suffix "</" name ">\n"))
                services))

  (apply mixed-text-file "system-local.conf"
         `("<busconfig>\n"
           "  <servicehelper>" ,%launch-helper "</servicehelper>\n"
           ,@(elements "servicedir" "/share/dbus-1/system-services")
           ,@(elements "includedir" "/etc/dbus-1/system.d")
           ,@(elements "includedir" "/share/dbus-1/system.d")
           "</busconfig>\n")))

(define (session.conf services)
  "Return the file that makes the buses of sessions know SERVICES."
  (apply mixed-text-file "session-local.conf"
         `("<busconfig>\n"
           ,@(append-map (lambda (package)
                           (list "  <servicedir>" package
                                 "/share/dbus-1/services</servicedir>\n"))
                         services)
           "</busconfig>\n")))

(define (dbus-etc-files configuration)
  "Return the dbus-1 entry of /etc."
  (let ((services (dbus-configuration-services configuration)))
    `(("dbus-1"
       ,(file-union "dbus-configuration"
                    `(("system-local.conf" ,(system.conf services))
                      ("session-local.conf" ,(session.conf services))))))))

(define (dbus-activation configuration)
  "Return a gexp that makes the bus' directory and the identity of the machine."
  #~(begin
      (use-modules (gnu build activation)
                   (guix build utils))
      (let ((user (getpwnam "messagebus")))
        (mkdir-p/perms "/run/dbus" user #o755)
        (unless (file-exists? "/var/run/dbus")
          (mkdir-p "/var/run")
          (symlink "/run/dbus" "/var/run/dbus")))
      (unless (file-exists? "/etc/machine-id")
        (invoke #$(file-append (dbus-configuration-dbus configuration)
                               "/bin/dbus-uuidgen")
                "--ensure=/etc/machine-id"))))

(define (dbus-shepherd-service configuration)
  "Return the service that runs the bus."
  (match-record configuration <dbus-configuration> (dbus verbose?)
    (shepherd-service
     (documentation "Pass messages between programs.")
     (provision '(dbus-system))
     (requirement '(user-processes syslogd))
     (start #~(make-forkexec-constructor
               (list (string-append #$dbus "/bin/dbus-daemon")
                     "--nofork" "--system")
               #$@(if verbose?
                      #~(#:environment-variables '("DBUS_VERBOSE=1"))
                      #~())
               #:log-file "/var/log/dbus-daemon.log"
               #:pid-file "/run/dbus/pid"))
     (stop #~(make-kill-destructor)))))

(define (dbus-privileged-programs configuration)
  (list (file-like->setuid-program
         (file-append (dbus-configuration-dbus configuration)
                      "/libexec/dbus-daemon-launch-helper"))))

(define dbus-root-service-type
  (service-type
   (name 'dbus)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list dbus-shepherd-service))
          (service-extension activation-service-type dbus-activation)
          (service-extension etc-service-type dbus-etc-files)
          (service-extension account-service-type
                             (const (daemon-accounts
                                     "messagebus" "D-Bus system bus user"
                                     #:home-directory "/run/dbus")))
          (service-extension privileged-program-service-type
                             dbus-privileged-programs)))
   (compose concatenate)
   (extend (lambda (configuration services)
             (dbus-configuration
              (inherit configuration)
              (services (append (dbus-configuration-services configuration)
                                services)))))
   (default-value (dbus-configuration))
   (description "The system message bus.  Contributions are lists of packages
with services for it.")))

(define* (dbus-service #:key (dbus dbus) (services '()) verbose?)
  "Return the service that runs the bus of DBUS with SERVICES."
  (service dbus-root-service-type
           (dbus-configuration
            (dbus dbus)
            (services services)
            (verbose? verbose?))))

(define (wrapped-dbus-service service program variables)
  "Return a variant of SERVICE, a package, whose PROGRAM, a file name in it, runs
with VARIABLES, a list of (NAME VALUE)."
  (define wrapper
    (program-file
     (string-append (basename program) "-wrapper")
     #~(begin
         (for-each (lambda (variable)
                     (setenv (car variable) (cadr variable)))
                   (list #$@(map (match-lambda
                                   ((name value) #~(list #$name #$value)))
                                 variables)))
         (apply execl #$(file-append service "/" program)
                #$program (cdr (command-line))))))

  (directory-union (string-append (basename program) "-wrapped")
                   (list (file-union "wrapper" (list (list program wrapper)))
                         service)))

;;;
;;; Polkit.
;;;

(define-record-type* <polkit-configuration>
  polkit-configuration make-polkit-configuration
  polkit-configuration?
  (polkit  polkit-configuration-polkit
           (default polkit))
  (actions polkit-configuration-actions           ;list of packages
           (default '())))

(define %polkit-accounts
  (list (user-group (name "polkitd") (system? #t))
        (user-account
         (name "polkitd")
         (group "polkitd")
         (comment "Polkit daemon user")
         (home-directory "/var/empty")
         (shell "/run/current-system/profile/sbin/nologin")
         (system? #t))))

(define (polkit-etc-files configuration)
  "Return the polkit-1 entry of /etc: what packages let users do."
  (match-record configuration <polkit-configuration> (polkit actions)
    `(("polkit-1"
       ,(file-append (directory-union "etc-polkit-1" (cons polkit actions))
                     "/share/polkit-1")))))

(define (polkit-privileged-programs configuration)
  (let ((polkit (polkit-configuration-polkit configuration)))
    (map file-like->setuid-program
         (list (file-append polkit "/lib/polkit-1/polkit-agent-helper-1")
               (file-append polkit "/bin/pkexec")))))

(define polkit-service-type
  (service-type
   (name 'polkit)
   (extensions
    (list (service-extension account-service-type (const %polkit-accounts))
          (service-extension pam-root-service-type
                             (const (list (unix-pam-service "polkit-1"))))
          (service-extension dbus-root-service-type
                             (compose list polkit-configuration-polkit))
          (service-extension etc-service-type polkit-etc-files)
          (service-extension privileged-program-service-type
                             polkit-privileged-programs)))
   (compose concatenate)
   (extend (lambda (configuration actions)
             (polkit-configuration
              (inherit configuration)
              (actions (append (polkit-configuration-actions configuration)
                               actions)))))
   (default-value (polkit-configuration))
   (description "Decide what users may ask privileged programs to do.
Contributions are lists of packages with actions and rules.")))

(define* (polkit-service #:key (polkit polkit))
  "Return the service that runs POLKIT."
  (service polkit-service-type
           (polkit-configuration (polkit polkit))))
