;;; SRFI-45: lazy, delay, force.

(define-module (srfi srfi-45)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export (delay force promise?)
  #:export (lazy eager))

(define-syntax-rule (lazy expression) (%make-lazy (lambda () expression)))
(define (eager value) (%make-forced-promise value))
