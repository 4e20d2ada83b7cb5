;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The graph that services make: an edge leads from a service to each service
;;; that it extends.  Folding the graph gives the final value of one service.

(define-module (tintype services graph)
  #:use-module (tintype services types)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (instantiate-missing-services
            service-back-edges
            fold-services-of-type
            final-values
            extension-to
            contributions-of))

(define (add-missing-targets services)
  "Return SERVICES with a default instance of each type that one of them extends
and that has none, in front and latest first."
  (define types (make-hash-table))

  (define (add-target service extension result)
    (let ((type (service-extension-target extension)))
      (cond ((hashq-ref types type)
             result)
            ((default-instance type)
             => (lambda (instance)
                  (hashq-set! types type #t)
                  (cons instance result)))
            (else
             (raise-missing-target service type)))))

  (for-each (lambda (service)
              (hashq-set! types (service-kind service) #t))
            services)
  (fold (lambda (service result)
          (fold (lambda (extension result)
                  (add-target service extension result))
                result
                (service-type-extensions (service-kind service))))
        services services))

(define (instantiate-missing-services services)
  "Return SERVICES with a default instance of each type that one of them extends,
directly or through such an instance, and that has none."
  (let ((completed (add-missing-targets services)))
    (if (eq? completed services)
        services
        (instantiate-missing-services completed))))

(define (service-back-edges services)
  "Return a procedure that gives, for one of SERVICES, the list of those that
extend it, last one first.  Raise an error if a service finds none or several of
a type that it extends."
  (define instances (make-hash-table))          ;type -> services
  (define extenders (make-hash-table))          ;service -> services

  (define (push! table key value)
    (hashq-set! table key (cons value (hashq-ref table key '()))))

  (define (target service extension)
    (let* ((type   (service-extension-target extension))
           (found  (hashq-ref instances type '())))
      (cond ((null? found)
             (raise-missing-target service type))
            ((null? (cdr found))
             (car found))
            (else
             (raise-ambiguous-target service type)))))

  (for-each (lambda (service)
              (push! instances (service-kind service) service))
            services)
  (for-each (lambda (service)
              (for-each (lambda (extension)
                          (push! extenders (target service extension) service))
                        (service-type-extensions (service-kind service))))
            services)
  (lambda (service)
    (hashq-ref extenders service '())))

(define (known contributions)
  "Return those of CONTRIBUTIONS that are known."
  (delq %no-contribution contributions))

(define (fold-services-of-type services type)
  "Return the service of TYPE among SERVICES with the contributions of all the
others, folded in turn, made part of its value."
  (define extenders (service-back-edges services))
  (define folded (make-hash-table))             ;service -> folded service

  (define (contribution target-type extender)
    (let ((extension (find (lambda (extension)
                             (eq? (service-extension-target extension)
                                  target-type))
                           (service-type-extensions (service-kind extender)))))
      ((service-extension-compute extension)
       (service-value (fold-one extender)))))

  (define (extended service)
    (let* ((type    (service-kind service))
           (extend  (service-type-extend type))
           (compose (service-type-compose type)))
      (if (and extend compose)
          (make-service type
                        (extend (service-value service)
                                (compose
                                 (known (map (lambda (extender)
                                               (contribution type extender))
                                             (extenders service))))))
          service)))

  (define (fold-one service)
    (or (hashq-ref folded service)
        (let ((result (extended service)))
          (hashq-set! folded service result)
          result)))

  (let ((found (filter (lambda (service)
                         (eq? (service-kind service) type))
                       services)))
    (cond ((null? found)       (raise-missing-target #f type))
          ((null? (cdr found)) (fold-one (car found)))
          (else                (raise-ambiguous-target #f type)))))

(define (final-values services type)
  "Return the values of the services of TYPE among SERVICES, with what the others
contribute: none if there is no such service."
  (match (filter (lambda (service)
                   (eq? (service-kind service) type))
                 services)
    ((_)     (list (service-value (fold-services-of-type services type))))
    (several (map service-value several))))

(define (extension-to type target)
  "Return the extension by which services of TYPE contribute to TARGET, or #f."
  (find (lambda (extension)
          (eq? (service-extension-target extension) target))
        (service-type-extensions type)))

(define (contributions-of services type target)
  "Return what each of the services of TYPE among SERVICES contributes to TARGET."
  (match (extension-to type target)
    (#f '())
    (extension (known (map (service-extension-compute extension)
                           (final-values services type))))))
