;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What services of Guix are in a system of Debian's packages: contributions to
;;; it, each one of
;;;
;;;   (file PATH MODE OWNER GROUP OBJECT)      OBJECT lowered
;;;   (link PATH TARGET)                       TARGET a string or a lowered object
;;;   (debian NAME)                            a package, by Debian's name
;;;   (enable UNIT) (disable UNIT)             a unit that a package brings; who
;;;                                            enables it has the last word
;;;   (note TEXT)                              what a person should know

(define-module (tintype debian services)
  #:use-module (tintype debian activation)
  #:use-module (tintype debian networks)
  #:use-module (tintype debian units)
  #:use-module (tintype lowering)
  #:use-module ((tintype services console)
                #:select (login-configuration-motd))
  #:use-module ((tintype services graph) #:select (final-values))
  #:use-module ((tintype services getty)
                #:select (agetty-configuration-tty
                          agetty-configuration-auto-login))
  #:use-module (guix gexp)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services shepherd)
  #:use-module (gnu services sysctl)
  #:autoload   (gnu services ssh) (openssh-configuration-authorized-keys)
  #:autoload   (tintype services authorized-keys) (authorized-key-directory)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (services->contributions))

;;;
;;; What there is nothing to do for: the kernel, systemd, and the packages of the
;;; base system see to it.
;;;

(define %part-of-the-base
  '(account activate boot cleanup elogind etc etc-bashrc-d etc-hosts
    etc-profile-d file-systems firmware fstab gc-root host-name limits
    linux-bare-metal linux-builder localed log-rotation nscd pam polkit
    privileged-program profile root-file-system session-environment
    setuid-program shepherd-root shepherd-system-log shepherd-timer
    shepherd-transient swap syslog system udev urandom-seed user-processes
    virtual-terminal console-fonts dummy-networking
    x11-socket-directory-service provenance user-homes
    package-configuration debian-packages debian-names))

;; Services that keep what Guix itself makes; packages are Debian's here.
(define %part-of-guix
  '(guix guix-publish log-cleanup))

(define (part-of-the-base? name)
  (or (memq name %part-of-the-base)
      (memq name %part-of-guix)
      (any (lambda (prefix)
             (string-prefix? prefix (symbol->string name)))
           '("device-mapping" "file-system"))))


;;;
;;; What packages of Debian bring a unit for.
;;;

;; By the service's type: packages, then units.
(define %units-of-packages
  '((accountsservice ("accountsservice") "accounts-daemon.service")
    (alsa ("alsa-utils"))
    (avahi ("avahi-daemon" "libnss-mdns") "avahi-daemon.service")
    (bluetooth ("bluez") "bluetooth.service")
    (colord ("colord"))
    (containerd ("containerd") "containerd.service")
    (cups ("cups") "cups.service")
    (dbus ("dbus"))
    (docker ("docker.io") "docker.service")
    (fail2ban ("fail2ban") "fail2ban.service")
    (gdm ("gdm3" "xserver-xorg") "gdm.service")
    (geoclue ("geoclue-2.0"))
    (gpm ("gpm") "gpm.service")
    (hostapd ("hostapd") "hostapd.service")
    (lightdm ("lightdm" "lightdm-gtk-greeter" "xserver-xorg")
             "lightdm.service")
    (modem-manager ("modemmanager") "ModemManager.service")
    (mysql ("mariadb-server") "mariadb.service")
    (network-manager ("network-manager") "NetworkManager.service")
    (ntp ("systemd-timesyncd") "systemd-timesyncd.service")
    (openntpd ("systemd-timesyncd") "systemd-timesyncd.service")
    (postgresql ("postgresql") "postgresql.service")
    (pulseaudio ("pulseaudio"))
    (qemu-guest-agent ("qemu-guest-agent"))
    (redis ("redis-server") "redis-server.service")
    (rngd ("rng-tools5") "rngd.service")
    (sane ("sane-utils"))
    (sddm ("sddm" "xserver-xorg") "sddm.service")
    (slim ("slim" "xserver-xorg" "xinit") "slim.service")
    (spice-vdagent ("spice-vdagent") "spice-vdagentd.service")
    (tor ("tor") "tor.service")
    (udisks ("udisks2") "udisks2.service")
    (upower ("upower") "upower.service")
    (usb-modeswitch ("usb-modeswitch"))
    (wpa-supplicant ("wpasupplicant") "wpa_supplicant.service")
    (xfce-desktop ("xfce4"))
    (gnome-desktop ("gnome-core"))
    (mate-desktop ("mate-desktop-environment-core"))
    (lxqt-desktop ("lxqt-core"))))

;; Display managers: the unit, and the program that X11's own scripts ask for.
(define %display-managers
  '((gdm "gdm3.service" "/usr/sbin/gdm3")
    (lightdm "lightdm.service" "/usr/sbin/lightdm")
    (sddm "sddm.service" "/usr/bin/sddm")
    (slim "slim.service" "/usr/bin/slim")))

(define (display-manager->contributions name)
  (match (assq-ref %display-managers name)
    (#f '())
    ((unit program)
     `((link ,(unit-path "display-manager.service")
             ,(string-append "/lib/systemd/system/" unit))
       (file "/etc/X11/default-display-manager" #o644 "root" "root"
             (plain-file "default-display-manager"
                         ,(string-append program "\n")))))))

;; Whether the value of the services of TYPE says more than that there is one.
(define (configured? services type)
  (let ((default (service-type-default-value type)))
    (any (lambda (service)
           (and (eq? type (service-kind service))
                (not (equal? default (service-value service)))))
         services)))

;; Daemons that run where a service asks for them only, whatever package brought
;; them.
(define %daemons
  '("ssh.service" "nginx.service" "apache2.service" "cron.service"
    "cups.service" "avahi-daemon.service" "tor.service" "docker.service"
    "bluetooth.service"))


;;;
;;; Services with a value that counts.
;;;

(define (getty-unit tty)
  (string-append (if (string-prefix? "tty" tty)
                     (if (char-numeric? (string-ref tty 3))
                         "getty@"
                         "serial-getty@")
                     "serial-getty@")
                 tty ".service"))

(define (getty->contributions tty user)
  "Return the contributions that let people log in on TTY, a string or #f, USER
without being asked if it is one."
  (if (string? tty)
      (let ((unit (getty-unit tty)))
        `((enable ,unit)
          ,@(if (string? user)
                `((file ,(unit-path (string-append unit ".d/login.conf"))
                        #o644 "root" "root"
                        (plain-file
                         "login.conf"
                         ,(string-append
                           "[Service]\nExecStart=\n"
                           "ExecStart=-/sbin/agetty --noclear --autologin "
                           user " %I $TERM\n"))))
                '())))
      ;; systemd has one on each console of the kernel.
      '()))

(define (special-file->contributions file)
  (match file
    ((or ("/bin/sh" _) ("/usr/bin/env" _)) '())
    ((path object) `((link ,path ,(lower-object object))))))

(define (sysctl->contributions configuration)
  `((file "/etc/sysctl.d/50-definition.conf" #o644 "root" "root"
          (plain-file "sysctl.conf"
                      ,(string-concatenate
                        (map (match-lambda
                               ((name . value)
                                (string-append name "=" value "\n")))
                             (sysctl-configuration-settings
                              configuration)))))))

;; The message that people see when they have logged in.
(define (login->contributions configuration)
  `((file "/etc/motd" #o644 "root" "root"
          ,(lower-object (login-configuration-motd configuration)))))

;; By the service's type: a procedure of its value.
(define %contributions
  `((login . ,login->contributions)
    (mingetty . ,(lambda (configuration)
                   (getty->contributions
                    (mingetty-configuration-tty configuration)
                    (mingetty-configuration-auto-login configuration))))
    (agetty . ,(lambda (configuration)
                 (getty->contributions
                  (agetty-configuration-tty configuration)
                  (agetty-configuration-auto-login configuration))))
    (static-networking . ,(lambda (networks)
                            (append-map static-networking->contributions
                                        networks)))
    (dhcpcd . ,(const dhcp->contributions))
    (dhcp-client . ,(const dhcp->contributions))
    (special-files . ,(lambda (files)
                        (append-map special-file->contributions files)))
    (sysctl . ,sysctl->contributions)))

;; No image holds keys of a machine: the first boot makes them.
(define (openssh->contributions configuration)
  `((file ,(unit-path "ssh-host-keys.service") #o644 "root" "root"
          (plain-file "ssh-host-keys.service" "\
# Made from the definition of the operating system.
[Unit]
Description=Make the keys of this machine
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
# Sockets are there early.
DefaultDependencies=no
After=systemd-remount-fs.service local-fs.target
Before=sockets.target ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
"))
    ,(wanted-by "multi-user.target" "ssh-host-keys.service")
    (file "/etc/tmpfiles.d/sshd.conf" #o644 "root" "root"
          (plain-file "sshd.conf" "d /run/sshd 0755 root root\n"))
    ,@(match (openssh-configuration-authorized-keys configuration)
        (() '())
        (keys
         `((file "/etc/ssh/authorized_keys.d" #o644 "root" "root"
                 ,(lower-object (authorized-key-directory keys))))))))

;; By the service's type: a procedure of its value, for what its unit does not do.
(define %additions
  `((openssh . ,openssh->contributions)))


;;;
;;; All of them.
;;;

(define (extension-to type target)
  "Return the extension by which services of TYPE contribute to TARGET, or #f."
  (find (lambda (extension)
          (eq? (service-extension-target extension) target))
        (service-type-extensions type)))

(define (given services type target)
  "Return what each of the services of TYPE among SERVICES contributes to TARGET."
  (match (extension-to type target)
    (#f '())
    (extension (map (service-extension-compute extension)
                    (final-values services type)))))

;; Directories that the services of TYPE need, made at boot.
(define (activation->contributions services type)
  (define name
    (symbol->string (service-type-name type)))

  (let ((lines (map (compose activation-code->lines lower-object)
                    (given services type activation-service-type))))
    (if (every list? lines)
        (match (concatenate lines)
          (() '())
          (lines
           `((file ,(string-append "/etc/tmpfiles.d/" name ".conf")
                   #o644 "root" "root"
                   (plain-file "tmpfiles" ,(string-concatenate lines))))))
        `((note ,(string-append
                  "what the activation of service '" name
                  "' does beside making directories is not done"))))))

(define (known? name)
  (or (part-of-the-base? name)
      (assq name %contributions)
      (assq name %units-of-packages)))

(define (type->contributions services type started provisions)
  "Return the contributions of the services of TYPE, which are STARTED, Shepherd
services; #f if nothing is known of them."
  (define name (service-type-name type))

  (cond ((part-of-the-base? name) '())
        ((assq-ref %contributions name)
         => (lambda (contributions)
              (append-map contributions (final-values services type))))
        ((assq-ref %units-of-packages name)
         => (match-lambda
              ((packages . units)
               (append (map (lambda (package) `(debian ,package)) packages)
                       (map (lambda (unit) `(enable ,unit)) units)
                       (display-manager->contributions name)
                       (if (configured? services type)
                           `((note ,(string-append
                                     "service '" (symbol->string name)
                                     "' is Debian's, with the configuration \
that its package brings")))
                           '())))))
        ((not (extension-to type shepherd-root-service-type)) '())
        ((null? started) #f)
        (else
         (let ((units (map (lambda (service)
                             (shepherd-service->unit service provisions))
                           started)))
           (and (every list? units)
                (append (concatenate units)
                        (match (assq-ref %additions name)
                          (#f (activation->contributions services type))
                          (additions
                           (append-map additions
                                       (final-values services type))))))))))

(define (services->contributions services)
  "Return two values: the contributions of SERVICES, and the names of the types
of those that nothing can realise."
  (define types
    (delete-duplicates (map service-kind services) eq?))

  ;; By type, in the same order.
  (define started
    (map (lambda (type)
           (if (known? (service-type-name type))
               '()
               (concatenate
                (given services type shepherd-root-service-type))))
         types))

  (define provisions
    (map shepherd-service-provision (concatenate started)))

  (define contributions
    (map (lambda (type started)
           (type->contributions services type started provisions))
         types started))

  (values (append (map (lambda (unit) `(disable ,unit)) %daemons)
                  (concatenate (filter list? contributions)))
          (filter-map (lambda (type contributions)
                        (and (not contributions)
                             (service-type-name type)))
                      types contributions)))
