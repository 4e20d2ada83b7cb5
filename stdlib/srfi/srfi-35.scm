;;; SRFI-35: conditions. They are Guile's exception objects.

(define-module (srfi srfi-35)
  #:use-module (tintype native)
  #:use-module (ice-9 exceptions)
  #:use-module (tintype condition)
  #:re-export ((&exception . &condition)
               (&error . &serious)
               (&external-error . &error)
               &message
               define-condition-type
               condition
               make-condition-type
               make-condition
               (exception? . condition?)
               (external-error? . error?)
               (error? . serious-condition?)
               (exception-with-message? . message-condition?)
               (exception-message . condition-message))
  #:export (condition-type?
            condition-has-type?
            condition-ref
            make-compound-condition
            extract-condition))

(define condition-type? exception-type?)

(define (condition-has-type? condition type)
  (if (%exception-component condition type) #t #f))

(define (make-compound-condition condition . conditions)
  (apply make-exception condition conditions))

(define (extract-condition condition type)
  (or (%exception-component condition type)
      (error "invalid condition type" condition type)))

(define (condition-ref condition field)
  (let loop ((components (simple-exceptions condition)))
    (if (null? components)
        (error "invalid field name" field)
        (let ((type (record-type-descriptor (car components))))
          (if (memq field (record-type-fields type))
              ((record-accessor type field) (car components))
              (loop (cdr components)))))))
