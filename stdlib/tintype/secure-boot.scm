;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Bootloaders that firmware with secure boot starts.

(define-module (tintype secure-boot)
  #:use-module (guix gexp)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:export (grub-efi-signed-bootloader))

;; shim and GRUB as a distribution has signed them, from its packages (in Debian,
;; shim-signed and grub-efi-amd64-signed); the kernel must be signed as well.
(define grub-efi-signed-bootloader
  (bootloader
   (inherit grub-efi-bootloader)
   (name 'grub-efi-signed)
   (installer #~install-grub-efi-signed)))
