;;; Text from and to ports.

(define-module (ice-9 textual-ports)
  #:use-module (tintype native)
  #:use-module (ice-9 binary-ports)
  #:re-export (get-char get-line get-string-all get-string-n get-string-n! lookahead-char put-char put-string
               unget-char unget-string))
