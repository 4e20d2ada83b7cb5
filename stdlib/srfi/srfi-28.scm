;;; SRFI-28: format, which is simple-format.

(define-module (srfi srfi-28)
  #:replace ((format-28 . format)))

(define (format-28 template . arguments)
  (apply simple-format #f template arguments))
