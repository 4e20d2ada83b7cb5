;;; R7RS: eval.

(define-module (scheme eval)
  #:use-module (tintype syntax)
  #:re-export
  (eval)
  #:export
  (environment))

;; A module that sees what the import sets say and nothing else.
(define (environment . sets)
  (let ((module (resolve-module (list (gensym "environment-")))))
    (eval `((@ (tintype syntax) import) ,@sets) module)
    module))
