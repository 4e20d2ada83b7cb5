;;; SRFI-6: string ports, which are Guile's own.

(define-module (srfi srfi-6)
  #:re-export (open-input-string open-output-string get-output-string))
