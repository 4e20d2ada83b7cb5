;;; R6RS: eval.

(define-module (rnrs eval)
  #:use-module (scheme eval)
  #:re-export
  (eval environment))
