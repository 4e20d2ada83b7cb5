;; Strings and characters: the core, SRFI-13, SRFI-14.
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

(use-modules (srfi srfi-13) (srfi srfi-14))
(show
  (string-length "abc") (string-length 'a) (string-ref "abc" 1) (string-ref "abc" 9) (substring "abcdef" 2) (substring "abcdef" 2 4) (substring "abc" 2 1) (substring "abc" 0 9)
  (string-append "a" "b" "c") (string-append "a" 5) (string #\a #\b) (make-string 3 #\x) (string-copy "abc" 1) (string-null? "") (string-null? "a")
  (string=? "a" "a" "a") (string=? 'a "a") (string<? "a" "b") (string<? "a" 1) (string-ci=? "Ab" "aB") (string= "abc" "xabcx" 0 3 1 4) (string>? "b" "a") (string<=? "a" "a") (string>=? "a" "b")
  (string-upcase "abc") (string-downcase "ABC") (string-titlecase "hello wORLD") (string-capitalize "hello world") (string-reverse "abc") (string-upcase "straße")
  (string-prefix? "ab" "abc") (string-suffix? "bc" "abc") (string-prefix? "abc" "ab") (string-prefix-ci? "AB" "abc") (string-prefix-length "abc" "abd") (string-suffix-length "xbc" "abc")
  (string-index "hello" #\l) (string-rindex "hello" #\l) (string-index "hello" char-upper-case?) (string-index "heLlo" char-upper-case?) (string-index "hello" #\l 3) (string-index "a b" char-set:whitespace) (string-index-right "hello" #\l) (string-skip "aab" #\a) (string-skip-right "abb" #\b)
  (string-contains "hello world" "o w") (string-contains "hello" "xyz") (string-contains "hello" "") (string-contains-ci "HELLO" "ell") (string-contains "banana" "an" 2)
  (string-join '("a" "b" "c")) (string-join '("a" "b") ", ") (string-join '("a" "b") "/" 'prefix) (string-join '("a" "b") "/" 'suffix) (string-join '() "x") (string-join '() "x" 'strict-infix) (string-join '(1 2))
  (string-split "a:b::c" #\:) (string-split "a b" char-whitespace?) (string-split "" #\a) (string-tokenize "hello, wide  world") (string-tokenize "a1b2" char-set:letter)
  (string-trim "  ab ") (string-trim-right "ab  ") (string-trim-both "  ab  ") (string-trim "xxab" #\x) (string-trim-both "123ab456" char-numeric?) (string-trim-right "ab\n")
  (string-pad "42" 5) (string-pad "12345" 3) (string-pad-right "42" 5) (string-pad-right "12345" 3) (string-pad "a" 3 #\0) (string-pad "abc" 'x)
  (string-take "abc" 2) (string-drop "abc" 2) (string-take-right "abc" 2) (string-drop-right "abc" 2) (string-take "abc" 5)
  (string-map char-upcase "abc") (let ((l '())) (string-for-each (lambda (c) (set! l (cons c l))) "abc") l) (string-fold cons '() "abc") (string-fold-right cons '() "abc") (string-concatenate '("a" "b"))
  (string-every char-alphabetic? "abc") (string-any char-numeric? "ab1") (string-any #\b "abc") (string-every #\a "") (string-count "banana" #\a) (string-delete #\a "banana") (string-filter char-upper-case? "aBcD")
  (string-replace "abcdef" "XX" 2 4) (string-unfold null? car cdr '(#\a #\b)) (string-tabulate (lambda (i) (integer->char (+ 97 i))) 3) (string-concatenate-reverse '("b" "a"))
  (string->list "abc" 1) (list->string '(1)) (reverse-list->string '(#\a #\b)) (string->vector "ab")
  (char-set->list (char-set #\b #\a)) (char-set-contains? char-set:digit #\5) (char-set-size (char-set-union (char-set #\a) (char-set #\b #\a))) (char-set-contains? (char-set-complement (char-set #\a)) #\a) (char-set? char-set:letter) (char-set->list (char-set-intersection (string->char-set "abc") (string->char-set "bcd"))) (char-set-contains? (char-set-adjoin char-set:letter #\-) #\-) (char-set->string (string->char-set "cab"))
  (char-set-contains? char-set:whitespace #\space) (char-set-contains? char-set:punctuation #\.) (char-set-contains? char-set:symbol #\+) (char-set-contains? char-set:hex-digit #\g) (char-set->list (list->char-set '(#\z)))
  (string->number "1e3") (string->number "1/2") (string->number "#xff") (string->number "-1.5") (string->number ".") (string->number "+") (string->number "1.") (string->number ".5") (string->number "abc" 16) (string->number "1e")
  (char-upcase #\ß) (char-downcase #\A) (char-whitespace? #\space) (char-numeric? #\5) (char<? #\a #\b #\c) (char-ci=? #\a #\A) (char->integer 1)
  (symbol->string 'a) (string-ci<? "a" "B") (string<? "abc" "abcd") (string-length "λμ") (string-ref "λμ" 1) (substring "λμν" 1 2) (string-index "λμν" #\ν) (string-pad "λ" 2))
