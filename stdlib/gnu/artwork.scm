;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Pictures of the GNU system: backgrounds and themes.

(define-module (gnu artwork)
  #:use-module (guix packages)
  #:export (%artwork-repository))

;; It is a checkout of a repository, without a version of its own.  A package
;; source may offer it under this name.
(define %artwork-repository
  (index-package "guix-artwork" "0"))
