;;; The macro whose use came to what failed
(define-syntax-rule (first-of thing)
  (car thing))
(list
 (first-of 5))
;! 1 In procedure car: Wrong type argument in position 1 (expecting pair): 5
;| in the expansion of first-of

;;; A macro that uses another
(define-syntax-rule (inner x) (vector-ref x 3))
(define-syntax-rule (outer x) (list (inner x)))
(define (f)
  (outer (vector 1)))
;! 2 In procedure vector-ref: Argument 2 out of range: 3
;| in the expansion of outer, then inner
;| expression:11:2: in f
(list (f))

;;; A use that no pattern matches
(define-syntax swap!
  (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
(swap! 1)
;! 0 (swap! 1): source expression failed to match any pattern
;| in the expansion of swap!

;;; A macro whose expansion is malformed
(define-syntax-rule (bind name) (let ((name)) name))
(list
 (bind x))
;! 1 (x): bad let binding
;| in the expansion of bind

;;; A macro that expands for ever
(define-syntax-rule (forever x) (forever (x)))
(list (forever 1))
;! 6 the expansion of forever never ends
;| in the expansion of forever

;;; A macro that grows for ever
(define-syntax grow
  (syntax-rules () ((_ x ...) (grow x ... x ...))))
(grow 1)
;! 0 the expansion of grow never ends
;| in the expansion of grow
