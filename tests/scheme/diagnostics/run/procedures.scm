;;; The procedures that were running, innermost first
(define (inner x) (+ 1 (car x)))
(define (middle x) (+ 1 (inner x)))
(define (outer x) (+ 1 (middle x)))
(outer 5)

;;; A procedure inside of another
(define (outer x)
  (define (inner y)
    (+ 1 (vector-ref y 10)))
  (+ 1 (inner x)))
(outer (vector 1 2))

;;; Too many arguments
(define (one x) x)
(+ 1 (one 1 2))

;;; A keyword that is not known
(define* (f #:key (a 1)) a)
(+ 1 (f #:b 2))

;;; What is no procedure
(define x 5)
(+ 1 (x 2))

;;; An error of the program's own
(define (check n)
  (when (negative? n)
    (error "negative number:" n))
  n)
(+ 1 (check -3))

;;; Division by zero
(define (ratio a b) (+ 0 (quotient a b)))
(+ 1 (ratio 1 0))

;;; An assertion
(define (root x)
  (assert (>= x 0))
  (sqrt x))
(+ 1 (root -1))
