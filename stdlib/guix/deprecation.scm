;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Old names that still work, with a warning.

(define-module (guix deprecation)
  #:use-module (tintype syntax)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:export (define-deprecated
            define-deprecated/public
            define-deprecated/alias
            define-deprecated/public-alias
            warn-about-deprecation))

(define* (warn-about-deprecation variable properties #:key replacement)
  "Warn that VARIABLE is deprecated, in favor of REPLACEMENT if there is one.
PROPERTIES tells where it is used."
  (let ((place (source-properties->location properties)))
    (if replacement
        (warning place (G_ "'~a' is deprecated, use '~a' instead")
                 variable replacement)
        (warning place (G_ "'~a' is deprecated") variable))))

;; (define-deprecated VARIABLE REPLACEMENT EXP): VARIABLE works, and each use
;; of it warns.
(define-syntax define-deprecated
  (syntax-rules ()
    ((_ (proc . formals) replacement body ...)
     (define-deprecated proc replacement (lambda formals body ...)))
    ((_ (proc . formals) #f body ...)
     (define-deprecated proc #f (lambda formals body ...)))
    ((_ variable replacement exp)
     (begin
       (define value exp)
       (define-syntax variable
         (lambda (s)
           (syntax-case s ()
             ((_ argument (... ...))
              #'(begin
                  (warn-about-deprecation 'variable (current-source-location)
                                          #:replacement 'replacement)
                  (value argument (... ...))))
             (id
              (identifier? #'id)
              #'(begin
                  (warn-about-deprecation 'variable (current-source-location)
                                          #:replacement 'replacement)
                  value)))))))
    ((_ variable exp)
     (define-deprecated variable #f exp))))

(define-syntax define-deprecated/public
  (syntax-rules ()
    ((_ (proc . formals) rest ...)
     (begin
       (define-deprecated (proc . formals) rest ...)
       (export proc)))
    ((_ variable rest ...)
     (begin
       (define-deprecated variable rest ...)
       (export variable)))))

;; (define-deprecated/alias OLD NEW): OLD, used in any way, is NEW.
(define-syntax-rule (define-deprecated/alias deprecated replacement)
  (define-syntax deprecated
    (lambda (s)
      (syntax-case s ()
        ((_ argument (... ...))
         #'(begin
             (warn-about-deprecation 'deprecated (current-source-location)
                                     #:replacement 'replacement)
             (replacement argument (... ...))))
        (id
         (identifier? #'id)
         #'(begin
             (warn-about-deprecation 'deprecated (current-source-location)
                                     #:replacement 'replacement)
             replacement))))))

(define-syntax-rule (define-deprecated/public-alias deprecated replacement)
  (begin
    (define-deprecated/alias deprecated replacement)
    (export deprecated)))
