;;; Macros by pattern and template keep names apart.
(define-syntax-rule (show e ...) (begin (begin (write e) (newline)) ...))

(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(show (let ((tmp 1) (other 2)) (swap! tmp other) (list tmp other)))

(define-syntax my-or (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(show (let ((t 4)) (my-or #f t)))

;; A template means the helper of its own definition.
(define (helper x) (* x 10))
(define-syntax call-helper (syntax-rules () ((_ x) (helper x))))
(show (let ((helper (lambda (x) 'wrong))) (call-helper 1)))
(define-syntax my-if (syntax-rules () ((_ c a b) (if c a b))))
(show (let ((if list)) (my-if #t 1 2)))

;; A parameter may have a macro's name.
(define-syntax image (syntax-rules () ((_ x) 'macro)))
(define-syntax use-image (syntax-rules () ((_ x) (image x))))
(define (f image) (list (image 2) (use-image 2)))
(show (f (lambda (x) (+ x 1))))
(define (h if) (+ if 1))
(show (h 2) (let ((define 3)) define) (let ((begin list)) (begin 1 2)))

;; Ellipses.
(define-syntax flat (syntax-rules () ((_ (a ...) ...) '(a ... ...))))
(show (flat (1 2) () (3 4)))
(define-syntax pairs (syntax-rules () ((_ (k v ...) ...) '((k . (v ...)) ...))))
(show (pairs (a 1 2) (b) (c 3)))
(define-syntax with-last (syntax-rules () ((_ a ... z) '(z a ...))))
(show (with-last 1 2 3) (with-last 1))
(define-syntax with-tail (syntax-rules () ((_ a ... y z . r) '((a ...) y z r))))
(show (with-tail 1 2 3 . 4) (with-tail 1 2))
(define-syntax vec (syntax-rules () ((_ #(a b ...) ...) '((a ...) (b ... ...)))))
(show (vec #(1 2 3) #(4) #(5 6)))
(define-syntax custom (syntax-rules ::: () ((_ (a b :::) :::) '((b ::: a) :::))))
(show (custom (1 2 3) (4)))
(define-syntax be-like-list
  (syntax-rules () ((_ name) (define-syntax name (syntax-rules () ((_ e (... ...)) (list e (... ...))))))))
(be-like-list seq)
(show (seq 1 2 3))
(define-syntax quoted-dots (syntax-rules () ((_ a) '(a (... ...)))))
(show (quoted-dots 1))

;; Literals are compared by meaning.
(define-syntax arrow (syntax-rules (=>) ((_ a => b) 'literal) ((_ a b c) 'other)))
(show (arrow 1 => 2) (let ((=> 1)) (arrow 1 => 2)))
(define-syntax is-else (syntax-rules (else) ((_ else) #t) ((_ x) #f)))
(show (is-else else) (is-else 1))

;; What a template defines at top level does not clash with a user's name.
(define-syntax define-getter (syntax-rules () ((_ n v) (begin (define tmp v) (define (n) tmp)))))
(define-getter get-one 1)
(define-getter get-two 2)
(define tmp 3)
(show (list (get-one) (get-two) tmp))

;; Inner definitions of syntax.
(define (g)
  (define-syntax twice (syntax-rules () ((_ x) (* 2 x))))
  (define-syntax-rule (inc x) (+ 1 x))
  (twice (inc 3)))
(show (g))
(show (let-syntax ((foo (syntax-rules () ((_ x) (+ x 1))))) (foo 1)))
(show (letrec-syntax ((ev? (syntax-rules () ((_) #t) ((_ x . r) (od? . r))))
                      (od? (syntax-rules () ((_) #f) ((_ x . r) (ev? . r)))))
        (list (ev? 1 2) (ev? 1))))

;; A loop made by a macro, with a user's body in it.
(define-syntax while1 (syntax-rules () ((_ c b ...) (let lp () (when c b ... (lp))))))
(define n 0)
(define lp 'mine)
(while1 (< n 5) (set! n (+ n 1)))
(show n lp)

;; Macros that make macros that take names from both.
(define-syntax make-adder
  (syntax-rules () ((_ name amount) (define-syntax name (syntax-rules () ((_ x) (let ((y amount)) (+ x y))))))))
(define y 100)
(make-adder add-y y)
(show (let ((y 1)) (add-y y)))

;; A docstring, and a dotted pattern.
(define-syntax-rule (my-list . fields) "Make a list." (list 0 . fields))
(show (my-list) (my-list 1 2))
(define-syntax-rule (wrap (a b) ...) (list (cons a b) ...))
(show (wrap (1 2) (3 4)))

;; Continuation-passing macros reverse their arguments.
(define-syntax rev (syntax-rules () ((_ () acc) 'acc) ((_ (x . r) (a ...)) (rev r (x a ...)))))
(show (rev (1 2 3) ()))
