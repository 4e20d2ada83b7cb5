;;; Ports: what (guile) has of them beyond the natives.

(define-module (tintype library ports)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (tintype library lists)
  #:export
  (current-input-port current-output-port current-error-port current-warning-port
   set-current-input-port set-current-output-port set-current-error-port with-input-from-port
   with-output-to-port with-error-to-port with-output-to-string with-error-to-string
   with-input-from-string call-with-output-string call-with-input-string call-with-port
   open-file open-output-file call-with-output-file with-output-to-file call-with-input-file
   with-input-from-file read-hash-extend format))

;; Ports.

(define current-input-port (%cell->parameter (%current-port-cell 0)))
(define current-output-port (%cell->parameter (%current-port-cell 1)))
(define current-error-port (%cell->parameter (%current-port-cell 2)))
(define current-warning-port current-error-port)

(define (set-current-input-port port) (current-input-port port))
(define (set-current-output-port port) (current-output-port port))
(define (set-current-error-port port) (current-error-port port))

(define (with-input-from-port port thunk)
  (%parameterize (list current-input-port) (list port) thunk))
(define (with-output-to-port port thunk)
  (%parameterize (list current-output-port) (list port) thunk))
(define (with-error-to-port port thunk)
  (%parameterize (list current-error-port) (list port) thunk))

(define (with-output-to-string thunk)
  (let ((port (open-output-string)))
    (with-output-to-port port thunk)
    (get-output-string port)))

(define (with-error-to-string thunk)
  (let ((port (open-output-string)))
    (with-error-to-port port thunk)
    (get-output-string port)))

(define (with-input-from-string string thunk)
  (with-input-from-port (open-input-string string) thunk))

(define (call-with-output-string procedure)
  (let ((port (open-output-string)))
    (procedure port)
    (get-output-string port)))

(define (call-with-input-string string procedure)
  (procedure (open-input-string string)))

(define (call-with-port port procedure)
  (let ((result (procedure port)))
    (close-port port)
    result))

;; Where the program may write, these do; where it may not, they say so.

(define* (open-file name mode #:key encoding guess-encoding)
  (cond ((string-prefix? "r+" mode)
         (scm-error 'misc-error "open-file" "a file is read or written, not both: ~S"
                    (list name) #f))
        ((string-prefix? "r" mode) (open-input-file name))
        (else (%open-output-file name (string-prefix? "a" mode)))))

(define* (open-output-file name #:key binary encoding (exists 'truncate))
  (%open-output-file name (eq? exists 'append)))

(define (call-with-output-file name procedure . rest)
  (call-with-port (apply open-output-file name rest) procedure))

(define (with-output-to-file name thunk . rest)
  (let* ((port (apply open-output-file name rest))
         (result (with-output-to-port port thunk)))
    (close-port port)
    result))

(define (call-with-input-file name procedure . rest)
  (call-with-port (open-input-file name) procedure))

(define (with-input-from-file name thunk . rest)
  (with-input-from-port (open-input-file name) thunk))

(define (read-hash-extend character procedure)
  (scm-error 'misc-error "read-hash-extend" "the syntax of ~S cannot be extended here"
             (list character) #f))

;; `(ice-9 format)' replaces it, as in Guile.
(define format simple-format)
