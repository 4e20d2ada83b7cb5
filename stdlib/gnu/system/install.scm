;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A system to install others from.  Its users are many: definitions that inherit
;;; from it with another kernel, firmware, packages or keys.

(define-module (gnu system install)
  #:use-module (guix gexp)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu bootloader u-boot)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services dbus)
  #:use-module (gnu services networking)
  #:use-module (gnu services ssh)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system pam)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages base) #:select (glibc))
  #:use-module ((gnu packages bootloaders) #:select (grub))
  #:use-module ((gnu packages cryptsetup) #:select (cryptsetup))
  #:use-module ((gnu packages disk)
                #:select (ddrescue dosfstools gptfdisk parted))
  #:use-module ((gnu packages file-systems) #:select (jfsutils))
  #:use-module ((gnu packages fonts) #:select (font-dejavu font-gnu-unifont))
  #:use-module ((gnu packages fontutils) #:select (fontconfig))
  #:use-module ((gnu packages linux)
                #:select (btrfs-progs e2fsprogs f2fs-tools lvm2-static mdadm
                          xfsprogs))
  #:export (installation-os
            make-installation-os
            os-with-u-boot
            a20-olinuxino-lime-installation-os
            a20-olinuxino-lime2-emmc-installation-os
            a20-olinuxino-micro-installation-os
            bananapi-m2-ultra-installation-os
            beaglebone-black-installation-os
            firefly-rk3399-installation-os
            mx6cuboxi-installation-os
            nintendo-nes-classic-edition-installation-os
            novena-installation-os
            orangepi-r1-plus-lts-rk3328-installation-os
            pine64-plus-installation-os
            pinebook-installation-os
            rk3399-puma-installation-os
            rock64-installation-os
            rockpro64-installation-os
            wandboard-installation-os))

(define (installation-services)
  "Return the services of an installation: consoles where root is logged in, a
network, and a server that lets root in once it is started."
  (cons* (service wpa-supplicant-service-type)
         (service dbus-root-service-type)
         (service connman-service-type
                  (connman-configuration (disable-vpn? #t)))
         (service openssh-service-type
                  (openssh-configuration
                   (permit-root-login #t)
                   (allow-empty-passwords? #t)
                   (%auto-start? #f)))
         (modify-services %base-services
           (mingetty-service-type
            configuration =>
            (mingetty-configuration
             (inherit configuration)
             (auto-login "root")
             (login-pause? #t)))
           (guix-service-type
            configuration =>
            (guix-configuration
             (inherit configuration)
             (discover? #t))))))

(define* (make-installation-os #:key grub-displayed-timeout)
  "Return an operating system that others are installed from."
  (operating-system
    (host-name "gnu")
    (timezone "Europe/Paris")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader grub-bootloader)
                 (targets '("/dev/sda"))
                 (timeout (or grub-displayed-timeout 5))))
    (label "GNU")
    (kernel-arguments '("quiet" "modprobe.blacklist=radeon,amdgpu"))
    (file-systems
     (append %base-live-file-systems
             (list %pseudo-terminal-file-system
                   %shared-memory-file-system
                   %efivars-file-system
                   %immutable-store)))
    (users (list (user-account
                  (name "guest")
                  (group "users")
                  (supplementary-groups '("wheel"))
                  (password "")
                  (comment "Guest of GNU"))))
    (issue "\nA system to install others from.  Log in as 'root'.\n")
    (services (installation-services))
    (pam-services (base-pam-services #:allow-empty-passwords? #t))
    (packages (append (list glibc fontconfig font-dejavu font-gnu-unifont
                            grub parted gptfdisk ddrescue lvm2-static cryptsetup
                            mdadm dosfstools btrfs-progs e2fsprogs f2fs-tools
                            jfsutils xfsprogs)
                      %base-packages))))

(define installation-os (make-installation-os))

(define* (os-with-u-boot os board #:key (bootloader-target "/dev/mmcblk0"))
  "Return OS with BOARD, a bootloader of U-Boot's, at BOOTLOADER-TARGET."
  (operating-system
    (inherit os)
    (bootloader (bootloader-configuration
                 (bootloader board)
                 (targets (list bootloader-target))))))

;; (define-boards (VARIABLE BOOTLOADER TARGET) ...)
(define-syntax-rule (define-boards (variable bootloader target) ...)
  (begin
    (define variable
      (os-with-u-boot installation-os bootloader #:bootloader-target target))
    ...))

(define-boards
  (a20-olinuxino-lime-installation-os
   u-boot-a20-olinuxino-lime-bootloader "/dev/mmcblk0")
  (a20-olinuxino-lime2-emmc-installation-os
   u-boot-a20-olinuxino-lime2-bootloader "/dev/mmcblk1")
  (a20-olinuxino-micro-installation-os
   u-boot-a20-olinuxino-micro-bootloader "/dev/mmcblk0")
  (bananapi-m2-ultra-installation-os
   u-boot-bananapi-m2-ultra-bootloader "/dev/mmcblk1")
  (beaglebone-black-installation-os
   u-boot-beaglebone-black-bootloader "/dev/sda")
  (firefly-rk3399-installation-os
   u-boot-firefly-rk3399-bootloader "/dev/mmcblk0")
  (mx6cuboxi-installation-os
   u-boot-mx6cuboxi-bootloader "/dev/mmcblk0")
  (nintendo-nes-classic-edition-installation-os
   u-boot-nintendo-nes-classic-edition-bootloader "/dev/mmcblk0")
  (novena-installation-os
   u-boot-novena-bootloader "/dev/mmcblk1")
  (orangepi-r1-plus-lts-rk3328-installation-os
   u-boot-orangepi-r1-plus-lts-rk3328-bootloader "/dev/mmcblk0")
  (pine64-plus-installation-os
   u-boot-pine64-plus-bootloader "/dev/mmcblk0")
  (pinebook-installation-os
   u-boot-pinebook-bootloader "/dev/mmcblk0")
  (rk3399-puma-installation-os
   u-boot-puma-rk3399-bootloader "/dev/mmcblk0")
  (rock64-installation-os
   u-boot-rock64-rk3328-bootloader "/dev/mmcblk0")
  (rockpro64-installation-os
   u-boot-rockpro64-rk3399-bootloader "/dev/mmcblk0")
  (wandboard-installation-os
   u-boot-wandboard-bootloader "/dev/mmcblk0"))
