;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The files of /etc that follow from an operating system's own fields.

(define-module (tintype system etc)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (gnu system nss)
  #:use-module ((gnu packages admin) #:select (net-base))
  #:use-module ((gnu packages base) #:select (tzdata))
  #:use-module (ice-9 match)
  #:export (%default-issue
            %sudoers-specification
            file-field
            system-etc-files
            session-variables))

(define %default-issue "
This is the GNU system.  Welcome.
")

;; Whoever is in group 'wheel' may do what root may.
(define %sudoers-specification
  (plain-file "sudoers" "\
root ALL=(ALL) ALL
%wheel ALL=(ALL) ALL
"))

;; The privileged programs come before those of the profile.
(define %search-path
  "/run/privileged/bin:/run/current-system/profile/bin:\
/run/current-system/profile/sbin")

(define %os-release
  (plain-file "os-release" "\
NAME=\"Guix System\"
ID=guix
PRETTY_NAME=\"Guix System\"
LOGO=guix-icon
HOME_URL=\"https://guix.gnu.org\"
DOCUMENTATION_URL=\"https://guix.gnu.org/en/manual\"
SUPPORT_URL=\"https://guix.gnu.org/en/help\"
BUG_REPORT_URL=\"https://lists.gnu.org/mailman/listinfo/bug-guix\"
"))

;; For programs that do not start from a login shell, such as sudo and cron.
(define %login.defs
  (plain-file "login.defs"
              (string-append "\
# Made from the definition of the operating system; changes are lost.
ENV_PATH    " %search-path "
ENV_SUPATH  " %search-path "

# What users may change of how they are described.
CHFN_RESTRICT frwh
")))

;; Profiles are loaded from the most general to the most personal one, so that
;; what users install comes first in their PATH.
(define %profile
  (plain-file "profile" "\
# Made from the definition of the operating system; changes are lost.

umask 022

export MANPATH=/run/current-system/profile/share/man
export INFOPATH=/run/current-system/profile/share/info
export XDG_DATA_DIRS=/run/current-system/profile/share
export XDG_CONFIG_DIRS=/run/current-system/profile/etc/xdg
export XCURSOR_PATH=/run/current-system/profile/share/icons
export DICPATH=/run/current-system/profile/share/hunspell
export GST_PLUGIN_PATH=/run/current-system/profile/lib/gstreamer-1.0
export PATH=/run/current-system/profile/bin:/run/current-system/profile/sbin

# Sessions get this from PAM, but for those that come by SSH.
if [ -n \"$SSH_CLIENT\" ] && [ -r /etc/environment ]
then
    set -a
    . /etc/environment
    set +a
fi

for profile in /run/current-system/profile \"$HOME/.guix-profile\" \\
               \"$HOME/.guix-home/profile\" \"$HOME/.config/guix/current\"
do
    if [ -f \"$profile/etc/profile\" ]
    then
        GUIX_PROFILE=$profile
        . \"$profile/etc/profile\"
        unset GUIX_PROFILE
    fi
done
unset profile

PATH=/run/privileged/bin:$PATH

for file in /etc/profile.d/*.sh
do
    if [ -r \"$file\" ]; then . \"$file\"; fi
done
unset file

if [ -n \"$BASH_VERSION\" ] && [ -f /etc/bashrc ]
then
    . /etc/bashrc
fi
"))

(define %bashrc
  (plain-file "bashrc" "\
# Made from the definition of the operating system; changes are lost.

# Interactive shells only.
case $- in
    *i*) ;;
    *) return ;;
esac

PS1='\\u@\\h \\w${GUIX_ENVIRONMENT:+ [env]}\\$ '
shopt -s checkwinsize

for file in /etc/bashrc.d/*.sh
do
    if [ -r \"$file\" ]; then . \"$file\"; fi
done
unset file
"))

(define (file-field name value)
  "Return VALUE, the file called NAME, as a file-like object: it may be a string,
its text, as it once was."
  (if (string? value)
      (begin
        (warning (G_ "file '~a' is given as a string: \
'plain-file' is the way now~%")
                 name)
        (plain-file name value))
      value))

(define* (system-etc-files #:key host-name timezone issue name-service-switch
                           sudoers-file)
  "Return the entries of /etc that all systems have: a list of (NAME FILE)."
  `(("os-release" ,%os-release)
    ("services" ,(file-append net-base "/etc/services"))
    ("protocols" ,(file-append net-base "/etc/protocols"))
    ("rpc" ,(file-append net-base "/etc/rpc"))
    ("login.defs" ,%login.defs)
    ("issue" ,(if (string? issue) (plain-file "issue" issue) issue))
    ,@(if name-service-switch
          `(("nsswitch.conf"
             ,(plain-file "nsswitch.conf"
                          (name-service-switch->string
                           name-service-switch))))
          '())
    ("profile" ,%profile)
    ("bashrc" ,%bashrc)
    ("hostname" ,(plain-file "hostname" host-name))
    ("timezone" ,(plain-file "timezone" (string-append timezone "\n")))
    ("localtime" ,(file-append tzdata "/share/zoneinfo/" timezone))
    ,@(if sudoers-file
          `(("sudoers" ,(file-field "sudoers" sudoers-file)))
          '())))

(define (session-variables locale)
  "Return the environment variables of sessions in LOCALE: a list of (NAME .
VALUE)."
  `(("LANG" . ,locale)
    ("TZDIR" . ,(file-append tzdata "/share/zoneinfo"))
    ("LINUX_MODULE_DIRECTORY" . "/run/booted-system/kernel/lib/modules")
    ("SSL_CERT_DIR" . "/etc/ssl/certs")
    ("SSL_CERT_FILE" . "/etc/ssl/certs/ca-certificates.crt")
    ("GIT_SSL_CAINFO" . "/etc/ssl/certs/ca-certificates.crt")
    ("GTK_DATA_PREFIX" . "/run/current-system/profile")
    ;; Programs go on when the system bus is misused.
    ("DBUS_FATAL_WARNINGS" . "0")))
