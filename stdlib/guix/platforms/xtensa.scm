;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Xtensa platforms.

(define-module (guix platforms xtensa)
  #:use-module (guix platform)
  #:use-module (guix records)
  #:export (xtensa-ath9k-elf))

(define xtensa-ath9k-elf
  (platform
   (target "xtensa-ath9k-elf")
   (system #f)
   (glibc-dynamic-linker #f)))
