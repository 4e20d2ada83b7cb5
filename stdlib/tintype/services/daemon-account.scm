;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The accounts that daemons run as.

(define-module (tintype services daemon-account)
  #:use-module (guix gexp)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (shadow))
  #:export (daemon-user
            daemon-accounts))

(define* (daemon-user name comment
                      #:key (group name) (home-directory "/var/empty")
                      (create-home-directory? #t))
  "Return the account NAME of a daemon: COMMENT tells which."
  (user-account
   (name name)
   (group group)
   (comment comment)
   (home-directory home-directory)
   (create-home-directory? create-home-directory?)
   (shell (file-append shadow "/sbin/nologin"))
   (system? #t)))

(define* (daemon-accounts name comment
                          #:key (home-directory "/var/empty")
                          (create-home-directory? #t))
  "Return the group NAME and the account of the same name, of a daemon: COMMENT
tells which."
  (list (user-group
         (name name)
         (system? #t))
        (daemon-user name comment
                     #:home-directory home-directory
                     #:create-home-directory? create-home-directory?)))
