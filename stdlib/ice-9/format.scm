;;; Formatted output.

(define-module (ice-9 format)
  #:use-module (guile)
  #:re-export (format))
