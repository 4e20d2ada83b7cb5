;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Sources in Git repositories.  Nothing is fetched here: a source is what
;;; definitions say of it.

(define-module (guix git-download)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:export (git-predicate
            git-reference
            git-reference?
            git-reference-url
            git-reference-commit
            git-reference-recursive?
            git-fetch
            git-version
            git-file-name))

(define-record-type* <git-reference> git-reference make-git-reference
  git-reference?
  (url        git-reference-url)                  ;string
  (commit     git-reference-commit)               ;string
  (recursive? git-reference-recursive?            ;with its submodules?
              (default #f)))

(define (git-fetch reference . _)
  "Raise an error: nothing is fetched."
  (raise-not-fetched (git-reference-url reference)))

(define %commit-digits 7)

(define (git-version version revision commit)
  "Return the version of COMMIT, the REVISION-th package of what follows
VERSION."
  (when (< (string-length commit) %commit-digits)
    (error "git-version: commit ID unexpectedly short" commit))
  (string-append version "-" revision "."
                 (string-take commit %commit-digits)))

(define (git-file-name name version)
  "Return the name of the checkout of the package NAME at VERSION."
  (string-append name "-" version "-checkout"))

(define* (git-predicate directory #:key (recursive? #t))
  "Return the predicate of a file and its status that is true of those that belong to
the checkout DIRECTORY: all but what Git keeps for itself, committed or not."
  (lambda (file status)
    (not (string=? ".git" (basename file)))))
