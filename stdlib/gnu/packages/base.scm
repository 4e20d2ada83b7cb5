;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; C libraries and their locales, chosen by target.  The packages of this module
;;; are made from the index of Guix's interface.

(define-module (gnu packages base)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:export (canonical-package
            libc-for-target
            libc-locales-for-target
            libc-utf8-locales-for-target
            make-glibc-locales
            make-glibc-utf8-locales))

(define (canonical-package package)
  "Return the variant of PACKAGE that the build environment has: PACKAGE."
  package)

(define (target-or-system)
  (or (%current-target-system) (%current-system)))

;; (define-choice (NAME HURD OTHER)): the package for a target.
(define-syntax-rule (define-choice name hurd other)
  (define* (name #:optional (target (target-or-system)))
    (if (target-hurd? target) hurd other)))

(define-choice libc-for-target glibc/hurd glibc)
(define-choice libc-locales-for-target glibc-locales/hurd glibc-locales)
(define-choice libc-utf8-locales-for-target
  glibc-utf8-locales/hurd
  glibc-utf8-locales)

(define (locales-package libc name)
  (let ((name* name))
    (package
      (inherit libc)
      (name name*)
      (arguments '())
      (outputs '("out")))))

(define* (make-glibc-locales glibc #:key (locales #f))
  "Return a package of LOCALES, or all, for GLIBC."
  (locales-package glibc "glibc-locales"))

(define* (make-glibc-utf8-locales glibc #:key (locales #f)
                                  (name "glibc-utf8-locales"))
  "Return a package called NAME of LOCALES in UTF-8 for GLIBC."
  (locales-package glibc name))
