;;; R6RS: pairs cannot be changed here; the procedures say so.

(define-module (rnrs mutable-pairs)
  #:re-export
  (set-car! set-cdr!))
