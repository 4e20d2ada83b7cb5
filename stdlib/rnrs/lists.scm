;;; R6RS: lists.

(define-module (rnrs lists)
  #:use-module ((srfi srfi-1) #:hide (remove))
  #:re-export
  (member memq memv assoc assq assv cons* find fold-right partition filter (every . for-all)
   (any . exists))
  #:export
  (assp fold-left memp remove remp remq remv))

(define (memp holds? list) (find-tail holds? list))
(define (assp holds? alist) (find (lambda (entry) (holds? (car entry))) alist))
(define (fold-left procedure initial list . more)
  (let loop ((lists (cons list more)) (result initial))
    (if (any null? lists)
        result
        (loop (map cdr lists) (apply procedure result (map car lists))))))
(define (remp holds? list) (filter (lambda (item) (not (holds? item))) list))
(define (remove item list) (remp (lambda (other) (equal? item other)) list))
(define (remv item list) (remp (lambda (other) (eqv? item other)) list))
(define (remq item list) (remp (lambda (other) (eq? item other)) list))
