;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What code makes when a system is activated, as far as it only makes
;;; directories: lines for systemd-tmpfiles (tmpfiles.d(5)), which makes them at
;;; each boot.

(define-module (tintype debian activation)
  #:use-module (tintype debian commands)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (activation-code->lines))

;; A directory, its mode, and a user, or #f for root.
(define* (directory-line path #:optional (mode #o755) user)
  (string-append "d " path " 0" (number->string mode 8) " "
                 (or user "root") " " (or user "root") "\n"))

(define (form->lines form names)
  "Return the lines of FORM, or throw to 'unknown'."
  (define (path code)
    (match (code-value code names)
      ((? string? path) path)
      (_ (throw 'unknown))))

  (match form
    (('*at* _ form) (form->lines form names))
    (('use-modules . _) '())
    (('begin . forms) (forms->lines forms names))
    (((or 'let 'let*) bindings . forms)
     (forms->lines forms (bind-names bindings names)))
    (('mkdir-p code) (list (directory-line (path code))))
    (('for-each 'mkdir-p code)
     (map directory-line (code-value code names)))
    (('mkdir-p/perms code owner mode)
     (list (directory-line (path code) (code-value mode names)
                           (match (code-value owner names)
                             (('user . name) name)
                             (_ (throw 'unknown))))))
    (_ (throw 'unknown))))

(define (forms->lines forms names)
  (match forms
    (() '())
    ((('define (? symbol? name) code) . rest)
     (forms->lines rest (bind-names `((,name ,code)) names)))
    ((form . rest)
     (append (form->lines form names) (forms->lines rest names)))))

(define (activation-code->lines code)
  "Return the lines of CODE, lowered; #f if it does more than make directories."
  (catch 'unknown
    (lambda ()
      (match code
        (('gexp form) (form->lines form '()))
        (_ '())))
    (const #f)))
