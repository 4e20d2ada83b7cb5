;; Loaded by modules.scm, twice.
(define loaded-value 'loaded)
(set! load-count (+ load-count 1))
