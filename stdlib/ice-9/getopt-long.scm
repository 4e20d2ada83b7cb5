;;; Options of a command line.

(define-module (ice-9 getopt-long)
  #:use-module (srfi srfi-9)
  #:export (getopt-long option-ref))

(define-record-type <specification>
  (make-specification name letter required? value predicate)
  specification?
  (name specification-name)
  (letter specification-letter)
  (required? specification-required?)
  ;; #t, #f or `optional'.
  (value specification-value)
  (predicate specification-predicate))

(define (%parse-specification grammar)
  (let ((properties (cdr grammar)))
    (define (property name)
      (let ((entry (assq name properties)))
        (and entry (cadr entry))))
    (make-specification (symbol->string (car grammar)) (property 'single-char)
                        (property 'required?) (property 'value) (property 'predicate))))

(define (%find holds? list)
  (or-map (lambda (item) (and (holds? item) item)) list))

(define (%fail name template . arguments)
  (apply simple-format (current-error-port)
         (string-append "~A: " template "\n") name arguments)
  (exit 1))

(define* (getopt-long arguments grammar #:key stop-at-first-non-option)
  (let ((program (car arguments))
        (specifications (map %parse-specification grammar)))
    (define (by-name name)
      (or (%find (lambda (spec) (string=? name (specification-name spec))) specifications)
          (%fail program "no such option: --~A" name)))
    (define (by-letter letter)
      (or (%find (lambda (spec) (eqv? letter (specification-letter spec))) specifications)
          (%fail program "no such option: -~A" letter)))
    (define (value? text) (not (string-prefix? "-" text)))
    ;; VALUE is a string, or #f if none was attached.
    (define (take spec value rest found operands)
      (cond (value
             (unless (specification-value spec)
               (%fail program "option does not support argument: --~A"
                      (specification-name spec)))
             (keep spec value rest found operands))
            ((and (specification-value spec) (pair? rest) (value? (car rest)))
             (keep spec (car rest) (cdr rest) found operands))
            ((eq? #t (specification-value spec))
             (%fail program "option must be specified with argument: --~A"
                    (specification-name spec)))
            (else (keep spec #t rest found operands))))
    (define (keep spec value rest found operands)
      (scan rest (cons (cons spec value) found) operands))
    (define (scan rest found operands)
      (if (null? rest)
          (finish found (reverse operands))
          (let ((argument (car rest)) (rest (cdr rest)))
            (cond ((string=? argument "--")
                   (finish found (append (reverse operands) rest)))
                  ((string-prefix? "--" argument)
                   (let ((equals (string-index argument #\=)))
                     (take (by-name (substring argument 2 (or equals (string-length argument))))
                           (and equals (substring argument (+ equals 1)))
                           rest found operands)))
                  ((and (string-prefix? "-" argument) (> (string-length argument) 1))
                   (let ((spec (by-letter (string-ref argument 1)))
                         (more (substring argument 2)))
                     (cond ((string-null? more) (take spec #f rest found operands))
                           ((specification-value spec) (take spec more rest found operands))
                           (else
                            (scan (cons (string-append "-" more) rest)
                                  (cons (cons spec #t) found)
                                  operands)))))
                  (stop-at-first-non-option
                   (finish found (append (reverse operands) (cons argument rest))))
                  (else (scan rest found (cons argument operands)))))))
    (define (finish found operands)
      (for-each
       (lambda (spec)
         (let ((entry (assq spec found)))
           (when (and (specification-required? spec) (not entry))
             (%fail program "option must be specified: --~A" (specification-name spec)))))
       specifications)
      (for-each
       (lambda (entry)
         (let ((valid? (specification-predicate (car entry))))
           (when (and valid? (string? (cdr entry)) (not (valid? (cdr entry))))
             (%fail program "option predicate failed: --~A"
                    (specification-name (car entry))))))
       (reverse found))
      ;; The option that was given last is the first one, which `option-ref' finds.
      (acons '() operands
             (map (lambda (entry)
                    (cons (string->symbol (specification-name (car entry))) (cdr entry)))
                  found)))
    (scan (cdr arguments) '() '())))

(define* (option-ref options key #:optional default)
  (let ((entry (assq key options)))
    (if entry (cdr entry) default)))
