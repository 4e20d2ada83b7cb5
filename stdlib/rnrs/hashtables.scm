;;; R6RS: hash tables.

(define-module (rnrs hashtables)
  #:use-module ((srfi srfi-69) #:prefix srfi:)
  #:re-export (string-hash)
  #:export
  (equal-hash hashtable-clear! hashtable-contains? hashtable-copy hashtable-delete!
   hashtable-entries hashtable-equivalence-function hashtable-hash-function hashtable-keys
   hashtable-mutable? hashtable-ref hashtable-set! hashtable-size hashtable-update!
   hashtable? make-eq-hashtable make-eqv-hashtable make-hashtable string-ci-hash symbol-hash))

;; They are SRFI-69's under other names; none is immutable.

(define (make-eq-hashtable . size) (srfi:make-hash-table eq?))
(define (make-eqv-hashtable . size) (srfi:make-hash-table eqv?))
(define (make-hashtable hash same? . size) (srfi:make-hash-table same? (lambda (key . size) (hash key))))
(define hashtable? srfi:hash-table?)
(define hashtable-size srfi:hash-table-size)
(define hashtable-ref srfi:hash-table-ref/default)
(define hashtable-set! srfi:hash-table-set!)
(define hashtable-delete! srfi:hash-table-delete!)
(define hashtable-contains? srfi:hash-table-exists?)
(define hashtable-update! srfi:hash-table-update!/default)
(define (hashtable-copy table . mutable?) (srfi:hash-table-copy table))
(define (hashtable-clear! table . size)
  (for-each (lambda (key) (srfi:hash-table-delete! table key)) (srfi:hash-table-keys table)))
(define (hashtable-keys table) (list->vector (srfi:hash-table-keys table)))
(define (hashtable-entries table)
  (let ((entries (srfi:hash-table->alist table)))
    (values (list->vector (map car entries)) (list->vector (map cdr entries)))))
(define hashtable-equivalence-function srfi:hash-table-equivalence-function)
(define (hashtable-hash-function table)
  (if (memq (hashtable-equivalence-function table) (list eq? eqv?))
      #f
      (srfi:hash-table-hash-function table)))
(define (hashtable-mutable? table) #t)
(define (equal-hash object) (srfi:hash object))
(define (string-ci-hash string) (srfi:string-ci-hash string))
(define (symbol-hash symbol) (srfi:hash symbol))
