;;; Test runners of SRFI-64: what they count, and how tests and groups run.

(define-module (tintype test-runner)
  #:use-module (srfi srfi-9)
  #:use-module (tintype native)
  #:export (make-runner test-runner? test-runner-reset
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
            run-test run-error-test near-enough run-group skip-tests expect-failures
            call-with-runner run-only))

(define-record-type test-runner
  (%make-runner pass fail xpass xfail skip
                on-test-begin on-test-end on-group-begin on-group-end on-final
                on-bad-count on-bad-end-name
                aux result group-stack groups skips failures only count)
  test-runner?
  (pass test-runner-pass-count test-runner-pass-count!)
  (fail test-runner-fail-count test-runner-fail-count!)
  (xpass test-runner-xpass-count test-runner-xpass-count!)
  (xfail test-runner-xfail-count test-runner-xfail-count!)
  (skip test-runner-skip-count test-runner-skip-count!)
  (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
  (on-test-end test-runner-on-test-end test-runner-on-test-end!)
  (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
  (on-group-end test-runner-on-group-end test-runner-on-group-end!)
  (on-final test-runner-on-final test-runner-on-final!)
  (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
  (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
  (aux test-runner-aux-value test-runner-aux-value!)
  (result test-result-alist test-result-alist!)
  ;; Names of the groups entered, innermost first.
  (group-stack test-runner-group-stack test-runner-group-stack!)
  ;; (SKIPS FAILURES COUNT-AT-START EXPECTED-COUNT) of each.
  (groups %groups %set-groups!)
  ;; Specifiers of the tests to skip, and of those that are expected to fail.
  (skips %skips %set-skips!)
  (failures %failures %set-failures!)
  ;; The specifier of the tests to run, #f for all.
  (only %only %set-only!)
  ;; Tests run or skipped so far.
  (count %count %set-count!))

(define (make-runner on-test-begin on-test-end on-group-begin on-group-end on-final
                     on-bad-count on-bad-end-name)
  (%make-runner 0 0 0 0 0
                on-test-begin on-test-end on-group-begin on-group-end on-final
                on-bad-count on-bad-end-name
                #f '() '() '() '() '() #f 0))

(define (test-runner-reset runner)
  (for-each (lambda (set-count!) (set-count! runner 0))
            (list test-runner-pass-count! test-runner-fail-count! test-runner-xpass-count!
                  test-runner-xfail-count! test-runner-skip-count! %set-count!))
  (for-each (lambda (set-list!) (set-list! runner '()))
            (list test-result-alist! test-runner-group-stack! %set-groups! %set-skips!
                  %set-failures!))
  (%set-only! runner #f))

(define (test-runner-group-path runner) (reverse (test-runner-group-stack runner)))

;; Results.

(define* (test-result-ref runner property #:optional default)
  (let ((entry (assq property (test-result-alist runner))))
    (if entry (cdr entry) default)))
(define (test-result-set! runner property value)
  (test-result-alist! runner
                      (append (test-result-remaining runner property)
                              (list (cons property value)))))
(define (test-result-remaining runner property)
  (filter (lambda (entry) (not (eq? property (car entry)))) (test-result-alist runner)))
(define (test-result-remove runner property)
  (test-result-alist! runner (test-result-remaining runner property)))
(define (test-result-clear runner) (test-result-alist! runner '()))
(define* (test-result-kind #:optional (runner (test-runner-get)))
  (test-result-ref runner 'result-kind))
(define* (test-passed? #:optional (runner (test-runner-get)))
  (if (memq (test-result-kind runner) '(pass xpass)) #t #f))
(define (test-runner-test-name runner) (test-result-ref runner 'test-name ""))

;; The current runner.

(define test-runner-current (make-parameter #f))
(define test-runner-factory (make-parameter (lambda () ((@ (tintype test-report) test-runner-simple)))))
(define (test-runner-create) ((test-runner-factory)))
(define (test-runner-get)
  (or (test-runner-current)
      (scm-error 'misc-error #f "test-runner not initialized - test-begin missing?" '() #f)))
(define (call-with-runner runner thunk)
  (parameterize ((test-runner-current runner)) (thunk)))

;; Specifiers: predicates of a runner at a test.

(define (test-match-name name)
  (lambda (runner) (equal? name (test-runner-test-name runner))))
(define* (test-match-nth first #:optional (count 1))
  (let ((seen 0))
    (lambda (runner)
      (set! seen (+ seen 1))
      (and (>= seen first) (< seen (+ first count))))))
(define (%specifier object)
  (cond ((procedure? object) object)
        ((integer? object) (test-match-nth 1 object))
        ((string? object) (test-match-name object))
        (else (error "not a valid test specifier" object))))
;; All specifiers see every test, because some count them.
(define (%holds specifiers runner)
  (map (lambda (specifier) (specifier runner)) specifiers))
(define (test-match-any . objects)
  (let ((specifiers (map %specifier objects)))
    (lambda (runner) (or-map identity (%holds specifiers runner)))))
(define (test-match-all . objects)
  (let ((specifiers (map %specifier objects)))
    (lambda (runner) (and-map identity (%holds specifiers runner)))))

(define (skip-tests specifier)
  (let ((runner (test-runner-get)))
    (%set-skips! runner (cons specifier (%skips runner)))))
(define (expect-failures specifier)
  (let ((runner (test-runner-get)))
    (%set-failures! runner (cons specifier (%failures runner)))))
(define (run-only specifier thunk)
  (let* ((runner (test-runner-get)) (before (%only runner)))
    (%set-only! runner specifier)
    (thunk)
    (%set-only! runner before)))

;; Groups.

(define* (test-begin name #:optional count)
  (unless (test-runner-current)
    (test-runner-current (test-runner-create)))
  (let ((runner (test-runner-current)))
    ((test-runner-on-group-begin runner) runner name count)
    (%set-groups! runner (cons (list (%skips runner) (%failures runner) (%count runner) count)
                               (%groups runner)))
    (test-runner-group-stack! runner (cons name (test-runner-group-stack runner)))))

(define* (test-end #:optional name)
  (let* ((runner (test-runner-get))
         (stack (test-runner-group-stack runner)))
    (test-result-clear runner)
    (when (null? stack)
      (scm-error 'misc-error #f "test-end not in a group" '() #f))
    (when (and name (not (equal? name (car stack))))
      ((test-runner-on-bad-end-name runner) runner name (car stack)))
    (let* ((group (car (%groups runner)))
           (expected (list-ref group 3))
           (actual (- (%count runner) (list-ref group 2))))
      (when (and expected (not (= expected actual)))
        ((test-runner-on-bad-count runner) runner actual expected))
      ((test-runner-on-group-end runner) runner)
      (test-runner-group-stack! runner (cdr stack))
      (%set-skips! runner (list-ref group 0))
      (%set-failures! runner (list-ref group 1))
      (%set-groups! runner (cdr (%groups runner)))
      (when (null? (cdr stack))
        ((test-runner-on-final runner) runner)
        (test-runner-current #f)))))

(define (run-group name thunk)
  (let ((runner (test-runner-current)))
    (when runner
      (test-result-alist! runner (list (cons 'test-name name))))
    (if (and runner (not (%should-run? runner)))
        (%count-skip! runner)
        (dynamic-wind
          (lambda () (test-begin name))
          thunk
          (lambda () (test-end name))))))

;; Tests.

(define (%should-run? runner)
  (let ((wanted? (or (not (%only runner)) ((%only runner) runner)))
        (skipped (%holds (%skips runner) runner)))
    (and wanted? (not (or-map identity skipped)))))
(define (%count-skip! runner)
  (test-runner-skip-count! runner (+ 1 (test-runner-skip-count runner)))
  (%set-count! runner (+ 1 (%count runner))))

;; The properties of a result that tell where its test is written.
(define (%source-properties place)
  (let ((file (and place (assq-ref place 'filename))))
    (if file
        (list (cons 'source-file file)
              (cons 'source-line (+ 1 (assq-ref place 'line))))
        '())))

;; Prepares the result of a test, and says whether it is to run.
(define (%start! runner name form place)
  (test-result-alist! runner (append (if name (list (cons 'test-name name)) '())
                                     (%source-properties place)
                                     (list (cons 'source-form form))))
  (let ((runs? (%should-run? runner))
        (fails (%holds (%failures runner) runner)))
    (cond ((not runs?) (test-result-set! runner 'result-kind 'skip))
          ((or-map identity fails) (test-result-set! runner 'result-kind 'xfail)))
    ((test-runner-on-test-begin runner) runner)
    (unless runs? (%report! runner))
    runs?))

(define (%finish! runner passed?)
  (let ((expected-failure? (eq? 'xfail (test-result-kind runner))))
    (test-result-set! runner 'result-kind
                      (cond (expected-failure? (if passed? 'xpass 'xfail))
                            (passed? 'pass)
                            (else 'fail)))
    (%report! runner)))

(define (%report! runner)
  (let ((add! (lambda (count set-count!) (set-count! runner (+ 1 (count runner))))))
    (case (test-result-kind runner)
      ((pass) (add! test-runner-pass-count test-runner-pass-count!))
      ((fail) (add! test-runner-fail-count test-runner-fail-count!))
      ((xpass) (add! test-runner-xpass-count test-runner-xpass-count!))
      ((xfail) (add! test-runner-xfail-count test-runner-xfail-count!))
      (else (add! test-runner-skip-count test-runner-skip-count!)))
    (add! %count %set-count!)
    ((test-runner-on-test-end runner) runner)))

(define (run-test name form place expected check thunk)
  (let ((runner (test-runner-get)))
    (when (%start! runner name form place)
      (when expected
        (test-result-set! runner 'expected-value (expected)))
      (%finish! runner
                (catch #t
                  (lambda ()
                    (let ((actual (thunk)))
                      (test-result-set! runner 'actual-value actual)
                      (check (test-result-ref runner 'expected-value) actual)))
                  (lambda (key . arguments)
                    (test-result-set! runner 'actual-value #f)
                    (test-result-set! runner 'actual-error (cons key arguments))
                    #f))))))

(define (near-enough error)
  (lambda (expected actual)
    (and (>= actual (- expected error))
         (<= actual (+ expected error)))))

;; TYPE is #t for any error, a key, an exception type, or a predicate of the exception.
(define (run-error-test name form place type thunk)
  (let ((runner (test-runner-get)))
    (when (%start! runner name form place)
      (test-result-set! runner 'expected-error type)
      (%finish! runner
                (%guard
                 (lambda ()
                   (test-result-set! runner 'actual-value (thunk))
                   #f)
                 (lambda (object reraise)
                   (test-result-set! runner 'actual-error
                                     (cons (%exception-key object) (%exception-args object)))
                   (cond ((procedure? type) (type object))
                         ((symbol? type) (eq? type (%exception-key object)))
                         ((exception-type? type)
                          (if (%exception-component object type) #t #f))
                         (else #t))))))))
