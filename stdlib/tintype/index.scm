;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Stand-ins for names of Guix of which only the name is known.  Modules made
;;; from the index of Guix's interface bind such names to them.

(define-module (tintype index)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:export (index-procedure
            index-value))

(define (raise-undefined name)
  (raise-message #f
                 (G_ "~a: known to Guix, but tintype has no definition of it yet")
                 name))

(define (index-procedure name)
  "Return a procedure that takes any arguments and raises an error about NAME."
  (lambda arguments
    (raise-undefined name)))

(define (index-value name)
  "Raise an error about NAME."
  (raise-undefined name))
