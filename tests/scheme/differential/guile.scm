;;; What drive.scm needs to run in Guile: programs are compiled, because Guile's interpreter words some errors
;;; otherwise than its compiled code, and wrapped, because `compile' gives only one value.

(use-modules (system base compile))

(define (evaluate program)
  ((compile `(lambda () ,program) #:env (current-module) #:opts '(#:warnings ()))))

(load "drive.scm")
