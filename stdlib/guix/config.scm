;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Fixed file names of a Guix system.

(define-module (guix config)
  #:use-module (tintype host)
  #:export (%guix-package-name
            %guix-version
            %guix-home-page-url
            %storedir
            %localstatedir
            %sysconfdir
            %store-directory
            %state-directory
            %store-database-directory
            %config-directory
            %system))

(define %guix-package-name "GNU Guix")
(define %guix-version "1.5.0")
(define %guix-home-page-url "https://www.gnu.org/software/guix/")
(define %storedir "/gnu/store")
(define %localstatedir "/var")
(define %sysconfdir "/etc")
(define %store-directory %storedir)
(define %state-directory (string-append %localstatedir "/guix"))
(define %store-database-directory (string-append %state-directory "/db"))
(define %config-directory (string-append %sysconfdir "/guix"))
(define %system (host-current-system))
