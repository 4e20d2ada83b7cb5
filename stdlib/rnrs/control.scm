;;; R6RS: control structures.

(define-module (rnrs control)
  #:use-module (tintype syntax)
  #:re-export
  (case-lambda do unless when))
