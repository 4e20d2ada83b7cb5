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
# Login shells: what all shells share, then what is for Bash alone.
for file in .profile .bashrc
do
    test -r \"$HOME/$file\" && . \"$HOME/$file\"
done
unset file
"))

(define %default-bashrc
  (plain-file "bashrc" "\
# Interactive shells get the system's prompt and aliases; the shell of 'ssh HOST
# COMMAND' gets the environment of a login shell.
case $- in
    *i*) . /etc/bashrc ;;
    *)   test -z \"$SSH_CLIENT\" || . /etc/profile ;;
esac
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
(define (activate module procedure)
  (false-if-exception
   ((module-ref (resolve-interface module) procedure))))

(activate '(ice-9 readline) 'activate-readline)
(activate '(ice-9 colorized) 'activate-colorized)
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
