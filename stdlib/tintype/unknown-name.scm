;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Names that are not known, and those that may have been meant.

(define-module (tintype unknown-name)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix utils)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (raise-unknown-name))

(define (raise-unknown-name name known way-out format-string . arguments)
  "Raise the message FORMAT-STRING with ARGUMENTS, that NAME is none of KNOWN.  Its
hint is WAY-OUT, after the name that may have been meant."
  (define nearest
    (string-closest name known #:threshold 5))

  (raise (make-compound-condition
          (make-formatted-message format-string arguments)
          (condition
           (&fix-hint
            (hint (if nearest
                      (format #f (G_ "did you mean '~a'? ~a") nearest way-out)
                      way-out)))))))
