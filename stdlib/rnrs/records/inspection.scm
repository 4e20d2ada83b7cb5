;;; R6RS: what can be asked of records and their types.

(define-module (rnrs records inspection)
  #:use-module (tintype native)
  #:use-module ((guile) #:prefix guile:)
  #:re-export (record-type-parent record-type-name)
  #:export
  (record? record-rtd record-type-uid record-type-generative? record-type-sealed?
   record-type-opaque? record-type-field-names record-field-mutable?))

(define (%trait type index)
  (vector-ref ((@@ (rnrs records procedural) %record-type-traits) type) index))

(define (record-type-uid type) (%trait type 0))
(define (record-type-generative? type) (not (record-type-uid type)))
(define (record-type-sealed? type) (%trait type 1))
;; A type is opaque if its parent is.
(define (record-type-opaque? type)
  (or (%trait type 2)
      (let ((parent (record-type-parent type)))
        (and parent (record-type-opaque? parent)))))
(define (record-type-field-names type)
  (list->vector (%trait type 3)))
(define (record-field-mutable? type index)
  (list-ref (%trait type 4) index))

(define (record? object)
  (and (guile:record? object)
       (not (record-type-opaque? (record-type-descriptor object)))))
(define (record-rtd record)
  (if (record? record)
      (record-type-descriptor record)
      (scm-error 'misc-error "record-rtd" "not a record that can be inspected: ~S"
                 (list record) #f)))
