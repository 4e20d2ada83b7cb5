;;; R7RS: load.

(define-module (scheme load)
  #:re-export
  (load))
