;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The time of day, asked of other machines.

(define-module (tintype services time)
  #:use-module (tintype services daemon-account)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages ntp) #:select (ntp openntpd))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%ntp-servers
            ntp-server
            ntp-server?
            ntp-server-type
            ntp-server-address
            ntp-server-options
            ntp-configuration
            ntp-configuration?
            ntp-configuration-ntp
            ntp-configuration-servers
            ntp-allow-large-adjustment?
            ntp-service-type

            %openntpd-servers
            openntpd-configuration
            openntpd-configuration?
            openntpd-service-type))

(define-record-type* <ntp-server> ntp-server make-ntp-server
  ntp-server?
  ;; 'pool, 'server, 'peer, 'broadcast or 'manycastclient.
  (type    ntp-server-type
           (default 'server))
  (address ntp-server-address)
  (options ntp-server-options           ;list of STRING, or (STRING NUMBER)
           (default '())))

(define %ntp-pool "2.guix.pool.ntp.org")

(define %ntp-servers
  (list (ntp-server
         (type 'pool)
         (address %ntp-pool)
         (options '("iburst")))))

(define-record-type* <ntp-configuration>
  ntp-configuration make-ntp-configuration
  ntp-configuration?
  (ntp     ntp-configuration-ntp
           (default ntp))
  (servers ntp-configuration-servers
           (default %ntp-servers))
  ;; Set the clock even if it is far off.
  (allow-large-adjustment? ntp-allow-large-adjustment?
                           (default #t)))

(define (option->string option)
  (match option
    ((? string? option) option)
    ((name value)
     (string-append (if (symbol? name) (symbol->string name) name)
                    " "
                    (if (number? value) (number->string value) value)))))

(define (ntp-server->line server)
  "Return the line of ntp.conf(5) that names SERVER."
  (match-record server <ntp-server> (type address options)
    (string-append (string-join (cons* (symbol->string type)
                                       address
                                       (map option->string options)))
                   "\n")))

;; Let nobody change anything, nor ask what is costly to answer.
(define %ntp-restrictions "\
restrict default kod nomodify notrap nopeer noquery limited
restrict -6 default kod nomodify notrap nopeer noquery limited

restrict 127.0.0.1
restrict -6 ::1

restrict source notrap nomodify noquery
")

(define (ntpd.conf servers)
  "Return the file that makes the daemon ask SERVERS."
  (plain-file "ntpd.conf"
              (string-append "driftfile /var/run/ntpd/ntp.drift\n"
                             (string-concatenate
                              (map ntp-server->line servers))
                             %ntp-restrictions)))

(define (ntp-shepherd-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <ntp-configuration>
      (ntp servers allow-large-adjustment?)
    (let ((conf (ntpd.conf servers)))
      (shepherd-service
       (documentation "Keep the clock right.")
       (provision '(ntpd))
       (requirement '(user-processes networking))
       (actions (list (shepherd-configuration-action conf)))
       (start #~(make-forkexec-constructor
                 (list (string-append #$ntp "/bin/ntpd") "-n"
                       "-c" #$conf "-u" "ntpd"
                       #$@(if allow-large-adjustment? '("-g") '()))
                 #:log-file "/var/log/ntpd.log"))
       (stop #~(make-kill-destructor))))))

(define %ntp-accounts
  (list (daemon-user "ntpd" "NTP daemon user" #:group "nogroup")))

(define %ntp-activation
  #~(begin
      (use-modules (guix build utils))
      (let ((user (getpw "ntpd")))
        (mkdir-p "/var/run/ntpd")
        (chown "/var/run/ntpd" (passwd:uid user) (passwd:gid user)))))

(define ntp-service-type
  (service-type
   (name 'ntp)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list ntp-shepherd-service))
          (service-extension account-service-type (const %ntp-accounts))
          (service-extension activation-service-type
                             (const %ntp-activation))))
   (default-value (ntp-configuration))
   (description "Keep the clock right with the reference implementation of
NTP.")))

;;;
;;; OpenNTPD.
;;;

(define %openntpd-servers
  (list %ntp-pool))

(define-record-type* <openntpd-configuration>
  openntpd-configuration make-openntpd-configuration
  openntpd-configuration?
  (openntpd         openntpd-configuration-openntpd
                    (default openntpd))
  (listen-on        openntpd-configuration-listen-on
                    (default '("127.0.0.1" "::1")))
  (query-from       openntpd-configuration-query-from (default '()))
  (sensor           openntpd-configuration-sensor (default '()))
  (server           openntpd-configuration-server (default '()))
  (servers          openntpd-configuration-servers
                    (default %openntpd-servers))
  (constraint-from  openntpd-configuration-constraint-from (default '()))
  (constraints-from openntpd-configuration-constraints-from (default '())))

(define (openntpd.conf configuration)
  "Return the file that configures the daemon: see ntpd.conf(5)."
  (define (lines keyword values-of)
    (string-concatenate
     (map (lambda (value)
            (string-append keyword " " value "\n"))
          (values-of configuration))))

  (plain-file
   "ntpd.conf"
   (string-append
    (lines "listen on" openntpd-configuration-listen-on)
    (lines "query from" openntpd-configuration-query-from)
    (lines "sensor" openntpd-configuration-sensor)
    (lines "server" openntpd-configuration-server)
    (lines "servers" openntpd-configuration-servers)
    (lines "constraint from" openntpd-configuration-constraint-from)
    (lines "constraints from" openntpd-configuration-constraints-from))))

(define (openntpd-shepherd-service configuration)
  "Return the service that runs the daemon."
  (let ((conf (openntpd.conf configuration)))
    (shepherd-service
     (documentation "Keep the clock right.")
     (provision '(ntpd))
     (requirement '(user-processes networking))
     (actions (list (shepherd-configuration-action conf)))
     (start #~(make-forkexec-constructor
               (list (string-append
                      #$(openntpd-configuration-openntpd configuration)
                      "/sbin/ntpd")
                     "-f" #$conf "-d")
               #:log-file "/var/log/ntpd.log"))
     (stop #~(make-kill-destructor)))))

(define %openntpd-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/var/db")
      (mkdir-p "/var/run")
      (unless (file-exists? "/var/db/ntpd.drift")
        (call-with-output-file "/var/db/ntpd.drift"
          (lambda (port) (display "0.0" port))))))

(define openntpd-service-type
  (service-type
   (name 'openntpd)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list openntpd-shepherd-service))
          (service-extension account-service-type (const %ntp-accounts))
          (service-extension profile-service-type
                             (compose list openntpd-configuration-openntpd))
          (service-extension activation-service-type
                             (const %openntpd-activation))))
   (default-value (openntpd-configuration))
   (description "Keep the clock right with OpenNTPD.")))
