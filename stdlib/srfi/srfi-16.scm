;;; SRFI-16: case-lambda, which is Guile's own.

(define-module (srfi srfi-16)
  #:use-module (tintype syntax)
  #:re-export (case-lambda))
