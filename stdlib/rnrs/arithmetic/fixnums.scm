;;; R6RS: integers of one machine word, as wide as Guile's.

(define-module (rnrs arithmetic fixnums)
  #:use-module (tintype native)
  #:use-module (rnrs base)
  #:use-module ((rnrs conditions) #:prefix condition:)
  #:use-module (rnrs arithmetic bitwise)
  #:export
  (fixnum? fixnum-width least-fixnum greatest-fixnum
   fx=? fx>? fx<? fx>=? fx<=? fxzero? fxpositive? fxnegative? fxodd? fxeven? fxmax fxmin
   fx+ fx- fx* fxdiv fxmod fxdiv-and-mod fxdiv0 fxmod0 fxdiv0-and-mod0
   fx+/carry fx-/carry fx*/carry
   fxnot fxand fxior fxxor fxif fxbit-count fxlength fxfirst-bit-set fxbit-set? fxcopy-bit
   fxbit-field fxcopy-bit-field fxarithmetic-shift fxarithmetic-shift-left
   fxarithmetic-shift-right fxrotate-bit-field fxreverse-bit-field))

(define (fixnum-width) 62)
(define (greatest-fixnum) 2305843009213693951)
(define (least-fixnum) -2305843009213693952)
(define (fixnum? object)
  (and (exact-integer? object) (<= (least-fixnum) object (greatest-fixnum))))

(define (%check who . numbers)
  (for-each (lambda (number)
              (unless (fixnum? number)
                (raise (condition:condition
                        (condition:make-assertion-violation)
                        (condition:make-who-condition who)
                        (condition:make-message-condition "not a fixnum")
                        (condition:make-irritants-condition (list number))))))
            numbers))

;; A result, unless it is too large.
(define (%fitting who number)
  (unless (fixnum? number)
    (raise (condition:condition
            (condition:make-implementation-restriction-violation)
            (condition:make-who-condition who)
            (condition:make-message-condition "the result is no fixnum")
            (condition:make-irritants-condition (list number)))))
  number)

(define (%test who operation)
  (lambda numbers
    (apply %check who numbers)
    (apply operation numbers)))
(define (%operation who operation)
  (lambda numbers
    (apply %check who numbers)
    (%fitting who (apply operation numbers))))

(define fx=? (%test 'fx=? =))
(define fx>? (%test 'fx>? >))
(define fx<? (%test 'fx<? <))
(define fx>=? (%test 'fx>=? >=))
(define fx<=? (%test 'fx<=? <=))
(define fxzero? (%test 'fxzero? zero?))
(define fxpositive? (%test 'fxpositive? positive?))
(define fxnegative? (%test 'fxnegative? negative?))
(define fxodd? (%test 'fxodd? odd?))
(define fxeven? (%test 'fxeven? even?))
(define fxmax (%test 'fxmax max))
(define fxmin (%test 'fxmin min))

(define fx+ (%operation 'fx+ +))
(define fx- (%operation 'fx- -))
(define fx* (%operation 'fx* *))
(define fxdiv (%operation 'fxdiv div))
(define fxmod (%operation 'fxmod mod))
(define fxdiv0 (%operation 'fxdiv0 div0))
(define fxmod0 (%operation 'fxmod0 mod0))
(define (fxdiv-and-mod a b) (values (fxdiv a b) (fxmod a b)))
(define (fxdiv0-and-mod0 a b) (values (fxdiv0 a b) (fxmod0 a b)))

;; The low word of a result, and what is carried.
(define (%carried who result . numbers)
  (apply %check who numbers)
  (let ((word (expt 2 (fixnum-width))))
    (values (mod0 result word) (div0 result word))))
(define (fx+/carry a b carry) (%carried 'fx+/carry (+ a b carry) a b carry))
(define (fx-/carry a b carry) (%carried 'fx-/carry (- a b carry) a b carry))
(define (fx*/carry a b carry) (%carried 'fx*/carry (+ (* a b) carry) a b carry))

(define fxnot (%operation 'fxnot bitwise-not))
(define fxand (%operation 'fxand bitwise-and))
(define fxior (%operation 'fxior bitwise-ior))
(define fxxor (%operation 'fxxor bitwise-xor))
(define fxif (%operation 'fxif bitwise-if))
(define fxbit-count (%operation 'fxbit-count bitwise-bit-count))
(define fxlength (%operation 'fxlength bitwise-length))
(define fxfirst-bit-set (%operation 'fxfirst-bit-set bitwise-first-bit-set))
(define fxcopy-bit (%operation 'fxcopy-bit bitwise-copy-bit))
(define fxbit-field (%operation 'fxbit-field bitwise-bit-field))
(define fxcopy-bit-field (%operation 'fxcopy-bit-field bitwise-copy-bit-field))
(define fxarithmetic-shift (%operation 'fxarithmetic-shift bitwise-arithmetic-shift))
(define fxarithmetic-shift-left
  (%operation 'fxarithmetic-shift-left bitwise-arithmetic-shift-left))
(define fxarithmetic-shift-right
  (%operation 'fxarithmetic-shift-right bitwise-arithmetic-shift-right))
(define fxrotate-bit-field (%operation 'fxrotate-bit-field bitwise-rotate-bit-field))
(define fxreverse-bit-field (%operation 'fxreverse-bit-field bitwise-reverse-bit-field))
(define fxbit-set? (%test 'fxbit-set? bitwise-bit-set?))
