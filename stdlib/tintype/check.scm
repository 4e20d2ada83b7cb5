;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Assertions for test programs.  A failure is written to the error port, with
;;; its place, and the program goes on; 'check-report' ends it.

(define-module (tintype check)
  #:use-module (tintype syntax)
  #:use-module ((guix diagnostics) #:select (location->string source-properties->location))
  #:use-module ((guix ui) #:select (condition->text))
  #:use-module (srfi srfi-34)
  #:export (check
            check-error
            check-report))

(define %checks 0)
(define %failures 0)

(define (fail place text actual expected)
  (set! %failures (+ %failures 1))
  (let ((port (current-error-port)))
    (display (or (and=> (source-properties->location place) location->string) "?") port)
    (display ": " port)
    (write text port)
    (display "\n  gives    " port)
    (write actual port)
    (display "\n  and not  " port)
    (write expected port)
    (newline port)))

(define (check-value place text actual expected)
  (set! %checks (+ %checks 1))
  (unless (equal? actual expected)
    (fail place text actual expected)))

;; What was raised stands for the value of an expression that raises.
(define (value-or-error thunk)
  (guard (c (#t (list 'error (condition->text c))))
    (thunk)))

;; (check EXP => VALUE): EXP gives VALUE.
(define-syntax check
  (syntax-rules (=>)
    ((_ exp => value)
     (check-value (current-source-location) 'exp
                  (value-or-error (lambda () exp))
                  value))))

;; (check-error EXP => TEXT): EXP raises an error that reads TEXT.
(define-syntax check-error
  (syntax-rules (=>)
    ((_ exp => text)
     (check-value (current-source-location) 'exp
                  (value-or-error (lambda () exp))
                  (list 'error text)))))

(define (check-report)
  "Say how many checks were made, and exit: with 1 if one failed."
  (display %checks)
  (display " checks, ")
  (display %failures)
  (display " failures\n")
  (exit (if (zero? %failures) 0 1)))
