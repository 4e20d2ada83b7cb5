;;; Streams: lists whose rest is computed when it is asked for.

(define-module (ice-9 streams)
  #:export (make-stream stream-car stream-cdr stream-null? list->stream vector->stream port->stream
            stream->list stream->reversed-list stream->list&length stream->reversed-list&length
            stream->vector stream-fold stream-for-each stream-map))

;; A stream is a promise of the empty list or of a pair of an item and a stream.
(define (make-stream step state)
  (delay
    (let ((next (step state)))
      (if (pair? next)
          (cons (car next) (make-stream step (cdr next)))
          '()))))

(define (stream-car stream) (car (force stream)))
(define (stream-cdr stream) (cdr (force stream)))
(define (stream-null? stream) (null? (force stream)))
(define (list->stream list) (make-stream (lambda (rest) rest) list))
(define (vector->stream vector)
  (make-stream (lambda (index)
                 (and (< index (vector-length vector))
                      (cons (vector-ref vector index) (+ index 1))))
               0))
(define (port->stream port read)
  (make-stream (lambda (port)
                 (let ((item (read port)))
                   (and (not (eof-object? item)) (cons item port))))
               port))
(define (stream-fold procedure initial stream . more)
  (if (null? more)
      (let loop ((stream stream) (result initial))
        (if (stream-null? stream)
            result
            (loop (stream-cdr stream) (procedure (stream-car stream) result))))
      (let loop ((streams (cons stream more)) (result initial))
        (if (or-map stream-null? streams)
            result
            (loop (map stream-cdr streams)
                  (apply procedure (append (map stream-car streams) (list result))))))))
(define (stream->reversed-list stream) (stream-fold cons '() stream))
(define (stream->list stream) (reverse (stream->reversed-list stream)))
(define (stream->reversed-list&length stream)
  (let ((items (stream->reversed-list stream)))
    (values items (length items))))
(define (stream->list&length stream)
  (let ((items (stream->list stream)))
    (values items (length items))))
(define (stream->vector stream) (list->vector (stream->list stream)))
(define (stream-for-each procedure stream . more)
  (apply stream-fold (lambda arguments
                       (apply procedure (list-head arguments (- (length arguments) 1))))
         #f stream more))
(define (stream-map procedure stream . more)
  (make-stream (lambda (streams)
                 (and (not (or-map stream-null? streams))
                      (cons (apply procedure (map stream-car streams))
                            (map stream-cdr streams))))
               (cons stream more)))
