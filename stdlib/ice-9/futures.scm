;;; Futures: promises by another name.

(define-module (ice-9 futures)
  #:export (future make-future future? touch))

(define future? promise?)
(define (make-future thunk) (delay (thunk)))
(define-syntax-rule (future expression) (delay expression))
(define (touch future) (force future))
