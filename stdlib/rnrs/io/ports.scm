;;; R6RS: ports, as far as strings, bytevectors and files go. All text is UTF-8.

(define-module (rnrs io ports)
  #:use-module (tintype native)
  #:use-module (ice-9 binary-ports)
  #:re-export (eof-object eof-object? port? input-port? output-port? textual-port? close-port
               call-with-port current-input-port current-output-port current-error-port
               get-u8 lookahead-u8 get-bytevector-n get-bytevector-some get-bytevector-all
               put-u8 put-bytevector flush-output-port
               get-char lookahead-char get-string-n get-string-all get-line put-char put-string
               open-bytevector-input-port open-bytevector-output-port call-with-output-string
               (call-with-output-string . call-with-string-output-port)
               (call-with-output-bytevector . call-with-bytevector-output-port))
  #:export (open-string-input-port open-string-output-port open-file-input-port
            open-file-output-port get-datum put-datum port-eof? binary-port?
            standard-input-port standard-output-port standard-error-port
            bytevector->string string->bytevector transcoded-port make-transcoder
            native-transcoder utf-8-codec native-eol-style transcoder-codec
            file-options buffer-mode eol-style error-handling-mode))

(define (open-string-input-port string) (open-input-string string))
(define (open-string-output-port)
  (let ((port (open-output-string)))
    (values port
            (lambda () (get-output-string port)))))
(define (open-file-input-port name . options) (open-input-file name))
(define (open-file-output-port name . options) (open-output-file name))
(define (get-datum port) (read port))
(define (put-datum port datum) (write datum port))
(define (port-eof? port) (eof-object? (lookahead-u8 port)))
(define (binary-port? object) (port? object))
(define (standard-input-port) (current-input-port))
(define (standard-output-port) (current-output-port))
(define (standard-error-port) (current-error-port))

;; The one transcoder.
(define (utf-8-codec) 'utf-8)
(define (native-eol-style) 'none)
(define* (make-transcoder codec #:optional eol-style handling) codec)
(define (native-transcoder) (utf-8-codec))
(define (transcoder-codec transcoder) transcoder)
(define (transcoded-port port transcoder) port)
(define (bytevector->string bytes transcoder) (utf8->string bytes))
(define (string->bytevector string transcoder) (string->utf8 string))

(define-syntax-rule (file-options option ...) '(option ...))
(define-syntax-rule (buffer-mode mode) 'mode)
(define-syntax-rule (eol-style style) 'style)
(define-syntax-rule (error-handling-mode mode) 'mode)
