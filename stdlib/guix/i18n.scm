;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Message translation.  Messages are English: the marks of translatable
;;; strings are kept, so that definitions written for Guix run unchanged, and
;;; output does not depend on the locale of the host.

(define-module (guix i18n)
  #:export (G_
            N_
            P_
            %gettext-domain
            %package-text-domain))

(define %gettext-domain "guix")
(define %package-text-domain "guix-packages")

(define (G_ message)
  "Return MESSAGE, a string for people."
  message)

(define (N_ singular plural count)
  "Return SINGULAR if COUNT is one, PLURAL otherwise."
  (if (= count 1) singular plural))

(define (P_ message)
  "Return MESSAGE, a package's synopsis or description."
  message)
