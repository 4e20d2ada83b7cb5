;;; R6RS: exceptions.

(define-module (rnrs exceptions)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export
  (guard raise raise-continuable with-exception-handler))
