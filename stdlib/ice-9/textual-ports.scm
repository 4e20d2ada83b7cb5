;;; Text from and to ports.

(define-module (ice-9 textual-ports)
  #:use-module (tintype native)
  #:re-export (get-char get-line get-string-all get-string-n lookahead-char put-char put-string
               unget-char unget-string))
