;;; R6RS ports, as far as strings, bytevectors and files to read go.

(define-module (rnrs io ports)
  #:use-module (tintype native)
  #:use-module (ice-9 binary-ports)
  #:re-export (eof-object eof-object? port? input-port? output-port? close-port call-with-port
               get-u8 lookahead-u8 get-bytevector-n get-bytevector-all put-u8 put-bytevector
               get-char lookahead-char get-string-n get-string-all get-line put-char put-string
               open-bytevector-input-port call-with-output-string)
  #:export (open-string-input-port))

(define (open-string-input-port string) (open-input-string string))
