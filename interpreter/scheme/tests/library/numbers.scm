;; Numbers.
;; Each form prints itself and what it gives: a value, or the key and arguments of what it throws.
(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write (quote expression))
         (display " => ")
         (catch #t
           (lambda ()
             (call-with-values (lambda () expression)
               (lambda values (for-each (lambda (value) (write value) (display " ")) values))))
           (lambda (key . arguments)
             (display "throws ")
             (write (cons key arguments))))
         (newline))
       ...))))

(show
  (+) (+ 1 2) (+ 1/2 1/3) (+ 1 0.5) (- 5) (- 10 3 2) (* 2 3.0) (*) (/ 6 3) (/ 6 4) (/ 2) (/ 1.0 3) (/ 1 0) (+ 'a 1) (+ 1 'a) (- "x") (* 2 'x) (/ 'a)
  (= 1 1.0) (< 1 2 3) (< 1 3 2) (> 3 2 1) (<= 1 1 2) (>= 1 2) (< 1 'a) (= 'a 1) (= 1 2 'a) (< 1/2 0.6) (= 1/3 0.3333333333333333)
  (quotient 17 5) (quotient -17 5) (remainder -17 5) (modulo -17 5) (modulo 17 -5) (quotient 1 0) (modulo 1 0) (quotient 17.0 5) (quotient 'a 1) (floor/ -7 2) (truncate/ -7 2) (floor-quotient -7 2) (floor-remainder -7 2) (euclidean/ -7 2) (ceiling-quotient 7 2)
  (expt 2 100) (expt 2 -2) (expt 2.0 0.5) (expt 1/2 3) (expt 0 0) (expt 'a 2) (expt 2 0.5) (exact->inexact 1/3) (inexact->exact 1.5) (inexact->exact 0.1)
  (sqrt 16) (sqrt 2) (sqrt 1/4) (sqrt 16.0) (exact-integer-sqrt 17) (exp 0) (log 1) (sin 0) (atan 1 1) (exp 1) (log 100)
  (floor 2.5) (ceiling 2.5) (round 2.5) (round 3.5) (round -2.5) (truncate -2.7) (floor 7/2) (round 7/2) (round 5/2) (floor -7/2) (truncate 5)
  (abs -5) (abs -1/2) (abs -2.5) (max 1 2 3) (min 1 2.0) (max 1 'a) (gcd 12 18) (lcm 4 6) (gcd) (gcd 0 5) (numerator 6/4) (denominator 6/4)
  (even? 2) (odd? 2) (even? 'a) (zero? 0) (zero? 0.0) (zero? 'a) (positive? 1) (negative? -1/2) (exact? 1/2) (inexact? 1.0) (integer? 2.0) (integer? 2.5) (rational? 1.5) (real? 1) (number? 'a) (exact-integer? 5) (exact-integer? 5.0) (nan? +nan.0) (inf? -inf.0)
  (number->string 255 2) (number->string 1/3 3) (number->string 1.5) (number->string -255 16) (number->string 'a) (string->number "101" 2) (number->string (expt 10 30))
  (logand 12 10) (logior 12 10) (logxor 12 10) (lognot 5) (ash 1 10) (ash 1024 -3) (ash -5 -1) (bit-extract 1234 2 6) (integer-length 255) (logcount 255) (logbit? 3 8) (logtest 1 2) (ash 1 100) (logand) (logand -1 255)
  (* 99999999999 99999999999) (- (expt 2 62) 1) (+ (expt 2 62) (expt 2 62)) (* 4611686018427387904 2) (- -9223372036854775808 1) (quotient (expt 10 30) (expt 10 28)) (exact->inexact (expt 10 25)) (exact->inexact 12345678901234567890)
  1e100 1.0e-10 123456789.123 0.1 100.0 12345678.0 123456789012.0 1e5 (* 1.0 1e22) (/ 9 3.0) (+ 0.1 0.2) 3.14159 (sqrt 1e100) (* 1.1 1.1) (exact->inexact 100) (/ 1 3.0) 6.02e23 -1.5e-5
  (number->string 3.75 10) (string->number "1e-2") (1+ 1/2) (1- 0.5) (1+ 'a) (exact->inexact 'a) (inexact->exact +inf.0) (number->string 10 37)
  (log 0) (max 1/2 0.3) (expt 2.5 2) (exact->inexact 2/3) (atan 1) (round 0.5) (round 1.5) (truncate 2.5) (expt -2 3) (expt 0 5))
