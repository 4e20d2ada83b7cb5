;;; SRFI-26: cut.

(define-module (srfi srfi-26)
  #:use-module (tintype syntax)
  #:re-export (cut cute))
