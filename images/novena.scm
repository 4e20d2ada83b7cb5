;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The Novena: a laptop with an NXP i.MX 6, 32 bits.

(define-module (gnu system images novena)
  #:use-module (guix platforms arm)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader u-boot)
  #:use-module (gnu image)
  #:use-module (gnu packages linux)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system image)
  #:export (novena-image-type
            novena-barebones-os
            novena-barebones-raw-image))

(define novena-image-type
  (image-type
   (name 'novena-raw)
   (constructor (lambda (os)
                  (image
                   (inherit (raw-with-offset-disk-image))
                   (operating-system os)
                   (platform armv7-linux))))))

(define novena-barebones-os
  (operating-system
    (host-name "vignemale")
    (timezone "Europe/Paris")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-novena-bootloader)
                 (targets '("/dev/vda"))))
    (kernel linux-libre-arm-generic)
    (kernel-arguments '("console=ttymxc1,115200"))
    (initrd-modules '())
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services %base-services)))

(define novena-barebones-raw-image
  (image
   (inherit (os+platform->image novena-barebones-os armv7-linux
                                #:type novena-image-type))
   (name 'novena-barebones-raw-image)))

novena-barebones-raw-image
