;;; Conditions as (srfi srfi-35) and (ice-9 exceptions) share them: types by name and fields, and the
;;; syntax that defines and makes them.

(define-module (tintype condition)
  #:use-module (tintype native)
  #:export (define-condition-type
            condition
            make-condition-type
            make-condition
            %condition))

(define (make-condition-type id parent fields)
  (make-exception-type id parent fields))

;; (make-condition TYPE 'FIELD VALUE ...).
(define (make-condition type . fields+values)
  (let loop ((rest fields+values) (given '()))
    (if (null? rest)
        (%condition (list (cons type given)))
        (loop (cddr rest)
              (cons (cons (car rest) (cadr rest)) given)))))

;; A condition of components (TYPE (FIELD . VALUE) ...).
(define (%condition components)
  (apply make-exception
         (map (lambda (component)
                (%component (car component) (cdr component)))
              components)))

(define (%component type given)
  (let ((fields (record-type-fields type)))
    (for-each (lambda (field+value)
                (unless (memq (car field+value) fields)
                  (error "invalid field name" (car field+value))))
              given)
    (apply %make-condition type
           (map (lambda (field)
                  (let ((field+value (assq field given)))
                    (if field+value
                        (cdr field+value)
                        (error "missing field in condition" field type))))
                fields))))

(define-syntax condition
  (syntax-rules ()
    ((_ (type (field value) ...) ...)
     (%condition (list (cons type (list (cons 'field value) ...)) ...)))))

(define-syntax define-condition-type
  (syntax-rules ()
    ((_ type parent predicate (field accessor) ...)
     (begin
       (define type (make-condition-type 'type parent '(field ...)))
       (define predicate (exception-predicate type))
       (define accessor (exception-accessor type (record-accessor type 'field)))
       ...))))
