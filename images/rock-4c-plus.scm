;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The ROCK 4C+: a 64-bit Rockchip board that boots from an SD card.

(define-module (gnu system images rock-4c-plus)
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
  #:export (rock-4c-plus-image-type
            rock-4c-plus-barebones-os
            rock-4c-plus-barebones-raw-image))

;; The ROM finds U-Boot in the first 16 MiB.
(define rock-4c-plus-image-type
  (image-type
   (name 'rock-4c-plus-raw)
   (constructor (lambda (os)
                  (image
                   (inherit (raw-with-offset-disk-image (expt 2 24)))
                   (operating-system os)
                   (platform aarch64-linux))))))

(define rock-4c-plus-barebones-os
  (operating-system
    (host-name "huesca")
    (timezone "Europe/Madrid")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-rock-4c-plus-rk3399-bootloader)
                 (targets '("/dev/sda"))))
    (kernel linux-libre-arm64-generic)
    (initrd-modules '())
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services (cons* (service agetty-service-type
                              (agetty-configuration
                               (tty "ttyS2")
                               ;; As U-Boot leaves it.
                               (baud-rate "1500000")
                               (term "vt100")
                               ;; No carrier detect.
                               (extra-options '("-L"))))
                     (service dhcpcd-service-type)
                     %base-services))))

(define rock-4c-plus-barebones-raw-image
  (image
   (inherit (os+platform->image rock-4c-plus-barebones-os aarch64-linux
                                #:type rock-4c-plus-image-type))
   (name 'rock-4c-plus-barebones-raw-image)))

rock-4c-plus-barebones-raw-image
