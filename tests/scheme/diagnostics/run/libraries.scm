;;; A library that imports nothing
(define-library (my thing)
  (export first-of)
  (begin
    (define (first-of x)
;! 22 Unbound variable: x
;| hint: library (my thing) imports nothing, so not even 'define' is known in it: say (import (scheme base)), or what else it needs
      (car x))))

;;; A printer that prints its record
(use-modules (srfi srfi-9) (srfi srfi-9 gnu))
(define-record-type <loop> (make-loop) loop?)
(set-record-type-printer! <loop>
  (lambda (loop port)
    (write loop port)))
(display
;! 0 a record's printer prints records for ever
  (make-loop))
