;; A hash table of modules by alias.
(define table (make-hash-table))

(for-each (lambda (n)
            (hash-set! table (string->symbol (string-append "module" (number->string n))) n))
          (iota 500))

(define total
  (hash-fold (lambda (key value sum) (+ sum value)) 0 table))

(display total)
(newline)
(display (hash-ref table 'module42))
(newline)
