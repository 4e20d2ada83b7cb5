;;; SRFI-11: let-values.

(define-module (srfi srfi-11)
  #:use-module (tintype syntax)
  #:re-export (let-values let*-values))
