;; Control: exceptions, continuations, parameters, promises, values.
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

(use-modules (srfi srfi-34) (srfi srfi-35) (ice-9 exceptions) (ice-9 control) (srfi srfi-11) (ice-9 receive))
(define p (make-parameter 1))
(define q (make-parameter 1 (lambda (x) (* 2 x))))
(define-condition-type &trouble &error trouble? (what trouble-what) (why trouble-why))
(define (log-of . bodies) (let ((port (open-output-string))) (parameterize ((current-output-port port)) (for-each (lambda (body) (body)) bodies)) (get-output-string port)))
(show
  (error "foo" 1 "a") (error 'sym "foo ~a" 1) (error "a ~a" 3) (throw 'foo 1 2) (raise 'x) (raise 5) (raise-exception (list 1))
  (catch 'foo (lambda () (throw 'foo 1 2)) (lambda (key . args) (list key args))) (catch 'foo (lambda () (throw 'bar 1)) list) (catch #t (lambda () (car 5)) (lambda (key . args) key)) (catch 'a (lambda () 5) list)
  (catch 'foo (lambda () (throw 'foo 1)) (lambda args 'handled) (lambda args (display "pre ")))
  (guard (e ((symbol? e) (list 'symbol e)) ((string? e) 'string)) (raise 'boom)) (guard (e ((string? e) 'string)) (raise 'boom)) (guard (e (else (list 'else e))) (raise 1)) (guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'a 42)))) (guard (e (#t 'outer)) (guard (e ((string? e) 'inner)) (raise 'x)))
  (guard (e ((message-condition? e) (condition-message e))) (raise (condition (&message (message "hi"))))) (guard (e ((error? e) 'error)) (error "x")) (guard (e (#t (exception-kind e))) (vector-ref (vector) 0)) (guard (e (#t (exception-args e))) (car 5))
  (guard (e ((trouble? e) (list (trouble-what e) (trouble-why e)))) (raise (condition (&trouble (what 1) (why 2))))) (condition (&trouble (what 1) (why "w"))) (guard (e ((trouble? e) (condition-message e))) (raise (condition (&trouble (what 1) (why 2)) (&message (message "both")))))
  (condition-has-type? (condition (&message (message "x"))) &message) (condition-ref (condition (&message (message "x"))) 'message) (condition? 5) (serious-condition? (condition (&serious))) (make-condition &message 'message "m") (condition-message (make-compound-condition (condition (&error)) (condition (&message (message "z"))))) (condition-type? &message) (error? (condition (&error)))
  (exception-message (make-exception-with-message "m")) (exception-irritants (make-exception-with-irritants '(1 2))) (exception-with-message? 5) (error? (make-error)) (guard (e (#t (list (exception-message e) (exception-irritants e)))) (error "msg" 1 2)) (make-exception (make-error) (make-exception-with-message "foo"))
  (with-exception-handler (lambda (e) 10) (lambda () (+ 1 (raise-continuable 'oops)))) (with-exception-handler (lambda (e) 10) (lambda () (+ 1 (raise 'oops)))) (with-exception-handler (lambda (e) 'out) (lambda () (+ 1 (raise 'oops))) #:unwind? #t) (with-exception-handler (lambda (e) 'out) (lambda () (error "x")) #:unwind? #t #:unwind-for-type 'misc-error) (with-exception-handler (lambda (e) 1) (lambda () (raise-exception 5 #:continuable? #t)))
  (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'handled e))) (lambda () (+ 1 (raise 'oops)))))) (call/cc (lambda (k) (with-exception-handler (lambda (e) (k 'car)) (lambda () (car 5)))))
  (+ 1 (call/cc (lambda (k) (k 41)))) (call/cc (lambda (k) (dynamic-wind (lambda () (display "in ")) (lambda () (k 'out)) (lambda () (display "after "))))) (let ((r '())) (dynamic-wind (lambda () (set! r (cons 1 r))) (lambda () (set! r (cons 2 r))) (lambda () (set! r (cons 3 r)))) r) (let/ec return (for-each (lambda (x) (if (> x 2) (return x))) '(1 2 3 4)) 'none) (call-with-current-continuation procedure?)
  (p) (parameterize ((p 2)) (p)) (parameterize ((p 2) (q 3)) (list (p) (q))) (q) (p 5) (p) (guard (e (#t (p))) (parameterize ((p 9)) (raise 'x))) (parameter? p) (procedure? p)
  (let ((f (make-fluid 1))) (list (fluid-ref f) (with-fluids ((f 2)) (fluid-ref f)) (fluid-ref f)))
  (force (delay (+ 1 2))) (let* ((n 0) (d (delay (begin (set! n (+ n 1)) n)))) (list (force d) (force d))) (promise? (delay 1)) (force 5)
  (values 1 2) (values) (values 1) (call-with-values (lambda () (values 1 2)) +) (receive (a . b) (values 1 2 3) (list a b)) (let-values (((a b) (values 1 2)) ((c) (values 3))) (list a b c)) (call-with-values (lambda () 5) list)
  (false-if-exception (car 5)) (false-if-exception 7) (exit 3) (exit) (with-throw-handler 'foo (lambda () (throw 'foo 1)) (lambda args (display "seen ")))
  (log-of (lambda () (display "a")) (lambda () (write "b"))) (apply values '(1 2)) (scm-error 'my-key "who" "msg ~a" '(1) #f) (throw 5))
