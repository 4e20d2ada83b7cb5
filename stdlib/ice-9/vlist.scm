;;; Lists by another name: vlists and vhashes with the interface of Guile's.

(define-module (ice-9 vlist)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (vlist-null vlist-null? vlist-cons vlist-head vlist-tail vlist-fold vlist-map vlist-length
            vlist->list list->vlist vlist-for-each vlist-reverse vlist-append vlist-filter vlist?
            vhash? vhash-cons vhash-consq vhash-assoc vhash-assq vhash-fold alist->vhash
            vhash-fold* vhash-delete vhash-consv vhash-assv))

(define-record-type <vlist>
  (%make-vlist items)
  vlist?
  (items vlist->list))

(define vlist-null (%make-vlist '()))
(define (vlist-null? vlist) (null? (vlist->list vlist)))
(define (list->vlist list) (%make-vlist list))
(define (vlist-cons item vlist) (%make-vlist (cons item (vlist->list vlist))))
(define (vlist-head vlist) (car (vlist->list vlist)))
(define (vlist-tail vlist) (%make-vlist (cdr (vlist->list vlist))))
(define (vlist-length vlist) (length (vlist->list vlist)))
(define (vlist-reverse vlist) (%make-vlist (reverse (vlist->list vlist))))
(define (vlist-append . vlists) (%make-vlist (concatenate (map vlist->list vlists))))
(define (vlist-map procedure vlist) (%make-vlist (map procedure (vlist->list vlist))))
(define (vlist-filter predicate vlist) (%make-vlist (filter predicate (vlist->list vlist))))
(define (vlist-for-each procedure vlist) (for-each procedure (vlist->list vlist)))
(define (vlist-fold kons knil vlist) (fold kons knil (vlist->list vlist)))

;; A vhash is a vlist of pairs, newest first.
(define (vhash? object) (vlist? object))
(define* (vhash-cons key value vhash #:optional hash) (vlist-cons (cons key value) vhash))
(define (vhash-consq key value vhash) (vhash-cons key value vhash))
(define (vhash-consv key value vhash) (vhash-cons key value vhash))
(define* (vhash-assoc key vhash #:optional (same? equal?) hash)
  (assoc key (vlist->list vhash) same?))
(define (vhash-assq key vhash) (assq key (vlist->list vhash)))
(define (vhash-assv key vhash) (assv key (vlist->list vhash)))
(define* (vhash-delete key vhash #:optional (same? equal?) hash)
  (%make-vlist (alist-delete key (vlist->list vhash) same?)))
(define (vhash-fold procedure initial vhash)
  (fold (lambda (entry result) (procedure (car entry) (cdr entry) result))
        initial
        (vlist->list vhash)))
(define* (vhash-fold* procedure initial key vhash #:optional (same? equal?) hash)
  (fold (lambda (entry result)
          (if (same? key (car entry)) (procedure (cdr entry) result) result))
        initial
        (vlist->list vhash)))
(define* (alist->vhash alist #:optional hash) (%make-vlist alist))
