;; What records have in their fields when nothing is said, and what the fields are like.
;;
;; 'records' is a list of (NAME MODULE (FIELD KIND REQUIRED?) ...), KIND being thunked,
;; delayed or plain.  Each is printed as (NAME (fields FIELD ...) (values (FIELD
;; VALUE) ...) (flags (FIELD FLAG ...) ...)) or (NAME (error TEXT)).
(use-modules (gnu bootloader)
             (gnu services)
             (gnu system file-systems)
             (gnu system uuid)
             (guix gexp)
             (guix packages)
             (ice-9 match)
             (srfi srfi-1))

;; Values to try in a field that must be given, as expressions.
(define %candidates
  '("x" 'x '() 1 #t #f "10.0.0.1/8" 'disk-image '(x) '("x")
    (plain-file "x" "x") (list (plain-file "x" "x"))
    (dconf-keyfile (name "x"))))

;; Not told: where a record was made, and what is for people to read.
(define %left-out
  '(location %location documentation description))

(define (shown value)
  (cond ((package? value) `(package ,(package-name value)))
        ((file-append? value)
         `(file-append ,(shown (file-append-base value))
                       ,(string-concatenate (file-append-suffix value))))
        ((plain-file? value)
         `(plain-file ,(plain-file-name value) ,(plain-file-content value)))
        ((computed-file? value) `(computed-file ,(computed-file-name value)))
        ((program-file? value) `(program-file ,(program-file-name value)))
        ((scheme-file? value) `(scheme-file ,(scheme-file-name value)))
        ((local-file? value) `(local-file ,(local-file-name value)))
        ((gexp? value) `(gexp ,(gexp->approximate-sexp value)))
        ((procedure? value) '*procedure*)
        ((promise? value) `(delayed ,(shown (force value))))
        ((file-system-label? value)
         `(file-system-label ,(file-system-label->string value)))
        ((uuid? value) `(uuid ,(uuid->string value)))
        ((service? value)
         `(service ,(service-type-name (service-kind value))
                   ,(shown (service-value value))))
        ((service-type? value) `(service-type ,(service-type-name value)))
        ((bootloader? value) `(bootloader ,(bootloader-name value)))
        ((pair? value) (cons (shown (car value)) (shown (cdr value))))
        ((record? value)
         (let* ((type (record-type-descriptor value))
                (name (symbol->string (record-type-name type))))
           `(,(string->symbol (string-trim-both name (char-set #\< #\>)))
             ,@(filter-map (lambda (field)
                             (and (not (memq field %left-out))
                                  (list field
                                        (shown ((record-accessor type field)
                                                value)))))
                           (record-type-fields type)))))
        ((eq? value *unspecified*) '*unspecified*)
        (else value)))

(define (field-value record field kind)
  (let ((value ((record-accessor (record-type-descriptor record) field) record)))
    (case kind
      ((thunked) (value record))
      ((delayed) (force value))
      (else value))))

(define (combinations n)
  (if (zero? n)
      '(())
      (append-map (lambda (rest)
                    (map (lambda (candidate) (cons candidate rest)) %candidates))
                  (combinations (- n 1)))))

(define (scope-of name module)
  "Return a module in which NAME of MODULE can be used."
  (define scope (resolve-module (list 'scope name)))
  (for-each (lambda (name) (module-use! scope (resolve-interface name)))
            (list '(guile) '(guix gexp) module))
  scope)

(define (construct name scope required)
  "Return a record made by NAME in SCOPE, or the error of the first attempt."
  ;; All the same first: few records want values of different types.
  (let loop ((attempts (append (map (lambda (candidate)
                                      (map (const candidate) required))
                                    %candidates)
                               (if (< (length required) 4)
                                   (combinations (length required))
                                   '())))
             (failure #f))
    (match attempts
      (() failure)
      ((values . rest)
       (match (catch #t
                (lambda ()
                  (list (eval (cons name (map list required values)) scope)))
                (lambda failure (cons 'failed failure)))
         ((record) record)
         (found (loop rest (or failure found))))))))

;; A value that no field expects.
(define %odd (vector 'odd))

(define (replaced record field value)
  "Return RECORD with VALUE in FIELD, as it is."
  (define type (record-type-descriptor record))
  (apply (record-constructor type)
         (map (lambda (name)
                (if (eq? name field) value ((record-accessor type name) record)))
              (record-type-fields type))))

(define (flags record name scope field)
  "Return those of 'thunked', 'delayed', 'innate' and 'sanitized' that FIELD of RECORD,
made by NAME in SCOPE, shows."
  (define (inherited record . fields)
    "Return what FIELD has in the copy of RECORD with FIELDS, and the copy."
    (module-define! scope '%odd %odd)
    (module-define! scope '%record record)
    (let ((copy (eval `(,name (inherit %record) ,@fields) scope)))
      (values ((record-accessor (record-type-descriptor copy) field) copy)
              copy)))

  (call-with-values
      (lambda ()
        (catch #t
          (lambda () (inherited record `(,field %odd)))
          (lambda failure (values #f #f))))
    (lambda (given copy)
      (define seen
        (catch #t
          (lambda ()
            (cond ((procedure? given) (given copy))
                  ((promise? given) (force given))
                  (else given)))
          (const #f)))

      `(,@(if (procedure? given) '(thunked) '())
        ,@(if (promise? given) '(delayed) '())
        ,@(call-with-values
              (lambda () (inherited (replaced record field %odd)))
            (lambda (kept copy)
              (if (eq? %odd kept) '() '(innate))))
        ,@(if (eq? %odd seen) '() '(sanitized))))))

(for-each
 (match-lambda
   ((name module (fields kinds required?) ...)
    (let* ((scope (scope-of name module))
           (record (construct name scope
                              (filter-map (lambda (field required?)
                                            (and required? field))
                                          fields required?))))
      (write (if (record? record)
                 `(,name (fields ,@(record-type-fields
                                    (record-type-descriptor record)))
                         (values ,@(filter-map
                                    (lambda (field kind required?)
                                      (and (not required?)
                                           (list field
                                                 (catch #t
                                                   (lambda ()
                                                     (shown (field-value
                                                             record field kind)))
                                                   (lambda failure
                                                     '*failed*)))))
                                    fields kinds required?))
                         (flags ,@(filter-map
                                   (lambda (field)
                                     (and (memq field
                                                (record-type-fields
                                                 (record-type-descriptor record)))
                                          (cons field
                                                (flags record name scope field))))
                                   fields)))
                 `(,name (error ,(object->string record)))))
      (newline))))
 records)
