;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What most programs that talk about packages and files need, in one module.

(define-module (guix)
  #:re-export-modules ((guix base32)
                       (guix build-system)
                       (guix derivations)
                       (guix download)
                       (guix gexp)
                       (guix monads)
                       (guix packages)
                       (guix store)
                       (guix utils)))
