;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What most definitions of operating systems need, in one module, and short
;;; forms to get at the rest.

(define-module (gnu)
  #:re-export-modules ((gnu system)
                       (gnu system mapped-devices)
                       (gnu system file-systems)
                       (gnu bootloader)
                       (gnu bootloader grub)
                       (gnu system keyboard)
                       (gnu system pam)
                       (gnu system shadow)
                       (gnu system linux-initrd)
                       (gnu system nss)
                       (gnu services)
                       (gnu services base)
                       (gnu packages)
                       (gnu packages base)
                       (guix gexp))
  #:export (use-package-modules
            use-service-modules
            use-system-modules))

(define-syntax-rule (use-package-modules name ...)
  (use-modules (gnu packages name) ...))

(define-syntax-rule (use-service-modules name ...)
  (use-modules (gnu services name) ...))

(define-syntax-rule (use-system-modules name ...)
  (use-modules (gnu system name) ...))
