;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Processes that the first process starts, in an order that follows from what
;;; they require of each other.

(define-module (tintype services shepherd)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module ((gnu packages admin) #:select (shepherd-1.0))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (shepherd-configuration
            shepherd-configuration?
            shepherd-configuration-shepherd
            shepherd-configuration-services
            shepherd-root-service-type
            %shepherd-root-service
            shepherd-service-type
            shepherd-service
            shepherd-service?
            shepherd-service-documentation
            shepherd-service-provision
            shepherd-service-canonical-name
            shepherd-service-requirement
            shepherd-service-one-shot?
            shepherd-service-respawn?
            shepherd-service-respawn-limit
            shepherd-service-respawn-delay
            shepherd-service-free-form
            shepherd-service-start
            shepherd-service-stop
            shepherd-service-actions
            shepherd-service-auto-start?
            shepherd-service-modules
            %default-modules
            shepherd-action
            shepherd-action?
            shepherd-action-name
            shepherd-action-documentation
            shepherd-action-procedure
            shepherd-configuration-action
            shepherd-trigger-action
            shepherd-service-file
            shepherd-service-lookup-procedure
            shepherd-service-back-edges
            shepherd-service-upgrade
            assert-valid-graph))

(define-record-type* <shepherd-configuration>
  shepherd-configuration make-shepherd-configuration
  shepherd-configuration?
  (shepherd shepherd-configuration-shepherd
            (default shepherd-1.0))
  (services shepherd-configuration-services       ;list of <shepherd-service>
            (default '())))

;; Modules that the code of a service sees.
(define %default-modules
  '((shepherd service)
    ((guix build utils) #:hide (delete))
    (guix build syscalls)))

(define (validate-provision value)
  "Return VALUE if it is a non-empty list of symbols.  Otherwise raise an error."
  (if (and (pair? value) (list? value) (every symbol? value))
      value
      (raise (formatted-message
              (G_ "'provision' must be a non-empty list of symbols")))))

(define-record-type* <shepherd-service>
  shepherd-service make-shepherd-service
  shepherd-service?
  (documentation shepherd-service-documentation
                 (default "[No documentation.]"))
  (provision     shepherd-service-provision       ;list of symbols
                 (sanitize validate-provision))
  (requirement   shepherd-service-requirement     ;list of symbols
                 (default '()))
  (one-shot?     shepherd-service-one-shot?
                 (default #f))
  (respawn?      shepherd-service-respawn?
                 (default #t))
  (respawn-limit shepherd-service-respawn-limit
                 (default #f))
  (respawn-delay shepherd-service-respawn-delay
                 (default #f))
  ;; If true, a gexp that makes the service; 'start' and 'stop' are ignored.
  (free-form     shepherd-service-free-form
                 (default #f))
  (start         shepherd-service-start           ;gexp
                 (default #~(const #t)))
  (stop          shepherd-service-stop            ;gexp
                 (default #~(const #f)))
  (actions       shepherd-service-actions         ;list of <shepherd-action>
                 (default '()))
  (auto-start?   shepherd-service-auto-start?
                 (default #t))
  (modules       shepherd-service-modules
                 (default %default-modules)))

(define-record-type* <shepherd-action>
  shepherd-action make-shepherd-action
  shepherd-action?
  (name          shepherd-action-name)
  (procedure     shepherd-action-procedure)       ;gexp
  (documentation shepherd-action-documentation))

(define (shepherd-service-canonical-name service)
  "Return the name by which SERVICE is known best: the first one it provides."
  (first (shepherd-service-provision service)))

(define (shepherd-configuration-action file)
  "Return the action 'configuration', which shows the name of FILE."
  (shepherd-action
   (name 'configuration)
   (procedure #~(lambda (value)
                  (format #t "~a~%" #$file)
                  value))
   (documentation "Display the name of the configuration file.")))

(define shepherd-trigger-action
  (shepherd-action
   (name 'trigger)
   (procedure #~trigger-timer)
   (documentation "Run the command of this timer now.")))

;;;
;;; The graph.
;;;

(define (assert-valid-graph services)
  "Raise an error if two of SERVICES provide the same name or if one requires
what none provides."
  (define provided (make-hash-table))

  (define (raise-text . strings)
    (raise (condition (&message (message (string-concatenate strings))))))

  (hashq-set! provided 'shepherd #t)
  (for-each (lambda (service)
              (for-each (lambda (name)
                          (when (hashq-ref provided name)
                            (raise-text "service '" (symbol->string name)
                                        "' provided more than once"))
                          (hashq-set! provided name #t))
                        (shepherd-service-provision service)))
            services)
  (for-each (lambda (service)
              (for-each (lambda (name)
                          (unless (hashq-ref provided name)
                            (raise-text
                             "service '"
                             (symbol->string
                              (shepherd-service-canonical-name service))
                             "' requires '" (symbol->string name)
                             "', which is not provided by any service")))
                        (shepherd-service-requirement service)))
            services))

(define* (shepherd-service-lookup-procedure
          services #:optional (provision shepherd-service-provision))
  "Return a procedure that gives the one of SERVICES that provides a name, or #f.
PROVISION gives the names that a service provides."
  (define by-name (make-hash-table))

  (for-each (lambda (service)
              (for-each (lambda (name)
                          (hashq-set! by-name name service))
                        (provision service)))
            services)
  (lambda (name)
    (hashq-ref by-name name)))

(define* (shepherd-service-back-edges services
                                      #:key
                                      (provision shepherd-service-provision)
                                      (requirement
                                       shepherd-service-requirement))
  "Return a procedure that gives those of SERVICES that require the one it is
applied to."
  (define lookup
    (shepherd-service-lookup-procedure services provision))

  (lambda (service)
    (filter (lambda (other)
              (any (lambda (name)
                     (eq? service (lookup name)))
                   (requirement other)))
            services)))

(define (shepherd-service-upgrade live target)
  "Return two values: the services of LIVE to be stopped, those that are not
among TARGET and that nothing running requires; and the ones of TARGET to be
started or restarted."
  (define target-names
    (append-map shepherd-service-provision target))

  (define to-stop
    (remove (lambda (service)
              (any (lambda (name) (memq name target-names))
                   (shepherd-service-provision service)))
            live))

  (values to-stop target))

;;;
;;; The files that the first process loads.
;;;

(define (shepherd-service-file-name service)
  "Return the name of the file that defines SERVICE."
  (define (allowed char)
    (if (or (char-alphabetic? char)
            (char-numeric? char)
            (memv char (string->list "+-._?=")))
        char
        #\-))

  (string-append "shepherd-"
                 (string-map allowed
                             (string-join (map symbol->string
                                               (shepherd-service-provision
                                                service))
                                          "-"))
                 ".scm"))

(define (shepherd-service-file service)
  "Return the file that defines SERVICE."
  (define (option keyword value)
    (if value #~(#$keyword #$value) #~()))

  (scheme-file
   (shepherd-service-file-name service)
   #~(begin
       (use-modules #$@(shepherd-service-modules service))
       #$(or (shepherd-service-free-form service)
             #~(service '#$(shepherd-service-provision service)
                        #:documentation
                        #$(shepherd-service-documentation service)
                        #:requirement
                        '#$(shepherd-service-requirement service)
                        #:one-shot? #$(shepherd-service-one-shot? service)
                        #:respawn? #$(shepherd-service-respawn? service)
                        #$@(option #:respawn-limit
                                   (shepherd-service-respawn-limit service))
                        #$@(option #:respawn-delay
                                   (shepherd-service-respawn-delay service))
                        #:start #$(shepherd-service-start service)
                        #:stop #$(shepherd-service-stop service)
                        #:actions
                        (actions
                         #$@(map (match-record-lambda <shepherd-action>
                                     (name procedure documentation)
                                   #~(#$name #$documentation #$procedure))
                                 (shepherd-service-actions service))))))))

(define (shepherd-configuration-file services)
  "Return the file that makes the first process know SERVICES and start those
that start by themselves."
  (assert-valid-graph services)
  (scheme-file
   "shepherd.conf"
   #~(begin
       (use-modules (srfi srfi-34)
                    (system repl error-handling))
       (setenv "PATH" "/run/current-system/profile/bin")
       (default-pid-file-timeout 30)
       (register-services
        (filter-map (lambda (file)
                      (false-if-exception (load file)))
                    (list #$@(map shepherd-service-file services))))
       (start-in-the-background
        '#$(append-map shepherd-service-provision
                       (filter shepherd-service-auto-start? services)))
       (redirect-port (open-input-file "/dev/null") (current-input-port)))))

(define (shepherd-boot-gexp configuration)
  "Return a gexp that turns the process into the Shepherd."
  #~(begin
      (false-if-exception (delete-file "/run/booted-system"))
      (symlink (canonicalize-path "/run/current-system")
               "/run/booted-system")
      (execl #$(file-append (shepherd-configuration-shepherd configuration)
                            "/bin/shepherd")
             "shepherd" "--config"
             #$(shepherd-configuration-file
                (shepherd-configuration-services configuration)))))

(define shepherd-root-service-type
  (service-type
   (name 'shepherd-root)
   (extensions
    (list (service-extension boot-service-type shepherd-boot-gexp)
          (service-extension profile-service-type
                             (compose list shepherd-configuration-shepherd))))
   (compose concatenate)
   (extend (lambda (configuration services)
             (shepherd-configuration
              (inherit configuration)
              (services (append (shepherd-configuration-services configuration)
                                services)))))
   (default-value (shepherd-configuration))
   (description "The first process.  Contributions are lists of
'shepherd-service' records.")))

(define %shepherd-root-service
  (service shepherd-root-service-type))

;; A service type whose only extension gives the first process one more
;; service: what PROCEDURE makes of a value.
(define-syntax shepherd-service-type
  (syntax-rules (description)
    ((_ type-name procedure default (description text))
     (service-type
      (name type-name)
      (extensions
       (list (service-extension shepherd-root-service-type
                                (compose list procedure))))
      (default-value default)
      (description text)))
    ((_ type-name procedure (description text))
     (service-type
      (name type-name)
      (extensions
       (list (service-extension shepherd-root-service-type
                                (compose list procedure))))
      (description text)))))
