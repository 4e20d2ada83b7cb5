;; How services extend each other, and what goes wrong.
(use-modules (tintype check)
             (gnu services)
             (srfi srfi-1)
             (srfi srfi-34))

(define sink-type
  (service-type
   (name 'sink)
   (extensions '())
   (compose identity)
   (extend cons)
   (description "Collect.")))

(define (source-type type-name target)
  (service-type
   (name type-name)
   (extensions (list (service-extension target identity)))
   (description "Contribute.")))

(define b-type (source-type 'b sink-type))
(define s-type (source-type 's sink-type))

(define (fold-to type . services)
  (service-value (fold-services services #:target-type type)))

;;; Contributions come in reverse order; the service's own value is kept.
(check (fold-to sink-type
                (service b-type 1) (service sink-type 'own)
                (service b-type 2) (service s-type 3))
       => '(own 3 2 1))
(check (fold-to sink-type (service sink-type 'own)) => '(own))

;;; Dependents are folded first.
(define middle-type
  (service-type
   (name 'middle)
   (extensions (list (service-extension sink-type (lambda (value) value))))
   (compose concatenate)
   (extend append)
   (description "Pass on.")))

(define outer-type
  (source-type 'outer middle-type))

(check (fold-to sink-type
                (service outer-type '(x)) (service middle-type '(m))
                (service sink-type 0))
       => '(0 (m x)))

;;; A type that takes no contributions keeps its value.
(define closed-type
  (service-type
   (name 'closed)
   (extensions '())
   (description "Be left alone.")))

(check (fold-to closed-type
                (service (source-type 'z closed-type) 1)
                (service closed-type 'mine))
       => 'mine)

;;; Of two extensions to one target, the first counts, twice.
(define twice-type
  (service-type
   (name 'twice)
   (extensions (list (service-extension sink-type (const 'first))
                     (service-extension sink-type (const 'second))))
   (description "Contribute twice.")))

(check (fold-to sink-type (service twice-type #f) (service sink-type 0))
       => '(0 first first))

;;; Every target must be there once, whatever is folded.
(check-error (fold-to sink-type (service b-type 1))
             => "no target of type 'sink' for service 'b'")
(check-error (fold-to closed-type (service b-type 1) (service closed-type 0))
             => "no target of type 'sink' for service 'b'")
(check-error (fold-to sink-type
                      (service sink-type 0) (service sink-type 1)
                      (service b-type 1))
             => "more than one target service of type 'sink'")
(check-error (fold-to sink-type (service sink-type 0) (service sink-type 1))
             => "more than one target service of type 'sink'")
(check-error (fold-to sink-type (service closed-type 0))
             => "service of type 'sink' not found")

(define (raised-by thunk)
  (guard (c (#t c))
    (thunk)))

(define missing
  (raised-by (lambda () (fold-to sink-type (service b-type 1)))))

(check (missing-target-service-error? missing) => #t)
(check (service-error? missing) => #t)
(check (eq? sink-type (missing-target-service-error-target-type missing))
       => #t)
(check (service-value (missing-target-service-error-service missing)) => 1)

;;; Values.
(define default-type
  (service-type
   (name 'with-default)
   (extensions '())
   (default-value #f)
   (description "Have a default value.")))

(check (service-value (service default-type)) => #f)
(check (service-value (service default-type 1)) => 1)
(check (missing-value-service-error?
        (raised-by (lambda () (service sink-type))))
       => #t)
(check (eq? sink-type
            (missing-value-service-error-type
             (raised-by (lambda () (service sink-type)))))
       => #t)

;;; Missing targets are put in front, the last one first.
(define (defaulted type-name . targets)
  (service-type
   (name type-name)
   (extensions (map (lambda (target)
                      (service-extension target (const '())))
                    targets))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Be made when missing.")))

(define base-type   (defaulted 'base))
(define left-type   (defaulted 'left base-type))
(define right-type  (defaulted 'right))
(define top-type    (defaulted 'top left-type right-type))

(define (names services)
  (map (compose service-type-name service-kind) services))

(check (names (instantiate-missing-services (list (service top-type))))
       => '(base right left top))
(check (names (instantiate-missing-services
               (list (service top-type) (service right-type))))
       => '(base left top right))
(check (names (instantiate-missing-services
               (list (service base-type) (service base-type))))
       => '(base base))
(check-error (instantiate-missing-services (list (service b-type 1)))
             => "no target of type 'sink' for service 'b'")

;;; Simple services have types of their own.
(define one (simple-service 'same sink-type 1))
(define two (simple-service 'same sink-type 2))

(check (names (list one two)) => '(same same))
(check (eq? (service-kind one) (service-kind two)) => #f)
(check (fold-to sink-type one two (service sink-type 0)) => '(0 2 1))

;;; Extensions can be taken away.
(check (service-type-extensions
        (remove-service-extensions b-type (list sink-type)))
       => '())
(check (length (service-type-extensions
                (remove-service-extensions b-type (list closed-type))))
       => 1)

(check-report)
