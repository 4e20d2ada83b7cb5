;;; What the runners of SRFI-64 say.

(define-module (tintype test-report)
  #:use-module (tintype test-runner)
  #:export (test-runner-simple test-runner-null
            test-on-group-begin-simple test-on-group-end-simple test-on-test-end-simple
            test-on-final-simple test-on-bad-count-simple test-on-bad-end-name-simple))

(define (test-on-group-begin-simple runner name count)
  (when (null? (test-runner-group-stack runner))
    (display "%%%% Starting test ")
    (display name)
    (newline)))

(define (test-on-group-end-simple runner) #f)

;; Only what did not go as it should is reported at once.
(define (test-on-test-end-simple runner)
  (let ((kind (test-result-kind runner)))
    (when (memq kind '(fail xpass))
      (let ((file (test-result-ref runner 'source-file)))
        (when file
          (display file)
          (display ":")
          (display (test-result-ref runner 'source-line))
          (display ": ")))
      (display (if (eq? kind 'fail) "FAIL" "XPASS"))
      (let ((name (test-runner-test-name runner)))
        (unless (equal? name "")
          (display " ")
          (display name)))
      (newline))))

(define (%line label count port)
  (when (> count 0)
    (display label port)
    (display count port)
    (newline port)))

(define (test-on-final-simple runner)
  (let ((port (current-output-port)))
    (%line "# of expected passes      " (test-runner-pass-count runner) port)
    (%line "# of expected failures    " (test-runner-xfail-count runner) port)
    (%line "# of unexpected successes " (test-runner-xpass-count runner) port)
    (%line "# of unexpected failures  " (test-runner-fail-count runner) port)
    (%line "# of skipped tests        " (test-runner-skip-count runner) port)))

(define (test-on-bad-count-simple runner count expected)
  (display "*** Total number of tests was ")
  (display count)
  (display " but should be ")
  (display expected)
  (display ". ***")
  (newline)
  (display "*** Discrepancy indicates testsuite error or exceptions. ***")
  (newline))

(define (test-on-bad-end-name-simple runner begin-name end-name)
  (scm-error 'misc-error #f "~A"
             (list (string-append "test-end " (object->string begin-name)
                                  " does not match test-begin " (object->string end-name)))
             #f))

(define (test-runner-simple)
  (make-runner (lambda (runner) #f)
               test-on-test-end-simple
               test-on-group-begin-simple
               test-on-group-end-simple
               test-on-final-simple
               test-on-bad-count-simple
               test-on-bad-end-name-simple))

(define (test-runner-null)
  (make-runner (lambda (runner) #f)
               (lambda (runner) #f)
               (lambda (runner name count) #f)
               (lambda (runner) #f)
               (lambda (runner) #f)
               (lambda (runner count expected) #f)
               (lambda (runner begin-name end-name) #f)))
