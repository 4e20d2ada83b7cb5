;; Macros by procedures: syntax-case, templates, identifiers, variable transformers.

(define-syntax-rule (show expression ...)
  (begin (begin (write expression) (newline)) ...))

(define (attempt thunk)
  (catch #t thunk (lambda (key . args) (list 'failed key))))

(define-syntax swap!
  (lambda (form)
    (syntax-case form ()
      ((_ a b)
       (and (identifier? #'a) (identifier? #'b))
       #'(let ((tmp a)) (set! a b) (set! b tmp))))))

(show (let ((tmp 1) (other 2)) (swap! tmp other) (list tmp other)))

;; Fenders choose the clause.
(define-syntax kind-of
  (lambda (form)
    (syntax-case form ()
      ((_ x) (identifier? #'x) #''identifier)
      ((_ x) (string? (syntax->datum #'x)) #''string)
      ((_ x) (number? (syntax->datum #'x)) #''number)
      ((_ (x ...)) #''list)
      ((_ #(x ...)) #''vector)
      ((_ x) #''other))))

(show (kind-of foo) (kind-of "s") (kind-of 5) (kind-of (a b)) (kind-of #(a)) (kind-of #\a))

;; Unhygienic on purpose.
(define-syntax loop-with-break
  (lambda (form)
    (syntax-case form ()
      ((k body ...)
       (with-syntax ((break (datum->syntax #'k 'break)))
         #'(call-with-current-continuation
            (lambda (break)
              (let repeat () body ... (repeat)))))))))

(show (let ((n 0)) (loop-with-break (set! n (+ n 1)) (if (= n 5) (break n)))))

;; Temporaries are all different.
(define-syntax my-letrec
  (lambda (form)
    (syntax-case form ()
      ((_ ((name value) ...) body ...)
       (with-syntax (((t ...) (generate-temporaries #'(name ...))))
         #'(let ((name #f) ...)
             (let ((t value) ...) (set! name t) ... (let () body ...))))))))

(show (my-letrec ((even? (lambda (n) (or (= n 0) (odd? (- n 1)))))
                  (odd? (lambda (n) (and (> n 0) (even? (- n 1))))))
        (list (even? 10) (odd? 7) (even? 3))))

;; Work at expansion time, with what the module defines.
(define (double-all forms) (map (lambda (n) (* 2 n)) forms))

(define-syntax doubled
  (lambda (form)
    (syntax-case form ()
      ((_ n ...)
       (datum->syntax form (cons 'list (double-all (syntax->datum #'(n ...)))))))))

(show (doubled 1 2 3) (doubled))

(define-syntax reversed
  (lambda (form)
    (define (reverse-forms forms) (reverse forms))
    (syntax-case form ()
      ((_ x ...)
       #`(list #,@(reverse-forms #'(x ...)))))))

(show (let ((a 1) (b 2)) (reversed a b (+ a b) 'z)))

;; quasisyntax
(define-syntax tagged
  (lambda (form)
    (syntax-case form ()
      ((_ tag x ...)
       #`'(tag #,(length #'(x ...)) (x #,(symbol->string (syntax->datum #'tag))) ...
               #,@(list #'tag #'tag) . end)))))

(show (tagged foo 1 2 3) (tagged bar))
(show (syntax->datum #`(1 #,(+ 1 1) #,@(list 3 4) . #,(* 5 1)))
      (syntax->datum #`#(a #,(+ 1 1) #,@(list 3 4)))
      (syntax->datum #`(a #`(b #,(c #,(+ 1 2))))))

;; Ellipses: nested, several, followed by more, before a tail, in vectors, escaped.
(define-syntax ellipses
  (lambda (form)
    (syntax-case form ()
      ((_ 1 (a ...) ((b ...) ...)) #''((a b) ... ...))
      ((_ 2 (a b) ...) #''((a ... b) ...))
      ((_ 3 x ... last) #''((x ...) last))
      ((_ 4 x ... y z . tail) #''((x ...) y z tail))
      ((_ 5 #(a b ... c) ...) #''((a (b ...) c) ...))
      ((_ 6 x ...) #''((... ...) x ...))
      ((_ 7 ((a b ...) ...) ...) #''(((a ...) ...) (b ... ...) ...))
      ((_ 9 (x (y ...)) ...) #''((x y ...) ... (y ... ...))))))

(show (ellipses 1 (1 2) ((x y) (z w)))
      (ellipses 2 (1 2) (3 4))
      (ellipses 3 1 2 3) (ellipses 3 1)
      (ellipses 4 1 2 3 4) (ellipses 4 1 2 . 5) (ellipses 4 0 1 2 . (3 4 5))
      (ellipses 5 #(1 2 3 4) #(5 6))
      (ellipses 6 1 2)
      (ellipses 7 ((1 2 3) (4)) ((5 6)))
      (ellipses 9 (1 (2 3)) (4 ())))

(define-syntax my-ellipsis
  (lambda (form)
    (with-ellipsis :::
      (syntax-case form ()
        ((_ x :::) #''(x ::: ...))))))

(show (my-ellipsis 1 2 3))

;; Literals, and free-identifier=?
(define-syntax infix
  (lambda (form)
    (syntax-case form (plus minus)
      ((_ a plus b) #'(+ a b))
      ((_ a minus b) #'(- a b))
      ((_ a op b) #'(list 'op a b)))))

(show (infix 1 plus 2) (infix 5 minus 2) (infix 1 over 2)
      (let ((plus 1)) (infix 1 plus 2)))

(define-syntax same-as-car?
  (lambda (form)
    (syntax-case form ()
      ((_ x) (if (free-identifier=? #'x #'car) #''yes #''no)))))

(show (same-as-car? car) (same-as-car? cdr) (let ((car cdr)) (same-as-car? car)))

(define-syntax distinct?
  (lambda (form)
    (syntax-case form ()
      ((_ a b) (if (bound-identifier=? #'a #'b) #''same #''distinct)))))

(define-syntax-rule (distinct-with-own? x) (distinct? x own))

(show (distinct? a a) (distinct? a b) (distinct-with-own? own))

;; Templates of helpers and of transformers bind each other.
(define-syntax helped
  (lambda (form)
    (define (wrap body) #`(let ((hidden 5)) #,body))
    (syntax-case form ()
      ((_ x) (let ((hidden 'not-seen)) (wrap #'(+ hidden x)))))))

(show (helped 1) (let ((hidden 100)) (helped hidden)))

;; Macros that define macros.
(define-syntax define-constant-macro
  (lambda (form)
    (syntax-case form ()
      ((_ name value)
       #'(define-syntax name
           (lambda (inner)
             (syntax-case inner ()
               ((_ arg (... ...)) #'(list value arg (... ...)))
               (id (identifier? #'id) #'value))))))))

(define-constant-macro five (+ 2 3))
(show five (five) (five 1 2))

(define-syntax define-getter
  (lambda (form)
    (syntax-case form ()
      ((_ name)
       (with-syntax ((getter (datum->syntax #'name (symbol-append 'get- (syntax->datum #'name)))))
         #'(define (getter) name))))))

(define stored 42)
(define-getter stored)
(show (get-stored))

;; Uses as identifiers and targets of set!.
(define cell (list 0))
(define-syntax place
  (make-variable-transformer
   (lambda (form)
     (syntax-case form (set!)
       ((set! _ value) #'(set! cell (list value 'set)))
       ((_ argument ...) #'(list 'called argument ...))
       (name (identifier? #'name) #'(car cell))))))

(show place (place 1 2))
(set! place 7)
(show place cell)

(define-syntax simple (identifier-syntax (car cell)))
(define-syntax full (identifier-syntax (name (car cell)) ((set! name value) (set! cell (list value)))))
(show simple (begin (set! full 9) full) simple)
(show (let ((f (lambda (x) (* x 2)))) (let-syntax ((g (identifier-syntax f))) (g 4))))

;; Local macros, and macros in bodies.
(show (let-syntax ((twice (lambda (form) (syntax-case form () ((_ e) #'(begin e e))))))
        (let ((n 0)) (twice (set! n (+ n 1))) n))
      (letrec-syntax ((ev? (lambda (form) (syntax-case form () ((_) #'#t) ((_ x y ...) #'(od? y ...)))))
                      (od? (lambda (form) (syntax-case form () ((_) #'#f) ((_ x y ...) #'(ev? y ...))))))
        (list (ev? 1 2) (ev? 1 2 3)))
      (let ()
        (define x 1)
        (define-syntax x+ (lambda (form) (syntax-case form () ((_ n) #'(+ x n)))))
        (let ((x 100)) (x+ 1))))

;; let-syntax in a body defines around it.
(let-syntax ((define-it (syntax-rules () ((_ name value) (define name value)))))
  (define-it spliced-one 1)
  (define spliced-two 2))
(show (list spliced-one spliced-two))
(define (in-body)
  (let-syntax ((define-it (syntax-rules () ((_ name value) (define name value)))))
    (define-it a 10))
  (define b (+ a 1))
  (list a b))
(show (in-body))

;; Syntax parameters.
(define-syntax-parameter it (lambda (form) (syntax-violation 'it "outside of aif" form)))
(define-syntax-rule (aif test then else)
  (let ((found test))
    (syntax-parameterize ((it (identifier-syntax found)))
      (if found then else))))
(define-syntax-rule (cdr-of-it) (cdr it))
(show (aif (assq 'b '((a . 1) (b . 2))) (cdr it) 'none)
      (aif (assq 'b '((a . 1) (b . 2))) (cdr-of-it) 'none)
      (aif (assq 'c '()) it 'none)
      (aif 1 (aif 2 (list it) 'none) 'none))

;; Transformers made by expressions.
(define-syntax counted
  (let ((count 0))
    (lambda (form)
      (set! count (+ count 1))
      (datum->syntax form count))))
(define-syntax made-by-rules (let ((unused 1)) (syntax-rules () ((_ x) (list 'made x)))))
(define-syntax-rule (rules-with tag) (syntax-rules () ((_ x) (list tag x))))
(define-syntax by-macro (rules-with 'tagged))
(show (list (counted) (counted) (counted)) (made-by-rules 1) (by-macro 2))

;; Syntax as values.
(show (syntax->datum (with-syntax ((x 5) ((y ...) '(1 2))) #'(x y ... z)))
      (syntax->datum (syntax-case #'(1 (2 3) . 4) () ((a (b ...) . c) #'(c b ... a))))
      (map syntax->datum (syntax-case #'(1 2 3) () ((x ...) #'(x ...))))
      (map identifier? (list #'a 'a #'5 "a"))
      (length (generate-temporaries '(1 2 3)))
      (list? #'(a b c)))

;; Errors.
(show (attempt (lambda () (eval '(let-syntax ((m (lambda (f) (syntax-case f () ((_ a) #'a))))) (m 1 2))
                                (current-module))))
      (attempt (lambda () (eval '(let-syntax ((m (lambda (f) 'raw))) (m)) (current-module))))
      (attempt (lambda () (eval '(let-syntax ((m 5)) (m)) (current-module))))
      (attempt (lambda () (eval '(let-syntax ((m (lambda (f) (car 5)))) (m)) (current-module))))
      (attempt (lambda () (eval '(let ((x 1)) (let-syntax ((m (lambda (f) x))) (m)))
                                (current-module))))
      (attempt (lambda () (eval '(syntax-case #'(1 2) () ((a a) 1)) (current-module))))
      (attempt (lambda () (eval '(syntax-case #'(1) () ((a) a)) (current-module))))
      (attempt (lambda () (eval '(syntax-case #'(1) () ((a) #'(a ...))) (current-module))))
      (attempt (lambda () (eval '(syntax-case #'(1) () ((a ...) #'a)) (current-module))))
      (attempt (lambda () (eval 'it (current-module))))
      (attempt (lambda () (eval '(let ((x 5)) (eval '(doubled 1 2) (current-module)))
                                (current-module)))))
