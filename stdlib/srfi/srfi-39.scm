;;; SRFI-39: parameters, which are Guile's own.

(define-module (srfi srfi-39)
  #:use-module (tintype native)
  #:re-export (make-parameter parameterize current-input-port current-output-port
               current-error-port)
  #:export (with-parameters*))

(define (with-parameters* parameters values thunk)
  (%parameterize parameters values thunk))
