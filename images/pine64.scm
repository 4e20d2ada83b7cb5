;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The Pine A64 LTS: a 64-bit Allwinner board that boots from an SD card.

(define-module (gnu system images pine64)
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
  #:export (pine64-image-type
            pine64-barebones-os
            pine64-barebones-raw-image))

(define pine64-image-type
  (image-type
   (name 'pine64-raw)
   (constructor (lambda (os)
                  (image
                   (inherit (raw-with-offset-disk-image))
                   (operating-system os)
                   (platform aarch64-linux))))))

(define pine64-barebones-os
  (operating-system
    (host-name "vignemale")
    (timezone "Europe/Paris")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-pine64-lts-bootloader)
                 (targets '("/dev/vda"))))
    (kernel linux-libre-arm64-generic)
    (initrd-modules '())
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services (cons* (service agetty-service-type
                              (agetty-configuration
                               (tty "ttyS0")
                               (baud-rate "115200")
                               (term "vt100")
                               ;; No carrier detect.
                               (extra-options '("-L"))))
                     (service dhcpcd-service-type)
                     (service ntp-service-type)
                     %base-services))))

(define pine64-barebones-raw-image
  (image
   (inherit (os+platform->image pine64-barebones-os aarch64-linux
                                #:type pine64-image-type))
   (name 'pine64-barebones-raw-image)))

pine64-barebones-raw-image
