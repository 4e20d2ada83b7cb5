;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Consoles and terminals of the Hurd.

(define-module (gnu services hurd)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages hurd) #:select (hurd))
  #:export (hurd-console-configuration
            hurd-console-service-type
            hurd-getty-configuration
            hurd-getty-service-type))

(define-record-type* <hurd-console-configuration>
  hurd-console-configuration make-hurd-console-configuration
  hurd-console-configuration?
  (hurd hurd-console-configuration-hurd
        (default hurd)))

(define (hurd-console-shepherd-service configuration)
  "Return the service that runs the console client."
  (shepherd-service
   (documentation "Show terminals on the screen.")
   (provision '(console))
   (requirement '(user-processes))
   (start #~(make-forkexec-constructor
             (list (string-append
                    #$(hurd-console-configuration-hurd configuration)
                    "/bin/console")
                   "-c" "/dev/vcs" "-d" "vga" "-d" "pc_kbd"
                   "-d" "generic_speaker")))
   (stop #~(make-kill-destructor))))

(define hurd-console-service-type
  (shepherd-service-type
   'console
   hurd-console-shepherd-service
   (hurd-console-configuration)
   (description "The Hurd's console: screen, keyboard and speaker.")))

(define-record-type* <hurd-getty-configuration>
  hurd-getty-configuration make-hurd-getty-configuration
  hurd-getty-configuration?
  (hurd      hurd-getty-configuration-hurd
             (default hurd))
  (tty       hurd-getty-configuration-tty)
  (baud-rate hurd-getty-configuration-baud-rate
             (default 38400)))

(define (hurd-getty-shepherd-service configuration)
  "Return the service that runs getty on a terminal."
  (match-record configuration <hurd-getty-configuration> (hurd tty baud-rate)
    (shepherd-service
     (documentation "Let users log in on this terminal.")
     (provision (list (string->symbol (string-append "term-" tty))))
     (requirement '(user-processes console))
     (start #~(make-forkexec-constructor
               (list (string-append #$hurd "/libexec/getty")
                     #$(number->string baud-rate)
                     #$tty)))
     (stop #~(make-kill-destructor)))))

(define hurd-getty-service-type
  (shepherd-service-type
   'getty
   hurd-getty-shepherd-service
   (description "Let users log in on a terminal of the Hurd.")))
