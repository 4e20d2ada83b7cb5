;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; OpenRISC 1000 platforms.

(define-module (guix platforms or1k)
  #:use-module (guix platform)
  #:use-module (guix records)
  #:export (or1k-elf))

(define or1k-elf
  (platform
   (target "or1k-elf")
   (system #f)
   (glibc-dynamic-linker #f)))
