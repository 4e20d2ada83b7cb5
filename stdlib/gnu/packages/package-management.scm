;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Guix itself as a package.  The packages of this module are made from the
;;; index of Guix's interface.

(define-module (gnu packages package-management)
  #:export (current-guix
            current-guix-package
            guix-for-channels))

(define current-guix-package
  ;; The package that 'current-guix' stands for, or #f for that of the index.
  (make-parameter #f))

(define (current-guix)
  "Return the package of the Guix in use."
  (or (current-guix-package) guix))

(define (guix-for-channels channels)
  "Return the package of the Guix that CHANNELS make."
  (current-guix))
