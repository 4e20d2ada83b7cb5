;;; R6RS: the base library.

(define-module (rnrs base)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export
  (* + - ... / < <= = => > >= _ abs acos and angle append apply asin assert atan begin
   boolean=? boolean? caaaar caaadr caaar caadar caaddr caadr caar cadaar cadadr cadar caddar
   cadddr caddr cadr call-with-current-continuation call-with-values call/cc car case cdaaar
   cdaadr cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar cdddar cddddr cdddr cddr cdr
   ceiling char->integer char<=? char<? char=? char>=? char>? char? complex? cond cons cos
   define define-syntax denominator dynamic-wind else eq? equal? eqv? error even? exact
   exact-integer-sqrt exact? exp expt finite? floor for-each gcd identifier-syntax if
   imag-part inexact inexact? integer->char integer? lambda lcm length let let* let*-values
   let-syntax let-values letrec letrec* letrec-syntax list list->string list->vector list-ref
   list-tail list? log magnitude make-polar make-rectangular make-string make-vector map max
   min nan? negative? not null? number->string number? numerator odd? or pair? positive?
   procedure? quasiquote quote rational? rationalize real-part real? reverse round set! sin
   sqrt string string->list string->number string->symbol string-append string-copy
   string-for-each string-length string-ref string<=? string<? string=? string>=? string>?
   string? substring symbol->string symbol=? symbol? syntax-rules tan truncate unquote
   unquote-splicing values vector vector->list vector-fill! vector-length vector-ref
   vector-set! vector? zero? (inf? . infinite?))
  #:export
  (assertion-violation div div-and-mod div0 div0-and-mod0 integer-valued? mod mod0
   rational-valued? real-valued? vector-for-each vector-map))

(define (vector-map procedure . vectors)
  (list->vector (apply map procedure (map vector->list vectors))))
(define (vector-for-each procedure . vectors)
  (apply for-each procedure (map vector->list vectors)))

(define (integer-valued? object) (integer? object))
(define (rational-valued? object) (rational? object))
(define (real-valued? object) (real? object))

(define (div numerator denominator) (euclidean-quotient numerator denominator))
(define (mod numerator denominator) (euclidean-remainder numerator denominator))
(define (div-and-mod numerator denominator) (euclidean/ numerator denominator))
(define (div0 numerator denominator) (centered-quotient numerator denominator))
(define (mod0 numerator denominator) (centered-remainder numerator denominator))
(define (div0-and-mod0 numerator denominator) (centered/ numerator denominator))

(define (assertion-violation who message . irritants)
  (apply scm-error 'r6rs:exception who message (list irritants #f)))
