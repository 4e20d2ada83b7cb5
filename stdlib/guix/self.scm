;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (guix self)
  #:use-module (guix gexp)
  #:export (make-config.scm))

(define* (make-config.scm #:key #:allow-other-keys)
  "Return the source of the module (guix config) for build-side code."
  (scheme-file "config.scm"
               #~((define-module (guix config)
                    #:export (%store-directory %state-directory))
                  (define %store-directory "/gnu/store")
                  (define %state-directory "/var/guix"))
               #:splice? #t))
