;;; SRFI-2: and-let*.

(define-module (srfi srfi-2)
  #:export (and-let*))

(define-syntax and-let*
  (syntax-rules ()
    ((_ ()) #t)
    ((_ () body ...) (let () body ...))
    ((_ ((variable value))) (let ((variable value)) variable))
    ((_ ((value))) value)
    ((_ (variable)) variable)
    ((_ ((variable value) clause ...) body ...)
     (let ((variable value))
       (if variable
           (and-let* (clause ...) body ...)
           #f)))
    ((_ ((value) clause ...) body ...)
     (if value
         (and-let* (clause ...) body ...)
         #f))
    ((_ (variable clause ...) body ...)
     (if variable
         (and-let* (clause ...) body ...)
         #f))))
