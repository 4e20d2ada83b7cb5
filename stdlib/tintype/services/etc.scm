;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Directories of configuration files.

(define-module (tintype services etc)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module ((gnu packages bash) #:select (bash-completion))
  #:export (files->etc-directory
            script-directory
            %default-bash-aliases
            %default-etc-bashrc-d-files))

(define (assert-no-duplicates files)
  "Raise an error if two of FILES, a list of (NAME FILE), have the same name."
  (let loop ((names (map car files)))
    (match names
      (() #t)
      ((name . rest)
       (when (member name rest)
         (raise (formatted-message (G_ "duplicate '~a' entry for /etc")
                                   name)))
       (loop rest)))))

(define (files->etc-directory files)
  "Return the directory of FILES, a list of (NAME FILE)."
  (assert-no-duplicates files)
  (file-union "etc" files))

(define (file-base-name file)
  "Return the name that FILE, a file-like object, has in a directory of scripts,
or #f if that is only known once it is made."
  (cond ((plain-file? file)    (plain-file-name file))
        ((local-file? file)    (local-file-name file))
        ((computed-file? file) (computed-file-name file))
        ((program-file? file)  (program-file-name file))
        ((scheme-file? file)   (scheme-file-name file))
        ((file-append? file)   (basename
                                (string-concatenate
                                 (filter string? (file-append-suffix file)))))
        (else #f)))

(define (script-directory name files)
  "Return the directory called NAME with FILES, which shells source in turn: each
must be a file-like object whose name ends in '.sh'."
  (define (entry file)
    (let ((base (file-base-name file)))
      (unless (and base (string-suffix? ".sh" base))
        (raise (formatted-message
                (G_ "~a: file in ~a whose name does not end in '.sh'")
                (or base file) name)))
      (list base file)))

  (file-union name (map entry files)))

(define %default-bash-aliases
  '(("ls" . "ls -p --color=auto")
    ("ll" . "ls -l")
    ("grep" . "grep --color=auto")
    ("ip" . "ip -color=auto")))

(define (bash-aliases->file aliases)
  "Return the script that defines ALIASES, a list of (NAME . COMMAND)."
  (plain-file "aliases.sh"
              (string-concatenate
               (map (match-lambda
                      ((name . command)
                       (string-append "alias " name "=\"" command "\"\n")))
                    aliases))))

(define %default-etc-bashrc-d-files
  (list (file-append bash-completion
                     "/etc/profile.d/bash_completion.sh")
        (bash-aliases->file %default-bash-aliases)))
