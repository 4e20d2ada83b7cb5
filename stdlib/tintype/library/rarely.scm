;;; What (guile) has that programs rarely ask for: looked into after all the rest of (guile).

(define-module (tintype library rarely)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype host)
  #:use-module (tintype native)
  #:use-module (tintype library control)
  #:use-module (tintype library lists)
  #:use-module (tintype library strings)
  #:use-module (tintype library ports)
  #:re-export ((lambda . λ))
  #:export
  (define-macro defmacro defmacro-public syntax-error export-syntax re-export-syntax
   add-to-load-path use-srfis eval-string fluid-bound? fluid-unset! hashq hashv
   hashv-create-handle! kw-arg-ref list->symbol symbol symbol-hash symbol-property-remove!
   string-any-c-code string-every-c-code string-bytes-per-char struct? provided? provide
   *features* %cond-expand-features self-evaluating? variable-unset!
   with-continuation-barrier call-with-blocked-asyncs call-with-unblocked-asyncs
   keyword-like-symbol->keyword parse-path-with-ellipsis set-object-properties!
   system-file-name-convention using-readline?
   nil? cons-source source-properties source-property set-source-properties! set-source-property!
   supports-source-properties? make-procedure-with-setter procedure-with-setter? procedure
   setter record-type-constructor record-type-has-parent? record-type-parents
   module-locally-bound? module-symbol-binding module-ensure-local-variable! module-remove!
   the-root-module with-error-to-file OPEN_BOTH OPEN_READ OPEN_WRITE
   array? array-rank array-dimensions array-shape array-type array-in-bounds? array-set!
   array-fill! array-equal? array-for-each array-map! array-index-map! list->array))

;; Macros that do not keep names apart.

(define-syntax define-macro
  (lambda (form)
    (syntax-case form ()
      ((_ (name . parameters) body ...)
       #'(define-macro name (lambda parameters body ...)))
      ((_ name transformer)
       #'(define-syntax name
           (lambda (use)
             (syntax-case use ()
               ((keyword . arguments)
                (datum->syntax #'keyword
                               (apply transformer (syntax->datum #'arguments)))))))))))
(define-syntax-rule (defmacro name parameters body ...)
  (define-macro (name . parameters) body ...))
(define-syntax-rule (defmacro-public name parameters body ...)
  (begin (defmacro name parameters body ...) (export name)))

;; R7RS: expanding it is an error.
(define-syntax syntax-error
  (lambda (form)
    (syntax-case form ()
      ((_ message argument ...)
       (syntax-violation #f (syntax->datum #'message) #'(argument ...))))))

(define-syntax-rule (export-syntax name ...) (export name ...))
(define-syntax-rule (re-export-syntax name ...) (re-export name ...))

;; What follows may import what is there, so it counts when it is expanded.
(define-syntax add-to-load-path
  (lambda (form)
    (syntax-case form ()
      ((_ directory)
       (begin
         (host-add-to-load-path (eval #'directory (current-module)))
         #'(if #f #f))))))

(define (use-srfis numbers)
  (for-each (lambda (number)
              (module-use! (current-module)
                           (resolve-interface
                            (list 'srfi (string->symbol
                                         (string-append "srfi-" (number->string number)))))))
            numbers))
(define* (eval-string string #:optional (module (current-module)))
  (let ((port (open-input-string string)))
    (let loop ((value *unspecified*))
      (let ((form (read port)))
        (if (eof-object? form)
            value
            (loop (eval form module)))))))

;; Features.

(define %cond-expand-features (%features))
(define *features* (%features))
(define (provided? feature) (and (memq feature (%features)) #t))
(define (provide feature)
  (scm-error 'misc-error "provide" "~S cannot be provided: features are fixed" (list feature) #f))

;; Symbols and strings.

(define (list->symbol characters) (string->symbol (list->string characters)))
(define (symbol . characters) (list->symbol characters))
(define (symbol-hash symbol) (string-hash (symbol->string symbol)))
(define (symbol-property-remove! symbol property)
  ((@ (guile) set-symbol-property!) symbol property #f))
(define (string-any-c-code predicate string . bounds)
  (apply string-any predicate string bounds))
(define (string-every-c-code predicate string . bounds)
  (apply string-every predicate string bounds))
(define (string-bytes-per-char string)
  (if (string-every (lambda (character) (< (char->integer character) 256)) string) 1 4))

;; Variables, fluids, tables.

(define (fluid-bound? fluid)
  (catch #t
    (lambda () (fluid-ref fluid) #t)
    (lambda arguments #f)))
(define (fluid-unset! fluid)
  (scm-error 'misc-error "fluid-unset!" "~S keeps a value once it has one" (list fluid) #f))
(define (variable-unset! variable)
  (scm-error 'misc-error "variable-unset!" "~S keeps a value once it has one" (list variable) #f))
(define (hashq key size) (hash key size))
(define (hashv key size) (hash key size))
(define (hashv-create-handle! table key value)
  (or (hashv-get-handle table key)
      (begin (hashv-set! table key value) (hashv-get-handle table key))))

(define (kw-arg-ref arguments keyword)
  (let ((rest (memq keyword arguments)))
    (and rest (pair? (cdr rest)) (cadr rest))))
;; Without its first character, whichever that is.
(define (keyword-like-symbol->keyword name)
  (symbol->keyword (string->symbol (substring (symbol->string name) 1))))

(define (using-readline?) #f)
(define (system-file-name-convention) 'posix)

;; The parts of a path, with BASE where it has an ellipsis, else at its end.
(define (parse-path-with-ellipsis path base)
  (let ((parts (parse-path path)))
    (if (member "..." parts)
        (apply append (map (lambda (part) (if (equal? part "...") base (list part))) parts))
        (append parts base))))

(define (set-object-properties! object properties)
  (for-each (lambda (property)
              (set-object-property! object (car property) (cdr property)))
            (reverse properties)))

(define (self-evaluating? object)
  (or (number? object) (string? object) (char? object) (keyword? object) (boolean? object)))
(define (nil? object) (or (not object) (null? object)))

;; There is one thread, and nothing comes in between.
(define (with-continuation-barrier thunk) (thunk))
(define (call-with-blocked-asyncs thunk) (thunk))
(define (call-with-unblocked-asyncs thunk) (thunk))

;; Data has the place where it was read, while that is kept, and what a program gives it.

(define %places (make-hash-table))
(define (supports-source-properties? object)
  (not (or (symbol? object) (keyword? object) (char? object) (boolean? object)
           (null? object) (unspecified? object) (eof-object? object)
           (and (exact-integer? object) (< (abs object) (expt 2 61))))))
(define (source-properties object)
  (or (hashq-ref %places object #f)
      (%place-read object)
      '()))
(define (cons-source source first rest)
  (let ((pair (cons first rest)))
    (set-source-properties! pair (source-properties source))
    pair))
(define (source-property object key) (assq-ref (source-properties object) key))
(define (set-source-properties! object properties)
  (if (supports-source-properties? object)
      (hashq-set! %places object properties)
      (scm-error 'wrong-type-arg "set-source-properties!"
                 "Wrong type argument in position ~A: ~S" (list 1 object) (list object))))
(define (set-source-property! object key value)
  (set-source-properties! object (assq-set! (source-properties object) key value)))

;; Procedures with setters.

(define %setters (make-hash-table))
(define (make-procedure-with-setter getter setter)
  (let ((procedure (lambda arguments (apply getter arguments))))
    (hashq-set! %setters procedure (cons getter setter))
    procedure))
(define (procedure-with-setter? object)
  (and (procedure? object) (hashq-ref %setters object) #t))
(define (procedure object)
  (car (hashq-ref %setters object)))
(define (setter procedure)
  (let ((found (hashq-ref %setters procedure)))
    (if found
        (cdr found)
        (scm-error 'wrong-type-arg "setter" "not a procedure with a setter: ~S"
                   (list procedure) (list procedure)))))

;; Record types.

(define (struct? object) (or (record? object) (record-type? object)))
(define (record-type-constructor type) (record-constructor type))
(define (record-type-has-parent? type parent)
  (let loop ((type type))
    (and type
         (or (eq? type parent) (loop (record-type-parent type))))))
(define (record-type-parents type)
  (let loop ((type (record-type-parent type)) (parents '()))
    (if type
        (loop (record-type-parent type) (cons type parents))
        (list->vector parents))))

;; Modules.

(define (module-locally-bound? module name)
  (and (module-local-variable module name) #t))
(define (module-symbol-binding module name . default)
  (let ((variable (module-variable module name)))
    (cond (variable (variable-ref variable))
          ((pair? default) (car default))
          (else (scm-error 'unbound-variable #f "Unbound variable: ~S" (list name) #f)))))
(define (module-ensure-local-variable! module name)
  (or (module-local-variable module name)
      (begin
        (module-add! module name (make-undefined-variable))
        (module-local-variable module name))))
(define (module-remove! module name)
  (scm-error 'misc-error "module-remove!" "~S stays in ~S: bindings are not taken away"
             (list name module) #f))
(define the-root-module (resolve-module '(guile)))

;; Ports.

(define OPEN_READ "r")
(define OPEN_WRITE "w")
(define OPEN_BOTH "r+")
(define (with-error-to-file name thunk)
  (call-with-output-file name (lambda (port) (with-error-to-port port thunk))))

;; Arrays of one dimension, which are vectors and bytevectors.

(define (array? object . type) (or (vector? object) (bytevector? object) (string? object)))
(define (%array-length array)
  (cond ((vector? array) (vector-length array))
        ((bytevector? array) (bytevector-length array))
        (else (string-length array))))
(define (%array-ref array index)
  (cond ((vector? array) (vector-ref array index))
        ((bytevector? array) (bytevector-u8-ref array index))
        (else (string-ref array index))))
(define (array-rank array) 1)
(define (array-dimensions array) (list (%array-length array)))
(define (array-shape array) (list (list 0 (- (%array-length array) 1))))
(define (array-type array)
  (cond ((vector? array) #t)
        ((bytevector? array) 'vu8)
        (else 'a)))
(define (array-in-bounds? array index)
  (and (exact-integer? index) (<= 0 index) (< index (%array-length array))))
(define (array-set! array value index)
  (if (vector? array)
      (vector-set! array index value)
      (bytevector-u8-set! array index value)))
(define (array-fill! array value)
  (let loop ((index 0))
    (when (< index (%array-length array))
      (array-set! array value index)
      (loop (+ index 1)))))
(define (array-equal? first second) (equal? first second))
(define (%array->list array)
  (map (lambda (index) (%array-ref array index)) (iota (%array-length array))))
(define (array-for-each procedure . arrays)
  (apply for-each procedure (map %array->list arrays)))
(define (%fill-from! array items)
  (let loop ((index 0) (items items))
    (unless (null? items)
      (array-set! array (car items) index)
      (loop (+ index 1) (cdr items)))))
(define (array-map! target procedure . sources)
  (%fill-from! target (apply map procedure (map %array->list sources))))
(define (array-index-map! target procedure)
  (%fill-from! target (map procedure (iota (%array-length target)))))
(define (list->array rank items)
  (if (eqv? rank 1)
      (list->vector items)
      (scm-error 'misc-error "list->array" "arrays have one dimension here, not ~S"
                 (list rank) #f)))
