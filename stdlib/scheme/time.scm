;;; R7RS: time.

(define-module (scheme time)
  #:export
  (current-jiffy current-second jiffies-per-second))

(define (jiffies-per-second) 1000000)
(define (current-jiffy)
  (let ((now (gettimeofday)))
    (+ (* 1000000 (car now)) (cdr now))))
(define (current-second) (exact->inexact (/ (current-jiffy) 1000000)))
