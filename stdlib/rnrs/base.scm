;;; R6RS base: the names that are Guile's own as well.

(define-module (rnrs base)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export (define define-syntax lambda let let* letrec letrec* let-values let*-values if set! cond
               case and or quote quasiquote begin assert let-syntax letrec-syntax syntax-rules
               + - * / = < > <= >= abs append apply boolean? boolean=?
               call-with-current-continuation call-with-values car cdr caar cadr cdar cddr
               ceiling char->integer char? char=? char<? cons denominator dynamic-wind eq? equal?
               eqv? error even? exact exact? exp expt floor for-each gcd inexact inexact?
               integer->char integer? lcm length list list->string list-ref list-tail list? log
               make-string make-vector map max min nan? negative? not null? number->string number?
               numerator odd? pair? positive? procedure? rational? real? reverse round sqrt string
               string->list string->number string->symbol string-append string-copy
               string-for-each string-length string-ref string=? string<? string? substring
               symbol->string symbol=? symbol? truncate values vector vector->list
               vector-fill! vector-length vector-ref vector-set! vector? zero?)
  #:export (vector-map vector-for-each assertion-violation))

(define (vector-map procedure . vectors)
  (list->vector (apply map procedure (map vector->list vectors))))

(define (vector-for-each procedure . vectors)
  (apply for-each procedure (map vector->list vectors)))

(define (assertion-violation who message . irritants)
  (apply error message irritants))
