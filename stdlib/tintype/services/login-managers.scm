;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Programs that let users log in to a graphical session.

(define-module (tintype services login-managers)
  #:use-module (tintype services desktop-settings)
  #:use-module (tintype services x-server)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services dbus)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system pam)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (shadow shepherd-1.0))
  #:use-module ((gnu packages display-managers) #:select (slim))
  #:use-module ((gnu packages fonts) #:select (font-abattis-cantarell))
  #:use-module ((gnu packages gnome) #:select (adwaita-icon-theme gdm))
  #:use-module ((gnu packages xorg) #:select (sessreg xauth))
  #:use-module (srfi srfi-1)
  #:export (slim-configuration
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
            gdm-service-type))

;;;
;;; SLiM.
;;;

(define-record-type* <slim-configuration>
  slim-configuration make-slim-configuration
  slim-configuration?
  (slim                   slim-configuration-slim (default slim))
  (allow-empty-passwords? slim-configuration-allow-empty-passwords?
                          (default #t))
  (gnupg?                 slim-configuration-gnupg? (default #f))
  (auto-login?            slim-configuration-auto-login? (default #f))
  (default-user           slim-configuration-default-user (default ""))
  (theme                  slim-configuration-theme ;file-like | #f
                          (default #f))
  (theme-name             slim-configuration-theme-name (default "1.x"))
  (xauth                  slim-configuration-xauth (default xauth))
  (shepherd               slim-configuration-shepherd (default shepherd-1.0))
  (auto-login-session     slim-configuration-auto-login-session (default #f))
  (xorg-configuration     slim-configuration-xorg
                          (default (xorg-configuration)))
  (display                slim-configuration-display (default ":0"))
  (vt                     slim-configuration-vt (default "vt7"))
  (sessreg                slim-configuration-sessreg (default sessreg)))

(define (slim.conf configuration)
  "Return the file that configures the login manager."
  (match-record configuration <slim-configuration>
      (xorg-configuration xauth shepherd sessreg display vt theme-name
       default-user auto-login?)
    (mixed-text-file
     "slim.cfg"
     "default_path /run/current-system/profile/bin\n"
     "default_xserver " (file-append (xorg-configuration-server
                                      xorg-configuration)
                                     "/bin/X")
     "\n"
     "display_name " display "\n"
     "xserver_arguments " vt " "
     (string-join (xorg-configuration-server-arguments xorg-configuration))
     "\n"
     "xauth_path " (file-append xauth "/bin/xauth") "\n"
     "authfile /var/run/slim.auth\n"
     "halt_cmd " (file-append shepherd "/sbin/halt") "\n"
     "reboot_cmd " (file-append shepherd "/sbin/reboot") "\n"
     "sessionstart_cmd " (file-append sessreg "/bin/sessreg") " -a -l "
     display " %user\n"
     "sessionstop_cmd " (file-append sessreg "/bin/sessreg") " -d -l "
     display " %user\n"
     "sessiondir /run/current-system/profile/share/xsessions\n"
     "current_theme " theme-name "\n"
     "default_user " default-user "\n"
     (if auto-login? "auto_login yes\n" ""))))

(define (slim-shepherd-service configuration)
  "Return the service that runs the login manager."
  (match-record configuration <slim-configuration> (slim vt)
    (shepherd-service
     (documentation "Let users log in to graphical sessions.")
     (provision (list 'xorg-server (symbol-append 'xorg-server-
                                                  (string->symbol vt))))
     (requirement '(pam user-processes host-name udev))
     (start #~(lambda ()
                (false-if-exception (delete-file "/var/run/slim.lock"))
                (fork+exec-command
                 (list #$(file-append slim "/bin/slim") "-nodaemon")
                 #:environment-variables
                 (list (string-append "SLIM_CFGFILE="
                                      #$(slim.conf configuration))))))
     (stop #~(make-kill-destructor)))))

(define (slim-pam-services configuration)
  (match-record configuration <slim-configuration>
      (allow-empty-passwords? gnupg?)
    (list (unix-pam-service "slim"
                            #:login-uid? #t
                            #:allow-empty-passwords? allow-empty-passwords?
                            #:gnupg? gnupg?))))

(define slim-service-type
  (service-type
   (name 'slim)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list slim-shepherd-service))
          (service-extension pam-root-service-type slim-pam-services)))
   (compose last-one)
   (extend (lambda (configuration xorg)
             (if xorg
                 (slim-configuration
                  (inherit configuration)
                  (xorg-configuration xorg))
                 configuration)))
   (default-value (slim-configuration))
   (description "A plain graphical login manager.")))

;;;
;;; GDM.
;;;

(define-record-type* <gdm-configuration>
  gdm-configuration make-gdm-configuration
  gdm-configuration?
  (gdm                    gdm-configuration-gdm (default gdm))
  (allow-empty-passwords? gdm-configuration-allow-empty-passwords?
                          (default #t))
  (auto-login?            gdm-configuration-auto-login? (default #f))
  (auto-suspend?          gdm-configuration-auto-suspend? (default #t))
  (dbus-daemon            gdm-configuration-dbus-daemon (default #f))
  (debug?                 gdm-configuration-debug? (default #f))
  (default-user           gdm-configuration-default-user (default #f))
  (gnome-shell-assets     gdm-configuration-gnome-shell-assets
                          (default (list adwaita-icon-theme
                                         font-abattis-cantarell)))
  (xorg-configuration     gdm-configuration-xorg-configuration
                          (default (xorg-configuration)))
  (x-session              gdm-configuration-x-session (default #f))
  (xdmcp?                 gdm-configuration-xdmcp? (default #f))
  (wayland?               gdm-configuration-wayland? (default #t))
  (wayland-session        gdm-configuration-wayland-session (default #f)))

(define (gdm-custom.conf configuration)
  "Return the file that configures the login manager."
  (define (true/false value)
    (if value "true" "false"))

  (match-record configuration <gdm-configuration>
      (auto-login? default-user debug? xdmcp? wayland?)
    (plain-file "gdm-custom.conf"
                (string-append
                 "[daemon]\n"
                 (if default-user
                     (string-append "AutomaticLoginEnable="
                                    (true/false auto-login?) "\n"
                                    "AutomaticLogin=" default-user "\n")
                     "")
                 "WaylandEnable=" (true/false wayland?) "\n"
                 "[debug]\nEnable=" (true/false debug?) "\n"
                 "[xdmcp]\nEnable=" (true/false xdmcp?) "\n"))))

(define (gdm-shepherd-service configuration)
  "Return the service that runs the login manager."
  (let ((conf (gdm-custom.conf configuration)))
    (shepherd-service
     (documentation "Let users log in to graphical sessions.")
     (provision '(xorg-server))
     (requirement '(dbus-system pam user-processes host-name udev elogind))
     (actions (list (shepherd-configuration-action conf)))
     (start #~(make-forkexec-constructor
               (list #$(file-append (gdm-configuration-gdm configuration)
                                    "/bin/gdm"))
               #:environment-variables
               (list (string-append "GDM_CUSTOM_CONF=" #$conf))))
     (stop #~(make-kill-destructor)))))

(define %gdm-accounts
  (list (user-group (name "gdm") (system? #t))
        (user-account
         (name "gdm")
         (group "gdm")
         (supplementary-groups '("video"))
         (comment "GNOME Display Manager user")
         (home-directory "/var/lib/gdm")
         (shell (file-append shadow "/sbin/nologin"))
         (system? #t))))

(define (gdm-pam-services configuration)
  "Return the PAM services of greeters and of those who log in, with or without
being asked."
  (match-record configuration <gdm-configuration> (gdm allow-empty-passwords?)
    (list (pam-service
           (inherit (unix-pam-service "gdm-autologin" #:login-uid? #t))
           (auth (list (pam-entry
                        (control "optional")
                        (module (file-append gdm "/lib/security/pam_gdm.so")))
                       (pam-entry
                        (control "sufficient")
                        (module "pam_permit.so")))))
          (pam-service
           (inherit (unix-pam-service "gdm-launch-environment"))
           (auth (list (pam-entry
                        (control "required")
                        (module "pam_permit.so")))))
          (unix-pam-service "gdm-password"
                            #:login-uid? #t
                            #:allow-empty-passwords?
                            allow-empty-passwords?))))

(define (gdm-keyboard-layout configuration)
  (xorg-configuration-keyboard-layout
   (gdm-configuration-xorg-configuration configuration)))

(define gdm-service-type
  (service-type
   (name 'gdm)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list gdm-shepherd-service))
          (service-extension account-service-type (const %gdm-accounts))
          (service-extension dconf-service-type (const '()))
          (service-extension pam-root-service-type gdm-pam-services)
          (service-extension polkit-service-type (const '()))
          (service-extension profile-service-type
                             gdm-configuration-gnome-shell-assets)
          (service-extension dbus-root-service-type
                             (compose list gdm-configuration-gdm))
          (service-extension localed-service-type gdm-keyboard-layout)))
   (compose last-one)
   (extend (lambda (configuration xorg)
             (if xorg
                 (gdm-configuration
                  (inherit configuration)
                  (xorg-configuration xorg))
                 configuration)))
   (default-value (gdm-configuration))
   (description "The graphical login manager of GNOME.")))
