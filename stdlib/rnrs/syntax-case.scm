;;; R6RS: macros that are procedures.

(define-module (rnrs syntax-case)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export
  (bound-identifier=? datum->syntax free-identifier=? generate-temporaries identifier?
   make-variable-transformer quasisyntax syntax syntax->datum syntax-case syntax-violation
   unsyntax unsyntax-splicing with-syntax))
