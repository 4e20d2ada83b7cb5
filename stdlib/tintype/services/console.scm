;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Terminals, their fonts, and logging in on them.

(define-module (tintype services console)
  #:use-module (tintype services getty)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system keyboard)
  #:use-module (gnu system pam)
  #:use-module ((gnu packages admin) #:select (shadow))
  #:use-module ((gnu packages fonts) #:select (font-gnu-unifont))
  #:use-module ((gnu packages linux) #:select (gpm kbd))
  #:use-module ((gnu packages terminals) #:select (kmscon))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%default-motd
            login-configuration
            login-configuration?
            login-configuration-motd
            login-service-type
            login-service
            virtual-terminal-service-type
            %default-console-font
            console-font-service-type
            console-font-service
            kmscon-configuration
            kmscon-configuration?
            kmscon-service-type
            gpm-configuration
            gpm-configuration?
            gpm-service-type))

;;;
;;; Login.
;;;

(define %default-motd
  (plain-file "motd" "This is the GNU operating system, welcome!\n\n"))

(define-record-type* <login-configuration>
  login-configuration make-login-configuration
  login-configuration?
  (motd                   login-configuration-motd
                          (default %default-motd))
  (allow-empty-passwords? login-configuration-allow-empty-passwords?
                          (default #t)))

(define login-pam-services
  (match-record-lambda <login-configuration> (motd allow-empty-passwords?)
    (list (unix-pam-service "login"
                            #:login-uid? #t
                            #:allow-empty-passwords? allow-empty-passwords?
                            #:motd motd))))

(define login-service-type
  (service-type
   (name 'login)
   (extensions
    (list (service-extension pam-root-service-type login-pam-services)))
   (default-value (login-configuration))
   (description "Let users log in on terminals.")))

(define* (login-service #:optional (configuration (login-configuration)))
  "Return the service of CONFIGURATION that lets users log in."
  (service login-service-type configuration))

;;;
;;; Terminals of the kernel.
;;;

(define %utf8-parameter "/sys/module/vt/parameters/default_utf8")

(define virtual-terminal-service-type
  (shepherd-service-type
   'virtual-terminal
   (lambda (utf8?)
     (shepherd-service
      (documentation "Make terminals speak UTF-8.")
      (provision '(virtual-terminal))
      (requirement '(root-file-system))
      (start #~(lambda _
                 (call-with-output-file #$%utf8-parameter
                   (lambda (port)
                     (display #$(if utf8? 1 0) port)))
                 #t))))
   #t
   (description "Make terminals of the kernel show and read UTF-8.")))

;; One that covers many scripts.
(define %default-console-font
  #~(string-append #$font-gnu-unifont
                   "/share/consolefonts/Unifont-APL8x16.psf.gz"))

(define (console-font-shepherd-service tty+font)
  "Return the service that sets the font of a terminal: TTY+FONT is (TTY .
FONT)."
  (match tty+font
    ((tty . font)
     (let ((device (string-append "/dev/" tty)))
       (shepherd-service
        (documentation "Set the font of this terminal.")
        (provision (list (string->symbol
                          (string-append "console-font-" tty))))
        (requirement (list (terminal-name tty)))
        (respawn? #f)
        (start #~(lambda _
                   (zero? (status:exit-val
                           (system* #$(file-append kbd "/bin/setfont")
                                    "-C" #$device #$font))))))))))

(define console-font-service-type
  (service-type
   (name 'console-fonts)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (lambda (ttys+fonts)
                               (map console-font-shepherd-service
                                    ttys+fonts)))))
   (compose concatenate)
   (extend append)
   (description "Fonts of terminals.  Contributions are lists of (TTY .
FONT).")))

(define* (console-font-service tty #:optional (font "LatGrkCyr-8x16"))
  "Return the service that sets the FONT of TTY."
  (simple-service (string->symbol (string-append "console-font-" tty))
                  console-font-service-type
                  (list (cons tty font))))

;;;
;;; A terminal in user space.
;;;

(define-record-type* <kmscon-configuration>
  kmscon-configuration make-kmscon-configuration
  kmscon-configuration?
  (kmscon                 kmscon-configuration-kmscon
                          (default kmscon))
  (virtual-terminal       kmscon-configuration-virtual-terminal)
  (login-program          kmscon-configuration-login-program
                          (default (file-append shadow "/bin/login")))
  (login-arguments        kmscon-configuration-login-arguments
                          (default '("-p")))
  (auto-login             kmscon-configuration-auto-login
                          (default #f))
  (hardware-acceleration? kmscon-configuration-hardware-acceleration?
                          (default #f))
  (font-engine            kmscon-configuration-font-engine
                          (default "pango"))
  (font-size              kmscon-configuration-font-size
                          (default 12))
  (keyboard-layout        kmscon-configuration-keyboard-layout
                          (default #f)))

(define (keyboard-options layout)
  "Return the arguments of kmscon for LAYOUT, a keyboard layout or #f."
  (if layout
      (append (program-option "--xkb-layout" (keyboard-layout-name layout))
              (program-option "--xkb-variant" (keyboard-layout-variant layout))
              (program-option "--xkb-model" (keyboard-layout-model layout))
              (match (keyboard-layout-options layout)
                (() '())
                (options (list "--xkb-options" (string-join options ",")))))
      '()))

(define (kmscon-shepherd-service configuration)
  "Return the service that runs kmscon on a terminal."
  (match-record configuration <kmscon-configuration>
      (kmscon virtual-terminal login-program login-arguments auto-login
       hardware-acceleration? font-engine font-size keyboard-layout)
    (shepherd-service
     (documentation "Let users log in on this terminal.")
     (provision (list (terminal-name virtual-terminal)))
     (requirement '(user-processes udev dbus-system))
     (start #~(make-forkexec-constructor
               (list #$(file-append kmscon "/bin/kmscon")
                     "--login" "--vt" #$virtual-terminal "--no-switchvt"
                     "--font-engine" #$font-engine
                     "--font-size" #$(number->string font-size)
                     #$@(keyboard-options keyboard-layout)
                     #$@(program-option "--hwaccel" (and hardware-acceleration? #t))
                     "--login" "--"
                     #$login-program
                     #$@login-arguments
                     #$@(program-option "-f" auto-login))
               #:environment-variables
               (list (string-append "XDG_DATA_DIRS="
                                    #$font-gnu-unifont "/share"))))
     (stop #~(make-kill-destructor)))))

(define kmscon-service-type
  (shepherd-service-type
   'kmscon
   kmscon-shepherd-service
   (description "A terminal that draws its text itself.")))

;;;
;;; The mouse.
;;;

(define %default-gpm-options
  '("-m" "/dev/input/mice" "-t" "ps2"))

(define-record-type* <gpm-configuration>
  gpm-configuration make-gpm-configuration
  gpm-configuration?
  (gpm     gpm-configuration-gpm
           (default gpm))
  (options gpm-configuration-options
           (default %default-gpm-options)))

(define (gpm-shepherd-service configuration)
  "Return the service that runs the mouse server."
  (match-record configuration <gpm-configuration> (gpm options)
    (let ((program (file-append gpm "/sbin/gpm")))
      (shepherd-service
       (documentation "Run the mouse server of the console.")
       (provision '(gpm))
       (requirement '(user-processes udev))
       (start #~(make-forkexec-constructor
                 (list #$program #$@options)
                 #:pid-file "/var/run/gpm.pid"
                 #:pid-file-timeout 3))
       (stop #~(lambda (_)
                 (not (zero? (system* #$program "-k")))))))))

(define gpm-service-type
  (shepherd-service-type
   'gpm
   gpm-shepherd-service
   (gpm-configuration)
   (description "The mouse on terminals of the kernel, for copying text.")))
