;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Build systems: how a package would be built from source.  Nothing is built
;;; here, so all that is known of one is its name.

(define-module (guix build-system)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:export (build-system
            build-system?
            build-system-name
            build-system-description
            build-system-lower

            index-build-system))

(define-record-type* (<build-system> "build-system " name)
  build-system make-build-system
  build-system?
  (name        build-system-name)                 ;symbol
  (description build-system-description)          ;string
  (lower       build-system-lower))               ;procedure

(define (index-build-system variable)
  "Return the build system of Guix that VARIABLE, a symbol, stands for."
  (define variable-name (symbol->string variable))

  (build-system
   (name (if (string-suffix? "-build-system" variable-name)
             (string->symbol
              (string-drop-right variable-name
                                 (string-length "-build-system")))
             variable))
   (description (string-append "Guix's " variable-name))
   (lower (lambda* (package-name #:key #:allow-other-keys)
            (error (G_ "nothing is built from source here:") package-name)))))
