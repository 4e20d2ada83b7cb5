;;; SRFI-34: exceptions.

(define-module (srfi srfi-34)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export (guard raise with-exception-handler))
