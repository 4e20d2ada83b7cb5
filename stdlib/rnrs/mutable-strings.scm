;;; R6RS: strings cannot be changed here; the procedures say so.

(define-module (rnrs mutable-strings)
  #:re-export
  (string-set! string-fill!))
