;;; Exception objects.

(define-module (ice-9 exceptions)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:re-export (guard &exception &error &programming-error &non-continuable
               make-exception make-exception-type exception? exception-type? simple-exceptions
               exception-predicate exception-accessor
               exception-kind exception-args
               raise-exception raise-continuable with-exception-handler)
  #:export (&message make-exception-with-message exception-with-message? exception-message
            &warning make-warning warning?
            &external-error make-external-error external-error?
            &quit-exception make-quit-exception quit-exception?
            make-error error?
            make-programming-error programming-error?
            &assertion-failure make-assertion-failure assertion-failure?
            &irritants make-exception-with-irritants exception-with-irritants?
            exception-irritants
            &origin make-exception-with-origin exception-with-origin? exception-origin
            make-non-continuable-error non-continuable-error?
            &implementation-restriction make-implementation-restriction-error
            implementation-restriction-error?
            &lexical make-lexical-error lexical-error?
            &syntax make-syntax-error syntax-error? syntax-error-form syntax-error-subform
            &undefined-variable make-undefined-variable-error undefined-variable-error?
            define-exception-type))

(define &message (%standard-type "&message"))
(define (make-exception-with-message message) (%make-condition &message message))
(define exception-with-message? (exception-predicate &message))
(define exception-message (exception-accessor &message (record-accessor &message 'message)))

(define &warning (%standard-type "&warning"))
(define (make-warning) (%make-condition &warning))
(define warning? (exception-predicate &warning))

(define &external-error (%standard-type "&external-error"))
(define (make-external-error) (%make-condition &external-error))
(define external-error? (exception-predicate &external-error))

(define &quit-exception (%standard-type "&quit-exception"))
(define (make-quit-exception code) (%make-condition &quit-exception code))
(define quit-exception? (exception-predicate &quit-exception))

(define (make-error) (%make-condition &error))
(define error? (exception-predicate &error))

(define (make-programming-error) (%make-condition &programming-error))
(define programming-error? (exception-predicate &programming-error))

(define &assertion-failure (%standard-type "&assertion-failure"))
(define (make-assertion-failure) (%make-condition &assertion-failure))
(define assertion-failure? (exception-predicate &assertion-failure))

(define &irritants (%standard-type "&irritants"))
(define (make-exception-with-irritants irritants) (%make-condition &irritants irritants))
(define exception-with-irritants? (exception-predicate &irritants))
(define exception-irritants
  (exception-accessor &irritants (record-accessor &irritants 'irritants)))

(define &origin (%standard-type "&origin"))
(define (make-exception-with-origin origin) (%make-condition &origin origin))
(define exception-with-origin? (exception-predicate &origin))
(define exception-origin (exception-accessor &origin (record-accessor &origin 'origin)))

(define (make-non-continuable-error) (%make-condition &non-continuable))
(define non-continuable-error? (exception-predicate &non-continuable))

(define &implementation-restriction (%standard-type "&implementation-restriction"))
(define (make-implementation-restriction-error)
  (%make-condition &implementation-restriction))
(define implementation-restriction-error? (exception-predicate &implementation-restriction))

(define &lexical (%standard-type "&lexical"))
(define (make-lexical-error) (%make-condition &lexical))
(define lexical-error? (exception-predicate &lexical))

(define &syntax (%standard-type "&syntax"))
(define (make-syntax-error form subform) (%make-condition &syntax form subform))
(define syntax-error? (exception-predicate &syntax))
(define syntax-error-form (exception-accessor &syntax (record-accessor &syntax 'form)))
(define syntax-error-subform (exception-accessor &syntax (record-accessor &syntax 'subform)))

(define &undefined-variable (%standard-type "&undefined-variable"))
(define (make-undefined-variable-error) (%make-condition &undefined-variable))
(define undefined-variable-error? (exception-predicate &undefined-variable))

(define-syntax define-exception-type
  (syntax-rules ()
    ((_ type parent constructor predicate (field accessor) ...)
     (begin
       (define type (make-exception-type 'type parent '(field ...)))
       (define (constructor . values) (apply %make-condition type values))
       (define predicate (exception-predicate type))
       (define accessor (exception-accessor type (record-accessor type 'field)))
       ...))))
