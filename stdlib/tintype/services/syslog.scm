;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The traditional system log daemon, and limits of processes.

(define-module (tintype services syslog)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services admin)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system pam)
  #:use-module ((gnu packages admin) #:select (inetutils))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (syslog-configuration
            syslog-configuration?
            syslog-service-type
            syslog-service
            %default-syslog.conf

            pam-limits-service-type
            pam-limits-service
            limits-file))

(define %default-syslog-files
  '("/var/log/messages" "/var/log/secure" "/var/log/debug"
    "/var/log/maillog"))

;; See syslog.conf(5): what is logged, and where; '-' means without delay.
(define %default-syslog.conf
  (plain-file "syslog.conf" "\
# Alerts, and who logs in, on the console.
*.alert;auth.notice;authpriv.none\t-/dev/console

# All that matters, but for mail and what only administrators may read.
*.info;mail.none;authpriv.none\t-/var/log/messages

*.=debug\t-/var/log/debug

*.info;mail.none;authpriv.none\t-/dev/tty12

authpriv.*;auth.info\t/var/log/secure

mail.*\t-/var/log/maillog
"))

(define-record-type* <syslog-configuration>
  syslog-configuration make-syslog-configuration
  syslog-configuration?
  (syslogd       syslog-configuration-syslogd
                 (default (file-append inetutils "/libexec/syslogd")))
  (config-file   syslog-configuration-config-file
                 (default %default-syslog.conf))
  (extra-options syslog-configuration-extra-options
                 (default '())))

(define (syslog-shepherd-service configuration)
  "Return the service that runs the log daemon."
  (match-record configuration <syslog-configuration>
      (syslogd config-file extra-options)
    (shepherd-service
     (documentation "Write what programs report to files.")
     (provision '(syslogd))
     (requirement '(user-processes))
     (actions
      (list (shepherd-configuration-action config-file)
            (shepherd-action
             (name 'reload)
             (documentation "Read the configuration again.")
             (procedure #~(lambda (process)
                            (if process
                                (kill (process-id process) SIGHUP)
                                (display "syslogd is not running.\n")))))))
     (start #~(make-forkexec-constructor
               (list #$syslogd "-f" "/etc/syslog.conf" #$@extra-options)
               #:file-creation-mask #o137
               #:pid-file "/var/run/syslog.pid"))
     (stop #~(make-kill-destructor)))))

(define syslog-service-type
  (service-type
   (name 'syslog)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list syslog-shepherd-service))
          (service-extension log-rotation-service-type
                             (const %default-syslog-files))
          (service-extension etc-service-type
                             (lambda (configuration)
                               `(("syslog.conf"
                                  ,(syslog-configuration-config-file
                                    configuration)))))))
   (default-value (syslog-configuration))
   (description "The log daemon of the GNU networking utilities.")))

(define* (syslog-service #:optional (configuration (syslog-configuration)))
  "Return the service that runs the log daemon."
  (service syslog-service-type configuration))

;;;
;;; Limits.
;;;

(define %limited-services
  '("login" "greetd" "su" "slim" "gdm-password" "sddm" "sudo" "sshd"))

(define (with-limits file)
  "Return the change that makes programs that let users in apply FILE."
  (pam-extension
   (transformer
    (lambda (pam)
      (if (member (pam-service-name pam) %limited-services)
          (pam-service
           (inherit pam)
           (session (cons (pam-entry
                           (control "required")
                           (module "pam_limits.so")
                           (arguments
                            (list #~(string-append "conf=" #$file))))
                          (pam-service-session pam))))
          pam)))))

(define (limits-file limits)
  "Return the file that LIMITS, a list of entries or a file, stands for."
  (cond ((and (pair? limits) (file-like? (car limits)))
         (warning (G_ "'pam-limits-service-type' should be given entries, \
not a file~%"))
         (car limits))
        ((file-like? limits)
         (warning (G_ "'pam-limits-service-type' should be given entries, \
not a file~%"))
         limits)
        ((and (list? limits) (every pam-limits-entry? limits))
         (plain-file "limits.conf"
                     (string-join (map pam-limits-entry->string limits)
                                  "\n" 'suffix)))
        (else
         (raise (formatted-message
                 (G_ "invalid input for 'pam-limits-service-type'~%"))))))

(define pam-limits-service-type
  (service-type
   (name 'limits)
   (extensions
    (list (service-extension pam-root-service-type
                             (compose list with-limits limits-file))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Limits of what processes of users may take.  Contributions are
lists of 'pam-limits-entry' records.")))

(define* (pam-limits-service #:optional (limits '()))
  "Return the service that applies LIMITS, a list of 'pam-limits-entry'
records."
  (service pam-limits-service-type limits))
