;;; The time that an expression takes.

(define-module (ice-9 time)
  #:export (time))

(define-syntax-rule (time expression)
  (let ((start (gettimeofday)))
    (call-with-values (lambda () expression)
      (lambda results
        (let ((end (gettimeofday)))
          (format #t "~a us~%" (+ (* 1000000 (- (car end) (car start))) (- (cdr end) (cdr start))))
          (apply values results))))))
