;;; Weak vectors hold their items as long as any vector does.

(define-module (ice-9 weak-vector)
  #:re-export ((make-vector . make-weak-vector)
               (vector . weak-vector)
               (list->vector . list->weak-vector)
               (vector? . weak-vector?)
               (vector-ref . weak-vector-ref)
               (vector-set! . weak-vector-set!)))
