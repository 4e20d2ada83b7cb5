;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What the first process offers by itself: stopping all others, timers, the
;;; system log.

(define-module (tintype services shepherd-services)
  #:use-module (tintype services checks)
  #:use-module (tintype services shepherd)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (srfi srfi-1)
  #:export (user-processes-service-type
            shepherd-timer-service-type
            shepherd-transient-service-type
            shepherd-timer
            system-log-configuration
            system-log-configuration?
            system-log-configuration-provision
            system-log-configuration-requirement
            system-log-configuration-kernel-log-file
            system-log-configuration-message-destination
            system-log-configuration-date-format
            system-log-configuration-history-size
            system-log-configuration-max-silent-time
            shepherd-system-log-service-type))

;;;
;;; What runs on behalf of users.
;;;

;; Terminating: what runs longer than this is killed.
(define %termination-delay 4)

(define (user-processes-shepherd-service requirements)
  "Return the service that what runs on behalf of users requires; stopping it
stops all processes."
  (shepherd-service
   (documentation "Once stopped, nothing runs for users any more.")
   (provision '(user-processes))
   (requirement requirements)
   (respawn? #f)
   (start #~(const #t))
   (stop #~(lambda _
             (define (kill-all signal)
               (false-if-exception (kill -1 signal)))
             (kill-all SIGTERM)
             (sleep #$%termination-delay)
             (kill-all SIGKILL)
             #f))))

;; The value is the list of the names that 'user-processes' requires.
(define user-processes-service-type
  (service-type
   (name 'user-processes)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list user-processes-shepherd-service))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Stop all processes before file systems are unmounted.
Contributions are lists of names of Shepherd services.")))

(define shepherd-timer-service-type
  (shepherd-service-type
   'shepherd-timer
   (lambda (requirements)
     (shepherd-service
      (documentation "Run commands at given times.")
      (provision '(timer))
      (requirement requirements)
      (modules '((shepherd service timer)))
      (free-form #~(timer-service '(timer)
                                  #:requirement '#$requirements))))
   '(user-processes)
   (description "Let users schedule commands with 'herd schedule timer'.")))

(define shepherd-transient-service-type
  (shepherd-service-type
   'shepherd-transient
   (lambda (requirements)
     (shepherd-service
      (documentation "Run commands in the background.")
      (provision '(transient))
      (requirement requirements)
      (modules '((shepherd service transient)))
      (free-form #~(transient-service '(transient)
                                      #:requirement '#$requirements))))
   '(user-processes)
   (description "Let users run commands with 'herd spawn transient'.")))

(define* (shepherd-timer provision schedule command
                         #:key (requirement '()) (documentation "")
                         log-file)
  "Return the service that runs COMMAND, a list of strings and file-like objects,
at the times of SCHEDULE: a cron string, or a gexp that makes a calendar event."
  (shepherd-service
   (provision provision)
   (requirement requirement)
   (documentation documentation)
   (modules '((shepherd service timer)))
   (start #~(make-timer-constructor
             #$(if (string? schedule)
                   #~(cron-string->calendar-event #$schedule)
                   schedule)
             (command (list #$@command))
             #$@(if log-file #~(#:log-file #$log-file) #~())
             #:wait-for-termination? #t))
   (stop #~(make-timer-destructor))
   (actions (list shepherd-trigger-action))))

;;;
;;; The system log.
;;;

(define gexp-or-string?           (either gexp? string?))
(define gexp-or-integer?          (either gexp? integer?))
(define gexp-or-false?            (either gexp? not))
(define gexp-or-integer-or-false? (either gexp? integer? not))
(define gexp-or-string-or-false?  (either gexp? string? not))

(define-record-type* <system-log-configuration>
  system-log-configuration make-system-log-configuration
  system-log-configuration?
  (provision           system-log-configuration-provision
                       (default '(system-log syslogd))
                       (sanitize (checked list-of-symbols? 'provision)))
  (requirement         system-log-configuration-requirement
                       (default '(root-file-system))
                       (sanitize (checked list-of-symbols? 'requirement)))
  (kernel-log-file     system-log-configuration-kernel-log-file
                       (default #~(kernel-log-file))
                       (sanitize (checked gexp-or-string-or-false?
                                          'kernel-log-file)))
  (message-destination system-log-configuration-message-destination
                       (default #f)
                       (sanitize (checked gexp-or-false?
                                          'message-destination)))
  (date-format         system-log-configuration-date-format
                       (default #~default-logfile-date-format)
                       (sanitize (checked gexp-or-string? 'date-format)))
  (history-size        system-log-configuration-history-size
                       (default #~(default-log-history-size))
                       (sanitize (checked gexp-or-integer? 'history-size)))
  (max-silent-time     system-log-configuration-max-silent-time
                       (default #~(default-max-silent-time))
                       (sanitize (checked gexp-or-integer-or-false?
                                          'max-silent-time))))

(define system-log-shepherd-service
  (match-record-lambda <system-log-configuration>
      (provision requirement kernel-log-file message-destination
       date-format history-size max-silent-time)
    (shepherd-service
     (documentation "Write what programs and the kernel report to log files.")
     (provision provision)
     (requirement requirement)
     (modules '((shepherd service system-log)
                ((shepherd support) #:select (default-logfile-date-format))
                ((shepherd logger) #:select (default-log-history-size))))
     (free-form #~(system-log-service
                   #:provision '#$provision
                   #:requirement '#$requirement
                   #:kernel-log-file #$kernel-log-file
                   #$@(if message-destination
                          #~(#:message-destination #$message-destination)
                          #~())
                   #:date-format #$date-format
                   #:history-size #$history-size
                   #:max-silent-time #$max-silent-time)))))

(define shepherd-system-log-service-type
  (shepherd-service-type
   'shepherd-system-log
   system-log-shepherd-service
   (system-log-configuration)
   (description "The system log, kept by the Shepherd.")))
