;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What a new home directory holds.

(define-module (tintype services skeletons)
  #:use-module (guix gexp)
  #:use-module (ice-9 match)
  #:export (%default-bash-profile
            %default-bashrc
            %default-dotguile
            %default-gdbinit
            %default-nanorc
            %default-skeleton-home-config
            %default-xdefaults
            %default-zprofile
            default-skeletons
            skeleton-directory))

(define %default-bash-profile
  (plain-file "bash_profile" "\
# Set up Bash login sessions: what is common to all shells, then what is
# only for Bash.
if [ -f ~/.profile ]; then source ~/.profile; fi
if [ -f ~/.bashrc ]; then source ~/.bashrc; fi
"))

(define %default-bashrc
  (plain-file "bashrc" "\
# Interactive shells only: non-interactive ones, such as those of 'ssh HOST
# COMMAND', just need the environment of a login shell.
export SHELL

if [[ $- != *i* ]]
then
    [[ -n \"$SSH_CLIENT\" ]] && source /etc/profile
    return
fi

source /etc/bashrc
"))

(define %default-zprofile
  (plain-file "zprofile" "\
# Give login shells of Zsh the environment of the system's profile.
emulate sh -c '. /etc/profile'
"))

(define %default-xdefaults
  (plain-file "Xdefaults" "\
XTerm*utf8: always
XTerm*metaSendsEscape: true
"))

(define %default-nanorc
  (plain-file "nanorc" "\
# Colours and indentation for all known languages.
include /run/current-system/profile/share/nano/*.nanorc
"))

(define %default-gdbinit
  (plain-file "gdbinit" "\
# Where programs of the profiles keep debugging information.
guile
(use-modules (gdb))
(for-each (lambda (profile)
            (execute (string-append \"set debug-file-directory \"
                                    profile \"/lib/debug\")))
          (list (string-append (getenv \"HOME\") \"/.guix-profile\")
                \"/run/current-system/profile\"))
end
"))

(define %default-dotguile
  (plain-file "dot-guile" "\
;; Line editing and colours, where they are installed.
(cond ((false-if-exception (resolve-interface '(ice-9 readline)))
       => (lambda (module)
            ((module-ref module 'activate-readline)))))
(cond ((false-if-exception (resolve-interface '(ice-9 colorized)))
       => (lambda (module)
            ((module-ref module 'activate-colorized)))))
"))

(define %default-skeleton-home-config
  (plain-file "default-home-config" "\
;; A home environment to start from: see 'guix home import'.
(use-modules (gnu home)
             (gnu home services)
             (gnu home services shells)
             (gnu services))

(home-environment
 (services (list (service home-bash-service-type))))
"))

(define (default-skeletons)
  "Return the files of new home directories: a list of (NAME FILE)."
  `((".bash_profile" ,%default-bash-profile)
    (".zprofile" ,%default-zprofile)
    (".nanorc" ,%default-nanorc)
    (".Xdefaults" ,%default-xdefaults)
    (".guile" ,%default-dotguile)
    (".gdbinit" ,%default-gdbinit)
    ("guix-home-config.scm" ,%default-skeleton-home-config)))

(define (skeleton-directory skeletons)
  "Return the directory of SKELETONS, a list of (NAME FILE)."
  (file-union "skel" skeletons))
