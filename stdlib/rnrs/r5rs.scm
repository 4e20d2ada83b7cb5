;;; R6RS: what R5RS had.

(define-module (rnrs r5rs)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (scheme r5rs)
  #:re-export
  (delay exact->inexact force inexact->exact modulo null-environment quotient remainder
   scheme-report-environment))
