;;; SRFI-88: keywords.

(define-module (srfi srfi-88)
  #:re-export (keyword?)
  #:export (keyword->string string->keyword))

(define (keyword->string keyword) (symbol->string (keyword->symbol keyword)))
(define (string->keyword string) (symbol->keyword (string->symbol string)))
