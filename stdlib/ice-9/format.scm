;;; Formatted output with all directives.

(define-module (ice-9 format)
  #:use-module (tintype native)
  #:replace (format))

(define (format destination template . arguments)
  (apply %format destination template arguments))

