;; Trees of menu entries, walked by patterns.
(use-modules (ice-9 match))

(define menu
  (let loop ((depth 6))
    (if (zero? depth)
        '(entry "linux" (root "/dev/sda1") (arguments "quiet" "ro"))
        `(menu ,(number->string depth) ,(loop (- depth 1)) ,(loop (- depth 1))))))

(define count
  (match-lambda
    (('entry title ('root device) ('arguments words ...)) (length words))
    (('menu title children ...) (apply + (map count children)))))

(display (count menu))
(newline)
