;;; R7RS: promises.

(define-module (scheme lazy)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export
  (delay delay-force force promise?)
  #:export (make-promise))

(define (make-promise object)
  (if (promise? object) object (%make-forced-promise object)))
