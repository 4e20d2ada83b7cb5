;;; SRFI-39: parameters, which are Guile's own.

(define-module (srfi srfi-39)
  #:re-export (make-parameter parameterize parameter? current-input-port current-output-port
               current-error-port))
