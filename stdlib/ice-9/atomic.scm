;;; Boxes that change in one step; with one thread every box does.

(define-module (ice-9 atomic)
  #:use-module (srfi srfi-9)
  #:export (make-atomic-box atomic-box? atomic-box-ref atomic-box-set! atomic-box-swap!
            atomic-box-compare-and-swap!))

(define-record-type <atomic-box>
  (make-atomic-box value)
  atomic-box?
  (value atomic-box-ref atomic-box-set!))

(define (atomic-box-swap! box value)
  (let ((old (atomic-box-ref box)))
    (atomic-box-set! box value)
    old))
(define (atomic-box-compare-and-swap! box expected value)
  (let ((old (atomic-box-ref box)))
    (when (eq? old expected)
      (atomic-box-set! box value))
    old))
