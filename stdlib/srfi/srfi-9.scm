;;; SRFI-9: records.

(define-module (srfi srfi-9)
  #:use-module (tintype syntax)
  #:re-export (define-record-type))
