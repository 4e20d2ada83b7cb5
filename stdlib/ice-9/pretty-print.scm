;;; Pretty printing: one datum on a line.

(define-module (ice-9 pretty-print)
  #:export (pretty-print))

(define* (pretty-print object #:optional (port (current-output-port))
                       #:key (display? #f) (width 79) (max-expr-width 50) (per-line-prefix ""))
  (display per-line-prefix port)
  (if display?
      (display object port)
      (write object port))
  (newline port))
