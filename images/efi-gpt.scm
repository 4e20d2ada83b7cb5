;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A disk for machines with EFI: a GUID partition table with an EFI system
;;; partition and an ext4 root file system.

(define-module (gnu system images efi-gpt)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu image)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system image)
  #:export (efi-gpt-image-type
            efi-gpt-barebones-os
            efi-gpt-barebones-raw-image))

(define efi-gpt-image-type
  (image-type
   (name 'efi-gpt-raw)
   (constructor (lambda (os)
                  (image
                   (inherit efi-disk-image)
                   (operating-system os)
                   (partition-table-type 'gpt)
                   (volatile-root? #f))))))

(define efi-gpt-barebones-os
  (operating-system
    (host-name "tintype")
    (timezone "Etc/UTC")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader grub-efi-removable-bootloader)
                 (targets '("/boot/efi"))))
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (services %base-services)))

(define efi-gpt-barebones-raw-image
  (image
   (inherit (os->image efi-gpt-barebones-os #:type efi-gpt-image-type))
   (name 'efi-gpt-barebones-raw-image)))

efi-gpt-barebones-raw-image
