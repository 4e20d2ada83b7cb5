;; Included by modules.scm in a body.
(define inner 10)
