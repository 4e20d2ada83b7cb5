;;; SRFI-43: vectors. Procedures receive the index first, as SRFI-43 has it.

(define-module (srfi srfi-43)
  #:re-export (make-vector vector vector? vector-ref vector-set! vector-length vector-fill!
               vector->list list->vector vector-copy)
  #:export (vector-map vector-for-each vector-fold vector-fold-right vector-index vector-any
            vector-every vector-count vector-unfold vector-empty? vector-append))

(define (vector-empty? vector) (= 0 (vector-length vector)))

(define (vector-append . vectors)
  (list->vector (apply append (map vector->list vectors))))

(define (%indices vectors)
  (iota (apply min (map vector-length vectors))))

(define (%at index vectors)
  (map (lambda (vector) (vector-ref vector index)) vectors))

(define (vector-map procedure . vectors)
  (list->vector (map (lambda (index) (apply procedure index (%at index vectors)))
                     (%indices vectors))))

(define (vector-for-each procedure . vectors)
  (for-each (lambda (index) (apply procedure index (%at index vectors)))
            (%indices vectors)))

(define (vector-fold kons knil . vectors)
  (let loop ((indices (%indices vectors)) (result knil))
    (if (null? indices)
        result
        (loop (cdr indices)
              (apply kons (car indices) result (%at (car indices) vectors))))))

(define (vector-fold-right kons knil . vectors)
  (let loop ((indices (reverse (%indices vectors))) (result knil))
    (if (null? indices)
        result
        (loop (cdr indices)
              (apply kons (car indices) result (%at (car indices) vectors))))))

(define (vector-index predicate . vectors)
  (or-map (lambda (index) (and (apply predicate (%at index vectors)) index))
          (%indices vectors)))

(define (vector-any predicate . vectors)
  (or-map (lambda (index) (apply predicate (%at index vectors))) (%indices vectors)))

(define (vector-every predicate . vectors)
  (and-map (lambda (index) (apply predicate (%at index vectors))) (%indices vectors)))

(define (vector-count predicate . vectors)
  (length (filter (lambda (index) (apply predicate index (%at index vectors)))
                  (%indices vectors))))

(define (vector-unfold procedure length . seeds)
  (let loop ((index 0) (seeds seeds) (result '()))
    (if (= index length)
        (list->vector (reverse result))
        (call-with-values (lambda () (apply procedure index seeds))
          (lambda (item . seeds)
            (loop (1+ index) seeds (cons item result)))))))
