;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; AVR platforms.

(define-module (guix platforms avr)
  #:use-module (guix platform)
  #:use-module (guix records)
  #:export (avr))

(define avr
  (platform
   (target "avr")
   (system #f)
   (glibc-dynamic-linker #f)))
