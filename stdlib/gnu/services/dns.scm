;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Names of hosts, served.

(define-module (gnu services dns)
  #:export (define-zone-entries))

;; (define-zone-entries VARIABLE (NAME TTL CLASS TYPE DATA) ...)
(define-syntax-rule (define-zone-entries variable (part ...) ...)
  (define variable
    (list (make-zone-entry part ...) ...)))
