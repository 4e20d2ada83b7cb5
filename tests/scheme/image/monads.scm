;; Monads chain computations.
(use-modules (tintype check)
             (guix monads))

(define-syntax-rule (both exp)
  (call-with-values (lambda () exp) list))

(check (mlet* %identity-monad ((a (+ 1 2))
                               (b -> (* a 10)))
         (return (list a b)))
       => '(3 30))
(check (let ((a 1))
         (mlet %identity-monad ((a 2) (b a))
           (return (list a b))))
       => '(2 1))
(check (with-monad %identity-monad (>>= 1 1+ 1+)) => 3)

(check (both (run-with-state
              (mlet* %state-monad ((_ (state-push 'a))
                                   (before (current-state))
                                   (top (state-pop)))
                (return (list before top)))
              '(z)))
       => '(((a z) a) (z)))
(check (both (run-with-state (mbegin %state-monad
                               (state-push 1)
                               (mwhen #f (state-push 2))
                               (munless #f (state-push 3)))
                             '()))
       => '((1) (3 1)))
(check (both (run-with-state (mapm %state-monad
                                   (lambda (n)
                                     (mlet* %state-monad ((_ (state-push n)))
                                       (return (* n n))))
                                   '(1 2 3))
                             '()))
       => '((1 4 9) (3 2 1)))
(check (foldm %identity-monad + 0 '(1 2 3)) => 6)
(check (listm %identity-monad 1 2) => '(1 2))
(check (anym %identity-monad (lambda (n) (and (even? n) n)) '(1 3 4 6)) => 4)
(check ((lift1 1+ %identity-monad) 41) => 42)

(check-report)
