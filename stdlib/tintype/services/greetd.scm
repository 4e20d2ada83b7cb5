;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; greetd: a login daemon that runs a greeter of one's choice.

(define-module (tintype services greetd)
  #:use-module (tintype services console)
  #:use-module (tintype services file-systems)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system pam)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin)
                #:select (greetd gtkgreet shadow wlgreet))
  #:use-module ((gnu packages bash) #:select (bash))
  #:use-module ((gnu packages wm) #:select (sway))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (greetd-configuration
            greetd-configuration?
            greetd-terminal-configuration
            greetd-user-session
            greetd-agreety-session
            greetd-wlgreet-session
            greetd-wlgreet-configuration
            greetd-wlgreet-sway-session
            greetd-gtkgreet-sway-session
            greetd-service-type))

;;;
;;; Sessions.
;;;

;; What a user gets: COMMAND with COMMAND-ARGS and EXTRA-ENV, (NAME . VALUE).
(define-record-type* <greetd-user-session>
  greetd-user-session make-greetd-user-session
  greetd-user-session?
  (command          greetd-user-session-command
                    (default (file-append bash "/bin/bash")))
  (command-args     greetd-user-session-command-args
                    (default '("-l")))
  (extra-env        greetd-user-session-extra-env
                    (default '()))
  (xdg-session-type greetd-user-session-xdg-session-type
                    (default "tty"))
  (xdg-env?         greetd-user-session-xdg-env?
                    (default #t)))

(define (deprecated field place)
  "Return a procedure that warns where FIELD has a value: it belongs to PLACE."
  (lambda (value)
    (when value
      (warning (G_ "the '~a' field is deprecated and ignored, please use ~a~%")
               field place))
    value))

(define-record-type* <greetd-agreety-session>
  greetd-agreety-session make-greetd-agreety-session
  greetd-agreety-session?
  (agreety      greetd-agreety-session-agreety
                (default greetd))
  (command      greetd-agreety-session-command
                (default (greetd-user-session)))
  ;; These are part of the command now.
  (command-args greetd-agreety-session-command-args (default #f)
                (sanitize (deprecated 'command-args "'command'")))
  (extra-env    greetd-agreety-session-extra-env (default #f)
                (sanitize (deprecated 'extra-env "'command'")))
  (xdg-env?     greetd-agreety-session-xdg-env? (default #f)
                (sanitize (deprecated 'xdg-env? "'command'"))))

(define-record-type* <greetd-wlgreet-configuration>
  greetd-wlgreet-configuration make-greetd-wlgreet-configuration
  greetd-wlgreet-configuration?
  (output-mode  greetd-wlgreet-configuration-output-mode (default "all"))
  (scale        greetd-wlgreet-configuration-scale (default 1))
  ;; Colours: red, green, blue and opacity, from 0 to 1.
  (background   greetd-wlgreet-configuration-background
                (default '(0 0 0 0.9)))
  (headline     greetd-wlgreet-configuration-headline (default '(1 1 1 1)))
  (prompt       greetd-wlgreet-configuration-prompt (default '(1 1 1 1)))
  (prompt-error greetd-wlgreet-configuration-prompt-error
                (default '(1 1 1 1)))
  (border       greetd-wlgreet-configuration-border (default '(1 1 1 1)))
  ;; These are part of the session now.
  (wlgreet      greetd-wlgreet-configuration-wlgreet (default #f)
                (sanitize (deprecated 'wlgreet "the session")))
  (command      greetd-wlgreet-configuration-command (default #f)
                (sanitize (deprecated 'command "the session")))
  (command-args greetd-wlgreet-configuration-command-args (default #f)
                (sanitize (deprecated 'command-args "the session")))
  (extra-env    greetd-wlgreet-configuration-extra-env (default #f)
                (sanitize (deprecated 'extra-env "the session"))))

;; Its old name.
(define-syntax-rule (greetd-wlgreet-session field ...)
  (greetd-wlgreet-configuration field ...))

(define-record-type* <greetd-wlgreet-sway-session>
  greetd-wlgreet-sway-session make-greetd-wlgreet-sway-session
  greetd-wlgreet-sway-session?
  (sway               greetd-wlgreet-sway-session-sway (default sway))
  (sway-configuration greetd-wlgreet-sway-session-sway-configuration
                      (default #f))
  (wlgreet            greetd-wlgreet-sway-session-wlgreet (default wlgreet))
  (wlgreet-configuration greetd-wlgreet-sway-session-wlgreet-configuration
                         (default (greetd-wlgreet-configuration)))
  (command            greetd-wlgreet-sway-session-command
                      (default (greetd-user-session)))
  ;; This is WLGREET-CONFIGURATION now.
  (wlgreet-session    greetd-wlgreet-sway-session-wlgreet-session
                      (default #f)
                      (sanitize (deprecated 'wlgreet-session
                                            "'wlgreet-configuration'"))))

(define-record-type* <greetd-gtkgreet-sway-session>
  greetd-gtkgreet-sway-session make-greetd-gtkgreet-sway-session
  greetd-gtkgreet-sway-session?
  (sway               greetd-gtkgreet-sway-session-sway (default sway))
  (sway-configuration greetd-gtkgreet-sway-session-sway-configuration
                      (default #f))
  (gtkgreet           greetd-gtkgreet-sway-session-gtkgreet
                      (default gtkgreet))
  (gtkgreet-style     greetd-gtkgreet-sway-session-gtkgreet-style
                      (default #f))
  (command            greetd-gtkgreet-sway-session-command
                      (default (greetd-user-session))))

;;;
;;; Programs that start sessions.
;;;

(define (user-session-program session)
  "Return the program that starts SESSION."
  (match-record session <greetd-user-session>
      (command command-args extra-env xdg-session-type xdg-env?)
    (program-file
     "greetd-user-session"
     #~(begin
         #$@(if xdg-env?
                #~((setenv "XDG_SESSION_TYPE" #$xdg-session-type)
                   (setenv "XDG_RUNTIME_DIR"
                           (string-append "/run/user/"
                                          (number->string (getuid)))))
                #~())
         (for-each (lambda (variable)
                     (setenv (car variable) (cdr variable)))
                   (list #$@(map (match-lambda
                                   ((name . value)
                                    #~(cons #$name #$value)))
                                 extra-env)))
         (execl #$command #$command #$@command-args)))))

(define (sway-program name sway extra-configuration greeter)
  "Return the program that runs the arguments GREETER within SWAY, configured by
the file EXTRA-CONFIGURATION, if any, too."
  (program-file
   name
   #~(execl #$(file-append sway "/bin/sway") "sway" "--config"
            #$(apply mixed-text-file "sway.conf"
                     `(,@(if extra-configuration
                             (list "include " extra-configuration "\n")
                             '())
                       "exec \""
                       ,@(append-map (lambda (argument)
                                       (list argument " "))
                                     greeter)
                       "; swaymsg exit\"\n")))))

(define (color->toml color)
  (string-append "[" (string-join (map number->string color) ", ") "]"))

(define (wlgreet.toml configuration command)
  "Return the file that makes the greeter start COMMAND."
  (match-record configuration <greetd-wlgreet-configuration>
      (output-mode scale background headline prompt prompt-error border)
    (mixed-text-file "wlgreet.toml"
                     "command = \"" command "\"\n"
                     "outputMode = \"" output-mode "\"\n"
                     "scale = " (number->string scale) "\n"
                     "background = " (color->toml background) "\n"
                     "headline = " (color->toml headline) "\n"
                     "prompt = " (color->toml prompt) "\n"
                     "promptErr = " (color->toml prompt-error) "\n"
                     "border = " (color->toml border) "\n")))

(define (session-command session)
  "Return the object that stands for the program of SESSION, a record of one of
the types above or a file-like object."
  (cond
   ((greetd-user-session? session)
    (user-session-program session))
   ((greetd-agreety-session? session)
    (match-record session <greetd-agreety-session> (agreety command)
      (program-file "agreety"
                    #~(execl #$(file-append agreety "/bin/agreety") "agreety"
                             "-c" #$(session-command command)))))
   ((greetd-wlgreet-sway-session? session)
    (match-record session <greetd-wlgreet-sway-session>
        (sway sway-configuration wlgreet wlgreet-configuration command)
      (sway-program "wlgreet-sway" sway sway-configuration
                    (list (file-append wlgreet "/bin/wlgreet") "--config"
                          (wlgreet.toml wlgreet-configuration
                                        (session-command command))))))
   ((greetd-gtkgreet-sway-session? session)
    (match-record session <greetd-gtkgreet-sway-session>
        (sway sway-configuration gtkgreet gtkgreet-style command)
      (sway-program "gtkgreet-sway" sway sway-configuration
                    `(,(file-append gtkgreet "/bin/gtkgreet") "-l"
                      ,@(if gtkgreet-style (list "-s" gtkgreet-style) '())
                      "-c" ,(session-command command)))))
   (else
    session)))

;;;
;;; The daemon.
;;;

(define-record-type* <greetd-terminal-configuration>
  greetd-terminal-configuration make-greetd-terminal-configuration
  greetd-terminal-configuration?
  (greetd           greetd-terminal-configuration-greetd (default greetd))
  (extra-shepherd-requirement
   greetd-terminal-configuration-extra-shepherd-requirement (default '()))
  (config-file-name greetd-terminal-configuration-config-file-name
                    (thunked)
                    (default (string-append
                              "config-"
                              (greetd-terminal-configuration-terminal-vt
                               this-record)
                              ".toml")))
  (log-file-name    greetd-terminal-configuration-log-file-name
                    (thunked)
                    (default (string-append
                              "/var/log/greetd-"
                              (greetd-terminal-configuration-terminal-vt
                               this-record)
                              ".log")))
  (terminal-vt      greetd-terminal-configuration-terminal-vt (default "7"))
  (terminal-switch  greetd-terminal-configuration-terminal-switch
                    (default #f))
  (source-profile?  greetd-terminal-configuration-source-profile?
                    (default #t))
  (default-session-user
    greetd-terminal-configuration-default-session-user (default "greeter"))
  (default-session-command
    greetd-terminal-configuration-default-session-command
    (default (greetd-agreety-session)))
  (initial-session-user
   greetd-terminal-configuration-initial-session-user (default #f))
  (initial-session-command
   greetd-terminal-configuration-initial-session-command (default #f)))

(define (terminal.toml configuration)
  "Return the file that configures the daemon on a terminal."
  (define (session name user command)
    (if (and user command)
        `("[" ,name "]\n"
          "user = \"" ,user "\"\n"
          "command = \"" ,(session-command command) "\"\n")
        '()))

  (match-record configuration <greetd-terminal-configuration>
      (terminal-vt terminal-switch source-profile? default-session-user
       default-session-command initial-session-user initial-session-command)
    (apply mixed-text-file
           (greetd-terminal-configuration-config-file-name configuration)
           `("[terminal]\n"
             "vt = " ,terminal-vt "\n"
             "switch = " ,(if terminal-switch "true" "false") "\n"
             "[general]\n"
             "source_profile = " ,(if source-profile? "true" "false") "\n"
             ,@(session "default_session"
                        default-session-user default-session-command)
             ,@(session "initial_session"
                        initial-session-user initial-session-command)))))

(define (terminal-shepherd-service configuration)
  "Return the service that runs the daemon on a terminal."
  (match-record configuration <greetd-terminal-configuration>
      (greetd extra-shepherd-requirement terminal-vt)
    (shepherd-service
     (documentation "Run greetd on a virtual terminal.")
     (provision (list (string->symbol (string-append "term-tty"
                                                     terminal-vt))))
     (requirement `(pam user-processes host-name udev virtual-terminal
                    ,@extra-shepherd-requirement))
     (start #~(make-forkexec-constructor
               (list #$(file-append greetd "/bin/greetd")
                     "-c" #$(terminal.toml configuration))
               #:log-file
               #$(greetd-terminal-configuration-log-file-name
                  configuration)))
     (stop #~(make-kill-destructor)))))

(define-record-type* <greetd-configuration>
  greetd-configuration make-greetd-configuration
  greetd-configuration?
  (motd                   greetd-configuration-motd
                          (default %default-motd))
  (allow-empty-passwords? greetd-configuration-allow-empty-passwords?
                          (default #t))
  (terminals              greetd-configuration-terminals
                          (default '()))
  (greeter-supplementary-groups
   greetd-configuration-greeter-supplementary-groups (default '())))

(define (greetd-accounts configuration)
  "Return the account that greeters run as."
  (list (user-group (name "greeter") (system? #t))
        (user-account
         (name "greeter")
         (group "greeter")
         (supplementary-groups
          (greetd-configuration-greeter-supplementary-groups configuration))
         (home-directory "/var/empty")
         (create-home-directory? #f)
         (shell (file-append shadow "/sbin/nologin"))
         (system? #t))))

(define %pam-mount-directory
  (file-system
    (device "none")
    (mount-point "/run/greetd/pam_mount")
    (type "tmpfs")
    (check? #f)
    (flags '(no-suid no-dev no-exec))
    (options "mode=0755")
    (create-mount-point? #t)))

;; Each session has a directory of its own, made and removed with it.
(define %pam-mount.conf
  (plain-file "greetd_pam_mount.conf.xml" "\
<?xml version=\"1.0\" encoding=\"utf-8\" ?>
<!DOCTYPE pam_mount SYSTEM \"pam_mount.conf.xml.dtd\">
<pam_mount>
  <volume sgrp=\"users\" fstype=\"tmpfs\" mountpoint=\"/run/user/%(USERUID)\"
          options=\"noexec,nosuid,nodev,size=1g,mode=0700,uid=%(USERUID),\
gid=%(USERGID)\" />
  <logout wait=\"0\" hup=\"0\" term=\"yes\" kill=\"no\" />
  <mkmountpoint enable=\"1\" remove=\"true\" />
</pam_mount>
"))

(define (greetd-pam-services configuration)
  "Return the PAM service of the daemon, and what mounts the directory of a
session."
  (match-record configuration <greetd-configuration>
      (motd allow-empty-passwords?)
    (list (unix-pam-service "greetd"
                            #:login-uid? #t
                            #:allow-empty-passwords? allow-empty-passwords?
                            #:motd motd)
          (pam-extension
           (transformer
            (lambda (pam)
              (if (string=? (pam-service-name pam) "greetd")
                  (pam-service
                   (inherit pam)
                   (session (append
                             (pam-service-session pam)
                             (list (pam-entry
                                    (control "optional")
                                    (module "pam_mount.so")
                                    (arguments '("disable_interactive")))))))
                  pam)))))))

(define greetd-service-type
  (service-type
   (name 'greetd)
   (extensions
    (list (service-extension account-service-type greetd-accounts)
          (service-extension file-system-service-type
                             (const (list %pam-mount-directory)))
          (service-extension activation-service-type
                             (const #~(begin
                                        (use-modules (guix build utils))
                                        (mkdir-p "/run/user")
                                        (chmod "/run/user" #o755))))
          (service-extension etc-service-type
                             (const
                              `(("security/greetd_pam_mount.conf.xml"
                                 ,%pam-mount.conf))))
          (service-extension pam-root-service-type greetd-pam-services)
          (service-extension shepherd-root-service-type
                             (lambda (configuration)
                               (map terminal-shepherd-service
                                    (greetd-configuration-terminals
                                     configuration))))))
   (default-value (greetd-configuration))
   (description "Log in through greeters that may be graphical.")))
