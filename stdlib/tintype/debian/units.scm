;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Units of systemd (systemd.unit(5), systemd.service(5)) for services of the
;;; Shepherd.

(define-module (tintype debian units)
  #:use-module (tintype debian commands)
  #:use-module (tintype lowering)
  #:use-module (guix gexp)
  #:use-module (gnu services shepherd)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (unit-path
            unit-file
            wanted-by
            shepherd-service->unit))

(define %unit-directory "/etc/systemd/system")

(define (unit-path name)
  (string-append %unit-directory "/" name))

(define (wanted-by target name)
  "Return the link that lets TARGET start the unit NAME of the definition."
  `(link ,(unit-path (string-append target ".wants/" name))
         ,(unit-path name)))

;;;
;;; The names that services have here.
;;;

;; Where Debian has a unit for what a service provides, the definition's takes its
;; place: it has the same name.
(define %unit-names
  '((ssh-daemon . "ssh")
    (ntpd . "ntp")
    (postgres . "postgresql")
    (httpd . "apache2")))

;; What the units of systemd do.
(define %targets
  '((networking . "network-online.target")
    (loopback . "network.target")
    (file-systems . "local-fs.target")
    (user-file-systems . "local-fs.target")
    (udev . "systemd-udevd.service")
    (dbus-system . "dbus.service")
    (syslogd . "systemd-journald.socket")
    (system-log . "systemd-journald.socket")
    (elogind . "systemd-logind.service")
    (user-homes . "local-fs.target")
    (swap . "swap.target")))

(define (unit-name provision)
  (string-append (or (assq-ref %unit-names provision)
                     (symbol->string provision))
                 ".service"))

(define (requirement->unit name provisions)
  "Return the unit that provides NAME, a symbol, or #f if none is needed.
PROVISIONS are lists of what services of the definition provide."
  (or (assq-ref %targets name)
      (match (find (lambda (provision) (memq name provision)) provisions)
        (#f #f)
        ((first . _) (unit-name first)))))


;;;
;;; Writing.
;;;

(define (escape text)
  "Return TEXT as it stands in double quotes in a unit."
  (string-concatenate
   (map (lambda (char)
          (case char
            ((#\\) "\\\\")
            ((#\") "\\\"")
            ((#\$) "$$")
            ((#\%) "%%")
            ((#\newline) "\\n")
            (else (string char))))
        (string->list text))))

(define (parts value)
  (if (text? value) (text-parts value) (list value)))

(define (log-line key file)
  `(,key "=append:" ,@(parts file) "\n"))

(define (quoted value)
  "Return VALUE, a string or text, as parts of a word in a unit's line."
  `("\"" ,@(map (lambda (part)
                  (if (string? part) (escape part) part))
                (parts value))
    "\""))

(define (exec-line key command)
  "Return the parts of the line KEY that runs COMMAND."
  (match command
    ((program . arguments)
     `(,key "=" ,@(parts program)
       ,@(append-map (lambda (argument) (cons " " (quoted argument)))
                     arguments)
       "\n"))))

(define (line key value)
  "Return the parts of a line, none if VALUE is #f."
  (cond ((not value) '())
        ((number? value) (list key "=" (number->string value) "\n"))
        (else `(,key "=" ,@(parts value) "\n"))))

(define (first-line text)
  (match (string-split text #\newline)
    ((first . _) first)))

(define (unit-file name parts)
  "Return the contribution of the unit NAME, whose text is PARTS: strings and
lowered objects."
  `(file ,(unit-path name) #o644 "root" "root"
         (mixed-text-file ,name ,parts)))

(define (mask->string mask)
  (string-append "0" (number->string mask 8)))

(define (daemon-lines run)
  "Return the lines that say how the process of RUN is."
  (define log (run-option run #:log-file))

  (append (line "User" (run-option run #:user))
          (line "Group" (run-option run #:group))
          (match (run-option run #:supplementary-groups '())
            (() '())
            (groups (line "SupplementaryGroups" (string-join groups))))
          (line "WorkingDirectory" (run-option run #:directory))
          (line "UMask" (and=> (run-option run #:file-creation-mask)
                               mask->string))
          (append-map (lambda (variable)
                        `("Environment=" ,@(quoted variable) "\n"))
                      (run-option run #:environment-variables '()))
          (if log
              (append (log-line "StandardOutput" log)
                      (log-line "StandardError" log))
              '())))

(define (service-lines service run)
  "Return the lines of the section of SERVICE that say what it runs."
  (define commands
    (append-map (lambda (command) (exec-line "ExecStart" command))
                (run-commands run)))

  (cond ((run-per-connection? run)
         `("StandardInput=socket\n"
           "StandardError=journal\n"
           ,@(daemon-lines run)
           ,@commands))
        ((run-daemon? run)
         `("Type=exec\n"
           ;; One that goes into the background is followed there.
           "ExitType=cgroup\n"
           ,@(daemon-lines run)
           ,@commands
           ,@(if (shepherd-service-respawn? service)
                 '("Restart=always\n" "RestartSec=1\n")
                 '())))
        (else
         `("Type=oneshot\n"
           "RemainAfterExit=yes\n"
           ,@commands))))

(define (install-lines target)
  `("\n[Install]\nWantedBy=" ,target "\n"))

(define (unit-lines service required)
  "Return the lines of the section [Unit] of SERVICE, which needs REQUIRED, a
list of units."
  `("# Made from the definition of the operating system.\n"
    "[Unit]\n"
    "Description="
    ,(first-line (shepherd-service-documentation service)) "\n"
    ,@(match required
        (() '())
        (_
         (let ((names (string-join required)))
           `("After=" ,names "\n" "Wants=" ,names "\n"))))))

(define (socket-lines run)
  `("\n[Socket]\n"
    ,@(map (lambda (address) (string-append "ListenStream=" address "\n"))
           (run-sockets run))
    "BindIPv6Only=ipv6-only\n"
    ,@(if (run-per-connection? run) '("Accept=yes\n") '())
    ,@(line "MaxConnections" (run-option run #:max-connections))))

(define (shepherd-service->unit service provisions)
  "Return the contributions of SERVICE, a Shepherd service, or #f if its code is
more than commands.  PROVISIONS are lists of what services of the definition
provide."
  (define run
    (and (not (shepherd-service-free-form service))
         (start-code->run (lower-object (shepherd-service-start service)))))

  (define name
    (unit-name (shepherd-service-canonical-name service)))

  (define base
    (string-drop-right name (string-length ".service")))

  (define required
    (delete-duplicates
     (delete name
             (filter-map (lambda (requirement)
                           (requirement->unit requirement provisions))
                         (shepherd-service-requirement service)))))

  ;; The unit, and what starts it: a target, or a socket that a target starts.
  (define (unit name lines target)
    `(,(unit-file name `(,@lines ,@(install-lines target)))
      ,@(if (shepherd-service-auto-start? service)
            (list (wanted-by target name))
            '())))

  (define service-section
    (if run
        `(,@(unit-lines service required)
          "\n[Service]\n" ,@(service-lines service run))
        '()))

  (cond ((not run) #f)
        ((null? (run-commands run)) '())
        ((pair? (run-sockets run))
         (cons (unit-file (if (run-per-connection? run)
                              (string-append base "@.service")
                              name)
                          service-section)
               (unit (string-append base ".socket")
                     `(,@(unit-lines service '()) ,@(socket-lines run))
                     "sockets.target")))
        (else
         (unit name service-section "multi-user.target"))))
