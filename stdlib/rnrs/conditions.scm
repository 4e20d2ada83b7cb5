;;; R6RS: conditions, which are Guile's exceptions under other names.

(define-module (rnrs conditions)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:use-module (ice-9 exceptions)
  #:re-export
  ((&exception . &condition)
   (make-exception . condition)
   (exception? . condition?)
   (simple-exceptions . simple-conditions)
   (exception-predicate . condition-predicate)
   (exception-accessor . condition-accessor)
   (define-exception-type . define-condition-type)

   &message
   (make-exception-with-message . make-message-condition)
   (exception-with-message? . message-condition?)
   (exception-message . condition-message)

   &warning make-warning warning?

   (&error . &serious)
   (make-error . make-serious-condition)
   (error? . serious-condition?)

   (&external-error . &error)
   (make-external-error . make-error)
   (external-error? . error?)

   (&programming-error . &violation)
   (make-programming-error . make-violation)
   (programming-error? . violation?)

   (&assertion-failure . &assertion)
   (make-assertion-failure . make-assertion-violation)
   (assertion-failure? . assertion-violation?)

   &irritants
   (make-exception-with-irritants . make-irritants-condition)
   (exception-with-irritants? . irritants-condition?)
   (exception-irritants . condition-irritants)

   (&origin . &who)
   (make-exception-with-origin . make-who-condition)
   (exception-with-origin? . who-condition?)
   (exception-origin . condition-who)

   &non-continuable
   (make-non-continuable-error . make-non-continuable-violation)
   (non-continuable-error? . non-continuable-violation?)

   &implementation-restriction
   (make-implementation-restriction-error . make-implementation-restriction-violation)
   (implementation-restriction-error? . implementation-restriction-violation?)

   &lexical
   (make-lexical-error . make-lexical-violation)
   (lexical-error? . lexical-violation?)

   &syntax
   (make-syntax-error . make-syntax-violation)
   (syntax-error? . syntax-violation?)
   (syntax-error-form . syntax-violation-form)
   (syntax-error-subform . syntax-violation-subform)

   (&undefined-variable . &undefined)
   (make-undefined-variable-error . make-undefined-violation)
   (undefined-variable-error? . undefined-violation?)))
