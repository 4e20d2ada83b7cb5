;;; Lists by another name: vlists and vhashes with the interface of Guile's.

(define-module (ice-9 vlist)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (vlist? vlist-null vlist-null? vlist-cons vlist-head vlist-tail vlist-length vlist-ref
            vlist-fold vlist-fold-right vlist-map vlist-for-each vlist-filter vlist-reverse
            vlist-append vlist-drop vlist-take vlist-delete vlist-unfold vlist-unfold-right
            vlist->list list->vlist block-growth-factor
            vhash? vhash-cons vhash-consq vhash-consv vhash-assoc vhash-assq vhash-assv
            vhash-delete vhash-delq vhash-delv vhash-fold vhash-fold-right vhash-fold*
            vhash-foldq* vhash-foldv* alist->vhash))

(define-record-type <vlist>
  (%make-vlist items)
  vlist?
  (items vlist->list))

(define block-growth-factor (make-parameter 2))

(define vlist-null (%make-vlist '()))
(define (vlist-null? vlist) (null? (vlist->list vlist)))
(define (list->vlist list) (%make-vlist list))
(define (vlist-cons item vlist) (%make-vlist (cons item (vlist->list vlist))))
(define (vlist-head vlist) (car (vlist->list vlist)))
(define (vlist-tail vlist) (%make-vlist (cdr (vlist->list vlist))))
(define (vlist-length vlist) (length (vlist->list vlist)))
(define (vlist-ref vlist index) (list-ref (vlist->list vlist) index))
(define (vlist-reverse vlist) (%make-vlist (reverse (vlist->list vlist))))
(define (vlist-append . vlists) (%make-vlist (concatenate (map vlist->list vlists))))
(define (vlist-map procedure vlist) (%make-vlist (map procedure (vlist->list vlist))))
(define (vlist-filter predicate vlist) (%make-vlist (filter predicate (vlist->list vlist))))
(define (vlist-for-each procedure vlist) (for-each procedure (vlist->list vlist)))
(define (vlist-fold kons knil vlist) (fold kons knil (vlist->list vlist)))
(define (vlist-fold-right kons knil vlist) (fold-right kons knil (vlist->list vlist)))
(define (vlist-drop vlist count) (%make-vlist (list-tail (vlist->list vlist) count)))
(define (vlist-take vlist count) (%make-vlist (list-head (vlist->list vlist) count)))
(define* (vlist-delete item vlist #:optional (same? equal?))
  (%make-vlist (delete item (vlist->list vlist) same?)))
(define* (vlist-unfold stop? mapper successor seed #:optional (tail (lambda (seed) vlist-null)))
  (%make-vlist (unfold stop? mapper successor seed
                       (lambda (seed) (vlist->list (tail seed))))))
(define* (vlist-unfold-right stop? mapper successor seed #:optional (tail vlist-null))
  (%make-vlist (unfold-right stop? mapper successor seed (vlist->list tail))))

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
(define (vhash-delq key vhash) (vhash-delete key vhash eq?))
(define (vhash-delv key vhash) (vhash-delete key vhash eqv?))
(define (vhash-fold procedure initial vhash)
  (fold (lambda (entry result) (procedure (car entry) (cdr entry) result))
        initial
        (vlist->list vhash)))
(define (vhash-fold-right procedure initial vhash)
  (fold-right (lambda (entry result) (procedure (car entry) (cdr entry) result))
              initial
              (vlist->list vhash)))
(define* (vhash-fold* procedure initial key vhash #:optional (same? equal?) hash)
  (fold (lambda (entry result)
          (if (same? key (car entry)) (procedure (cdr entry) result) result))
        initial
        (vlist->list vhash)))
(define (vhash-foldq* procedure initial key vhash) (vhash-fold* procedure initial key vhash eq?))
(define (vhash-foldv* procedure initial key vhash) (vhash-fold* procedure initial key vhash eqv?))
(define* (alist->vhash alist #:optional hash) (%make-vlist alist))
