;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Options that change how packages are built.  Nothing is built here: packages are
;;; taken as their sources have them.

(define-module (guix transformations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (options->transformation
            transformation-option-key?))

(define %options
  '(with-source with-input with-graft with-branch with-commit with-configure-flag
    with-git-url with-c-toolchain tune with-debug-info without-tests with-patch
    with-latest with-version))

(define (transformation-option-key? key)
  "Return true if KEY is a symbol that names an option of this kind."
  (and (memq key %options) #t))

(define (options->transformation options)
  "Return the procedure that makes of a package what OPTIONS, (NAME . VALUE) pairs,
ask for: the package itself, as nothing is built, with a warning for each option."
  (define asked
    (filter (match-lambda
              ((key . value) (transformation-option-key? key)))
            options))

  (lambda (package)
    (for-each (match-lambda
                ((key . value)
                 (warning (G_ "'~a=~a' is not done: packages are taken as they are~%")
                          key value)))
              asked)
    package))
