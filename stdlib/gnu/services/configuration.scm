;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Values of configuration fields: which are allowed, which were left alone, and
;;; how they become text.

(define-module (gnu services configuration)
  #:use-module (tintype services checks)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (list-of
               list-of-strings?
               list-of-symbols?
               %unset-value
               maybe-value
               maybe-value-set?)
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
            filter-configuration-fields
            serialize-configuration

            alist?
            list-of-packages?
            text-config?
            serialize-text-config
            serialize-file-like
            serialize-package
            generic-serialize-alist
            generic-serialize-alist-entry
            empty-serializer
            empty-serializer?
            no-serialization
            interpose))

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

(define* (filter-configuration-fields fields names #:optional negate?)
  "Return those of FIELDS whose name is one of NAMES; the others if NEGATE? is
true."
  (filter (lambda (field)
            (let ((member? (and (memq (configuration-field-name field) names)
                                #t)))
              (not (eq? member? (and negate? #t)))))
          fields))

(define (serialize-configuration configuration fields)
  "Return a gexp of the text that FIELDS of CONFIGURATION stand for."
  #~(string-append
     #$@(map (lambda (field)
               ((configuration-field-serializer field)
                (configuration-field-name field)
                ((configuration-field-getter field) configuration)))
             fields)))

;;;
;;; Types of fields.
;;;

(define (alist? value)
  "Return true if VALUE is a list of pairs."
  (and (list? value) (every pair? value)))

(define list-of-packages?
  (list-of package?))

(define (text-config? value)
  "Return true if VALUE is a list of strings, gexps and file-like objects."
  (and (list? value)
       (every (lambda (part)
                (or (string? part) (gexp? part) (file-like? part)))
              value)))

(define (serialize-text-config field-name value)
  "Return a gexp of the text that VALUE stands for, files by their content."
  #~(string-append
     #$@(interpose (map (lambda (part)
                          (if (file-like? part)
                              #~(begin
                                  (use-modules (ice-9 textual-ports))
                                  (call-with-input-file #$part
                                    get-string-all))
                              part))
                        value)
                   "\n" 'suffix)))

(define (serialize-file-like field-name value)
  value)

(define (serialize-package field-name value)
  "")

(define (generic-serialize-alist-entry serialize-field)
  "Return a procedure that calls SERIALIZE-FIELD with the parts of a pair."
  (match-lambda
    ((field . value)
     (serialize-field field value))))

(define (generic-serialize-alist combine serialize-field fields)
  "Return what COMBINE makes of the results of SERIALIZE-FIELD for FIELDS, a list
of pairs."
  (apply combine
         (map (generic-serialize-alist-entry serialize-field) fields)))

(define (empty-serializer field-name value)
  "")

(define (empty-serializer? serializer)
  "Return true if SERIALIZER stands for no text at all."
  (eq? serializer empty-serializer))

;; Stands in a field's definition for: no text.
(define no-serialization
  '(serializer empty-serializer))

(define* (interpose items #:optional (separator "\n") (grammar 'infix))
  "Return ITEMS with SEPARATOR between them; after each of them if GRAMMAR is
'suffix."
  (match items
    (() '())
    ((first . rest)
     (let ((infixed (cons first
                          (append-map (lambda (item)
                                        (list separator item))
                                      rest))))
       (case grammar
         ((infix)  infixed)
         ((suffix) (append infixed (list separator)))
         (else     (error "grammar must be 'infix or 'suffix" grammar)))))))
