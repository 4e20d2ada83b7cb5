;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What desktops need of a system, whichever desktop it is.

(define-module (gnu services desktop)
  #:use-module (tintype services checks)
  #:use-module (tintype services daemon-account)
  #:use-module (tintype services elogind)
  #:use-module (tintype services upower)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:select (package?))
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services avahi)
  #:use-module (gnu services base)
  #:use-module ((gnu services configuration) #:select (list-of-packages?))
  #:use-module (gnu services dbus)
  #:use-module (gnu services networking)
  #:use-module (gnu services shepherd)
  #:use-module (gnu services sound)
  #:use-module (gnu services xorg)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system pam)
  #:use-module (gnu system privilege)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages cups) #:select (cups-pk-helper))
  #:use-module ((gnu packages freedesktop) #:select (accountsservice udisks))
  #:use-module ((gnu packages gnome)
                #:select (colord geoclue network-manager-applet))
  #:use-module ((gnu packages libusb) #:select (libmtp))
  #:use-module ((gnu packages linux) #:select (ntfs-3g))
  #:use-module ((gnu packages nfs) #:select (nfs-utils))
  #:use-module ((gnu packages scanner) #:select (sane sane-backends))
  #:use-module ((gnu packages suckless) #:select (slock))
  #:use-module ((gnu packages xdisorg) #:select (xlockmore))
  #:use-module ((gnu packages xfce) #:select (xfce thunar xfce4-power-manager))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:re-export (upower-configuration
               upower-configuration?
               upower-configuration-upower
               upower-configuration-watts-up-pro?
               upower-configuration-poll-batteries?
               upower-configuration-ignore-lid?
               upower-configuration-use-percentage-for-policy?
               upower-configuration-percentage-low
               upower-configuration-percentage-critical
               upower-configuration-percentage-action
               upower-configuration-time-low
               upower-configuration-time-critical
               upower-configuration-time-action
               upower-configuration-critical-power-action
               upower-service-type

               elogind-configuration
               elogind-configuration?
               elogind-service-type)
  #:export (udisks-configuration
            udisks-configuration?
            udisks-service-type

            geoclue-configuration
            geoclue-configuration?
            geoclue-application
            %standard-geoclue-applications
            geoclue-service-type

            accountsservice-service-type
            colord-service-type
            cups-pk-helper-service-type
            x11-socket-directory-service-type

            sane-configuration
            sane-configuration?
            sane-configuration-sane
            sane-configuration-backends
            sane-service-type

            xfce-desktop-configuration
            xfce-desktop-configuration?
            xfce-desktop-service-type

            %fontconfig-file-system
            fontconfig-file-system-service
            %gdm-file-system
            gdm-file-system-service
            polkit-wheel-service
            %desktop-services))

;;;
;;; Disks, places, accounts, colours, printers, scanners.
;;;

(define (making-directory directory mode)
  "Return a gexp that makes DIRECTORY, with permissions MODE."
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p #$directory)
      (chmod #$directory #$mode)))

(define-record-type* <udisks-configuration>
  udisks-configuration make-udisks-configuration
  udisks-configuration?
  (udisks udisks-configuration-udisks
          (default udisks)))

(define (udisks-packages configuration)
  (list (udisks-configuration-udisks configuration)))

(define udisks-service-type
  (service-type
   (name 'udisks)
   (extensions
    (list (service-extension polkit-service-type udisks-packages)
          (service-extension dbus-root-service-type udisks-packages)
          (service-extension udev-service-type udisks-packages)
          (service-extension activation-service-type
                             (const (making-directory "/var/run/udisks2"
                                                      #o700)))
          (service-extension profile-service-type udisks-packages)))
   (default-value (udisks-configuration))
   (description "Let users mount disks that they plug in.")))

(define* (geoclue-application name
                              #:key (allowed? #t) system? (users '()))
  "Return the section that tells if the application NAME may know where the
machine is."
  (string-append "[" name "]\n"
                 "allowed=" (if allowed? "true" "false") "\n"
                 "system=" (if system? "true" "false") "\n"
                 "users=" (string-join users ";") "\n"))

(define %standard-geoclue-applications
  (cons (geoclue-application "gnome-datetime-panel" #:system? #t)
        (map geoclue-application
             '("epiphany" "firefox" "librewolf" "icecat" "redshift"))))

(define-record-type* <geoclue-configuration>
  geoclue-configuration make-geoclue-configuration
  geoclue-configuration?
  (geoclue              geoclue-configuration-geoclue (default geoclue))
  (whitelist            geoclue-configuration-whitelist (default '()))
  (wifi-geolocation-url
   geoclue-configuration-wifi-geolocation-url
   (default
     "https://api.beacondb.net/v1/geolocate?key=geoclue_guix.gnu.org"))
  (submit-data?         geoclue-configuration-submit-data? (default #f))
  (wifi-submission-url  geoclue-configuration-wifi-submission-url
                        (default "https://api.beacondb.net/v2/geosubmit"))
  (submission-nick      geoclue-configuration-submission-nick
                        (default "geoclue"))
  (applications         geoclue-configuration-applications
                        (default %standard-geoclue-applications)))

(define geoclue-service-type
  (service-type
   (name 'geoclue)
   (extensions
    (list (service-extension dbus-root-service-type
                             (compose list geoclue-configuration-geoclue))
          (service-extension account-service-type
                             (const (daemon-accounts "geoclue"
                                                     "GeoClue daemon user")))))
   (default-value (geoclue-configuration))
   (description "Let applications ask where the machine is.")))

(define accountsservice-service-type
  (service-type
   (name 'accountsservice)
   (extensions
    (list (service-extension activation-service-type
                             (const (making-directory
                                     "/var/lib/AccountsService" #o755)))
          (service-extension dbus-root-service-type list)
          (service-extension polkit-service-type list)))
   (default-value accountsservice)
   (description "Let desktops show and change accounts.")))

(define %colord-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/var/lib/colord")
      (let ((user (getpwnam "colord")))
        (chown "/var/lib/colord" (passwd:uid user) (passwd:gid user)))))

(define colord-service-type
  (service-type
   (name 'colord)
   (extensions
    (list (service-extension account-service-type
                             (const (daemon-accounts "colord"
                                                     "colord daemon user")))
          (service-extension activation-service-type
                             (const %colord-activation))
          (service-extension dbus-root-service-type list)
          (service-extension udev-service-type list)
          (service-extension polkit-service-type list)))
   (default-value colord)
   (description "Know the colours of screens, printers and scanners.")))

(define cups-pk-helper-service-type
  (service-type
   (name 'cups-pk-helper)
   (extensions
    (list (service-extension dbus-root-service-type list)
          (service-extension polkit-service-type list)))
   (default-value cups-pk-helper)
   (description "Let users set up printers.")))

(define-record-type* <sane-configuration>
  sane-configuration make-sane-configuration
  sane-configuration?
  (sane     sane-configuration-sane
            (default sane)
            (sanitize (checked package? 'sane)))
  (backends sane-configuration-backends           ;list of packages
            (default (list sane-backends))
            (sanitize (checked (lambda (value)
                                 (and (pair? value) (list-of-packages? value)))
                               'backends))))

(define (sane-variables configuration)
  "Return the environment variables by which programs find backends."
  (let ((backends (match (sane-configuration-backends configuration)
                    ((one) one)
                    (several (directory-union "sane-backends" several)))))
    `(("SANE_CONFIG_DIR" . ,(file-append backends "/etc/sane.d"))
      ("SANE_BACKEND_LIB_PATH" . ,(file-append backends "/lib/sane")))))

(define sane-service-type
  (service-type
   (name 'sane)
   (extensions
    (list (service-extension udev-service-type sane-configuration-backends)
          (service-extension session-environment-service-type sane-variables)
          (service-extension account-service-type
                             (const (list (user-group
                                           (name "scanner")
                                           (system? #t)))))))
   (default-value (sane-configuration))
   (description "Let users in group 'scanner' use scanners.")))

;;;
;;; Xfce.
;;;

(define-record-type* <xfce-desktop-configuration>
  xfce-desktop-configuration make-xfce-desktop-configuration
  xfce-desktop-configuration?
  (xfce                   xfce-desktop-configuration-xfce
                          (default xfce))
  (allow-empty-passwords? xfce-desktop-configuration-allow-empty-passwords?
                          (default #t)))

(define (xfce-pam-services configuration)
  (list (unix-pam-service
         "xfce4-screensaver"
         #:allow-empty-passwords?
         (xfce-desktop-configuration-allow-empty-passwords? configuration))))

(define xfce-desktop-service-type
  (service-type
   (name 'xfce-desktop)
   (extensions
    (list (service-extension polkit-service-type
                             (const (list thunar xfce4-power-manager)))
          (service-extension pam-root-service-type xfce-pam-services)
          (service-extension profile-service-type
                             (compose list xfce-desktop-configuration-xfce))))
   (default-value (xfce-desktop-configuration))
   (description "The Xfce desktop.")))

;;;
;;; Files and permissions.
;;;

(define x11-socket-directory-service-type
  (shepherd-service-type
   'x11-socket-directory-service
   (lambda (_)
     (shepherd-service
      (documentation "Make the directory where X servers listen.")
      (provision '(x11-socket-directory))
      (requirement '(file-systems))
      (one-shot? #t)
      (start #~(lambda _
                 (mkdir-p "/tmp/.X11-unix")
                 (chmod "/tmp/.X11-unix" #o1777)))))
   #f
   (description "Make the directory where X servers listen.")))

;; Caches that a reboot may lose.
(define %fontconfig-file-system
  (file-system
    (device "none")
    (mount-point "/var/cache/fontconfig")
    (type "tmpfs")
    (flags '(read-only))
    (check? #f)))

(define fontconfig-file-system-service
  (simple-service 'fontconfig-file-system file-system-service-type
                  (list %fontconfig-file-system)))

(define %gdm-file-system
  (file-system
    (device "none")
    (mount-point "/var/lib/gdm")
    (type "tmpfs")
    (check? #f)))

(define gdm-file-system-service
  (simple-service 'gdm-file-system file-system-service-type
                  (list %gdm-file-system)))

;; Users in group 'wheel' administer the machine.
(define %polkit-wheel
  (file-union
   "polkit-wheel"
   `(("share/polkit-1/rules.d/wheel.rules"
      ,(plain-file "wheel.rules" "\
polkit.addAdminRule(function (action, subject) {
    return [\"unix-group:wheel\"];
});
")))))

(define polkit-wheel-service
  (simple-service 'polkit-wheel polkit-service-type
                  (list %polkit-wheel)))

(define %mount-helpers
  (map file-like->setuid-program
       (list (file-append nfs-utils "/sbin/mount.nfs")
             (file-append ntfs-3g "/sbin/mount.ntfs-3g"))))

(define %desktop-services
  (cons* (service gdm-service-type)
         (service screen-locker-service-type
                  (screen-locker-configuration
                   (name "slock")
                   (program (file-append slock "/bin/slock"))))
         (service screen-locker-service-type
                  (screen-locker-configuration
                   (name "xlock")
                   (program (file-append xlockmore "/bin/xlock"))))
         (simple-service 'mtp udev-service-type (list libmtp))
         (service sane-service-type)
         polkit-wheel-service
         (simple-service 'mount-setuid-helpers privileged-program-service-type
                         %mount-helpers)
         (simple-service 'guix-artwork profile-service-type
                         %base-packages-artwork)
         gdm-file-system-service
         (service vte-integration-service-type)
         fontconfig-file-system-service
         (service network-manager-service-type)
         (service wpa-supplicant-service-type)
         (simple-service 'network-manager-applet profile-service-type
                         (list network-manager-applet))
         (service modem-manager-service-type)
         (service usb-modeswitch-service-type)
         (service avahi-service-type)
         (service udisks-service-type)
         (service upower-service-type)
         (service accountsservice-service-type)
         (service cups-pk-helper-service-type)
         (service colord-service-type)
         (service geoclue-service-type)
         (service polkit-service-type)
         (service elogind-service-type)
         (service dbus-root-service-type)
         (service ntp-service-type)
         (service x11-socket-directory-service-type)
         (service pulseaudio-service-type)
         (service alsa-service-type)
         %base-services))
