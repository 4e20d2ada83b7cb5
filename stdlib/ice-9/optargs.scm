;;; Optional and keyword arguments.

(define-module (ice-9 optargs)
  #:use-module (tintype syntax)
  #:re-export (lambda* define* let-optional let-optional*))
