;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; User accounts, groups, and ranges of subordinate IDs.

(define-module (gnu system accounts)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (ice-9 match)
  #:use-module ((gnu packages bash) #:select (bash))
  #:export (<user-account>
            user-account
            user-account?
            user-account-name
            user-account-password
            user-account-uid
            user-account-group
            user-account-supplementary-groups
            user-account-comment
            user-account-home-directory
            user-account-create-home-directory?
            user-account-shell
            user-account-system?

            <user-group>
            user-group
            user-group?
            user-group-name
            user-group-password
            user-group-id
            user-group-system?

            <subid-range>
            subid-range
            subid-range?
            subid-range-name
            subid-range-start
            subid-range-count
            subid-range-end
            subid-range-has-start?
            subid-range-less

            default-shell
            sexp->user-account
            sexp->user-group
            sexp->subid-range))

(define (default-shell)
  "Return the shell of accounts that do not name one."
  (file-append bash "/bin/bash"))

(define-record-type* <user-account>
  user-account make-user-account
  user-account?
  (name                   user-account-name)
  (password               user-account-password   ;crypt(3) string | #f
                          (default #f))
  (uid                    user-account-uid        ;integer | #f
                          (default #f))
  (group                  user-account-group)     ;string | integer
  (supplementary-groups   user-account-supplementary-groups
                          (default '()))
  (comment                user-account-comment
                          (default ""))
  (home-directory         user-account-home-directory
                          (thunked)
                          (default (default-home-directory this-record)))
  (create-home-directory? user-account-create-home-directory?
                          (default #t))
  (shell                  user-account-shell      ;string | file-like
                          (default (default-shell)))
  (system?                user-account-system?
                          (default #f)))

(define (default-home-directory account)
  "Return the home directory of ACCOUNT unless it names another one."
  (string-append "/home/" (user-account-name account)))

(define-record-type* <user-group>
  user-group make-user-group
  user-group?
  (name     user-group-name)
  (password user-group-password                   ;crypt(3) string | #f
            (default #f))
  (id       user-group-id                         ;integer | #f
            (default #f))
  (system?  user-group-system?
            (default #f)))

;; COUNT user or group IDs from START on that the user NAME may hand out.
(define-record-type* <subid-range>
  subid-range make-subid-range
  subid-range?
  (name  subid-range-name)
  (start subid-range-start                        ;integer | #f
         (default #f))
  (count subid-range-count
         (default 65536)))

(define (subid-range-has-start? range)
  "Return true if RANGE says where it starts."
  (integer? (subid-range-start range)))

(define (subid-range-end range)
  "Return the last ID of RANGE, or #f if it does not say where it starts."
  (and (subid-range-has-start? range)
       (+ (subid-range-start range) (subid-range-count range) -1)))

(define (subid-range-less one other)
  "Return true if ONE comes before OTHER: by start, those without a start last,
by name."
  (let ((start-1 (subid-range-start one))
        (start-2 (subid-range-start other)))
    (cond ((and start-1 start-2) (< start-1 start-2))
          (start-1 #t)
          (start-2 #f)
          (else (string<? (subid-range-name one) (subid-range-name other))))))

(define (sexp->user-account sexp)
  "Return the account that SEXP, its fields in order, describes."
  (match sexp
    ((name uid group groups comment home create-home? shell password system?)
     (user-account
      (name name)
      (uid uid)
      (group group)
      (supplementary-groups groups)
      (comment comment)
      (home-directory home)
      (create-home-directory? create-home?)
      (shell shell)
      (password password)
      (system? system?)))))

(define (sexp->user-group sexp)
  "Return the group that SEXP, its fields in order, describes."
  (match sexp
    ((name password id system?)
     (user-group
      (name name)
      (password password)
      (id id)
      (system? system?)))))

(define (sexp->subid-range sexp)
  "Return the range that SEXP, its fields in order, describes."
  (match sexp
    ((name start count)
     (subid-range
      (name name)
      (start start)
      (count count)))))
