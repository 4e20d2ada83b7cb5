;;; Reading lines and up to delimiters.

(define-module (ice-9 rdelim)
  #:use-module (tintype native)
  #:re-export (read-line read-string write-line)
  #:export (read-delimited read-line! read-delimited! read-string!))

;; What comes before one of the characters of DELIMITERS; HANDLE-DELIM says what becomes of that one.
(define* (read-delimited delimiters #:optional (port (current-input-port)) (handle-delim 'trim))
  (let loop ((characters '()))
    (let ((next (peek-char port)))
      (define (text) (reverse-list->string characters))
      (cond ((eof-object? next)
             (cond ((eq? handle-delim 'split) (cons (if (null? characters) next (text)) next))
                   ((null? characters) next)
                   (else (text))))
            ((string-index delimiters next)
             (case handle-delim
               ((trim) (read-char port) (text))
               ((peek) (text))
               ((concat) (read-char port) (string-append (text) (string next)))
               ((split) (read-char port) (cons (text) next))
               (else
                (error "unexpected handle-delim value: " handle-delim))))
            (else
             (read-char port)
             (loop (cons next characters)))))))

(define (%immutable who)
  (scm-error 'misc-error who
             "strings cannot be changed in this implementation; make a new string instead" '() #f))
(define (read-line! . arguments) (%immutable "read-line!"))
(define (read-delimited! . arguments) (%immutable "read-delimited!"))
(define (read-string! . arguments) (%immutable "read-string!"))
