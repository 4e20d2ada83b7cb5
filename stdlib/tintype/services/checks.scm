;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Checks of the values of configuration fields.

(define-module (tintype services checks)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:export (checked
            either
            list-of
            list-of-strings?
            list-of-symbols?
            non-negative-integer?
            %unset-value
            maybe-value-set?
            maybe-value
            maybe))

(define (checked valid? field)
  "Return a procedure that returns the value it is given for FIELD, a symbol, if
it satisfies VALID?, and raises an error otherwise."
  (lambda (value)
    (if (valid? value)
        value
        (raise (formatted-message (G_ "invalid value ~s for field '~a'")
                                  value field)))))

(define (either . predicates)
  "Return the predicate that is true of what satisfies one of PREDICATES."
  (lambda (value)
    (any (lambda (satisfied?) (satisfied? value)) predicates)))

(define (list-of satisfied?)
  "Return the predicate that is true of lists whose elements are all
SATISFIED?."
  (lambda (value)
    (and (list? value) (every satisfied? value))))

(define list-of-strings? (list-of string?))
(define list-of-symbols? (list-of symbol?))

(define (non-negative-integer? value)
  "Return true if VALUE is an exact integer that is not below zero."
  (and (exact-integer? value) (not (negative? value))))

;; Stands for a field that was left alone and has no default.
(define %unset-value '%unset-marker%)

(define (maybe-value-set? value)
  "Return true if VALUE is not '%unset-value'."
  (not (eq? value %unset-value)))

(define* (maybe-value value #:optional (default #f))
  "Return VALUE, or DEFAULT if it is '%unset-value'."
  (if (maybe-value-set? value) value default))

(define (maybe satisfied?)
  "Return the predicate that is true of '%unset-value' and of what satisfies
SATISFIED?."
  (either satisfied? (lambda (value) (not (maybe-value-set? value)))))
