;;; R7RS: the process.

(define-module (scheme process-context)
  #:use-module (srfi srfi-98)
  #:re-export
  (command-line exit get-environment-variable get-environment-variables)
  #:export
  (emergency-exit))

(define (emergency-exit . status) (apply primitive-exit status))
