;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Commands that run at given times.

(define-module (gnu services mcron)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages guile-xyz) #:select (mcron))
  #:use-module (srfi srfi-1)
  #:export (mcron-configuration
            mcron-configuration?
            mcron-configuration-mcron
            mcron-configuration-jobs
            mcron-configuration-log?
            mcron-configuration-log-file
            mcron-configuration-log-format
            mcron-configuration-date-format
            mcron-configuration-home-service?
            mcron-service-type))

(define-record-type* <mcron-configuration>
  mcron-configuration make-mcron-configuration
  mcron-configuration?
  this-mcron-configuration
  (mcron         mcron-configuration-mcron
                 (default mcron))
  (jobs          mcron-configuration-jobs         ;list of gexps
                 (default '()))
  (log?          mcron-configuration-log?
                 (default #t))
  (log-file      mcron-configuration-log-file
                 (default
                   (if (mcron-configuration-home-service?
                        this-mcron-configuration)
                       #~(string-append %user-log-dir "/mcron.log")
                       "/var/log/mcron.log"))
                 (thunked))
  (log-format    mcron-configuration-log-format
                 (default "~1@*~a ~a: ~a~%"))
  (date-format   mcron-configuration-date-format  ;string | #f
                 (default #f))
  (home-service? mcron-configuration-home-service?
                 (default #f)
                 (innate)))

(define (job-file job)
  (scheme-file "mcron-job" job))

(define (mcron-shepherd-services configuration)
  "Return the services that run the jobs of CONFIGURATION: none if it has none."
  (match-record configuration <mcron-configuration>
      (mcron jobs log? log-file log-format date-format home-service?)
    (if (null? jobs)
        '()
        (list
         (shepherd-service
          (documentation "Run commands at given times.")
          (provision '(mcron))
          (requirement (if home-service? '() '(user-processes)))
          (modules `((srfi srfi-1)
                     ,@%default-modules))
          (start #~(make-forkexec-constructor
                    (list #$(file-append mcron "/bin/mcron")
                          #$@(if log?
                                 `("--log" "--log-format" ,log-format
                                   ,@(if date-format
                                         (list "--date-format" date-format)
                                         '()))
                                 '())
                          #$@(map job-file jobs))
                    #:log-file #$log-file))
          (stop #~(make-kill-destructor)))))))

(define mcron-service-type
  (service-type
   (name 'mcron)
   (extensions
    (list (service-extension shepherd-root-service-type
                             mcron-shepherd-services)
          (service-extension profile-service-type
                             (compose list mcron-configuration-mcron))))
   (compose concatenate)
   (extend (lambda (configuration jobs)
             (mcron-configuration
              (inherit configuration)
              (jobs (append (mcron-configuration-jobs configuration) jobs)))))
   (default-value (mcron-configuration))
   (description "Run commands at given times.  Contributions are lists of gexps,
each with one call of 'job'.")))
