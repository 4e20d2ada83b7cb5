;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Sources at URLs.  Nothing is fetched here: a source is what definitions say of
;;; it.

(define-module (guix download)
  #:use-module (guix packages)
  #:export (url-fetch
            url-fetch/executable
            url-fetch/tarbomb
            url-fetch/zipbomb))

(define-syntax-rule (define-methods name ...)
  (begin
    (define (name uri . _)
      (raise-not-fetched uri))
    ...))

;; Methods of origins: as they are, executable, and what is unpacked into a
;; directory of its own.
(define-methods url-fetch url-fetch/executable url-fetch/tarbomb
  url-fetch/zipbomb)
