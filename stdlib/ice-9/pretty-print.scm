;;; Pretty printing.

(define-module (ice-9 pretty-print)
  #:use-module (tintype native)
  #:export (pretty-print truncated-print))

(define* (pretty-print object #:optional (port* #f)
                       #:key (port (or port* (current-output-port))) (display? #f) (width 79)
                       (max-expr-width 50) (per-line-prefix ""))
  (let ((text (%pretty object display? (- width (string-length per-line-prefix)) max-expr-width)))
    (for-each (lambda (line)
                (display per-line-prefix port)
                (display line port)
                (newline port))
              (string-split text #\newline))))

(define* (truncated-print object #:optional (port* #f)
                          #:key (port (or port* (current-output-port))) (width 79) (display? #f)
                          (breadth-first? #f))
  (display (%truncated object display? width breadth-first?) port))
