;;; Hash tables from association lists.

(define-module (ice-9 hash-table)
  #:export (alist->hash-table alist->hashq-table alist->hashv-table alist->hashx-table))

;; The first of several entries of a key counts.
(define (%fill-table set! alist)
  (let ((table (make-hash-table)))
    (for-each (lambda (entry) (set! table (car entry) (cdr entry))) (reverse alist))
    table))

(define* (alist->hash-table alist #:optional size) (%fill-table hash-set! alist))
(define* (alist->hashq-table alist #:optional size) (%fill-table hashq-set! alist))
(define* (alist->hashv-table alist #:optional size) (%fill-table hashv-set! alist))
(define* (alist->hashx-table hash assoc alist #:optional size)
  (%fill-table (lambda (table key value) (hashx-set! hash assoc table key value)) alist))
