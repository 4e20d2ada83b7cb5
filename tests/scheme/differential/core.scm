(use-modules (srfi srfi-9))
(define-record-type <point> (make-point x y) point? (x point-x set-point-x!) (y point-y))
(car 5)
(cdr '())
(caddr '(1 2 3))
(cdddr '(1 2 3 4))
(vector-ref (vector 1 2) 1)
(vector-length (make-vector 3 'a))
(vector-ref '(1) 0)
(vector-fill! (make-vector 2 0) 7)
(list->vector '(1 2))
(vector-copy #(1 2 3) 1 2)
(let ((v (vector 1 2 3))) (vector-set! v 1 'x) v)
(eq? 'b (car '(b . c)))
(assq 'b '((a . 1) (b . 2)))
(eqv? (expt 2 70) (expt 2 70))
(equal? "ab" "ab")
(equal? #(1 (2 3)) #(1 (2 3)))
(eqv? 1.0 1.0)
(eqv? 1 1.0)
(equal? 1/2 1/2)
(eq? '() '())
(equal? '(1 . 2) '(1 . 2))
(equal? #\a #\a)
(eqv? 0.0 -0.0)
(symbol->string 'abc)
(symbol-append 'a 'b)
(string->symbol "a b")
(string->symbol "")
(symbol->string "a")
#:key
(keyword? #:a)
(keyword->symbol #:abc)
(symbol->keyword 'x)
(eq? #:a #:a)
(equal? '(#:a) '(#:a))
(keyword->symbol 'a)
(symbol-append 'a "b")
(make-point 1 "two")
(point-x (make-point 1 2))
(point? 5)
(list (make-point 1 2))
(let ((p (make-point 1 2))) (set-point-x! p 9) (point-x p))
(if #f #f)
(list (if #f #f))
*unspecified*
'(1 . 2)
'(1 2 . 3)
''a
'`(a ,b ,@c)
'()
#t
#f
#\a
#\space
#\newline
#\x0
#\tab
"a\"b\\c\nd\te"
'a.b
(string->symbol "1")
(string->symbol "#foo")
(string->symbol "A")
'...
'é
"é"
#\é
"\x7f"
1.5
.5
1e21
1e7
1e6
123456.789
-0.0
1e-3
1e-4
+inf.0
-inf.0
+nan.0
1/3
-5/10
(object->string '(1 "a" #\b))
(object->string 1.5)
(simple-format #f "~a ~s~%~~" "a" "b")
(simple-format #f "~a")
(simple-format #f "~q" 1)
(simple-format #f "x" 1 2)
(format #f "~a-~s" 'a "b")
(with-output-to-string (lambda () (display "x") (write "y") (newline)))
(call-with-output-string (lambda (port) (write 'sym port)))
(with-input-from-string "(1 . 2) foo" read)
(read (open-input-string "#t"))
(eof-object? (read (open-input-string "")))
(read (open-input-string "'(a #:b \"c\" #\\d 1.5 #(1 2))"))
(char-upcase #\a)
(char->integer #\A)
(integer->char 955)
(char-alphabetic? #\1)
(char-upcase 5)
(integer->char -1)
(boolean? '())
(procedure? car)
(procedure? 5)
(symbol? 'a)
(vector? #(1))
(string? "a")
(char? #\a)
(string->list "abc")
(list->string '(#\a #\b))
(number->string 255 16)
(string->number "ff" 16)
(string->number "x")
(let ((h (make-hash-table))) (hash-set! h "a" 1) (hash-set! h 'b 2) (list (hash-ref h "a") (hash-ref h 'b) (hash-ref h 'c) (hash-ref h 'c 7)))
(let ((h (make-hash-table))) (hashq-set! h 'a 1) (hashq-remove! h 'a) (hashq-ref h 'a))
(let ((h (make-hash-table))) (hash-set! h 'a 1) (hash-fold (lambda (k v r) (+ v r)) 10 h))
(let ((h (make-hash-table))) (hash-set! h 'a 1) (hash-map->list cons h))
(hash "abc" 100)
(hash '("a" ("b" #f)) 4294967295)
(hash 'abc 1000)
(hash 42 1000)
(string-hash "abc" 77)
(basename "/a/b.scm" ".scm")
(dirname "/a/b/c")
(basename "/")
(dirname "a")
(and=> 5 1+)
(and=> #f 1+)
((compose car cdr) '(1 2))
((negate even?) 3)
(identity 5)
((const 7) 1 2)
undefined-variable
(5 5)
((lambda (x) x) 1)
(car 1 2)
(string-length)
(vector-ref (vector 1) 'a)
(vector-ref (vector 1) 1)
(vector-set! (vector 1) 5 0)
(make-vector 'a)
(array-ref #(1 2) 1)
(1+ 5)
(1- 5)
(-1+ 5)
(let () (define (f n) (if (= n 0) '() (cons total (f (- n 1))))) (define total 7) (f 2))
(let ((x 5)) (define (even-from? n) (if (= n 0) (= x 5) (odd-from? (- n 1)))) (define (odd-from? n) (if (= n 0) #f (even-from? (- n 1)))) (list (even-from? 10) (odd-from? 10)))
(map (lambda (f) (f)) (let loop ((i 0) (made '())) (if (= i 3) made (loop (+ i 1) (cons (lambda () i) made)))))
(letrec* ((a 1) (b (+ a 1)) (f (lambda (n) (if (= n 0) b (f (- n 1)))))) (f 3))
(let () (define count 0) (define (next!) (set! count (+ count 1)) count) (next!) (next!) count)
