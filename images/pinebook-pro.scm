;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The Pinebook Pro: a laptop with a Rockchip RK3399.  U-Boot takes the first
;;; 16 MiB.

(define-module (gnu system images pinebook-pro)
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
  #:export (pinebook-pro-image-type
            pinebook-pro-barebones-os
            pinebook-pro-barebones-raw-image))

(define pinebook-pro-image-type
  (image-type
   (name 'pinebook-pro-raw)
   (constructor (lambda (os)
                  (image
                   (inherit (raw-with-offset-disk-image (expt 2 24)))
                   (operating-system os)
                   (platform aarch64-linux))))))

(define pinebook-pro-barebones-os
  (operating-system
    (host-name "viso")
    (timezone "Europe/Paris")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-pinebook-pro-rk3399-bootloader)
                 (targets '("/dev/vda"))))
    (kernel linux-libre-arm64-generic)
    (initrd-modules '())
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services (cons (service agetty-service-type
                             (agetty-configuration
                              (tty "ttyS0")
                              (baud-rate "115200")
                              (term "vt100")
                              ;; No carrier detect.
                              (extra-options '("-L"))))
                    %base-services))))

(define pinebook-pro-barebones-raw-image
  (image
   (inherit (os+platform->image pinebook-pro-barebones-os aarch64-linux
                                #:type pinebook-pro-image-type))
   (name 'pinebook-pro-barebones-raw-image)))

pinebook-pro-barebones-raw-image
