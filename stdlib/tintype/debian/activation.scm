;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What code makes when a system is activated, as far as it only makes directories,
;;; links and small files, and says whose they are: lines for systemd-tmpfiles
;;; (tmpfiles.d(5)), which sees to them at each boot.

(define-module (tintype debian activation)
  #:use-module (tintype debian commands)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (activation-code->lines))

;; A line: TYPE is a letter, MODE a number and OWNER a user's name, or #f; ARGUMENT is
;; what a link leads to, or what is in a file.
(define-record-type <entry>
  (entry type path mode owner argument)
  entry?
  (type     entry-type)
  (path     entry-path)
  (mode     entry-mode)
  (owner    entry-owner)
  (argument entry-argument))

(define* (directory path #:optional (mode #o755) owner)
  (entry "d" path mode owner #f))

(define (unknown)
  (throw 'unknown))

(define (text value)
  (match value
    ((? string? text) text)
    (_ (unknown))))

(define (user value)
  (match value
    (('user . (? string? name)) name)
    (_ (unknown))))

(define (with-rights entries path mode owner)
  "Return ENTRIES where PATH has MODE and OWNER, as far as these are true."
  (define (same? entry)
    (string=? path (entry-path entry)))

  (append (remove same? entries)
          (match (find same? entries)
            ;; Something that is there already.
            (#f (list (entry "z" path mode owner #f)))
            (($ <entry> type _ old-mode old-owner argument)
             (list (entry type path (or mode old-mode) (or owner old-owner)
                          argument))))))

(define (do-form form names entries)
  "Return ENTRIES after FORM, or throw to 'unknown'."
  (define (path code)
    (text (code-value code names)))

  (define (add entry)
    (append entries (list entry)))

  (match form
    (('*at* _ form) (do-form form names entries))
    ((or ('use-modules . _) #t #f ('const _)) entries)
    (('begin . forms) (do-forms forms names entries))
    (((or 'let 'let*) bindings . forms)
     (do-forms forms (bind-names bindings names) entries))
    ;; Nothing that is there is made anew.
    (('unless ('file-exists? _) . forms) (do-forms forms names entries))
    (('mkdir-p code) (add (directory (path code))))
    (('mkdir code) (add (directory (path code))))
    (('for-each 'mkdir-p code)
     (append entries (map directory (map text (code-value code names)))))
    (('mkdir-p/perms code owner mode)
     (add (directory (path code) (code-value mode names)
                     (user (code-value owner names)))))
    (('chown code ('passwd:uid owner) ('passwd:gid owner))
     (with-rights entries (path code) #f (user (code-value owner names))))
    (('chmod code mode)
     (with-rights entries (path code) (code-value mode names) #f))
    (('symlink target code)
     (add (entry "L" (path code) #f #f (path target))))
    (('switch-symlinks code target)
     (add (entry "L+" (path code) #f #f (path target))))
    (('call-with-output-file code
       ('lambda (port) ('display contents port)))
     (add (entry "f" (path code) #o644 #f (path contents))))
    (_ (unknown))))

(define (do-forms forms names entries)
  (match forms
    (() entries)
    ((('define (? symbol? name) code) . rest)
     (do-forms rest (bind-names `((,name ,code)) names) entries))
    ((form . rest)
     (do-forms rest names (do-form form names entries)))))

(define (escape argument)
  "Return ARGUMENT as it stands at the end of a line."
  (string-concatenate
   (map (lambda (char)
          (case char
            ((#\newline) "\\n")
            ((#\\) "\\\\")
            ((#\%) "%%")
            (else (string char))))
        (string->list argument))))

(define (entry->line one)
  (match one
    (($ <entry> type path mode owner argument)
     (string-append type " " path " "
                    (if mode (string-append "0" (number->string mode 8)) "-")
                    (let ((name (or owner
                                    (if (member type '("d" "f")) "root" "-"))))
                      (string-append " " name " " name))
                    (if argument
                        (string-append " - " (escape argument))
                        "")
                    "\n"))))

(define (activation-code->lines code)
  "Return the lines of CODE, lowered; #f if it does more than they can say."
  (catch 'unknown
    (lambda ()
      (match code
        (('gexp form) (map entry->line (do-form form '() '())))
        (_ '())))
    (const #f)))
