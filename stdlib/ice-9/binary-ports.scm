;;; Bytes from and to ports.

(define-module (ice-9 binary-ports)
  #:use-module (tintype native)
  #:re-export (eof-object get-u8 lookahead-u8 get-bytevector-n get-bytevector-some
               get-bytevector-all put-u8 put-bytevector open-bytevector-input-port)
  #:export (call-with-input-bytevector call-with-output-bytevector open-bytevector-output-port
            get-bytevector-n! get-string-n! get-bytevector-some! unget-bytevector
            make-custom-binary-input-port make-custom-binary-output-port
            make-custom-binary-input/output-port))

(define* (open-bytevector-output-port #:optional transcoder)
  (let ((port (open-output-bytevector)))
    (values port
            ;; What was written since the last call.
            (let ((taken 0))
              (lambda ()
                (let* ((all (get-output-bytevector port))
                       (new (bytevector-copy all taken)))
                  (set! taken (bytevector-length all))
                  new))))))

(define (call-with-output-bytevector procedure)
  (let ((port (open-output-bytevector)))
    (procedure port)
    (get-output-bytevector port)))
(define (call-with-input-bytevector bytes procedure)
  (procedure (open-bytevector-input-port bytes)))

(define (get-bytevector-n! port target start count)
  (let ((bytes (get-bytevector-n port count)))
    (if (eof-object? bytes)
        bytes
        (begin
          (bytevector-copy! bytes 0 target start (bytevector-length bytes))
          (bytevector-length bytes)))))
(define (get-bytevector-some! port target start count)
  (get-bytevector-n! port target start count))

(define* (unget-bytevector port bytes #:optional (start 0) (count (- (bytevector-length bytes) start)))
  (unget-string port (utf8->string (bytevector-copy bytes start (+ start count)))))

(define (get-string-n! port target start count)
  (scm-error 'misc-error "get-string-n!"
             "strings cannot be changed in this implementation; get-string-n makes a new string"
             '() #f))

;; Ports of procedures: READ! fills a part of a bytevector and says how much of it, WRITE! takes a part
;; of one and says how much.
(define (make-custom-binary-input-port id read! get-position set-position! close)
  (%make-custom-port id read! #f get-position set-position! close #t))
(define (make-custom-binary-output-port id write! get-position set-position! close)
  (%make-custom-port id #f write! get-position set-position! close #t))
(define (make-custom-binary-input/output-port id read! write! get-position set-position! close)
  (%make-custom-port id read! write! get-position set-position! close #t))
