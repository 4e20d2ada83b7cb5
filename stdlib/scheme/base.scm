;;; R7RS: the base library, on Guile's terms.

(define-module (scheme base)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (ice-9 exceptions)
  #:re-export
  (* + - ... / < <= = => > >= _ abs and append apply assoc assq assv begin boolean=? boolean?
   bytevector bytevector-append bytevector-copy bytevector-length bytevector-u8-ref
   bytevector-u8-set! bytevector? caar cadr call-with-current-continuation call-with-port
   call-with-values call/cc car case cdar cddr cdr ceiling char->integer char-ready? char<=?
   char<? char=? char>=? char>? char? close-input-port close-output-port close-port complex?
   cond cond-expand cons current-error-port current-input-port current-output-port define
   define-record-type define-syntax define-values denominator do dynamic-wind else eof-object
   eof-object? eq? equal? eqv? error even? exact exact-integer-sqrt exact-integer? exact?
   include include-ci syntax-error expt floor floor-quotient floor-remainder floor/ flush-output-port for-each gcd
   get-output-bytevector get-output-string guard if inexact inexact? input-port?
   integer->char integer? lambda lcm length let let* let*-values let-syntax let-values letrec
   letrec* letrec-syntax list list->string list->vector list-copy list-ref list-set!
   list-tail list? make-bytevector make-list make-parameter make-string make-vector map max
   member memq memv min modulo negative? newline not null? number->string number? numerator
   odd? open-input-bytevector open-input-string open-output-bytevector open-output-string or
   output-port? pair? parameterize peek-char peek-u8 port? positive? procedure? quasiquote
   quote quotient raise raise-continuable rational? rationalize read-char read-line read-u8
   real? remainder reverse round set! set-car! set-cdr! string string->list string->number
   string->symbol string->utf8 string->vector string-append string-copy string-copy!
   string-fill! string-length string-ref string-set! string<=? string<? string=? string>=?
   string>? string? substring symbol->string symbol=? symbol? syntax-rules textual-port?
   truncate truncate-quotient truncate-remainder truncate/ unless unquote unquote-splicing
   utf8->string values vector vector->list vector->string vector-append vector-copy
   vector-copy! vector-fill! vector-length vector-ref vector-set! vector? when
   with-exception-handler write-char write-string zero?)
  #:replace
  (string-for-each string-map)
  #:export
  (binary-port? bytevector-copy! error-object-irritants error-object-message error-object?
   features file-error? input-port-open? output-port-open? read-bytevector read-bytevector!
   read-error? read-string square u8-ready? vector-for-each vector-map write-bytevector
   write-u8))

(define (square number) (* number number))

(define (string-map procedure string . more)
  (list->string (apply %map-shortest procedure (string->list string) (map string->list more))))
(define (string-for-each procedure string . more)
  (apply %map-shortest procedure (string->list string) (map string->list more))
  *unspecified*)
(define (vector-map procedure vector . more)
  (list->vector (apply %map-shortest procedure (vector->list vector) (map vector->list more))))
(define (vector-for-each procedure vector . more)
  (apply %map-shortest procedure (vector->list vector) (map vector->list more))
  *unspecified*)

;; `map' in order, up to the end of the shortest list.
(define (%map-shortest procedure . lists)
  (let ((count (apply min (map length lists))))
    (apply map procedure (map (lambda (list) (list-head list count)) lists))))

(define (features) (%features))

;; Errors: what `error' raised, and what the system did.

(define (error-object? object)
  (and (exception? object)
       (exception-with-message? object)
       (exception-with-irritants? object)))

;; `error' keeps message and irritants apart in the arguments of its key.
(define (%error-arguments object)
  (let ((arguments (exception-args object)))
    (and (eq? 'misc-error (exception-kind object))
         (= 4 (length arguments))
         (not (car arguments))
         (equal? 0 (string-contains (cadr arguments) "~A"))
         (caddr arguments))))
(define (error-object-message object)
  (let ((arguments (%error-arguments object)))
    (cond (arguments (car arguments))
          ((exception-with-message? object) (exception-message object))
          (else ""))))
(define (error-object-irritants object)
  (let ((arguments (%error-arguments object)))
    (cond (arguments (cdr arguments))
          ((exception-with-irritants? object) (exception-irritants object))
          (else '()))))
(define (read-error? object) (and (exception? object) (eq? 'read-error (exception-kind object))))
(define (file-error? object)
  (and (exception? object)
       (eq? 'system-error (exception-kind object))
       (member (car (exception-args object)) '("open-file" "delete-file"))
       #t))

;; Ports.

(define (binary-port? object) (port? object))
(define (input-port-open? port)
  (unless (input-port? port) (error "not an input port" port))
  (not (port-closed? port)))
(define (output-port-open? port)
  (unless (output-port? port) (error "not an output port" port))
  (not (port-closed? port)))
(define* (u8-ready? #:optional (port (current-input-port))) #t)
(define* (read-string count #:optional (port (current-input-port)))
  (get-string-n port count))
(define* (read-bytevector count #:optional (port (current-input-port)))
  (get-bytevector-n port count))
(define* (read-bytevector! target #:optional (port (current-input-port))
                           (start 0) (end (bytevector-length target)))
  (let ((bytes (get-bytevector-n port (- end start))))
    (if (eof-object? bytes)
        bytes
        (begin
          ((@ (tintype native) bytevector-copy!) bytes 0 target start (bytevector-length bytes))
          (bytevector-length bytes)))))
(define* (write-u8 byte #:optional (port (current-output-port))) (put-u8 port byte))
(define* (write-bytevector bytes #:optional (port (current-output-port))
                           (start 0) (end (bytevector-length bytes)))
  (put-bytevector port (bytevector-copy bytes start end)))
(define* (bytevector-copy! target at source #:optional
                           (start 0) (end (bytevector-length source)))
  ((@ (tintype native) bytevector-copy!) source start target at (- end start)))
(define* (bytevector-fill! target byte #:optional (start 0) (end (bytevector-length target)))
  ((@ (tintype native) bytevector-fill!) target byte start end))
