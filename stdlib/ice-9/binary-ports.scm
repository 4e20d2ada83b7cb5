;;; Bytes from and to ports.

(define-module (ice-9 binary-ports)
  #:use-module (tintype native)
  #:re-export (eof-object get-u8 lookahead-u8 get-bytevector-n get-bytevector-all
               put-u8 put-bytevector open-bytevector-input-port)
  #:export (call-with-output-bytevector))

(define (call-with-output-bytevector procedure)
  (let ((port (open-output-bytevector)))
    (procedure port)
    (get-output-bytevector port)))
