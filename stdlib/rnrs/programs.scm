;;; R6RS: programs.

(define-module (rnrs programs)
  #:re-export
  (command-line exit))
