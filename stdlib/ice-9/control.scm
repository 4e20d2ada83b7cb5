;;; Delimited and escape continuations.

(define-module (ice-9 control)
  #:re-export (call-with-prompt abort-to-prompt default-prompt-tag make-prompt-tag)
  #:export (% abort shift reset shift* reset* suspendable-continuation?
            call/ec let/ec call-with-escape-continuation let-escape-continuation))

(define (call/ec procedure)
  (let ((tag (make-prompt-tag)))
    (call-with-prompt tag
      (lambda ()
        (procedure (lambda results (apply abort-to-prompt tag results))))
      (lambda (continuation . results)
        (apply values results)))))
(define call-with-escape-continuation call/ec)

(define-syntax-rule (let/ec escape body ...)
  (call/ec (lambda (escape) body ...)))

(define-syntax-rule (let-escape-continuation escape body ...)
  (call/ec (lambda (escape) body ...)))

(define (abort . arguments)
  (apply abort-to-prompt (default-prompt-tag) arguments))

(define-syntax %
  (syntax-rules ()
    ((_ expression)
     (call-with-prompt (default-prompt-tag)
       (lambda () expression)
       (lambda (continuation procedure) (procedure continuation))))
    ((_ expression handler)
     (call-with-prompt (default-prompt-tag)
       (lambda () expression)
       handler))
    ((_ tag expression handler)
     (call-with-prompt tag
       (lambda () expression)
       handler))))

(define (reset* thunk)
  (call-with-prompt (default-prompt-tag)
    thunk
    (lambda (continuation procedure)
      (reset* (lambda () (procedure continuation))))))

(define (shift* procedure)
  (abort-to-prompt (default-prompt-tag)
                   (lambda (continuation)
                     (procedure (lambda arguments
                                  (reset* (lambda () (apply continuation arguments))))))))

(define-syntax-rule (reset body ...)
  (reset* (lambda () body ...)))
(define-syntax-rule (shift name body ...)
  (shift* (lambda (name) body ...)))

(define* (suspendable-continuation? tag) #t)
