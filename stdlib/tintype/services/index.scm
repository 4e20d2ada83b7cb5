;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Service types of Guix that have no definition here: what they extend, so
;;; that services that others need are there, in the right order.  What they would
;;; contribute is not known; that is said when it is asked for.

(define-module (tintype services index)
  #:use-module (tintype services types)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:export (index-service-type
            %contributions-matter?))

;; Whether anything depends on what services contribute to others.
(define %contributions-matter?
  (make-parameter #t))

(define (contribution name target)
  "Return a procedure that stands for what services of the type called NAME give
those of type TARGET: '%no-contribution', with a warning."
  (lambda (value)
    (when (%contributions-matter?)
      (warning (G_ "what service '~a' adds to '~a' is not known here yet~%")
               name (service-type-name target)))
    %no-contribution))

(define (index-service-type name targets default)
  "Return the service type of Guix called NAME as far as it is known: it extends
TARGETS, and its default value is what the thunk DEFAULT returns; it has none if
that is #f.  It ignores what others give it."
  (let ((name* name))
    (service-type
     (name name*)
     (extensions (map (lambda (target)
                        (service-extension target (contribution name* target)))
                      targets))
     (default-value (if default (default) (no-default-value)))
     (description "A service type of Guix that has no definition here yet."))))
