;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Programs that run with little around them.

(define-module (guix least-authority)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:export (least-authority-wrapper))

(define* (least-authority-wrapper program
                                  #:key (name "pola-wrapper")
                                  (guest-uid 1000) (guest-gid 1000)
                                  (mappings '())
                                  (namespaces '())
                                  (directory "/")
                                  (preserved-environment-variables '()))
  "Return PROGRAM, with a warning: namespaces of its own are not made for it."
  (warning (G_ "'~a' runs without namespaces of its own~%") name)
  program)
