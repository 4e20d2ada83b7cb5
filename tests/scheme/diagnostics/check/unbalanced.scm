(define (first)
  (if))

(define (second
  (list 1 2)

(define (third)
  3)
