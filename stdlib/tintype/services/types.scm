;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Service types, their extensions, and services: instances of a type with a
;;; value.  How services are put together is in (tintype services graph).

(define-module (tintype services types)
  #:use-module ((tintype syntax) #:select (current-source-location))
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (%no-contribution
            service-extension
            service-extension?
            service-extension-target
            service-extension-compute

            service-type
            service-type?
            service-type-name
            service-type-extensions
            service-type-compose
            service-type-extend
            service-type-default-value
            service-type-description
            service-type-location
            no-default-value

            service
            make-service
            service?
            service-kind
            service-value
            service-parameters
            simple-service
            simple-service-type?
            default-instance
            remove-service-extensions
            modify-services
            validate-service-list

            service-error?
            &missing-value-service-error
            missing-value-service-error?
            missing-value-service-error-type
            missing-value-service-error-location
            &missing-target-service-error
            missing-target-service-error?
            missing-target-service-error-service
            missing-target-service-error-target-type
            &ambiguous-target-service-error
            ambiguous-target-service-error?
            ambiguous-target-service-error-service
            ambiguous-target-service-error-target-type

            raise-missing-target
            raise-ambiguous-target)
  #:re-export (delete))

;; What a service whose contribution is not known contributes.
(define %no-contribution
  '(no contribution))

;; A contribution to the services of type TARGET: COMPUTE is applied to the
;; value of the contributing service.
(define-record-type <service-extension>
  (service-extension target compute)
  service-extension?
  (target  service-extension-target)
  (compute service-extension-compute))

;; Stands for "a value must be given"; #f is a fine default value.
(define &no-default-value
  (list 'no-default-value))

(define-record-type* (<service-type> "service-type " name)
  service-type make-service-type
  service-type?
  (name          service-type-name)
  (extensions    service-type-extensions)
  ;; Contributions are first reduced to one value by COMPOSE; EXTEND makes the
  ;; final value from the service's own value and that one.
  (compose       service-type-compose
                 (default #f))
  (extend        service-type-extend
                 (default #f))
  (default-value service-type-default-value
                 (default &no-default-value))
  (description   service-type-description)
  (location      service-type-location
                 (default (source-properties->location
                           (current-source-location)))
                 (innate)))

(define (no-default-value)
  "Return what stands for a default value where there is none."
  &no-default-value)

(define-record-type <service>
  (make-service type value)
  service?
  (type  service-kind)
  (value service-value))

(define (service-parameters service)
  "Return the value of SERVICE; this is its old name."
  (service-value service))


;;;
;;; Errors.
;;;

(define-condition-type &service-error &error
  service-error?)

(define-condition-type &missing-value-service-error &service-error
  missing-value-service-error?
  (type     missing-value-service-error-type)
  (location missing-value-service-error-location))

(define-condition-type &missing-target-service-error &service-error
  missing-target-service-error?
  (service     missing-target-service-error-service)
  (target-type missing-target-service-error-target-type))

(define-condition-type &ambiguous-target-service-error &service-error
  ambiguous-target-service-error?
  (service     ambiguous-target-service-error-service)
  (target-type ambiguous-target-service-error-target-type))

(define (kind-name service)
  (service-type-name (service-kind service)))

(define (raise-missing-target service type)
  "Raise the error that SERVICE, or whoever asks if it is #f, needs a service of
TYPE and finds none."
  (raise (condition
          (&missing-target-service-error (service service)
                                         (target-type type))
          (&message
           (message
            (let ((name (symbol->string (service-type-name type))))
              (if service
                  (string-append "no target of type '" name "' for service '"
                                 (symbol->string (kind-name service)) "'")
                  (string-append "service of type '" name
                                 "' not found"))))))))

(define (raise-ambiguous-target service type)
  "Raise the error that SERVICE needs one service of TYPE and finds several."
  (raise (condition
          (&ambiguous-target-service-error (service service)
                                           (target-type type))
          (&message
           (message
            (string-append "more than one target service of type '"
                           (symbol->string (service-type-name type))
                           "'"))))))

(define (default-value type place)
  "Return the default value of TYPE.  PLACE is where it is asked for."
  (let ((value (service-type-default-value type)))
    (if (eq? value &no-default-value)
        (let ((location (source-properties->location place)))
          (raise (condition
                  (&missing-value-service-error (type type)
                                                (location location))
                  (&message
                   (message
                    (string-append
                     (location->string location)
                     ": no value specified for service of type '"
                     (symbol->string (service-type-name type))
                     "'"))))))
        value)))


;;;
;;; Making and changing services.
;;;

(define (default-instance type)
  "Return a service of TYPE with its default value, or #f if it has none."
  (let ((value (service-type-default-value type)))
    (and (not (eq? value &no-default-value))
         (make-service type value))))

;; A service of TYPE with VALUE, or with the default value of TYPE.
(define-syntax service
  (syntax-rules ()
    ((_ type value)
     (make-service type value))
    ((_ type)
     (let ((the-type type))
       (make-service the-type
                     (default-value the-type (current-source-location)))))))

;; What all types that 'simple-service' makes share, whatever they are called.
(define %simple-description
  "A service that only extends another one.")

(define (simple-service-type? type)
  "Return true if TYPE was made by 'simple-service'."
  (eq? %simple-description (service-type-description type)))

(define (simple-service name target value)
  "Return a service that contributes VALUE to the services of type TARGET and
does nothing else.  Every call makes a type of its own, called NAME."
  (make-service (service-type
                 (name name)
                 (extensions (list (service-extension target identity)))
                 (description %simple-description))
                value))

(define (remove-service-extensions type targets)
  "Return a copy of TYPE that no longer extends any of TARGETS, a list of
service types."
  (service-type
   (inherit type)
   (extensions (remove (lambda (extension)
                         (memq (service-extension-target extension) targets))
                       (service-type-extensions type)))))

(define (check-service-list value place)
  "Return VALUE if it is a list of services.  Otherwise raise an error."
  (if (and (list? value) (every service? value))
      value
      (raise-message place
                     (G_ "'services' field must contain a list of services"))))

(define-syntax validate-service-list
  (syntax-rules ()
    ((_ exp)
     (check-service-list exp (current-source-location exp)))))

;; One clause of 'modify-services': a service of type KIND is changed by CHANGE,
;; a procedure from value to value, or dropped if CHANGE is #f.
(define-record-type <clause>
  (make-clause kind change place)
  clause?
  (kind   clause-kind)
  (change clause-change)
  (place  clause-place))

(define-syntax modify-clause
  (syntax-rules (delete =>)
    ((_ (delete kind))
     (make-clause kind #f (current-source-location)))
    ((_ (kind value => body ...))
     (make-clause kind
                  (lambda (value) body ...)
                  (current-source-location)))))

;; The services of LIST, in order, with CLAUSES applied to those of their types:
;; (TYPE VARIABLE => BODY ...) replaces a value, (delete TYPE) drops a service.
(define-syntax modify-services
  (syntax-rules ()
    ((_ services clause ...)
     (apply-clauses (list (modify-clause clause) ...) services))))

(define (raise-about-clause clause text . arguments)
  (apply raise-message (clause-place clause)
         (string-append "modify-services: service '~a' " text)
         (service-type-name (clause-kind clause))
         arguments))

(define (apply-clauses clauses services)
  (for-each (lambda (clause)
              (unless (any (lambda (service)
                             (eq? (service-kind service) (clause-kind clause)))
                           services)
                (raise-about-clause clause "not found in service list")))
            clauses)
  (filter-map (lambda (service)
                (apply-clauses-to-one clauses service))
              services))

(define (apply-clauses-to-one clauses service)
  "Return SERVICE as CLAUSES leave it, or #f if they drop it."
  ;; Once dropped, DROPPED is the clause that did it.
  (let loop ((clauses clauses) (service service) (dropped #f))
    (if (null? clauses)
        (and (not dropped) service)
        (let ((clause (car clauses)))
          (cond ((not (eq? (clause-kind clause) (service-kind service)))
                 (loop (cdr clauses) service dropped))
                (dropped
                 (raise-about-clause
                  clause "was deleted here: ~a"
                  (location->string
                   (source-properties->location (clause-place dropped)))))
                ((clause-change clause)
                 => (lambda (change)
                      (loop (cdr clauses)
                            (make-service (service-kind service)
                                          (change (service-value service)))
                            #f)))
                (else
                 (loop (cdr clauses) service clause)))))))
