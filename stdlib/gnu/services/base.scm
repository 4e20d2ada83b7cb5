;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The services of every system: those that make a machine one that can be
;;; logged in to.

(define-module (gnu services base)
  #:use-module (tintype services build-daemon)
  #:use-module (tintype services console)
  #:use-module (tintype services devices)
  #:use-module (tintype services file-systems)
  #:use-module (tintype services getty)
  #:use-module (tintype services greetd)
  #:use-module (tintype services names)
  #:use-module (tintype services publish)
  #:use-module (tintype services static-networking)
  #:use-module (tintype services syslog)
  #:use-module (guix gexp)
  #:use-module (gnu services)
  #:use-module (gnu services admin)
  #:use-module (gnu services shepherd)
  #:use-module (gnu services sysctl)
  #:use-module ((gnu packages base) #:select (coreutils))
  #:use-module ((gnu packages bash) #:select (bash))
  #:use-module ((gnu packages linux)
                #:select (alsa-utils crda fuse lvm2))
  #:re-export (user-processes-service-type

               %default-authorized-guix-keys
               %default-substitute-urls
               guix-configuration
               <guix-configuration>
               guix-configuration?
               guix-configuration-guix
               guix-configuration-build-group
               guix-configuration-build-accounts
               guix-configuration-chroot?
               guix-configuration-authorize-key?
               guix-configuration-authorized-keys
               guix-configuration-use-substitutes?
               guix-configuration-substitute-urls
               guix-configuration-generate-substitute-key?
               guix-configuration-channels
               guix-configuration-build-machines
               guix-configuration-extra-options
               guix-configuration-environment
               guix-configuration-log-file
               guix-service-type
               guix-extension
               guix-extension?
               guix-extension-authorized-keys
               guix-extension-substitute-urls
               guix-extension-build-machines
               guix-extension-chroot-directories

               login-configuration
               login-configuration?
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
               gpm-service-type

               udev-configuration
               udev-configuration?
               udev-configuration-udev
               udev-configuration-debug?
               udev-configuration-rules
               udev-configuration-hardware
               udev-service-type
               udev-service
               udev-rule
               udev-hardware
               file->udev-rule
               file->udev-hardware
               udev-rules-service
               udev-hardware-service
               rngd-configuration
               rngd-configuration?
               rngd-service-type
               rngd-service

               fstab-service-type
               root-file-system-service
               file-system-service-type
               file-system-utilities
               swap-service
               urandom-seed-service-type

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
               agetty-service-type
               agetty-service

               greetd-configuration
               greetd-configuration?
               greetd-terminal-configuration
               greetd-user-session
               greetd-agreety-session
               greetd-wlgreet-session
               greetd-wlgreet-configuration
               greetd-wlgreet-sway-session
               greetd-gtkgreet-sway-session
               greetd-service-type

               host-name-service-type
               host-name-service
               host
               host?
               host-address
               host-canonical-name
               host-aliases
               hosts-service-type
               nscd-cache
               nscd-cache?
               %nscd-default-caches
               nscd-configuration
               nscd-configuration?
               %nscd-default-configuration
               nscd-service-type
               nscd-service

               guix-publish-configuration
               guix-publish-configuration?
               guix-publish-configuration-guix
               guix-publish-configuration-port
               guix-publish-configuration-host
               guix-publish-configuration-compression
               guix-publish-configuration-nar-path
               guix-publish-configuration-cache
               guix-publish-configuration-ttl
               guix-publish-configuration-negative-ttl
               guix-publish-service-type

               static-networking
               static-networking?
               static-networking-addresses
               static-networking-links
               static-networking-routes
               static-networking-provision
               static-networking-requirement
               static-networking-name-servers
               network-address
               network-address?
               network-address-device
               network-address-value
               network-address-ipv6?
               network-link
               network-link?
               network-link-name
               network-link-type
               network-link-mac-address
               network-link-arguments
               network-route
               network-route?
               network-route-destination
               network-route-source
               network-route-device
               network-route-ipv6?
               network-route-gateway
               static-networking-service
               static-networking-service-type
               %loopback-static-networking
               %qemu-static-networking

               syslog-configuration
               syslog-configuration?
               syslog-service-type
               syslog-service
               %default-syslog.conf
               pam-limits-service-type
               pam-limits-service)
  #:export (%base-services))

(define %terminals
  '("tty1" "tty2" "tty3" "tty4" "tty5" "tty6"))

(define %base-services
  `(,(service login-service-type)
    ,(service virtual-terminal-service-type)
    ,(service console-font-service-type
              (map (lambda (tty)
                     (cons tty %default-console-font))
                   %terminals))
    ,(service shepherd-system-log-service-type)
    ;; On the serial line, if the kernel has a console there.
    ,(service agetty-service-type
              (agetty-configuration
               (extra-options '("-L"))
               (term "vt100")
               (tty #f)
               (shepherd-requirement '(syslogd))))
    ,@(map (lambda (name)
             (service mingetty-service-type
                      (mingetty-configuration (tty name))))
           %terminals)
    ,(service etc-bashrc-d-service-type)
    ,(service static-networking-service-type
              (list %loopback-static-networking))
    ,(service urandom-seed-service-type)
    ,(service guix-service-type)
    ,(service nscd-service-type)
    ,(service log-rotation-service-type)
    ,(service shepherd-timer-service-type)
    ,(service shepherd-transient-service-type)
    ,(service log-cleanup-service-type
              (log-cleanup-configuration
               (directory "/var/log/guix/drvs")))
    ,(service udev-service-type
              (udev-configuration
               (rules (list lvm2 fuse alsa-utils crda))))
    ,(service sysctl-service-type)
    ,(service special-files-service-type
              `(("/bin/sh" ,(file-append bash "/bin/sh"))
                ("/usr/bin/env" ,(file-append coreutils "/bin/env"))))))
