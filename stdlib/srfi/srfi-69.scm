;;; SRFI-69: hash tables. A table compares keys with the equivalence it was made with.

(define-module (srfi srfi-69)
  #:use-module (srfi srfi-9)
  #:replace (make-hash-table hash-table? hash string-hash)
  #:export (alist->hash-table hash-table-equivalence-function hash-table-hash-function
            hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete!
            hash-table-exists? hash-table-update! hash-table-update!/default hash-table-size
            hash-table-keys hash-table-values hash-table-walk hash-table-fold hash-table->alist
            hash-table-copy hash-table-merge! string-ci-hash hash-by-identity))

;; TABLE holds (KEY . VALUE) lists by HASH for an equivalence of its own; the common equivalences use
;; the keys themselves.
(define-record-type <srfi-hash-table>
  (%make-table table same? hash)
  hash-table?
  (table %table %set-table!)
  (same? hash-table-equivalence-function)
  (hash %hash))

(define %size (- (expt 2 29) 3))
(define* (hash object #:optional (size %size)) ((@ (guile) hash) object size))
(define* (string-hash string #:optional (size %size)) ((@ (guile) hash) string size))
(define* (string-ci-hash string #:optional (size %size))
  ((@ (guile) hash) (string-downcase string) size))
(define* (hash-by-identity object #:optional (size %size)) ((@ (guile) hash) object size))

(define* (make-hash-table #:optional (same? equal?) (hash-function #f) . rest)
  (%make-table ((@ (guile) make-hash-table)) same? hash-function))
(define (hash-table-hash-function table) (or (%hash table) hash))

(define (%plain? table) (memq (hash-table-equivalence-function table)
                              (list equal? string=? eqv? eq? =)))

;; The entry of a key among those with its hash.
(define (%entries table key)
  (hash-ref (%table table) ((hash-table-hash-function table) key) '()))
(define (%entry table key)
  (if (%plain? table)
      (hash-get-handle (%table table) key)
      (assoc key (%entries table key) (hash-table-equivalence-function table))))
(define (%others table key)
  (let ((same? (hash-table-equivalence-function table)))
    (filter (lambda (entry) (not (same? key (car entry)))) (%entries table key))))

(define* (hash-table-ref table key #:optional
                         (fail (lambda ()
                                 (scm-error 'misc-error 'hash-table-ref
                                            "Missing value for key: ~S" (list key) #f))))
  (let ((entry (%entry table key)))
    (if entry (cdr entry) (fail))))
(define (hash-table-ref/default table key default)
  (let ((entry (%entry table key)))
    (if entry (cdr entry) default)))
(define (hash-table-exists? table key) (if (%entry table key) #t #f))

(define (hash-table-set! table key value)
  (if (%plain? table)
      (hash-set! (%table table) key value)
      (hash-set! (%table table) ((hash-table-hash-function table) key)
                 (acons key value (%others table key))))
  *unspecified*)
(define (hash-table-delete! table key)
  (if (%plain? table)
      (hash-remove! (%table table) key)
      (hash-set! (%table table) ((hash-table-hash-function table) key) (%others table key)))
  *unspecified*)

(define* (hash-table-update! table key procedure #:optional
                             (fail (lambda ()
                                     (scm-error 'misc-error 'hash-table-update!
                                                "Missing value for key: ~S" (list key) #f))))
  (hash-table-set! table key (procedure (hash-table-ref table key fail))))
(define (hash-table-update!/default table key procedure default)
  (hash-table-update! table key procedure (lambda () default)))

(define (hash-table-fold table procedure initial)
  (hash-fold (lambda (key value result)
               (if (%plain? table)
                   (procedure key value result)
                   (let loop ((rest value) (result result))
                     (if (null? rest)
                         result
                         (loop (cdr rest)
                               (procedure (car (car rest)) (cdr (car rest)) result))))))
             initial
             (%table table)))
(define (hash-table->alist table) (hash-table-fold table acons '()))
(define (hash-table-keys table)
  (hash-table-fold table (lambda (key value keys) (cons key keys)) '()))
(define (hash-table-values table)
  (hash-table-fold table (lambda (key value values) (cons value values)) '()))
(define (hash-table-size table) (length (hash-table-keys table)))
(define (hash-table-walk table procedure)
  (for-each (lambda (entry) (procedure (car entry) (cdr entry))) (hash-table->alist table)))

(define* (alist->hash-table alist #:optional (same? equal?) . rest)
  (let ((table (apply make-hash-table same? rest)))
    (for-each (lambda (entry)
                (unless (hash-table-exists? table (car entry))
                  (hash-table-set! table (car entry) (cdr entry))))
              alist)
    table))
(define (hash-table-merge! table other)
  (hash-table-walk other
                   (lambda (key value)
                     (unless (hash-table-exists? table key)
                       (hash-table-set! table key value))))
  table)
(define (hash-table-copy table . size)
  (hash-table-merge! (%make-table ((@ (guile) make-hash-table))
                                  (hash-table-equivalence-function table)
                                  (%hash table))
                     table))
