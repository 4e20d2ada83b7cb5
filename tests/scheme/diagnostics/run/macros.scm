;;; The macro whose use came to what failed
(define-syntax-rule (first-of thing)
  (car thing))
(list
 (first-of 5))

;;; A macro that uses another
(define-syntax-rule (inner x) (vector-ref x 3))
(define-syntax-rule (outer x) (list (inner x)))
(define (f)
  (outer (vector 1)))
(list (f))

;;; A use that no pattern matches
(define-syntax swap!
  (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
(swap! 1)

;;; A macro whose expansion is malformed
(define-syntax-rule (bind name) (let ((name)) name))
(list
 (bind x))

;;; A macro that expands for ever
(define-syntax-rule (forever x) (forever (x)))
(list (forever 1))

;;; A macro that grows for ever
(define-syntax grow
  (syntax-rules () ((_ x ...) (grow x ... x ...))))
(grow 1)
