;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Sources in Mercurial's repositories.  Nothing is fetched.

(define-module (guix hg-download)
  #:export (hg-file-name
            hg-version))

(define (hg-file-name name version)
  "Return the name of the checkout of NAME at VERSION."
  (string-append name "-" version "-checkout"))

(define (hg-version version revision changeset)
  "Return the version of REVISION, a number, after VERSION: with the beginning of
CHANGESET."
  (string-append version "-" revision "."
                 (substring changeset 0 (min 7 (string-length changeset)))))
