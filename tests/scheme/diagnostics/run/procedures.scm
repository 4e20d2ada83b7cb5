;;; The procedures that were running, innermost first
(define (inner x) (+ 1 (car x)))
;! 23 In procedure car: Wrong type argument in position 1 (expecting pair): 5
;| expression:2:23: in inner
;| expression:3:24: in middle
;| expression:4:23: in outer
(define (middle x) (+ 1 (inner x)))
(define (outer x) (+ 1 (middle x)))
(outer 5)

;;; A procedure inside of another
(define (outer x)
  (define (inner y)
    (+ 1 (vector-ref y 10)))
;! 9 In procedure vector-ref: Argument 2 out of range: 10
;| expression:10:9: in inner
  (+ 1 (inner x)))
(outer (vector 1 2))

;;; Too many arguments
(define (one x) x)
(+ 1 (one 1 2))
;! 5 Wrong number of arguments to one

;;; A keyword that is not known
(define* (f #:key (a 1)) a)
;! 0 Unrecognized keyword: #:b
;| expression:19:0: in f
(+ 1 (f #:b 2))

;;; What is no procedure
(define x 5)
(+ 1 (x 2))
;! 5 Wrong type to apply: 5

;;; An error of the program's own
(define (check n)
  (when (negative? n)
    (error "negative number:" n))
;! 4 negative number: -3
;| expression:29:4: in check
  n)
(+ 1 (check -3))

;;; Division by zero
(define (ratio a b) (+ 0 (quotient a b)))
;! 25 In procedure truncate-quotient: Numerical overflow
;| expression:34:25: in ratio
(+ 1 (ratio 1 0))

;;; An assertion
(define (root x)
  (assert (>= x 0))
;! 3 Unbound variable: assert
;| expression:39:3: in root
;| hint: 'assert' is exported by (rnrs base): add it to use-modules
  (sqrt x))
(+ 1 (root -1))
