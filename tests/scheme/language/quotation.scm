;;; Constants and templates.
(define-syntax-rule (show e ...) (begin (begin (write e) (newline)) ...))

(show 'a '(a "b" #\c 1/2 (d . e)) '() '#(1 (2 . 3)) #:kw '(#:a 1) -17 #xff 1e3 123456789012345678901234567890)
(show (eq? 'b (car '(b . c))) (eq? 'c (cdr '(b . c))) (assq 'b '((a . 1) (b . 2))) (memq 'c '(a b c d)))
(show (eqv? (expt 2 70) (expt 2 70)) (eq? #:a '#:a) (eq? '() '()) (equal? '(1 . (2 3)) '(1 2 3)))
(show `(1 ,(+ 1 1) ,@(list 3 4) . 5) `(1 ,@'() . 2) `(,@'(1 2) . ,(+ 1 2)) `(1 . ,(+ 1 1)) `,(+ 1 2))
(show `#(1 ,(+ 1 1) ,@(list 3)) `(a `(b ,(c ,(+ 1 2)))) `(a `(b ,@(c ,@(list 1 2)))) `((,@'(1)) ,@'(2) 3))
(show `(x (y ,'z) ,"s" 'q ,@(map (lambda (x) `(n ,x)) '(1 2))) `(,5 ,'a . b) `(quote ,(+ 1 2)) `((a . ,1)))
(show (let ((f (lambda () '(1 2 3)))) (eq? (f) (f))) (let ((name 'a)) `(define ,name ',name)))
(show "tab\tquote\"back\\ \x41; é" #\space #\a #\newline (string #\a #\"))
(show (vector-ref #(1 2 3) 1) (quote #t) '#\x)
(show '(quote a) ''a '`(a ,b ,@c) '#(a #(b)) '(a . (b . (c))) '(1 . (2 . 3)))
