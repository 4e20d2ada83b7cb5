;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Values of configuration fields: which are allowed, which were left alone, and
;;; how they become text.

(define-module (gnu services configuration)
  #:use-module (tintype services checks)
  #:use-module (tintype services define-configuration)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module ((srfi srfi-171) #:select (tfilter tmap tremove))
  #:use-module (ice-9 match)
  #:re-export (list-of
               list-of-strings?
               list-of-symbols?
               %unset-value
               maybe-value
               maybe-value-set?

               configuration-error?
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
               define-enumerated-field-type)
  #:export (filter-configuration-fields
            serialize-configuration
            base-transducer
            tfilter-maybe-value

            alist?
            list-of-packages?
            text-config?
            serialize-text-config
            serialize-file-like
            serialize-package
            generic-serialize-alist
            generic-serialize-alist-entry
            empty-serializer?
            interpose))

(define* (filter-configuration-fields fields names #:optional negate?)
  "Return those of FIELDS whose name is one of NAMES; the others if NEGATE? is
true."
  (filter (lambda (field)
            (let ((member? (and (memq (configuration-field-name field) names)
                                #t)))
              (not (eq? member? (and negate? #t)))))
          fields))

(define (empty-serializer? field)
  "Return true if FIELD stands for no text at all."
  (eq? empty-serializer (configuration-field-serializer field)))

(define (tfilter-maybe-value configuration)
  "Return the transducer of the fields that are set in CONFIGURATION."
  (tfilter (lambda (field)
             (maybe-value-set?
              ((configuration-field-getter field) configuration)))))

(define (base-transducer configuration)
  "Return the transducer of the texts of fields of CONFIGURATION: those that are set
and become text."
  (compose (tremove empty-serializer?)
           (tfilter-maybe-value configuration)
           (tmap (lambda (field)
                   ((configuration-field-serializer field)
                    (configuration-field-name field)
                    ((configuration-field-getter field) configuration))))))

(define (serialize-configuration configuration fields)
  "Return a gexp of the text that FIELDS of CONFIGURATION stand for: those that
are set and become text."
  #~(string-append
     #$@(filter-map
         (lambda (field)
           (let ((value ((configuration-field-getter field) configuration)))
             (and (maybe-value-set? value)
                  (not (empty-serializer? field))
                  ((configuration-field-serializer field)
                   (configuration-field-name field) value))))
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
