;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What build-side code asks of the kernel besides what Guile has: extended
;;; attributes.

(define-module (guix build syscalls)
  #:use-module (tintype native)
  #:re-export (getxattr setxattr))
