;;; Reading lines.

(define-module (ice-9 rdelim)
  #:use-module (tintype native)
  #:re-export (read-line read-delimited read-string write-line))
