;;; R7RS: case-lambda.

(define-module (scheme case-lambda)
  #:use-module (tintype syntax)
  #:re-export
  (case-lambda))
