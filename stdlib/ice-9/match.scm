;;; Pattern matching.

(define-module (ice-9 match)
  #:use-module (tintype syntax)
  #:re-export (match match-lambda match-lambda* match-let match-let* match-letrec))
