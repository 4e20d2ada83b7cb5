;;; Copies of trees of pairs, which nothing can change: each is its own copy.

(define-module (ice-9 copy-tree)
  #:export (copy-tree))

(define (copy-tree tree) tree)
