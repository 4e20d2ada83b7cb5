;;; SRFI-64: test suites. The simple runner reports as Guile's does, but writes no log file.

(define-module (srfi srfi-64)
  #:use-module (tintype test-runner)
  #:use-module (tintype test-report)
  #:re-export (test-runner? test-runner-null test-runner-simple test-runner-reset
               test-runner-pass-count test-runner-pass-count!
               test-runner-fail-count test-runner-fail-count!
               test-runner-xpass-count test-runner-xpass-count!
               test-runner-xfail-count test-runner-xfail-count!
               test-runner-skip-count test-runner-skip-count!
               test-runner-on-test-begin test-runner-on-test-begin!
               test-runner-on-test-end test-runner-on-test-end!
               test-runner-on-group-begin test-runner-on-group-begin!
               test-runner-on-group-end test-runner-on-group-end!
               test-runner-on-final test-runner-on-final!
               test-runner-on-bad-count test-runner-on-bad-count!
               test-runner-on-bad-end-name test-runner-on-bad-end-name!
               test-runner-group-stack test-runner-group-stack! test-runner-group-path
               test-runner-aux-value test-runner-aux-value!
               test-runner-test-name
               test-result-alist test-result-alist! test-result-ref test-result-set!
               test-result-remove test-result-clear test-result-kind test-passed?
               test-runner-current test-runner-get test-runner-factory test-runner-create
               test-match-name test-match-nth test-match-any test-match-all
               test-begin test-end
               test-on-group-begin-simple test-on-group-end-simple test-on-test-end-simple
               test-on-final-simple test-on-bad-count-simple test-on-bad-end-name-simple)
  #:export (test-assert test-equal test-eqv test-eq test-approximate test-error
            test-group test-group-with-cleanup test-skip test-expect-fail test-with-runner
            test-apply test-read-eval-string test-log-to-file))

(define test-log-to-file #f)

;; (run-test NAME FORM PLACE EXPECTED-THUNK-OR-#f CHECK THUNK).

(define-syntax test-assert
  (syntax-rules ()
    ((_ name expression)
     (run-test name '(test-assert name expression) (current-source-location) #f
               (lambda (expected actual) actual)
               (lambda () expression)))
    ((_ expression)
     (run-test #f '(test-assert expression) (current-source-location) #f
               (lambda (expected actual) actual)
               (lambda () expression)))))

(define-syntax define-comparison
  (syntax-rules ()
    ((_ test same?)
     (define-syntax test
       (syntax-rules ()
         ((_ name expected expression)
          (run-test name '(test name expected expression) (current-source-location)
                    (lambda () expected) same? (lambda () expression)))
         ((_ expected expression)
          (run-test #f '(test expected expression) (current-source-location)
                    (lambda () expected) same? (lambda () expression))))))))

(define-comparison test-equal equal?)
(define-comparison test-eqv eqv?)
(define-comparison test-eq eq?)

(define-syntax test-approximate
  (syntax-rules ()
    ((_ name expected expression error)
     (run-test name '(test-approximate name expected expression error)
               (current-source-location) (lambda () expected)
               (near-enough error)
               (lambda () expression)))
    ((_ expected expression error)
     (run-test #f '(test-approximate expected expression error)
               (current-source-location) (lambda () expected)
               (near-enough error)
               (lambda () expression)))))

(define-syntax test-error
  (syntax-rules ()
    ((_ name type expression)
     (run-error-test name '(test-error name type expression) (current-source-location)
                     type (lambda () expression)))
    ((_ type expression)
     (run-error-test #f '(test-error type expression) (current-source-location)
                     type (lambda () expression)))
    ((_ expression)
     (run-error-test #f '(test-error expression) (current-source-location)
                     #t (lambda () expression)))))

(define-syntax-rule (test-group name body ...)
  (run-group name (lambda () body ...)))

(define-syntax test-group-with-cleanup
  (syntax-rules ()
    ((_ name body cleanup)
     (test-group name
       (dynamic-wind (lambda () #f) (lambda () body) (lambda () cleanup))))
    ((_ name body more ... cleanup)
     (test-group-with-cleanup name (let () body more ...) cleanup))))

(define (test-skip . specifiers) (skip-tests (apply test-match-all specifiers)))
(define (test-expect-fail . specifiers) (expect-failures (apply test-match-all specifiers)))

(define-syntax-rule (test-with-runner runner body ...)
  (call-with-runner runner (lambda () body ...)))

;; (test-apply [RUNNER] SPECIFIER ... PROCEDURE): runs only the tests that match.
(define (test-apply first . rest)
  (if (test-runner? first)
      (call-with-runner first (lambda () (apply test-apply rest)))
      (let* ((all (cons first rest))
             (specifiers (list-head all (- (length all) 1)))
             (procedure (car (last-pair all))))
        (if (test-runner-current)
            (run-only (if (null? specifiers) #f (apply test-match-any specifiers)) procedure)
            (let ((runner (test-runner-create)))
              (call-with-runner runner (lambda () (apply test-apply all)))
              ((test-runner-on-final runner) runner))))))

(define (test-read-eval-string string)
  (let* ((port (open-input-string string))
         (form (read port)))
    (if (eof-object? (read-char port))
        (eval form (current-module))
        (error "(not at eof)"))))
