;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The installer of the GNU system: a program of the package 'guix'.

(define-module (gnu installer)
  #:use-module (guix gexp)
  #:use-module (gnu packages package-management)
  #:export (installer-program))

(define* (installer-program #:key dry-run? (guix-for-installer (current-guix)))
  "Return the program that installs the system with GUIX-FOR-INSTALLER; with
DRY-RUN?, it only shows what it would do."
  (program-file "installer"
                #~(apply execl #$(file-append guix-for-installer "/bin/guix")
                         "guix" "repl" "--" "(@ (gnu installer) run-installer)"
                         #$(if dry-run? #~'("--dry-run") #~'()))))
