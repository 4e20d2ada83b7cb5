;; (ice-9 format). Its own errors are not compared: Guile prints a report of its own for them.
(use-modules (ice-9 format))
(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write (quote expression))
         (display " => ")
         (catch #t
           (lambda () (write expression))
           (lambda (key . arguments)
             (display "throws ")
             (write (cons key arguments))))
         (newline))
       ...))))
(show
 (format #f "~a ~s" "a" "b")  (format #f "~10a|" 'abc) (format #f "~10@a|" 'abc) (format #f "~d ~5d ~5,'0d ~:d ~@d ~,,'.,3:d" 42 42 42 1234567 5 1234567)
 (format #f "~b ~o ~x ~8,'0b ~4,'0x" 5 8 255 5 255) (format #f "~16r ~2r ~r ~:r ~@r" 255 5 42 3 1999)
 (format #f "~f ~4f ~,2f ~8,3f ~f" 3.14159 2.5 3.14159 3.14159 10) (format #f "~e ~,3e" 12345.678 12345.678) (format #f "~$ ~3$ ~8$" 3.14159 3.14159 2.5) (format #f "~g" 3.5)
 (format #f "~c ~@c ~:c" #\a #\a #\a) (format #f "~%~&~~") (format #f "x~%~&y") (format #f "~2%") (format #f "~3~") (format #f "a~
     b")
 (format #f "~{~a~^, ~}" '(1 2 3)) (format #f "~{~a-~a ~}" '(1 2 3 4)) (format #f "~@{~a ~}" 1 2 3) (format #f "~:{~a=~a ~}" '((a 1) (b 2))) (format #f "~:@{~a=~a ~}" '(a 1) '(b 2)) (format #f "~2{~a~}" '(1 2 3)) (format #f "~{~}" "~a" '(1 2)) (format #f "~{~a~}" '())
 (format #f "~[zero~;one~;two~]" 1) (format #f "~[zero~;one~:;other~]" 7) (format #f "~:[no~;yes~]" #t) (format #f "~:[no~;yes~]" #f) (format #f "~@[got ~a~]" 5) (format #f "~@[got ~a~]" #f) (format #f "~#[none~;one~;many~]" 1)
 (format #f "~? ~a" "~a+~a" '(1 2) 3) (format #f "~@? ~a" "~a+~a" 1 2 3) (format #f "~a ~*~a" 1 2 3) (format #f "~a ~:*~a" 1) (format #f "~a ~a ~@*~a" 1 2) (format #f "~a ~2@*~a" 1 2 3)
 (format #f "file~p" 2) (format #f "file~p" 1) (format #f "~a file~:p" 3) (format #f "pupp~@p" 1) (format #f "pupp~@p" 2)
 (format #f "~(HELLO World~)" ) (format #f "~:(hello world~)") (format #f "~@(hello world~)") (format #f "~:@(hello~)") (format #f "~10t|" ) (format #f "ab~10t|") (format #f "ab~3@t|") (format #f "~v,'0d" 5 42) (format #f "~#d" 42)  (format #f "~/x")
 (format #f "~a" 1 2)            (format #f "~a ~!" 1) (format #f "~y" '(1 2)) (format #f "~i" 1) (format #f "~^x")  (format #f 5) (format #f "~|") (format #f "~_") (format #f "~f ~f" 1e10 1e-5) (format #f "~,1f" 0.05) (format #f "~,0f" 2.5) (format #f "~6,2f" -3.14159) (format #f "~6,2@f" 3.14159) (format #f "~,2f" 1/3) (format #f "~1,1f" 123.456) (format #f "~a" '("x" #\y)) (format #f "~s" '("x" #\y)) (format #f "~:d" -1234567) (format #f "~10,' ,',:d" 1234567) (format #f "~b" -5) (format #f "~,3f" 2) (format #f "~:s" 'a) (format #f "~a~t~a" 1 2) (format #f "~3,'0d:~2,'0d" 7 5) (format #t "") (format "~a" 5))
