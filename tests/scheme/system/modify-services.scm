;; 'modify-services' changes and drops services by their types.
(use-modules (tintype check)
             (gnu services)
             (ice-9 match)
             (srfi srfi-34))

(define (leaf type-name)
  (service-type
   (name type-name)
   (extensions '())
   (description "Hold a value.")))

(define a (leaf 'a))
(define b (leaf 'b))
(define c (leaf 'c))

(define services
  (list (service a "a") (service b "b") (service a "A")))

(define (values-of services)
  (map service-value services))

;;; Every service of a type is changed; the order stays.
(check (values-of (modify-services services
                    (a value => (string-append value "1"))))
       => '("a1" "b" "A1"))

;;; The last expression gives the new value.
(check (values-of (modify-services services
                    (b value =>
                       (define twice (string-append value value))
                       (string-append twice "!"))))
       => '("a" "bb!" "A"))

;;; Clauses run in order, several for one type too.
(check (values-of (modify-services services
                    (a value => (string-append value "1"))
                    (b value => "B")
                    (a value => (string-append value "2"))))
       => '("a12" "B" "A12"))

(check (values-of (modify-services services)) => '("a" "b" "A"))
(check (values-of (modify-services services (delete a))) => '("b"))
(check (values-of (modify-services services (delete b))) => '("a" "A"))
(check (values-of (modify-services services
                    (a value => "x")
                    (delete a)))
       => '("b"))

;;; Types are compared, not names.
(check-error (modify-services services
               ((leaf 'a) value => value))
             => "modify-services: service 'a' not found in service list")
(check-error (modify-services services (delete c))
             => "modify-services: service 'c' not found in service list")
(check-error (modify-services services
               (delete a)
               (c value => value))
             => "modify-services: service 'c' not found in service list")

;;; What is gone cannot be changed, nor dropped again.
(define-syntax-rule (text-of exp)
  ;; Without the place at its end.
  (match (guard (condition (#t condition)) exp)
    (condition
     ((@ (guix ui) condition->text) condition))))

(define deleted-text "modify-services: service 'a' was deleted here: ")

(check (string-prefix? deleted-text
                       (text-of (modify-services services
                                  (delete a)
                                  (a value => value))))
       => #t)
(check (string-prefix? deleted-text
                       (text-of (modify-services services
                                  (delete a)
                                  (delete a))))
       => #t)

;;; A variable may be called as the keywords are.
(check (values-of (modify-services services
                    (a delete => (string-append delete "+"))))
       => '("a+" "b" "A+"))

(check-report)
