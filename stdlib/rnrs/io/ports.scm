;;; R6RS: ports, as far as strings, bytevectors and files go. All text is UTF-8.

(define-module (rnrs io ports)
  #:use-module (tintype native)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs files)
  #:use-module ((ice-9 exceptions) #:select (make-exception-type exception-predicate exception-accessor))
  #:re-export (make-custom-binary-input-port make-custom-binary-output-port
               make-custom-binary-input/output-port eof-object eof-object? port? input-port? output-port? textual-port? close-port
               call-with-port current-input-port current-output-port current-error-port
               get-u8 lookahead-u8 get-bytevector-n get-bytevector-some get-bytevector-all
               put-u8 put-bytevector flush-output-port
               get-char lookahead-char get-string-n get-string-all get-line put-char put-string
               open-bytevector-input-port open-bytevector-output-port
               get-bytevector-n! get-string-n!
               &i/o make-i/o-error i/o-error? &i/o-read make-i/o-read-error i/o-read-error?
               &i/o-write make-i/o-write-error i/o-write-error?
               &i/o-invalid-position make-i/o-invalid-position-error
               i/o-invalid-position-error? &i/o-filename
               make-i/o-filename-error i/o-filename-error? i/o-error-filename
               &i/o-file-protection make-i/o-file-protection-error
               i/o-file-protection-error? &i/o-file-is-read-only
               make-i/o-file-is-read-only-error i/o-file-is-read-only-error?
               &i/o-file-already-exists make-i/o-file-already-exists-error
               i/o-file-already-exists-error? &i/o-file-does-not-exist
               make-i/o-file-does-not-exist-error i/o-file-does-not-exist-error?
               &i/o-port make-i/o-port-error i/o-port-error? i/o-error-port
               (call-with-output-string . call-with-string-output-port)
               (call-with-output-bytevector . call-with-bytevector-output-port))
  #:export (open-string-input-port open-string-output-port open-file-input-port
            open-file-output-port get-datum put-datum port-eof? binary-port?
            standard-input-port standard-output-port standard-error-port
            bytevector->string string->bytevector transcoded-port make-transcoder
            native-transcoder utf-8-codec latin-1-codec utf-16-codec native-eol-style
            transcoder-codec transcoder-eol-style transcoder-error-handling-mode
            port-transcoder file-options buffer-mode buffer-mode? output-port-buffer-mode
            eol-style error-handling-mode port-has-port-position?
            port-has-set-port-position!? port-position set-port-position!
            make-custom-textual-output-port
            open-file-input/output-port
            &i/o-decoding make-i/o-decoding-error i/o-decoding-error?
            &i/o-encoding make-i/o-encoding-error i/o-encoding-error?
            i/o-encoding-error-char))

(define (open-string-input-port string) (open-input-string string))
(define (open-string-output-port)
  (let ((port (open-output-string)))
    (values port
            (lambda () (get-output-string port)))))
;; What the system refuses is a condition that has the name of the file.
(define (%opening name thunk)
  (catch 'system-error
    thunk
    (lambda arguments
      (let ((make (case (system-error-errno arguments)
                    ((13) make-i/o-file-protection-error)
                    ((17) make-i/o-file-already-exists-error)
                    ((2) make-i/o-file-does-not-exist-error)
                    ((30) make-i/o-file-is-read-only-error)
                    (else make-i/o-filename-error))))
        (raise (make name))))))

(define (open-file-input-port name . options)
  (%opening name (lambda () (open-input-file name))))
;; A file that is there already is only written to where the options say so.
(define* (open-file-output-port name #:optional (options '()) . more)
  (cond ((and (file-exists? name)
              (not (memq 'no-fail options)))
         (raise (make-i/o-file-already-exists-error name)))
        ((and (memq 'no-create options)
              (not (file-exists? name)))
         (raise (make-i/o-file-does-not-exist-error name)))
        (else (%opening name (lambda () (open-output-file name))))))
(define (open-file-input/output-port name . options)
  (scm-error 'misc-error "open-file-input/output-port"
             "a file is read or written here, not both through one port" '() #f))
(define (get-datum port) (read port))
(define (put-datum port datum) (write datum port))
(define (port-eof? port) (eof-object? (lookahead-u8 port)))
(define (binary-port? object) (port? object))
(define (standard-input-port) (current-input-port))
(define (standard-output-port) (current-output-port))
(define (standard-error-port) (current-error-port))

;; Transcoders. All text is UTF-8: what asks for another code says so when it is used.
(define (utf-8-codec) 'utf-8)
(define (latin-1-codec) 'latin-1)
(define (utf-16-codec) 'utf-16)
(define (native-eol-style) 'none)
(define* (make-transcoder codec #:optional (eol-style 'none) (handling 'replace))
  (vector codec eol-style handling))
(define (native-transcoder) (make-transcoder (utf-8-codec)))
(define (transcoder-codec transcoder) (vector-ref transcoder 0))
(define (transcoder-eol-style transcoder) (vector-ref transcoder 1))
(define (transcoder-error-handling-mode transcoder) (vector-ref transcoder 2))
(define (%check-codec who transcoder)
  (unless (eq? 'utf-8 (transcoder-codec transcoder))
    (scm-error 'misc-error who "text is UTF-8 in this implementation, not ~A"
               (list (transcoder-codec transcoder)) #f)))
(define (transcoded-port port transcoder)
  (%check-codec "transcoded-port" transcoder)
  port)
(define (port-transcoder port) (native-transcoder))
(define (bytevector->string bytes transcoder)
  (case (transcoder-codec transcoder)
    ((utf-16) (utf16->string bytes 'big))
    ((latin-1) (list->string (map integer->char (bytevector->u8-list bytes))))
    (else (utf8->string bytes))))
(define (string->bytevector string transcoder)
  (case (transcoder-codec transcoder)
    ((utf-16) (string->utf16 string 'big))
    ((latin-1) (u8-list->bytevector (map char->integer (string->list string))))
    (else (string->utf8 string))))

(define-syntax-rule (file-options option ...) '(option ...))
(define-syntax-rule (buffer-mode mode) 'mode)
(define-syntax-rule (eol-style style) 'style)
(define-syntax-rule (error-handling-mode mode) 'mode)
(define (buffer-mode? object) (and (memq object '(none line block)) #t))
(define (output-port-buffer-mode port) 'block)

;; Only ports that a program makes may have positions.
(define (port-has-port-position? port) (%custom-port-has? port "position"))
(define (port-has-set-port-position!? port) (%custom-port-has? port "set-position!"))

(define (refuse-position name)
  (scm-error 'misc-error name
             "ports are read and written from one end to the other: they have no position; \
read all with get-bytevector-all or get-string-all" '() #f))
(define (port-position port)
  (or (%custom-port-position port)
      (refuse-position 'port-position)))
(define (set-port-position! port position)
  (unless (%set-custom-port-position! port position)
    (refuse-position 'set-port-position!)))

(define (make-custom-textual-output-port id write! get-position set-position! close)
  (%make-custom-port id #f write! get-position set-position! close #f))

(define &i/o-decoding (make-exception-type '&i/o-decoding &i/o-port '()))
(define (make-i/o-decoding-error port) (%make-condition &i/o-decoding port))
(define i/o-decoding-error? (exception-predicate &i/o-decoding))

(define &i/o-encoding (make-exception-type '&i/o-encoding &i/o-port '(char)))
(define (make-i/o-encoding-error port character)
  (%make-condition &i/o-encoding port character))
(define i/o-encoding-error? (exception-predicate &i/o-encoding))
(define i/o-encoding-error-char
  (exception-accessor &i/o-encoding (record-accessor &i/o-encoding 'char)))
