;;; SRFI-8: receive.

(define-module (srfi srfi-8)
  #:use-module (tintype syntax)
  #:re-export (receive))
