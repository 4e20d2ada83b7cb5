;;; Association lists from the other side.

(define-module (ice-9 list)
  #:export (rassoc rassv rassq))

(define (%rassoc key alist same?)
  (let loop ((rest alist))
    (cond ((null? rest) #f)
          ((same? key (cdr (car rest))) (car rest))
          (else (loop (cdr rest))))))

(define* (rassoc key alist #:optional (same? equal?)) (%rassoc key alist same?))
(define (rassv key alist) (%rassoc key alist eqv?))
(define (rassq key alist) (%rassoc key alist eq?))
