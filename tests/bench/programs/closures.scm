;; What packages refer to, however indirectly.
(use-modules (srfi srfi-1))

(define inputs
  (map (lambda (n) (cons n (filter (lambda (m) (and (> m n) (zero? (modulo m (+ n 1))))) (iota 120))))
       (iota 120)))

(define (closure roots)
  (let loop ((todo roots) (seen '()))
    (cond ((null? todo) (reverse seen))
          ((memv (car todo) seen) (loop (cdr todo) seen))
          (else (loop (append (assv-ref inputs (car todo)) (cdr todo))
                      (cons (car todo) seen))))))

(display (length (closure '(0 1 2 3))))
(newline)
