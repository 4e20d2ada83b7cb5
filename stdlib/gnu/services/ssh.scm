;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Secure shells.

(define-module (gnu services ssh)
  #:use-module (tintype services authorized-keys)
  #:use-module (tintype services daemon-account)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system pam)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages ssh) #:select (dropbear openssh))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (openssh-configuration
            openssh-configuration?
            openssh-configuration-openssh
            openssh-configuration-pid-file
            openssh-configuration-port-number
            openssh-configuration-max-connections
            openssh-configuration-permit-root-login
            openssh-configuration-allow-empty-passwords?
            openssh-configuration-password-authentication?
            openssh-configuration-public-key-authentication?
            openssh-configuration-x11-forwarding?
            openssh-configuration-allow-agent-forwarding?
            openssh-configuration-allow-tcp-forwarding?
            openssh-configuration-gateway-ports?
            openssh-configuration-challenge-response-authentication?
            openssh-configuration-use-pam?
            openssh-configuration-print-last-log?
            openssh-configuration-subsystems
            openssh-configuration-accepted-environment
            openssh-configuration-log-level
            openssh-configuration-extra-content
            openssh-configuration-authorized-keys
            openssh-configuration-generate-host-keys?
            openssh-service-type

            dropbear-configuration
            dropbear-configuration?
            dropbear-service-type
            dropbear-service))

;;;
;;; OpenSSH.
;;;

(define-record-type* <openssh-configuration>
  openssh-configuration make-openssh-configuration
  openssh-configuration?
  (openssh               openssh-configuration-openssh (default openssh))
  (pid-file              openssh-configuration-pid-file
                         (default "/var/run/sshd.pid"))
  (port-number           openssh-configuration-port-number (default 22))
  (max-connections       openssh-configuration-max-connections (default 200))
  (permit-root-login     openssh-configuration-permit-root-login ;or 'prohibit-password
                         (default #f))
  (allow-empty-passwords? openssh-configuration-allow-empty-passwords?
                          (default #f))
  (password-authentication? openssh-configuration-password-authentication?
                            (default #t))
  (public-key-authentication? openssh-configuration-public-key-authentication?
                              (default #t))
  (x11-forwarding?       openssh-configuration-x11-forwarding? (default #f))
  (allow-agent-forwarding? openssh-configuration-allow-agent-forwarding?
                           (default #t))
  (allow-tcp-forwarding? openssh-configuration-allow-tcp-forwarding?
                         (default #t))
  (gateway-ports?        openssh-configuration-gateway-ports? ;or 'client
                         (default #f))
  (challenge-response-authentication?
   openssh-configuration-challenge-response-authentication? (default #f))
  (use-pam?              openssh-configuration-use-pam? (default #t))
  (print-last-log?       openssh-configuration-print-last-log? (default #t))
  (subsystems            openssh-configuration-subsystems ;((NAME COMMAND) ...)
                         (default '(("sftp" "internal-sftp"))))
  (accepted-environment  openssh-configuration-accepted-environment
                         (default '()))
  (log-level             openssh-configuration-log-level (default 'info))
  (extra-content         openssh-configuration-extra-content (default ""))
  (authorized-keys       openssh-configuration-authorized-keys ;((USER KEY ...))
                         (default '()))
  (generate-host-keys?   openssh-configuration-generate-host-keys?
                         (default #t))
  ;; For the installer only.
  (%auto-start?          openssh-auto-start? (default #t)))

(define (option->string value)
  "Return VALUE as it stands in sshd_config."
  (match value
    (#t "yes")
    (#f "no")
    ('prohibit-password "prohibit-password")
    ('without-password "without-password")
    ('client "clientspecified")))

(define (sshd-config-file configuration)
  "Return the file that configures the daemon: see sshd_config(5)."
  (define (line keyword value-of)
    (string-append keyword " " (option->string (value-of configuration)) "\n"))

  (match-record configuration <openssh-configuration>
      (port-number pid-file subsystems accepted-environment log-level
       extra-content)
    (apply mixed-text-file "sshd_config"
           `("Port " ,(number->string port-number) "\n"
             ,(line "PermitRootLogin" openssh-configuration-permit-root-login)
             ,(line "PermitEmptyPasswords"
                    openssh-configuration-allow-empty-passwords?)
             ,(line "PasswordAuthentication"
                    openssh-configuration-password-authentication?)
             ,(line "PubkeyAuthentication"
                    openssh-configuration-public-key-authentication?)
             ,(line "X11Forwarding" openssh-configuration-x11-forwarding?)
             ,(line "AllowAgentForwarding"
                    openssh-configuration-allow-agent-forwarding?)
             ,(line "AllowTcpForwarding"
                    openssh-configuration-allow-tcp-forwarding?)
             ,(line "GatewayPorts" openssh-configuration-gateway-ports?)
             "PidFile " ,pid-file "\n"
             ,(line "KbdInteractiveAuthentication"
                    openssh-configuration-challenge-response-authentication?)
             ,(line "UsePAM" openssh-configuration-use-pam?)
             ,(line "PrintLastLog" openssh-configuration-print-last-log?)
             "LogLevel " ,(string-upcase (symbol->string log-level)) "\n"
             "AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 \
/etc/ssh/authorized_keys.d/%u\n"
             ,@(map (lambda (variable)
                      (string-append "AcceptEnv " variable "\n"))
                    accepted-environment)
             ,@(append-map (match-lambda
                             ((name command)
                              (list "Subsystem " name " " command "\n")))
                           subsystems)
             ,extra-content "\n"))))

(define (openssh-activation configuration)
  "Return a gexp that puts authorized keys in place and makes those of the
machine."
  (match-record configuration <openssh-configuration>
      (openssh pid-file authorized-keys generate-host-keys?)
    #~(begin
        (use-modules (guix build utils))
        (mkdir-p "/etc/ssh")
        (mkdir-p (dirname #$pid-file))
        (when (file-exists? "/etc/ssh/authorized_keys.d")
          (delete-file-recursively "/etc/ssh/authorized_keys.d"))
        ;; The daemon refuses to follow links out of there.
        (copy-recursively #$(authorized-key-directory authorized-keys)
                          "/etc/ssh/authorized_keys.d")
        (chmod "/etc/ssh/authorized_keys.d" #o555)
        (unless (file-exists? "/var/log/lastlog")
          (call-with-output-file "/var/log/lastlog" (const #t)))
        #$@(if generate-host-keys?
               #~((system* #$(file-append openssh "/bin/ssh-keygen") "-A"))
               #~()))))

(define (openssh-shepherd-service configuration)
  "Return the service that runs the daemon, once for each connection if their
number is limited."
  (match-record configuration <openssh-configuration>
      (openssh pid-file port-number max-connections)
    (let* ((config   (sshd-config-file configuration))
           (requires `(user-processes
                       ,@(if (openssh-configuration-use-pam? configuration)
                             '(pam)
                             '())
                       syslogd loopback networking))
           (command  #~(list (string-append #$openssh "/sbin/sshd")
                             "-D" "-f" #$config)))
      (shepherd-service
       (documentation "Let users log in from elsewhere.")
       (provision '(ssh-daemon ssh sshd))
       (requirement requires)
       (auto-start? (openssh-auto-start? configuration))
       (actions (list (shepherd-configuration-action config)))
       (start (if max-connections
                  #~(make-inetd-constructor
                     (append #$command '("-i"))
                     (list (endpoint (make-socket-address
                                      AF_INET INADDR_ANY #$port-number))
                           (endpoint (make-socket-address
                                      AF_INET6 IN6ADDR_ANY #$port-number)))
                     #:requirements '#$requires
                     #:max-connections #$max-connections)
                  #~(make-forkexec-constructor #$command
                                               #:pid-file #$pid-file)))
       (stop (if max-connections
                 #~(make-inetd-destructor)
                 #~(make-kill-destructor)))))))

(define (openssh-pam-services configuration)
  (list (unix-pam-service
         "sshd"
         #:login-uid? #t
         #:allow-empty-passwords?
         (openssh-configuration-allow-empty-passwords? configuration))))

(define (extend-authorized-keys configuration keys)
  "Return CONFIGURATION with KEYS added; each user has one entry."
  (define all
    (append (openssh-configuration-authorized-keys configuration) keys))

  (openssh-configuration
   (inherit configuration)
   (authorized-keys
    (map (lambda (user)
           (cons user
                 (append-map (match-lambda
                               ((other . files)
                                (if (string=? user other) files '())))
                             all)))
         (delete-duplicates (map first all))))))

(define openssh-service-type
  (service-type
   (name 'openssh)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list openssh-shepherd-service))
          (service-extension pam-root-service-type openssh-pam-services)
          (service-extension activation-service-type openssh-activation)
          (service-extension account-service-type
                             (const (daemon-accounts
                                     "sshd" "sshd privilege separation user"
                                     #:home-directory "/var/run/sshd")))
          (service-extension profile-service-type
                             (compose list openssh-configuration-openssh))))
   (compose concatenate)
   (extend extend-authorized-keys)
   (default-value (openssh-configuration))
   (description "Let users log in from elsewhere with OpenSSH.  Contributions
are lists of (USER KEY ...).")))

;;;
;;; Dropbear.
;;;

(define-record-type* <dropbear-configuration>
  dropbear-configuration make-dropbear-configuration
  dropbear-configuration?
  (dropbear                 dropbear-configuration-dropbear (default dropbear))
  (port-number              dropbear-configuration-port-number (default 22))
  (syslog-output?           dropbear-configuration-syslog-output? (default #t))
  (pid-file                 dropbear-configuration-pid-file
                            (default "/var/run/dropbear.pid"))
  (root-login?              dropbear-configuration-root-login? (default #f))
  (allow-empty-passwords?   dropbear-configuration-allow-empty-passwords?
                            (default #f))
  (password-authentication? dropbear-configuration-password-authentication?
                            (default #t)))

(define (dropbear-shepherd-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <dropbear-configuration>
      (dropbear port-number syslog-output? pid-file root-login?
       allow-empty-passwords? password-authentication?)
    (shepherd-service
     (documentation "Let users log in from elsewhere.")
     (provision '(ssh-daemon ssh sshd))
     (requirement (if syslog-output?
                      '(user-processes networking syslogd)
                      '(user-processes networking)))
     (start #~(make-forkexec-constructor
               (list (string-append #$dropbear "/sbin/dropbear")
                     "-F" "-R"
                     "-p" #$(number->string port-number)
                     "-P" #$pid-file
                     #$@(if syslog-output? '() '("-E"))
                     #$@(if root-login? '() '("-w"))
                     #$@(if password-authentication? '() '("-s"))
                     #$@(if allow-empty-passwords? '("-B") '()))
               #:pid-file #$pid-file))
     (stop #~(make-kill-destructor)))))

(define %dropbear-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/etc/dropbear")))

(define dropbear-service-type
  (service-type
   (name 'dropbear)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list dropbear-shepherd-service))
          (service-extension activation-service-type
                             (const %dropbear-activation))))
   (default-value (dropbear-configuration))
   (description "Let users log in from elsewhere with Dropbear, which is
small.")))

(define* (dropbear-service #:optional (configuration (dropbear-configuration)))
  "Return the service that runs Dropbear."
  (service dropbear-service-type configuration))
