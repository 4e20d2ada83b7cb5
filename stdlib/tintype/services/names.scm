;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The name of the machine, those of others, and the daemon that remembers
;;; them.

(define-module (tintype services names)
  #:use-module ((tintype syntax) #:select (current-source-location))
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages base) #:select (glibc))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (host-name-service-type
            host-name-service
            %host
            host
            host?
            host-address
            host-canonical-name
            host-aliases
            hosts-service-type

            nscd-cache
            nscd-cache?
            %nscd-default-caches
            nscd-configuration
            nscd-configuration?
            %nscd-default-configuration
            nscd-service-type
            nscd-service))

(define host-name-service-type
  (shepherd-service-type
   'host-name
   (lambda (name)
     (shepherd-service
      (documentation "Tell the kernel the machine's name.")
      (provision '(host-name))
      (one-shot? #t)
      (start #~(lambda _
                 (sethostname #$name)
                 #$name))))
   (description "The name of the machine.")))

(define (host-name-service name)
  "Return the service that calls the machine NAME."
  (service host-name-service-type name))

;;;
;;; hosts(5).
;;;

(define-record-type <host>
  (make-host address canonical-name aliases)
  host?
  (address        host-address)
  (canonical-name host-canonical-name)
  (aliases        host-aliases))

(define (valid-name? name)
  "Return true if NAME can stand in a file of names separated by blanks."
  (not (string-any (lambda (char)
                     (or (char-whitespace? char) (char=? char #\#)))
                   name)))

(define (%host place address canonical-name aliases)
  (for-each (lambda (name)
              (unless (valid-name? name)
                (raise-message place
                               (G_ "host name '~a' contains invalid characters")
                               name)))
            (cons canonical-name aliases))
  (make-host address canonical-name aliases))

;; The host at ADDRESS, a string, called CANONICAL-NAME and ALIASES.
(define-syntax host
  (syntax-rules ()
    ((_ address canonical-name)
     (%host (current-source-location) address canonical-name '()))
    ((_ address canonical-name aliases)
     (%host (current-source-location) address canonical-name aliases))))

(define (host->line host)
  "Return the line of the hosts file that describes HOST."
  (string-append (string-join (cons* (host-address host)
                                     (host-canonical-name host)
                                     (host-aliases host))
                              "\t")
                 "\n"))

(define hosts-service-type
  (service-type
   (name 'etc-hosts)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (hosts)
                               `(("hosts"
                                  ,(plain-file "hosts"
                                               (string-concatenate
                                                (map host->line
                                                     hosts)))))))))
   (compose concatenate)
   (extend append)
   (description "Names of hosts in /etc/hosts.  Contributions are lists of
'host' records.")))

;;;
;;; The name service cache daemon.
;;;

(define-record-type* <nscd-cache>
  nscd-cache make-nscd-cache
  nscd-cache?
  (database              nscd-cache-database)     ;symbol
  (positive-time-to-live nscd-cache-positive-time-to-live)
  (negative-time-to-live nscd-cache-negative-time-to-live
                         (default 20))            ;seconds
  (suggested-size        nscd-cache-suggested-size
                         (default 211))
  (check-files?          nscd-cache-check-files?
                         (default #t))
  (persistent?           nscd-cache-persistent?
                         (default #t))
  (shared?               nscd-cache-shared?
                         (default #t))
  (max-database-size     nscd-cache-max-database-size
                         (default (* 32 1024 1024))) ;bytes
  (auto-propagate?       nscd-cache-auto-propagate?
                         (default #t)))

(define %nscd-default-caches
  (list (nscd-cache (database 'hosts)
                    (positive-time-to-live (* 3600 12))
                    (negative-time-to-live 20)
                    (persistent? #t))
        (nscd-cache (database 'services)
                    (positive-time-to-live (* 3600 24))
                    (negative-time-to-live 3600)
                    (check-files? #t)
                    (persistent? #t))
        (nscd-cache (database 'passwd)
                    (positive-time-to-live 600)
                    (negative-time-to-live 20)
                    (check-files? #t)
                    (persistent? #f))
        (nscd-cache (database 'group)
                    (positive-time-to-live 600)
                    (negative-time-to-live 20)
                    (check-files? #t)
                    (persistent? #f))))

(define-record-type* <nscd-configuration>
  nscd-configuration make-nscd-configuration
  nscd-configuration?
  (log-file      nscd-configuration-log-file
                 (default #f))
  (debug-level   nscd-configuration-debug-level
                 (default 0))
  (caches        nscd-configuration-caches
                 (default %nscd-default-caches))
  (name-services nscd-configuration-name-services ;list of packages
                 (default '()))
  (glibc         nscd-configuration-glibc
                 (default (let-system (system target)
                            glibc))))

(define %nscd-default-configuration
  (nscd-configuration))

(define (cache->lines cache)
  "Return the lines of nscd.conf(5) that describe CACHE."
  (define database
    (symbol->string (nscd-cache-database cache)))

  (define (line keyword value)
    (string-append keyword " " database " "
                   (match value
                     (#t "yes")
                     (#f "no")
                     (number (number->string number)))
                   "\n"))

  (string-append
   "\n"
   (line "enable-cache" #t)
   (line "positive-time-to-live" (nscd-cache-positive-time-to-live cache))
   (line "negative-time-to-live" (nscd-cache-negative-time-to-live cache))
   (line "suggested-size" (nscd-cache-suggested-size cache))
   (line "check-files" (nscd-cache-check-files? cache))
   (line "persistent" (nscd-cache-persistent? cache))
   (line "shared" (nscd-cache-shared? cache))
   (line "max-db-size" (nscd-cache-max-database-size cache))
   (if (memq (nscd-cache-database cache) '(passwd group))
       (line "auto-propagate" (nscd-cache-auto-propagate? cache))
       "")))

(define (nscd.conf configuration)
  "Return the file that configures the daemon."
  (match-record configuration <nscd-configuration> (log-file debug-level caches)
    (plain-file "nscd.conf"
                (string-append
                 "debug-level " (number->string debug-level) "\n"
                 (if log-file
                     (string-append "logfile " log-file "\n")
                     "")
                 (string-concatenate (map cache->lines caches))))))

(define (nscd-action program action-name text options)
  "Return the action that runs PROGRAM with OPTIONS, a gexp of a list."
  (shepherd-action
   (name action-name)
   (documentation text)
   (procedure #~(lambda (running . arguments)
                  (zero? (status:exit-val
                          (apply system* #$program #$options)))))))

(define (nscd-shepherd-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <nscd-configuration> (glibc name-services)
    (let ((nscd (file-append glibc "/sbin/nscd"))
          (conf (nscd.conf configuration)))
      (shepherd-service
       (documentation "Remember answers of name services.")
       (provision '(nscd))
       (requirement '(user-processes syslogd))
       (modules `((ice-9 match)
                  ,@%default-modules))
       (start #~(make-forkexec-constructor
                 (list #$nscd "-f" #$conf "--foreground")
                 #:pid-file "/var/run/nscd/nscd.pid"
                 #:environment-variables
                 (list (string-append
                        "LD_LIBRARY_PATH="
                        (string-join
                         (map (lambda (directory)
                                (string-append directory "/lib"))
                              (list #$@name-services))
                         ":")))))
       (stop #~(make-kill-destructor))
       (actions
        (list (shepherd-configuration-action conf)
              (nscd-action nscd 'statistics
                           "Show how caches are used."
                           #~(list "-f" #$conf "--statistics"))
              (nscd-action nscd 'invalidate
                           "Forget what is in the given caches."
                           #~(append-map (lambda (cache)
                                           (list "-f" #$conf "-i" cache))
                                         arguments))))))))

(define %nscd-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/var/run/nscd")
      (mkdir-p "/var/db/nscd")
      ;; The daemon watches this file only if it is there when it starts.
      (unless (false-if-exception (lstat "/etc/resolv.conf"))
        (call-with-output-file "/etc/resolv.conf"
          (lambda (port)
            (display "# Awaiting a network manager.\n" port))))))

(define nscd-service-type
  (service-type
   (name 'nscd)
   (extensions
    (list (service-extension activation-service-type
                             (const %nscd-activation))
          (service-extension shepherd-root-service-type
                             (compose list nscd-shepherd-service))))
   (compose concatenate)
   (extend (lambda (configuration name-services)
             (nscd-configuration
              (inherit configuration)
              (name-services
               (append (nscd-configuration-name-services configuration)
                       name-services)))))
   (default-value %nscd-default-configuration)
   (description "Remember answers of name services.  Contributions are lists of
packages with NSS modules.")))

(define* (nscd-service #:optional (configuration %nscd-default-configuration))
  "Return the service that runs the name service cache daemon."
  (service nscd-service-type configuration))
