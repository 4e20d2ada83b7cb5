;;; R6RS: all of its library at once.

(define-module (rnrs)
  #:re-export-modules
  ((rnrs base) (rnrs unicode) (rnrs bytevectors) (rnrs lists) (rnrs sorting) (rnrs control)
   (rnrs records syntactic) (rnrs records procedural) (rnrs records inspection)
   (rnrs exceptions) (rnrs conditions) (rnrs io ports) (rnrs io simple) (rnrs files)
   (rnrs programs) (rnrs arithmetic fixnums) (rnrs arithmetic flonums)
   (rnrs arithmetic bitwise) (rnrs syntax-case) (rnrs hashtables) (rnrs enums)))
