;;; Control, parameters and procedures: what (guile) has of them beyond the natives.

(define-module (tintype library control)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:export
  (call/cc raise-exception with-exception-handler catch with-throw-handler false-if-exception
   make-exception-from-throw make-exception-type exception-predicate exception-accessor
   &exception &compound-exception &error &programming-error &non-continuable &quit-exception
   &exception-with-kind-and-args warn with-fluids with-fluid* with-fluids* fluid->parameter
   parameter-fluid parameter-converter make-unbound-fluid make-thread-local-fluid identity
   const negate compose and=> noop pk peek *unspecified* ->bool record-constructor
   record-accessor record-modifier record-predicate %thrown-for? last-pair-car
   print-exception display-error system-error-errno strerror make-object-property
   object-property set-object-property! object-properties procedure-property
   set-procedure-property! procedure-properties set-procedure-properties!
   procedure-documentation symbol-prefix-proc))

;; Control.

(define call/cc call-with-current-continuation)

(define* (raise-exception object #:key (continuable? #f))
  (if continuable?
      (raise-continuable object)
      (%raise object)))

(define* (with-exception-handler handler thunk #:key (unwind? #f) (unwind-for-type #t))
  (cond ((not unwind?)
         (%with-handler handler thunk))
        ((eq? unwind-for-type #t)
         (%guard thunk (lambda (object reraise) (handler object))))
        (else
         (%guard thunk
                 (lambda (object reraise)
                   (if (%thrown-for? unwind-for-type object)
                       (handler object)
                       (reraise)))))))

;; Whether OBJECT is an exception that a handler for KEY, a symbol, an exception type or #t, takes.
(define (%thrown-for? key object)
  (cond ((eq? key #t) #t)
        ((symbol? key) (eq? key (%exception-key object)))
        (else (not (eq? #f (%exception-component object key))))))

(define* (catch key thunk handler #:optional (pre-unwind-handler #f))
  (%guard (if pre-unwind-handler
              (lambda () (with-throw-handler key thunk pre-unwind-handler))
              thunk)
          (lambda (object reraise)
            (if (%thrown-for? key object)
                (apply handler (%exception-key object) (%exception-args object))
                (reraise)))))

(define (with-throw-handler key thunk pre-unwind-handler)
  (%with-handler (lambda (object)
                   (when (%thrown-for? key object)
                     (apply pre-unwind-handler (%exception-key object) (%exception-args object)))
                   (raise-continuable object))
                 thunk))

(define-syntax-rule (false-if-exception expression)
  (%guard (lambda () expression)
          (lambda (object reraise) #f)))

(define (make-exception-from-throw key arguments)
  (%guard (lambda () (apply throw key arguments))
          (lambda (object reraise) object)))

(define* (make-exception-type name parent fields #:key (extensible? #t))
  (%make-record-type name fields parent))

(define (exception-predicate type)
  (lambda (object)
    (if (%exception-component object type) #t #f)))

(define (exception-accessor type accessor)
  (lambda (object)
    (let ((component (%exception-component object type)))
      (if component
          (accessor component)
          (error "object is not an exception of the right type" object type)))))

(define &exception (%standard-type "&exception"))
(define &compound-exception (%standard-type "&compound-exception"))
(define &error (%standard-type "&error"))
(define &programming-error (%standard-type "&programming-error"))
(define &non-continuable (%standard-type "&non-continuable"))
(define &quit-exception (%standard-type "&quit-exception"))
(define &exception-with-kind-and-args (%standard-type "&exception-with-kind-and-args"))

(define (warn . arguments)
  (let ((port (current-error-port)))
    (display ";;; WARNING (" port)
    (for-each (lambda (argument)
                (display argument port)
                (display " " port))
              arguments)
    (display ")\n" port)))

;; Fluids and parameters.

(define-syntax-rule (with-fluids ((fluid value) ...) body ...)
  (%parameterize (list fluid ...) (list value ...) (lambda () body ...)))

(define (with-fluid* fluid value thunk)
  (%parameterize (list fluid) (list value) thunk))

(define (with-fluids* fluids values thunk)
  (%parameterize fluids values thunk))

(define* (fluid->parameter fluid #:optional (converter #f))
  (%cell->parameter fluid))

(define (parameter-fluid parameter)
  (%parameter-cell parameter))

(define (parameter-converter parameter)
  (or (%parameter-converter parameter) identity))

(define (make-unbound-fluid)
  (make-fluid #f))

(define (make-thread-local-fluid . initial)
  (apply make-fluid initial))

;; Procedures.

(define (identity value) value)

(define (const value) (lambda arguments value))

(define (negate procedure)
  (lambda arguments (not (apply procedure arguments))))

(define (compose first . rest)
  (if (null? rest)
      first
      (let ((inner (apply compose rest)))
        (lambda arguments
          (call-with-values (lambda () (apply inner arguments)) first)))))

(define (and=> value procedure)
  (and value (procedure value)))

(define (noop . arguments) (and (pair? arguments) (car arguments)))

(define (pk . arguments)
  (let ((port (current-error-port)))
    (display "\n;;; " port)
    (write arguments port)
    (newline port)
    (if (null? arguments) #f (last-pair-car arguments))))

(define (last-pair-car list) (car (last-pair list)))

(define peek pk)

(define *unspecified* (if #f #f))

(define (->bool value) (if value #t #f))

(define (record-constructor type . fields)
  (if (null? fields)
      (lambda values (apply %record type #f values))
      (let ((names (record-type-fields type)))
        (lambda values
          (let ((given (map cons (car fields) values)))
            (apply %record type #f (map (lambda (name) (assq-ref given name)) names)))))))

(define (record-accessor type field)
  (let ((index (%record-field-index type field))
        (name (string-append (symbol->string (record-type-name type)) "-" (symbol->string field))))
    (lambda (record) (%record-ref record type index name))))

(define (record-modifier type field)
  (let ((index (%record-field-index type field))
        (name (string-append "set-" (symbol->string (record-type-name type))
                             "-" (symbol->string field) "!")))
    (lambda (record value) (%record-set! record type index name value))))

(define (record-predicate type)
  (lambda (object) (%record? object type)))

;; What an exception says.

(define (print-exception port frame key arguments)
  (display (%exception-text key arguments) port)
  (newline port))

(define (display-error frame port subr message arguments rest)
  (print-exception port frame 'misc-error (list subr message arguments rest)))

;; ARGUMENTS as a `catch' handler receives them: key and the rest.
(define (system-error-errno arguments)
  (and (eq? 'system-error (car arguments))
       (let ((data (list-tail arguments 4)))
         (and (pair? (car data)) (car (car data))))))

(define (strerror code)
  (let ((entry (assv code
                     '((1 . "Operation not permitted") (2 . "No such file or directory")
                       (5 . "Input/output error") (9 . "Bad file descriptor")
                       (12 . "Cannot allocate memory") (13 . "Permission denied")
                       (17 . "File exists") (20 . "Not a directory") (21 . "Is a directory")
                       (22 . "Invalid argument") (28 . "No space left on device")
                       (30 . "Read-only file system") (32 . "Broken pipe")
                       (39 . "Directory not empty")
                       (40 . "Too many levels of symbolic links")))))
    (if entry
        (cdr entry)
        (string-append "Unknown error " (number->string code)))))

;; Properties of objects: tables by identity.

(define (make-object-property)
  (let ((table (make-weak-key-hash-table)))
    (case-lambda
      ((object) (hashq-ref table object))
      ((object value) (hashq-set! table object value)))))

(define %object-properties (make-weak-key-hash-table))
(define (object-properties object) (hashq-ref %object-properties object '()))
(define (object-property object property) (assq-ref (object-properties object) property))
(define (set-object-property! object property value)
  (hashq-set! %object-properties object (assq-set! (object-properties object) property value))
  value)

(define (procedure-properties procedure)
  (let ((name (procedure-name procedure)) (given (object-properties procedure)))
    (if (and name (not (assq 'name given)))
        (acons 'name name given)
        given)))
(define (procedure-property procedure property)
  (assq-ref (procedure-properties procedure) property))
(define (set-procedure-property! procedure property value)
  (set-object-property! procedure property value))
(define (set-procedure-properties! procedure properties)
  (hashq-set! %object-properties procedure properties))
(define (procedure-documentation procedure) (procedure-property procedure 'documentation))

(define (symbol-prefix-proc prefix)
  (lambda (symbol) (symbol-append prefix symbol)))
