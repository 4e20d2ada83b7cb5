;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Configuration records whose fields have types: what is no value of its type is
;;; refused, and each field knows how it becomes text.

(define-module (tintype services define-configuration)
  #:use-module (tintype services checks)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (configuration-error?
            configuration-field-error
            configuration-missing-field

            configuration-field
            configuration-field-name
            configuration-field-type
            configuration-field-getter
            configuration-field-predicate
            configuration-field-sanitizer
            configuration-field-serializer
            configuration-field-default-value-thunk
            configuration-field-documentation

            empty-serializer
            no-serialization
            define-configuration
            define-configuration/no-serialization
            define-maybe
            define-maybe/no-serialization
            define-enumerated-field-type))

;;;
;;; Errors.
;;;

(define-condition-type &configuration-error &error
  configuration-error?)

(define (raise-configuration-error place format-string . arguments)
  (raise (apply make-compound-condition
                (condition (&configuration-error))
                (make-formatted-message format-string arguments)
                (if place
                    (list (condition (&error-location (location place))))
                    '()))))

(define (configuration-field-error place field value)
  "Raise the error that VALUE, written at PLACE, is none for FIELD."
  (raise-configuration-error place (G_ "invalid value ~s for field '~a'")
                             value field))

(define (configuration-missing-field kind field)
  "Raise the error that a record of KIND needs FIELD."
  (raise-configuration-error #f (G_ "~a configuration missing required \
field ~a")
                             kind field))

;;;
;;; Fields as data.
;;;

(define-record-type* <configuration-field>
  configuration-field make-configuration-field
  configuration-field?
  (name       configuration-field-name)
  (type       configuration-field-type)
  (getter     configuration-field-getter)
  (predicate  configuration-field-predicate)
  (sanitizer  configuration-field-sanitizer)
  (serializer configuration-field-serializer)
  (default-value-thunk configuration-field-default-value-thunk)
  (documentation configuration-field-documentation))

(define (default-value-thunk default kind field)
  "Return the procedure that returns DEFAULT, that of FIELD in records of KIND,
unless it has none."
  (lambda ()
    (if (maybe-value-set? default)
        default
        (raise-configuration-error
         #f (G_ "The field `~a' of the `~a' configuration record \
does not have a default value")
         field kind))))

;;;
;;; Definitions.
;;;

(define (empty-serializer field-name value)
  "Return the text of a field that has none."
  "")

;; A keyword of the forms below: nothing becomes text.
(define no-serialization '(no serialization))

(define (name-in context . parts)
  "Return the identifier called as PARTS, identifiers and strings, together, as if
written where CONTEXT is."
  (datum->syntax
   context
   (string->symbol
    (string-concatenate
     (map (lambda (part)
            (if (string? part) part (symbol->string (syntax->datum part))))
          parts)))))

(define (serializer-name context prefix type)
  (apply name-in context
         (append (if prefix (list prefix) '())
                 (list "serialize-" type))))

(define (field-options options)
  "Return the sanitizer and the serializer that OPTIONS, what follows the
documentation of a field, say; #f for one that they do not."
  (define (once what known form)
    (when known
      (syntax-violation what "duplicate or conflicting entry" form)))

  (let loop ((options options) (sanitizer* #f) (serializer* #f))
    (syntax-case options (sanitizer serializer empty-serializer)
      (()
       (values sanitizer* serializer*))
      (((sanitizer procedure) . rest)
       (begin
         (once 'sanitizer sanitizer* #'procedure)
         (loop #'rest #'procedure serializer*)))
      (((serializer procedure) . rest)
       (begin
         (once 'serializer serializer* #'procedure)
         (loop #'rest sanitizer* #'procedure)))
      ((empty-serializer . rest)
       (begin
         (once 'empty-serializer serializer* options)
         (loop #'rest sanitizer* #'empty-serializer)))
      ;; As it was written before there were names for both.
      ((procedure)
       (begin
         (once 'serializer serializer* #'procedure)
         (values sanitizer* #'procedure))))))

;; What becomes of one field: its part of the record type, the definition of the
;; procedure that checks its values, if there is none, and it as data.
(define (parse-field stem field prefix serialize?)
  (syntax-case field ()
    ((label type+default text . options)
     (let-values (((sanitizer* serializer*) (field-options #'options)))
       (with-syntax (((kind value)
                      (syntax-case #'type+default ()
                        ((kind value) #'(kind value))
                        ((kind)       #'(kind %unset-value))
                        (kind         #'(kind %unset-value))))
                     (get (name-in stem stem "-" #'label))
                     (record (name-in stem "%" stem)))
         (with-syntax ((kind? (name-in stem #'kind "?"))
                       (check (or sanitizer*
                                  (name-in stem "validate-" stem "-" #'label)))
                       (serialize (and serialize?
                                       (or serializer*
                                           (serializer-name stem prefix
                                                            #'kind)))))
           (list #'(label get (default value) (sanitize check))
                 (if sanitizer*
                     #'(begin)
                     #'(define (check candidate)
                         (if (kind? candidate)
                             candidate
                             (configuration-field-error #f 'label candidate))))
                 #'(configuration-field
                    (name 'label)
                    (type 'kind)
                    (getter get)
                    (predicate kind?)
                    (sanitizer check)
                    (serializer serialize)
                    (default-value-thunk
                      (default-value-thunk value 'record 'label))
                    (documentation text)))))))))

(define (configuration-definitions stem fields prefix serialize?)
  (define parsed
    (map (lambda (field) (parse-field stem field prefix serialize?)) fields))

  (with-syntax ((stem stem)
                (<stem> (name-in stem "<" stem ">"))
                (make-stem (name-in stem "make-" stem))
                (stem? (name-in stem stem "?"))
                (stem-source-location (name-in stem stem "-source-location"))
                (stem-fields (name-in stem stem "-fields"))
                ((field ...) (map first parsed))
                ((check ...) (map second parsed))
                ((datum ...) (map third parsed)))
    #'(begin
        check ...
        (define-record-type* <stem>
          stem make-stem
          stem?
          field ...
          (%location stem-source-location
                     (default (and=> (current-source-location)
                                     source-properties->location))
                     (innate)))
        (define stem-fields
          (list datum ...)))))

(define-syntax define-configuration
  (lambda (form)
    (syntax-case form (no-serialization prefix)
      ((_ stem field ... (no-serialization))
       (configuration-definitions #'stem #'(field ...) #f #f))
      ((_ stem field ... (prefix prefix*))
       (configuration-definitions #'stem #'(field ...) #'prefix* #t))
      ((_ stem field ...)
       (configuration-definitions #'stem #'(field ...) #f #t)))))

(define-syntax-rule (define-configuration/no-serialization stem field ...)
  (define-configuration stem field ... (no-serialization)))

(define (maybe-definitions stem prefix serialize?)
  (with-syntax ((stem? (name-in stem stem "?"))
                (maybe-stem? (name-in stem "maybe-" stem "?"))
                (serialize-stem (serializer-name stem prefix stem))
                (serialize-maybe-stem
                 (serializer-name stem prefix (name-in stem "maybe-" stem))))
    #`(begin
        (define (maybe-stem? value)
          (or (not (maybe-value-set? value))
              (stem? value)))
        #,@(if serialize?
               #'((define (serialize-maybe-stem field-name value)
                    (if (stem? value)
                        (serialize-stem field-name value)
                        "")))
               '()))))

(define-syntax define-maybe
  (lambda (form)
    (syntax-case form (no-serialization prefix)
      ((_ stem (no-serialization))
       (maybe-definitions #'stem #f #f))
      ((_ stem (prefix prefix*))
       (maybe-definitions #'stem #'prefix* #t))
      ((_ stem)
       (maybe-definitions #'stem #f #t)))))

(define-syntax-rule (define-maybe/no-serialization stem)
  (define-maybe stem (no-serialization)))

;; (define-enumerated-field-type NAME (SYMBOL ...)): one of the symbols, which
;; becomes text by the procedure 'serialize-field'.
(define-syntax define-enumerated-field-type
  (lambda (form)
    (define (definitions name options prefix)
      (with-syntax ((name? (name-in name name "?"))
                    (options options)
                    (serialize-name (serializer-name name prefix name))
                    (serialize-field
                     (apply name-in name
                            (append (if prefix (list prefix) '())
                                    '("serialize-field")))))
        #'(begin
            (define (name? value)
              (memq value 'options))
            (define (serialize-name field-name value)
              (serialize-field field-name value)))))

    (syntax-case form (prefix)
      ((_ name options (prefix prefix*))
       (definitions #'name #'options #'prefix*))
      ((_ name options)
       (definitions #'name #'options #f)))))
