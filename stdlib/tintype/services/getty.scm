;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Programs that wait on a terminal for someone to log in.

(define-module (tintype services getty)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages admin) #:select (mingetty shadow))
  #:use-module ((gnu packages linux) #:select (util-linux))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (terminal-name
            program-option

            mingetty-configuration
            mingetty-configuration?
            mingetty-configuration-mingetty
            mingetty-configuration-tty
            mingetty-configuration-auto-login
            mingetty-configuration-login-program
            mingetty-configuration-login-pause?
            mingetty-configuration-clear-on-logout?
            mingetty-configuration-delay
            mingetty-configuration-print-issue
            mingetty-configuration-print-hostname
            mingetty-configuration-nice
            mingetty-configuration-working-directory
            mingetty-configuration-root-directory
            mingetty-configuration-shepherd-requirement
            mingetty-service-type
            mingetty-service
            agetty-configuration
            agetty-configuration?
            agetty-configuration-tty
            agetty-configuration-auto-login
            agetty-service-type
            agetty-service))

(define (terminal-name tty)
  "Return the name of the Shepherd service that runs on TTY."
  (string->symbol (string-append "term-" tty)))

(define (program-option string value)
  "Return the arguments that stand for VALUE, if it is true: STRING, followed by
VALUE unless that is #t."
  (match value
    (#f '())
    (#t (list string))
    ((? number? value) (list string (number->string value)))
    (value (list string value))))

(define-record-type* <mingetty-configuration>
  mingetty-configuration make-mingetty-configuration
  mingetty-configuration?
  (mingetty             mingetty-configuration-mingetty
                        (default mingetty))
  (tty                  mingetty-configuration-tty)
  (auto-login           mingetty-configuration-auto-login
                        (default #f))
  (login-program        mingetty-configuration-login-program
                        (default #f))
  (login-pause?         mingetty-configuration-login-pause?
                        (default #f))
  (clear-on-logout?     mingetty-configuration-clear-on-logout?
                        (default #t))
  (delay                mingetty-configuration-delay
                        (default #f))
  (print-issue          mingetty-configuration-print-issue
                        (default #t))
  (print-hostname       mingetty-configuration-print-hostname
                        (default #t))
  (nice                 mingetty-configuration-nice
                        (default #f))
  (working-directory    mingetty-configuration-working-directory
                        (default #f))
  (root-directory       mingetty-configuration-root-directory
                        (default #f))
  (shepherd-requirement mingetty-configuration-shepherd-requirement
                        (default '(user-processes host-name udev
                                   virtual-terminal))))

(define (mingetty-arguments configuration)
  "Return the arguments of mingetty for CONFIGURATION, without the terminal."
  (match-record configuration <mingetty-configuration>
      (auto-login login-program login-pause? clear-on-logout? delay
       print-issue print-hostname nice working-directory root-directory)
    `(,@(if clear-on-logout? '() '("--noclear"))
      ,@(program-option "--autologin" auto-login)
      ,@(program-option "--loginprog" login-program)
      ,@(program-option "--loginpause" (and login-pause? #t))
      ,@(program-option "--delay" delay)
      ,@(match print-issue
          (#t '())
          (#f '("--noissue"))
          ('no-nl '("--nonewline")))
      ,@(match print-hostname
          (#t '())
          (#f '("--nohostname"))
          ('long '("--long-hostname")))
      ,@(program-option "--nice" nice)
      ,@(program-option "--chdir" working-directory)
      ,@(program-option "--chroot" root-directory))))

(define (mingetty-shepherd-service configuration)
  "Return the service that runs mingetty on a terminal."
  (let ((tty (mingetty-configuration-tty configuration)))
    (shepherd-service
     (documentation "Let users log in on this terminal.")
     (provision (list (terminal-name tty)))
     (requirement (mingetty-configuration-shepherd-requirement configuration))
     (start #~(make-forkexec-constructor
               (list #$(file-append
                        (mingetty-configuration-mingetty configuration)
                        "/sbin/mingetty")
                     "--nohangup"
                     #$@(mingetty-arguments configuration)
                     #$tty)))
     (stop #~(make-kill-destructor)))))

(define mingetty-service-type
  (shepherd-service-type
   'mingetty
   mingetty-shepherd-service
   (description "A small getty for terminals of the kernel.")))

(define (mingetty-service configuration)
  "Return the service that runs mingetty as CONFIGURATION says."
  (service mingetty-service-type configuration))

(define-record-type* <agetty-configuration>
  agetty-configuration make-agetty-configuration
  agetty-configuration?
  (agetty           agetty-configuration-agetty (default util-linux))
  ;; If #f, the last terminal among the consoles of the kernel, if any.
  (tty              agetty-configuration-tty)
  (term             agetty-configuration-term (default #f))
  (baud-rate        agetty-configuration-baud-rate (default #f))
  (auto-login       agetty-configuration-auto-login (default #f))
  (login-program    agetty-configuration-login-program
                    (default (file-append shadow "/bin/login")))
  (login-pause?     agetty-configuration-login-pause? (default #f))
  (eight-bits?      agetty-configuration-eight-bits? (default #f))
  (no-reset?        agetty-configuration-no-reset? (default #f))
  (remote?          agetty-configuration-remote? (default #f))
  (flow-control?    agetty-configuration-flow-control? (default #f))
  (host             agetty-configuration-host (default #f))
  (no-issue?        agetty-configuration-no-issue? (default #f))
  (init-string      agetty-configuration-init-string (default #f))
  (no-clear?        agetty-configuration-no-clear? (default #f))
  (local-line       agetty-configuration-local-line (default #f))
  (extract-baud?    agetty-configuration-extract-baud? (default #f))
  (skip-login?      agetty-configuration-skip-login? (default #f))
  (no-newline?      agetty-configuration-no-newline? (default #f))
  (login-options    agetty-configuration-login-options (default #f))
  (chroot           agetty-configuration-chroot (default #f))
  (hangup?          agetty-configuration-hangup? (default #f))
  (keep-baud?       agetty-configuration-keep-baud? (default #f))
  (timeout          agetty-configuration-timeout (default #f))
  (detect-case?     agetty-configuration-detect-case? (default #f))
  (wait-cr?         agetty-configuration-wait-cr? (default #f))
  (no-hints?        agetty-configuration-no-hints? (default #f))
  (no-hostname?     agetty-configuration-no-hostname? (default #f))
  (long-hostname?   agetty-configuration-long-hostname? (default #f))
  (erase-characters agetty-configuration-erase-characters (default #f))
  (kill-characters  agetty-configuration-kill-characters (default #f))
  (chdir            agetty-configuration-chdir (default #f))
  (delay            agetty-configuration-delay (default #f))
  (nice             agetty-configuration-nice (default #f))
  (extra-options    agetty-configuration-extra-options (default '()))
  (shepherd-requirement agetty-configuration-shepherd-requirement
                        (default '())))

;; Options of agetty(8), in the order of its manual.
(define %agetty-options
  `(("--8bits"         ,agetty-configuration-eight-bits?)
    ("--autologin"     ,agetty-configuration-auto-login)
    ("--noreset"       ,agetty-configuration-no-reset?)
    ("--remote"        ,agetty-configuration-remote?)
    ("--flow-control"  ,agetty-configuration-flow-control?)
    ("--host"          ,agetty-configuration-host)
    ("--noissue"       ,agetty-configuration-no-issue?)
    ("--init-string"   ,agetty-configuration-init-string)
    ("--noclear"       ,agetty-configuration-no-clear?)
    ("--login-program" ,agetty-configuration-login-program)
    ("--extract-baud"  ,agetty-configuration-extract-baud?)
    ("--skip-login"    ,agetty-configuration-skip-login?)
    ("--nonewline"     ,agetty-configuration-no-newline?)
    ("--login-options" ,agetty-configuration-login-options)
    ("--login-pause"   ,agetty-configuration-login-pause?)
    ("--chroot"        ,agetty-configuration-chroot)
    ("--hangup"        ,agetty-configuration-hangup?)
    ("--keep-baud"     ,agetty-configuration-keep-baud?)
    ("--timeout"       ,agetty-configuration-timeout)
    ("--detect-case"   ,agetty-configuration-detect-case?)
    ("--wait-cr"       ,agetty-configuration-wait-cr?)
    ("--nohints"       ,agetty-configuration-no-hints?)
    ("--nohostname"    ,agetty-configuration-no-hostname?)
    ("--long-hostname" ,agetty-configuration-long-hostname?)
    ("--erase-chars"   ,agetty-configuration-erase-characters)
    ("--kill-chars"    ,agetty-configuration-kill-characters)
    ("--chdir"         ,agetty-configuration-chdir)
    ("--delay"         ,agetty-configuration-delay)
    ("--nice"          ,agetty-configuration-nice)))

(define (agetty-arguments configuration)
  "Return the arguments of agetty for CONFIGURATION that precede the terminal."
  (append (agetty-configuration-extra-options configuration)
          (append-map (match-lambda
                        ((string value-of)
                         (program-option string (value-of configuration))))
                      %agetty-options)
          (match (agetty-configuration-local-line configuration)
            (#f '())
            (mode (list (string-append "--local-line="
                                       (symbol->string mode)))))))

(define (agetty-shepherd-service configuration)
  "Return the service that runs agetty on a terminal."
  (match-record configuration <agetty-configuration>
      (agetty tty term baud-rate shepherd-requirement)
    (shepherd-service
     (documentation "Let users log in on this terminal.")
     (provision (list (if tty (terminal-name tty) 'term-console)))
     (requirement `(user-processes host-name udev ,@shepherd-requirement))
     (modules '((ice-9 match) (gnu build linux-boot) (srfi srfi-1)))
     (start #~(lambda args
                (let ((tty #$(or tty
                                 #~(find-last-console))))
                  (if tty
                      (apply (make-forkexec-constructor
                              (list #$(file-append agetty "/sbin/agetty")
                                    #$@(agetty-arguments configuration)
                                    tty
                                    #$@(if baud-rate (list baud-rate) '())
                                    #$@(if term (list term) '())))
                             args)
                      'idle))))
     (stop #~(let ((stop (make-kill-destructor)))
               (lambda (running)
                 (and (not (eq? 'idle running))
                      (stop running))))))))

(define agetty-service-type
  (shepherd-service-type
   'agetty
   agetty-shepherd-service
   (description "A getty for all kinds of terminals, serial ones too.")))

(define (agetty-service configuration)
  "Return the service that runs agetty as CONFIGURATION says."
  (service agetty-service-type configuration))
