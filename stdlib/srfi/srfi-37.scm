;;; SRFI-37: args-fold.

(define-module (srfi srfi-37)
  #:use-module (srfi srfi-9)
  #:export (args-fold option option-names option-required-arg? option-optional-arg?
            option-processor))

(define-record-type <option>
  (option names required-arg? optional-arg? processor)
  option?
  (names option-names)
  (required-arg? option-required-arg?)
  (optional-arg? option-optional-arg?)
  (processor option-processor))

(define (%find name options)
  (let loop ((rest options))
    (cond ((null? rest) #f)
          ((member name (option-names (car rest))) (car rest))
          (else (loop (cdr rest))))))

(define (args-fold arguments options unrecognized operand . seeds)
  ;; Calls PROCESSOR with ITEMS and the seeds, and goes on with what it gives.
  (define (advance rest seeds processor . items)
    (call-with-values (lambda () (apply processor (append items seeds)))
      (lambda seeds (scan rest seeds))))

  (define (found name)
    (let ((known (%find name options)))
      (if known
          (values known (option-processor known))
          (let ((new (option (list name) #f #f unrecognized)))
            (values new unrecognized)))))

  (define (missing name)
    (scm-error 'misc-error "args-fold" "Missing required argument after `~A'" (list name) #f))

  (define (operands rest seeds)
    (if (null? rest)
        (apply values seeds)
        (call-with-values (lambda () (apply operand (car rest) seeds))
          (lambda seeds (operands (cdr rest) seeds)))))

  ;; `-abc VALUE': LETTERS are the characters still to come.
  (define (short letters rest seeds)
    (call-with-values (lambda () (found (car letters)))
      (lambda (option processor)
        (define (with-argument argument rest)
          (advance rest seeds processor option (car letters) argument))
        (define (without-argument)
          (if (null? (cdr letters))
              (with-argument #f rest)
              (call-with-values
                  (lambda () (apply processor option (car letters) #f seeds))
                (lambda seeds (short (cdr letters) rest seeds)))))
        (cond ((and (pair? (cdr letters))
                    (or (option-required-arg? option) (option-optional-arg? option)))
               (with-argument (list->string (cdr letters)) rest))
              ((and (option-required-arg? option) (pair? rest))
               (with-argument (car rest) (cdr rest)))
              ((and (option-optional-arg? option)
                    (pair? rest)
                    (not (string-prefix? "-" (car rest))))
               (with-argument (car rest) (cdr rest)))
              ((option-required-arg? option)
               (missing (string #\- (car letters))))
              (else (without-argument))))))

  ;; `--name' or `--name=VALUE'.
  (define (long text rest seeds)
    (let* ((equals (string-index text #\=))
           (known (and equals (%find (substring text 0 equals) options)))
           (name (if known (substring text 0 equals) text)))
      (call-with-values (lambda () (found name))
        (lambda (option processor)
          (when (and (option-required-arg? option) (not known))
            (missing (string-append "--" name)))
          (advance rest seeds processor option name
                   (and known (substring text (+ equals 1))))))))

  (define (scan rest seeds)
    (if (null? rest)
        (apply values seeds)
        (let ((argument (car rest)) (rest (cdr rest)))
          (cond ((string=? argument "--") (operands rest seeds))
                ((string-prefix? "--" argument)
                 (long (substring argument 2) rest seeds))
                ((and (string-prefix? "-" argument) (> (string-length argument) 1))
                 (short (cdr (string->list argument)) rest seeds))
                (else (advance rest seeds operand argument))))))

  (scan arguments seeds))
