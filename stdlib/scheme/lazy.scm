;;; R7RS: promises.

(define-module (scheme lazy)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export
  (delay delay-force force make-promise promise?))
