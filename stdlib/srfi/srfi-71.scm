;;; SRFI-71: let, let* and letrec with several values: (let ((a b EXPRESSION) ...) BODY ...).

(define-module (srfi srfi-71)
  #:use-module (tintype syntax)
  #:export ((let-71 . let) (let*-71 . let*) (letrec-71 . letrec)
            uncons unlist unvector values->list values->vector))

(define (uncons pair) (values (car pair) (cdr pair)))
(define (unlist list) (apply values list))
(define (unvector vector) (apply values (vector->list vector)))
(define-syntax-rule (values->list expression)
  (call-with-values (lambda () expression) list))
(define-syntax-rule (values->vector expression)
  (call-with-values (lambda () expression) vector))

;; Clauses are taken from the first to the last; `let' evaluates all expressions before it binds.

(define-syntax let*-71
  (syntax-rules (values)
    ((_ () body ...) (let () body ...))
    ((_ (((values variable ... . rest) expression) clause ...) body ...)
     (call-with-values (lambda () expression)
       (lambda (variable ... . rest) (let*-71 (clause ...) body ...))))
    ((_ ((variable expression) clause ...) body ...)
     (let ((variable expression)) (let*-71 (clause ...) body ...)))
    ((_ ((variable1 variable2 variable3 ... expression) clause ...) body ...)
     (call-with-values (lambda () expression)
       (lambda (variable1 variable2 variable3 ...) (let*-71 (clause ...) body ...))))))

(define-syntax let-71
  (syntax-rules ()
    ((_ (clause ...) body ...)
     (let-clauses (clause ...) () body ...))
    ((_ name ((variable expression) ...) body ...)
     (let name ((variable expression) ...) body ...))))

;; Collects (VARIABLES TEMPORARIES EXPRESSION) for each clause, then binds all variables at once.
(define-syntax let-clauses
  (syntax-rules (values)
    ((_ () ((variable temporary) ...) body ...)
     (let ((variable temporary) ...) body ...))
    ((_ (((values variable ...) expression) clause ...) done body ...)
     (name-clause (variable ...) () expression (clause ...) done body ...))
    ((_ (((values variable ... . rest) expression) clause ...) (pair ...) body ...)
     (call-with-values (lambda () expression)
       (lambda (variable ... . rest)
         (let-clauses (clause ...) (pair ... (variable variable) ... (rest rest)) body ...))))
    ((_ ((variable expression) clause ...) (pair ...) body ...)
     (let ((temporary expression))
       (let-clauses (clause ...) (pair ... (variable temporary)) body ...)))
    ((_ ((variable1 variable2 variable3 ... expression) clause ...) done body ...)
     (name-clause (variable1 variable2 variable3 ...) () expression (clause ...) done
                  body ...))))

(define-syntax name-clause
  (syntax-rules ()
    ((_ () ((variable temporary) ...) expression clauses (pair ...) body ...)
     (call-with-values (lambda () expression)
       (lambda (temporary ...)
         (let-clauses clauses (pair ... (variable temporary) ...) body ...))))
    ((_ (variable more ...) (named ...) expression clauses done body ...)
     (name-clause (more ...) (named ... (variable temporary)) expression clauses done
                  body ...))))

(define-syntax letrec-71
  (syntax-rules ()
    ((_ ((variable expression) ...) body ...)
     (letrec ((variable expression) ...) body ...))))
