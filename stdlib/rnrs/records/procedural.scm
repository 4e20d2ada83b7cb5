;;; R6RS: records, by procedures.

(define-module (rnrs records procedural)
  #:use-module (tintype native)
  #:use-module ((guile) #:prefix guile:)
  #:use-module (srfi srfi-9)
  #:export
  (make-record-type-descriptor record-type-descriptor? make-record-constructor-descriptor
   record-constructor record-predicate record-accessor record-mutator))

;; What a record type has of R6RS beside Guile's record type; the fields are those that its parent
;; does not have.
(define-record-type <traits>
  (%make-traits uid sealed? opaque? fields mutable)
  traits?
  (uid traits-uid)
  (sealed? traits-sealed?)
  (opaque? traits-opaque?)
  (fields traits-fields)
  (mutable traits-mutable))

(define %traits (make-hash-table))
;; The vector #(UID SEALED? OPAQUE? FIELDS MUTABLE) of a type; FIELDS and MUTABLE are lists.
(define (%record-type-traits type)
  (let ((traits (hashq-ref %traits type)))
    (if traits
        (vector (traits-uid traits) (traits-sealed? traits) (traits-opaque? traits)
                (traits-fields traits) (traits-mutable traits))
        (let ((fields (record-type-fields type)))
          (vector #f #f #f fields (map (lambda (field) #t) fields))))))
(define (%own-fields type) (vector-ref (%record-type-traits type) 3))

(define %nongenerative (make-hash-table))

(define (%violation who message . irritants)
  (guile:scm-error 'misc-error who message irritants #f))

(define (make-record-type-descriptor name parent uid sealed? opaque? fields)
  (when (and parent (vector-ref (%record-type-traits parent) 1))
    (%violation "make-record-type-descriptor" "the parent type ~S is sealed" (record-type-name parent)))
  (or (and uid (hashq-ref %nongenerative uid))
      (let* ((specifications (vector->list fields))
             (names (map cadr specifications))
             (type (%make-record-type name names parent)))
        (hashq-set! %traits type
                    (%make-traits uid sealed? opaque? names
                                  (map (lambda (field) (eq? 'mutable (car field)))
                                       specifications)))
        (when uid
          (hashq-set! %nongenerative uid type))
        type)))
(define (record-type-descriptor? object) (record-type? object))

;; A way to construct records: the type, how its parent is constructed, the protocol.
(define-record-type <constructor>
  (%make-constructor type parent protocol)
  constructor?
  (type %constructor-type)
  (parent %constructor-parent)
  (protocol %constructor-protocol))

(define (make-record-constructor-descriptor type parent protocol)
  (let* ((parent-type (record-type-parent type))
         (parent (or parent
                     (and parent-type
                          (make-record-constructor-descriptor parent-type #f #f)))))
    (%make-constructor type parent (or protocol (%default-protocol type parent)))))

;; The arguments of the parent's constructor first, then one for each field.
(define (%default-protocol type parent)
  (if parent
      (let ((own (length (%own-fields type))))
        (lambda (new)
          (lambda arguments
            (let ((inherited (- (length arguments) own)))
              (apply (apply new (list-head arguments inherited))
                     (list-tail arguments inherited))))))
      (lambda (new) new)))

;; What a protocol is given; FINISH makes the record of the values of all fields.
(define (%constructor-new constructor finish)
  (let ((parent (%constructor-parent constructor)))
    (if parent
        (lambda inherited
          (lambda own
            (apply ((%constructor-protocol parent)
                    (%constructor-new parent
                                      (lambda (values) (finish (append values own)))))
                   inherited)))
        (lambda own (finish own)))))

(define (record-constructor constructor)
  (let ((make (guile:record-constructor (%constructor-type constructor))))
    ((%constructor-protocol constructor)
     (%constructor-new constructor (lambda (values) (apply make values))))))

(define (record-predicate type) (guile:record-predicate type))
(define (record-accessor type index)
  (guile:record-accessor type (list-ref (%own-fields type) index)))
(define (record-mutator type index)
  (let ((field (list-ref (%own-fields type) index)))
    (unless (list-ref (vector-ref (%record-type-traits type) 4) index)
      (%violation "record-mutator" "the field ~S of ~S is immutable" field (record-type-name type)))
    (guile:record-modifier type field)))
