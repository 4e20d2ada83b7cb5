;;; Escape continuations.

(define-module (ice-9 control)
  #:use-module (tintype native)
  #:export (call/ec let/ec call-with-escape-continuation let-escape-continuation))

(define (call/ec procedure) (call/cc procedure))
(define call-with-escape-continuation call/ec)

(define-syntax-rule (let/ec escape body ...)
  (call/ec (lambda (escape) body ...)))

(define-syntax-rule (let-escape-continuation escape body ...)
  (call/ec (lambda (escape) body ...)))
