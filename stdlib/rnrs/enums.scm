;;; R6RS: enumerations: sets of symbols out of a universe.

(define-module (rnrs enums)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (make-enumeration enum-set-universe enum-set-indexer enum-set-constructor enum-set->list
            enum-set-member? enum-set-subset? enum-set=? enum-set-union enum-set-intersection
            enum-set-difference enum-set-complement enum-set-projection define-enumeration))

(define-record-type <enum-set>
  (%make-enum-set universe members)
  enum-set?
  (universe %universe)
  (members enum-set->list))

;; The members in the order of the universe.
(define (%subset universe members)
  (%make-enum-set universe (filter (lambda (symbol) (memq symbol members)) universe)))

(define (make-enumeration symbols)
  (let ((universe (delete-duplicates symbols eq?)))
    (%make-enum-set universe universe)))
(define (enum-set-universe set) (make-enumeration (%universe set)))
(define (enum-set-indexer set)
  (let ((universe (%universe set)))
    (lambda (symbol) (list-index (lambda (other) (eq? symbol other)) universe))))
(define (enum-set-constructor set)
  (let ((universe (%universe set)))
    (lambda (symbols) (%subset universe symbols))))
(define (enum-set-member? symbol set) (if (memq symbol (enum-set->list set)) #t #f))
(define (enum-set-subset? set1 set2)
  (and (lset<= eq? (enum-set->list set1) (enum-set->list set2))
       (lset<= eq? (%universe set1) (%universe set2))))
(define (enum-set=? set1 set2)
  (and (enum-set-subset? set1 set2) (enum-set-subset? set2 set1)))
(define (%combine operation set1 set2)
  (%subset (%universe set1) (operation eq? (enum-set->list set1) (enum-set->list set2))))
(define (enum-set-union set1 set2) (%combine lset-union set1 set2))
(define (enum-set-intersection set1 set2) (%combine lset-intersection set1 set2))
(define (enum-set-difference set1 set2) (%combine lset-difference set1 set2))
(define (enum-set-complement set)
  (%subset (%universe set) (lset-difference eq? (%universe set) (enum-set->list set))))
(define (enum-set-projection set1 set2)
  (%subset (%universe set2) (enum-set->list set1)))

(define-syntax-rule (define-enumeration type (symbol ...) constructor)
  (begin
    (define-syntax-rule (type name) 'name)
    (define-syntax constructor
      (syntax-rules ()
        ((_ . names) ((enum-set-constructor (make-enumeration '(symbol ...))) 'names))))))
