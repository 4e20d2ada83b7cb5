;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The Rock64: a 64-bit Rockchip board.  U-Boot takes the first 16 MiB.

(define-module (gnu system images rock64)
  #:use-module (guix platforms arm)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader u-boot)
  #:use-module (gnu image)
  #:use-module (gnu packages linux)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services networking)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system image)
  #:export (rock64-image-type
            rock64-barebones-os
            rock64-barebones-raw-image))

(define rock64-image-type
  (image-type
   (name 'rock64-raw)
   (constructor (lambda (os)
                  (image
                   (inherit (raw-with-offset-disk-image (expt 2 24)))
                   (operating-system os)
                   (platform aarch64-linux))))))

(define rock64-barebones-os
  (operating-system
    (host-name "jiehkkevarri")
    (timezone "Europe/Oslo")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-rock64-rk3328-bootloader)
                 (targets '("/dev/sda"))))
    (kernel linux-libre-arm64-generic)
    (initrd-modules '())
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services (cons (service dhcpcd-service-type)
                    %base-services))))

(define rock64-barebones-raw-image
  (image
   (inherit (os+platform->image rock64-barebones-os aarch64-linux
                                #:type rock64-image-type))
   (name 'rock64-barebones-raw-image)))

rock64-barebones-raw-image
