;;; R6RS: sorting.

(define-module (rnrs sorting)
  #:export
  (list-sort vector-sort vector-sort!))

(define (list-sort less? list) (sort list less?))
(define (vector-sort less? vector) (sort vector less?))
(define (vector-sort! less? vector)
  (sort! vector less?)
  *unspecified*)
