;;; R7RS: the module of a session.

(define-module (scheme repl)
  #:export
  (interaction-environment))

(define (interaction-environment) (current-module))
