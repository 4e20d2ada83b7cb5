;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The HiFive Unmatched: a RISC-V board by SiFive that boots from an SD card.

(define-module (gnu system images unmatched)
  #:use-module (guix platforms riscv)
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
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-26)
  #:export (unmatched-disk-image
            unmatched-image-type
            unmatched-barebones-os
            unmatched-barebones-raw-image))

;; The program in ROM looks for a first loader in a partition of this type, and that
;; one for U-Boot in a partition of another.
(define unmatched-disk-image
  (image-without-os
   (format 'disk-image)
   (partition-table-type 'gpt)
   (partitions
    (list (partition
           (label "spl")
           (offset (* 34 512))
           (size (expt 2 20))
           (file-system "unformatted")
           (uuid (uuid "5b193300-fc78-40cd-8002-e86c45580b47")))
          (partition
           (label "uboot")
           (offset (* 2082 512))
           (size (expt 2 22))
           (file-system "unformatted")
           (uuid (uuid "2e54b353-1271-4842-806f-e436d6af6985")))
          root-partition))))

(define unmatched-image-type
  (image-type
   (name 'unmatched-raw)
   (constructor (cut image-with-os unmatched-disk-image <>))))

(define unmatched-barebones-os
  (operating-system
    (host-name "unmatched")
    (timezone "Asia/Jerusalem")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-sifive-unmatched-bootloader)
                 (targets '("/dev/vda"))))
    (kernel linux-libre-riscv64-generic)
    (initrd-modules '())
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services (cons* (service agetty-service-type
                              (agetty-configuration
                               (tty "ttySIF0")
                               (baud-rate "115200")
                               (term "vt100")
                               ;; No carrier detect.
                               (extra-options '("-L"))))
                     (service dhcpcd-service-type)
                     %base-services))))

(define unmatched-barebones-raw-image
  (image
   (inherit (os+platform->image unmatched-barebones-os riscv64-linux
                                #:type unmatched-image-type))
   (name 'unmatched-barebones-raw-image)))

unmatched-barebones-raw-image
