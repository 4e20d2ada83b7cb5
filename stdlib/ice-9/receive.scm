;;; receive.

(define-module (ice-9 receive)
  #:use-module (tintype syntax)
  #:re-export (receive))
