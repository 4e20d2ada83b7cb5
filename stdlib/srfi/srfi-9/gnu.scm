;;; Guile's additions to SRFI-9.

(define-module (srfi srfi-9 gnu)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export (define-immutable-record-type)
  #:export (set-record-type-printer! set-field set-fields))

;; (printer RECORD PORT) writes records of the type from now on.
(define (set-record-type-printer! type printer)
  (%set-record-printer! type printer))

;; (set-field RECORD (GETTER ...) VALUE): a copy of RECORD in which the field that the getters lead to, from
;; the outside in, has another value.
(define-syntax-rule (set-field record (getter ...) value)
  (%set-path record (list getter ...) value))

(define-syntax set-fields
  (syntax-rules ()
    ((_ record) record)
    ((_ record ((getter ...) value) more ...)
     (set-fields (set-field record (getter ...) value) more ...))))

;; A getter says itself which field is its: it is applied to a record that holds the numbers of its fields.
(define (%field-index record getter)
  (let ((type (record-type-descriptor record)))
    (getter (apply %record type #f (iota (length (record-type-fields type)))))))

(define (%set-path record getters value)
  (if (null? getters)
      value
      (let ((getter (car getters)))
        (%record-with record (record-type-descriptor record) (%field-index record getter) "set-fields"
                      (%set-path (getter record) (cdr getters) value)))))
