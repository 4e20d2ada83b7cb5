;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Graphical display: the X server, programs that let users log in to it, and
;;; those that lock it.

(define-module (gnu services xorg)
  #:use-module (tintype services checks)
  #:use-module (tintype services desktop-settings)
  #:use-module (tintype services login-managers)
  #:use-module (tintype services x-server)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu system pam)
  #:use-module (gnu system privilege)
  #:re-export (xorg-configuration
               xorg-configuration?
               xorg-configuration-modules
               xorg-configuration-fonts
               xorg-configuration-drivers
               xorg-configuration-resolutions
               xorg-configuration-keyboard-layout
               xorg-configuration-extra-config
               xorg-configuration-server
               xorg-configuration-server-arguments
               %default-xorg-modules
               %default-xorg-fonts
               %default-xorg-server-arguments

               localed-configuration
               localed-configuration?
               localed-service-type
               dconf-keyfile
               dconf-profile
               dconf-profile-name
               dconf-profile-content
               dconf-profile-keyfile
               dconf-service-type

               slim-configuration
               slim-configuration?
               slim-configuration-slim
               slim-configuration-allow-empty-passwords?
               slim-configuration-default-user
               slim-configuration-theme
               slim-configuration-theme-name
               slim-configuration-xauth
               slim-configuration-shepherd
               slim-configuration-auto-login?
               slim-configuration-auto-login-session
               slim-configuration-xorg
               slim-configuration-display
               slim-configuration-vt
               slim-configuration-sessreg
               slim-service-type
               gdm-configuration
               gdm-service-type)
  #:export (set-xorg-configuration

            screen-locker-configuration
            screen-locker-configuration?
            screen-locker-configuration-name
            screen-locker-configuration-program
            screen-locker-configuration-allow-empty-password?
            screen-locker-configuration-using-pam?
            screen-locker-configuration-using-setuid?
            screen-locker-service-type))

(define* (set-xorg-configuration configuration
                                 #:optional
                                 (login-manager-service-type
                                  gdm-service-type))
  "Return the service that makes the login manager run the X server with
CONFIGURATION."
  (simple-service 'set-xorg-configuration
                  login-manager-service-type
                  configuration))

;;;
;;; Locking the screen.
;;;

(define-record-type* <screen-locker-configuration>
  screen-locker-configuration make-screen-locker-configuration
  screen-locker-configuration?
  (name                  screen-locker-configuration-name
                         (sanitize (checked string? 'name)))
  (program               screen-locker-configuration-program
                         (sanitize (checked file-like? 'program)))
  (allow-empty-password? screen-locker-configuration-allow-empty-password?
                         (default #f)
                         (sanitize (checked boolean? 'allow-empty-password?)))
  (using-pam?            screen-locker-configuration-using-pam?
                         (default #t)
                         (sanitize (checked boolean? 'using-pam?)))
  (using-setuid?         screen-locker-configuration-using-setuid?
                         (default #t)
                         (sanitize (checked boolean? 'using-setuid?))))

(define (screen-locker-pam-services configuration)
  (match-record configuration <screen-locker-configuration>
      (name allow-empty-password? using-pam?)
    (if using-pam?
        (list (unix-pam-service name
                                #:allow-empty-passwords?
                                allow-empty-password?))
        '())))

(define (screen-locker-privileged-programs configuration)
  (match-record configuration <screen-locker-configuration>
      (program using-setuid?)
    (if using-setuid?
        (list (file-like->setuid-program program))
        '())))

(define screen-locker-service-type
  (service-type
   (name 'screen-locker)
   (extensions
    (list (service-extension pam-root-service-type
                             screen-locker-pam-services)
          (service-extension privileged-program-service-type
                             screen-locker-privileged-programs)))
   (description "Let a program lock the screen: it may ask for passwords.")))
