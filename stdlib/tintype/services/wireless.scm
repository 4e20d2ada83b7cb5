;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Wireless networks, modems, and the daemon that handles all kinds of
;;; connections.

(define-module (tintype services wireless)
  #:use-module (tintype services daemon-account)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services dbus)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system pam)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (hostapd wpa-supplicant))
  #:use-module ((gnu packages freedesktop) #:select (modem-manager))
  #:use-module ((gnu packages gnome) #:select (network-manager))
  #:use-module ((gnu packages usb-modeswitch)
                #:select (usb-modeswitch usb-modeswitch-data))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (wpa-supplicant-configuration
            wpa-supplicant-configuration?
            wpa-supplicant-configuration-wpa-supplicant
            wpa-supplicant-configuration-requirement
            wpa-supplicant-configuration-pid-file
            wpa-supplicant-configuration-dbus?
            wpa-supplicant-configuration-interface
            wpa-supplicant-configuration-config-file
            wpa-supplicant-configuration-extra-options
            wpa-supplicant-configuration-shepherd-provision
            wpa-supplicant-configuration-shepherd-requirement
            wpa-supplicant-service-type

            hostapd-configuration
            hostapd-configuration?
            hostapd-configuration-package
            hostapd-configuration-interface
            hostapd-configuration-ssid
            hostapd-configuration-broadcast-ssid?
            hostapd-configuration-channel
            hostapd-configuration-driver
            hostapd-service-type

            network-manager-configuration
            network-manager-configuration?
            network-manager-configuration-shepherd-requirement
            network-manager-configuration-dns
            network-manager-configuration-vpn-plugins
            network-manager-service-type

            modem-manager-configuration
            modem-manager-configuration?
            modem-manager-service-type

            usb-modeswitch-configuration
            usb-modeswitch-configuration?
            usb-modeswitch-configuration-usb-modeswitch
            usb-modeswitch-configuration-usb-modeswitch-data
            usb-modeswitch-service-type))

;;;
;;; wpa_supplicant(8).
;;;

(define-record-type* <wpa-supplicant-configuration>
  wpa-supplicant-configuration make-wpa-supplicant-configuration
  wpa-supplicant-configuration?
  (wpa-supplicant wpa-supplicant-configuration-wpa-supplicant
                  (default wpa-supplicant))
  ;; Its name is 'shepherd-requirement' now.
  (requirement    wpa-supplicant-configuration-requirement
                  (default *unspecified*)
                  (sanitize warn-requirement))
  (pid-file       wpa-supplicant-configuration-pid-file
                  (default "/var/run/wpa_supplicant.pid"))
  (dbus?          wpa-supplicant-configuration-dbus?
                  (default #t))
  (interface      wpa-supplicant-configuration-interface ;string | #f
                  (default #f))
  (config-file    wpa-supplicant-configuration-config-file
                  (default #f))
  (extra-options  wpa-supplicant-configuration-extra-options
                  (default '()))
  (shepherd-provision   wpa-supplicant-configuration-shepherd-provision
                        (default '(wpa-supplicant wireless-daemon)))
  (shepherd-requirement wpa-supplicant-configuration-shepherd-requirement
                        (default '(user-processes loopback syslogd))))

(define (warn-requirement value)
  (unless (unspecified? value)
    (warning (G_ "the 'requirement' field of 'wpa-supplicant-configuration' \
is deprecated, use 'shepherd-requirement' instead~%")))
  value)

(define (wpa-supplicant-shepherd-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <wpa-supplicant-configuration>
      (wpa-supplicant requirement pid-file dbus? interface config-file
       extra-options shepherd-provision shepherd-requirement)
    (shepherd-service
     (documentation "Join wireless networks.")
     (provision shepherd-provision)
     (requirement (let ((all (if (unspecified? requirement)
                                 shepherd-requirement
                                 requirement)))
                    (if dbus? (cons 'dbus-system all) all)))
     (start #~(make-forkexec-constructor
               (list (string-append #$wpa-supplicant "/sbin/wpa_supplicant")
                     (string-append "-P" #$pid-file)
                     "-B" "-s"
                     #$@(if dbus? '("-u") '())
                     #$@(if interface
                            (list (string-append "-i" interface))
                            '())
                     #$@(if config-file
                            #~((string-append "-c" #$config-file))
                            #~())
                     #$@extra-options)
               #:pid-file #$pid-file))
     (stop #~(make-kill-destructor)))))

(define wpa-supplicant-service-type
  (service-type
   (name 'wpa-supplicant)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list wpa-supplicant-shepherd-service))
          (service-extension
           dbus-root-service-type
           (compose list wpa-supplicant-configuration-wpa-supplicant))
          (service-extension
           profile-service-type
           (compose list wpa-supplicant-configuration-wpa-supplicant))))
   (default-value (wpa-supplicant-configuration))
   (description "Join wireless networks that want a password.")))

;;;
;;; hostapd(8).
;;;

(define-record-type* <hostapd-configuration>
  hostapd-configuration make-hostapd-configuration
  hostapd-configuration?
  (package         hostapd-configuration-package
                   (default hostapd))
  (interface       hostapd-configuration-interface
                   (default "wlan0"))
  (ssid            hostapd-configuration-ssid)
  (broadcast-ssid? hostapd-configuration-broadcast-ssid?
                   (default #t))
  (channel         hostapd-configuration-channel
                   (default 1))
  (driver          hostapd-configuration-driver
                   (default "nl80211"))
  (extra-settings  hostapd-configuration-extra-settings
                   (default "")))

(define (hostapd.conf configuration)
  "Return the file that configures the daemon."
  (match-record configuration <hostapd-configuration>
      (interface ssid broadcast-ssid? channel driver extra-settings)
    (plain-file "hostapd.conf"
                (string-append
                 "interface=" interface "\n"
                 "driver=" driver "\n"
                 "ssid=" ssid "\n"
                 "ignore_broadcast_ssid=" (if broadcast-ssid? "0" "1") "\n"
                 "channel=" (number->string channel) "\n"
                 extra-settings "\n"))))

(define hostapd-service-type
  (shepherd-service-type
   'hostapd
   (lambda (configuration)
     (shepherd-service
      (documentation "Run an access point of a wireless network.")
      (provision '(hostapd))
      (requirement '(user-processes))
      (start #~(make-forkexec-constructor
                (list #$(file-append
                         (hostapd-configuration-package configuration)
                         "/sbin/hostapd")
                      #$(hostapd.conf configuration))
                #:log-file "/var/log/hostapd.log"))
      (stop #~(make-kill-destructor))))
   (description "Be the access point of a wireless network.")))

;;;
;;; NetworkManager(8).
;;;

(define-record-type* <network-manager-configuration>
  network-manager-configuration make-network-manager-configuration
  network-manager-configuration?
  (network-manager      network-manager-configuration-network-manager
                        (default network-manager))
  (shepherd-requirement network-manager-configuration-shepherd-requirement
                        (default '(wireless-daemon)))
  (dns                  network-manager-configuration-dns
                        (default "default"))
  (vpn-plugins          network-manager-configuration-vpn-plugins
                        (default '()))
  ;; Named in 'shepherd-requirement' now.
  (iwd?                 network-manager-configuration-iwd?
                        (default #f)
                        (sanitize warn-iwd?))
  (extra-configuration-files                      ;list of (NAME FILE)
   network-manager-configuration-extra-configuration-files
   (default '())))

(define (warn-iwd? value)
  (when value
    (warning (G_ "the 'iwd?' field is deprecated, please use \
'shepherd-requirement' field instead~%")))
  value)

(define (vpn-plugin-directory plugins)
  "Return the directory of the plugins of PLUGINS, a list of packages."
  (file-append (directory-union "network-manager-vpn-plugins" plugins)
               "/lib/NetworkManager/VPN"))

(define (network-manager-shepherd-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <network-manager-configuration>
      (network-manager shepherd-requirement dns vpn-plugins iwd?
       extra-configuration-files)
    (let ((conf (plain-file "NetworkManager.conf"
                            (string-append
                             "[main]\ndns=" dns "\n"
                             (if iwd?
                                 "[device]\nwifi.backend=iwd\n"
                                 "")))))
      (shepherd-service
       (documentation "Keep the machine connected.")
       (provision '(NetworkManager networking))
       (requirement `(user-processes dbus-system loopback
                      ,@shepherd-requirement
                      ,@(if iwd? '(iwd) '())))
       (actions (list (shepherd-configuration-action conf)))
       (start
        #~(lambda _
            (let ((pid (fork+exec-command
                        (list #$(file-append network-manager
                                             "/sbin/NetworkManager")
                              (string-append "--config=" #$conf)
                              (string-append
                               "--config-dir="
                               #$(file-union "NetworkManager-configuration"
                                             extra-configuration-files))
                              "--no-daemon")
                        #:environment-variables
                        (list (string-append
                               "NM_VPN_PLUGIN_DIR="
                               #$(vpn-plugin-directory vpn-plugins))
                              "LINUX_MODULE_DIRECTORY=\
/run/booted-system/kernel/lib/modules"))))
              (system* #$(file-append network-manager "/bin/nm-online")
                       "--wait-for-startup" "--quiet")
              pid)))
       (stop #~(make-kill-destructor))))))

(define %network-manager-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/etc/NetworkManager/system-connections")
      (mkdir-p "/etc/ipsec.secrets")))

(define (network-manager-accounts configuration)
  "Return the accounts that plugins run as."
  (append-map (lambda (plugin)
                (if (and (package? plugin)
                         (string=? "network-manager-openvpn"
                                   (package-name plugin)))
                    (daemon-accounts "nm-openvpn"
                                     "NetworkManager OpenVPN plugin")
                    '()))
              (network-manager-configuration-vpn-plugins configuration)))

(define (network-manager-packages configuration)
  (list (network-manager-configuration-network-manager configuration)))

(define (network-manager-dbus-packages configuration)
  (append (network-manager-packages configuration)
          (network-manager-configuration-vpn-plugins configuration)))

(define (network-manager-variables configuration)
  "Return the environment variables by which front ends find plugins."
  `(("NM_VPN_PLUGIN_DIR"
     . ,(vpn-plugin-directory
         (network-manager-configuration-vpn-plugins configuration)))))

(define network-manager-service-type
  (service-type
   (name 'network-manager)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list network-manager-shepherd-service))
          (service-extension dbus-root-service-type
                             network-manager-dbus-packages)
          (service-extension polkit-service-type network-manager-packages)
          (service-extension account-service-type network-manager-accounts)
          (service-extension activation-service-type
                             (const %network-manager-activation))
          (service-extension session-environment-service-type
                             network-manager-variables)
          (service-extension profile-service-type network-manager-packages)))
   (default-value (network-manager-configuration))
   (description "Keep the machine connected, by wire, radio or modem.")))

;;;
;;; Modems.
;;;

(define-record-type* <modem-manager-configuration>
  modem-manager-configuration make-modem-manager-configuration
  modem-manager-configuration?
  (modem-manager modem-manager-configuration-modem-manager
                 (default modem-manager)))

(define (modem-manager-packages configuration)
  (list (modem-manager-configuration-modem-manager configuration)))

(define modem-manager-service-type
  (service-type
   (name 'modem-manager)
   (extensions
    (list (service-extension dbus-root-service-type modem-manager-packages)
          (service-extension udev-service-type modem-manager-packages)
          (service-extension polkit-service-type modem-manager-packages)))
   (default-value (modem-manager-configuration))
   (description "Reach networks by modem.")))

(define-record-type* <usb-modeswitch-configuration>
  usb-modeswitch-configuration make-usb-modeswitch-configuration
  usb-modeswitch-configuration?
  (usb-modeswitch      usb-modeswitch-configuration-usb-modeswitch
                       (default usb-modeswitch))
  (usb-modeswitch-data usb-modeswitch-configuration-usb-modeswitch-data
                       (default usb-modeswitch-data))
  (config-file         usb-modeswitch-configuration-config-file
                       (default #~(string-append #$usb-modeswitch
                                                 "/etc/usb_modeswitch.conf"))))

(define (usb-modeswitch-rules configuration)
  "Return the udev rules that run the program on devices that look like the disk
with their driver when they are plugged in."
  (match-record configuration <usb-modeswitch-configuration>
      (usb-modeswitch usb-modeswitch-data config-file)
    (list (file->udev-rule
           "40-usb_modeswitch.rules"
           (computed-file
            "usb_modeswitch.rules"
            #~(begin
                (use-modules (guix build utils))
                (copy-file (string-append #$usb-modeswitch-data
                                          "/udev/40-usb_modeswitch.rules")
                           #$output)
                (substitute* #$output
                  (("PROGRAM=\"usb_modeswitch")
                   (string-append
                    "PROGRAM=\""
                    #$(program-file
                       "usb_modeswitch-wrapper"
                       #~(apply execl
                                #$(file-append
                                   usb-modeswitch
                                   "/sbin/usb_modeswitch_dispatcher")
                                "usb_modeswitch_dispatcher"
                                #$config-file
                                (cdr (command-line)))))))))))))

(define usb-modeswitch-service-type
  (service-type
   (name 'usb-modeswitch)
   (extensions
    (list (service-extension udev-service-type usb-modeswitch-rules)))
   (default-value (usb-modeswitch-configuration))
   (description "Turn devices that look like disks into the modems that they
are.")))
