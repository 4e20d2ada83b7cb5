;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The accounts and groups of every system, what a new home directory holds,
;;; and the services that make accounts.

(define-module (gnu system shadow)
  #:use-module (tintype services skeletons)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system accounts)
  #:use-module ((gnu system file-systems) #:select (%tty-gid))
  #:use-module ((gnu packages admin) #:select (shadow))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (<user-account>
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

               default-skeletons
               skeleton-directory
               %default-bash-profile
               %default-bashrc
               %default-dotguile
               %default-gdbinit
               %default-nanorc
               %default-skeleton-home-config
               %default-xdefaults
               %default-zprofile)
  #:export (%base-groups
            %base-user-accounts
            account-service-type
            account-service

            subids-configuration
            subids-configuration?
            subids-configuration-add-root?
            subids-configuration-subgids
            subids-configuration-subuids
            subids-extension
            subids-extension?
            subids-extension-subgids
            subids-extension-subuids
            subids-service-type))

;; What udev and devpts rules rely on.
(define %base-groups
  (cons* (user-group (name "root") (id 0) (system? #t))
         (user-group (name "wheel") (system? #t))
         (user-group (name "users") (system? #t))
         (user-group (name "nogroup") (system? #t))
         (user-group (name "tty") (id %tty-gid) (system? #t))
         (map (lambda (name)
                (user-group (name name) (system? #t)))
              '("dialout" "kmem" "input" "video" "audio" "netdev" "lp" "disk"
                "floppy" "cdrom" "tape" "kvm" "sgx"))))

(define %base-user-accounts
  (list (user-account
         (name "nobody")
         (uid 65534)
         (group "nogroup")
         (shell (file-append shadow "/sbin/nologin"))
         (home-directory "/nonexistent")
         (create-home-directory? #f)
         (system? #t))))


;;;
;;; Accounts.
;;;

(define (duplicates strings)
  "Return the list of those of STRINGS that occur more than once."
  (let loop ((strings strings) (result '()))
    (match strings
      (() (reverse result))
      ((head . tail)
       (loop tail
             (if (and (member head tail) (not (member head result)))
                 (cons head result)
                 result))))))

(define (assert-unique names text)
  "Raise an error, TEXT and the names, if some of NAMES occur more than once."
  (let ((names (duplicates names)))
    (unless (null? names)
      (raise (formatted-message (string-append text "~{ ~a~}~%") names)))))

(define (assert-declared-groups users groups)
  "Raise an error if one of USERS is in a group that is none of GROUPS."
  (define (declared? group)
    (any (if (string? group)
             (lambda (declared) (string=? group (user-group-name declared)))
             (lambda (declared) (eqv? group (user-group-id declared))))
         groups))

  (define (assert-declared kind group user)
    (unless (declared? group)
      (raise (condition
              (&message
               (message
                (string-append kind " group '"
                               (if (string? group)
                                   group
                                   (number->string group))
                               "' of user '" (user-account-name user)
                               "' is undeclared")))))))

  (for-each (lambda (user)
              (assert-declared "primary" (user-account-group user) user)
              (for-each (lambda (group)
                          (assert-declared "supplementary" group user))
                        (user-account-supplementary-groups user)))
            users))

(define (account->gexp account)
  "Return a gexp that gives ACCOUNT as 'sexp->user-account' takes it."
  #~(list #$(user-account-name account)
          #$(user-account-uid account)
          #$(user-account-group account)
          '#$(user-account-supplementary-groups account)
          #$(user-account-comment account)
          #$(user-account-home-directory account)
          #$(user-account-create-home-directory? account)
          #$(user-account-shell account)
          #$(user-account-password account)
          #$(user-account-system? account)))

(define (group->gexp group)
  "Return a gexp that gives GROUP as 'sexp->user-group' takes it."
  #~(list #$(user-group-name group)
          #$(user-group-password group)
          #$(user-group-id group)
          #$(user-group-system? group)))

(define (accounts-and-groups things)
  "Return the accounts and the groups among THINGS, as two values, each of them
once."
  (let ((accounts (delete-duplicates (filter user-account? things) eq?))
        (groups   (delete-duplicates (filter user-group? things) eq?)))
    (values accounts groups)))

(define (account-activation things)
  "Return a gexp that makes the accounts and groups among THINGS."
  (call-with-values (lambda () (accounts-and-groups things))
    (lambda (accounts groups)
      (assert-unique (map user-account-name accounts)
                     (G_ "the following accounts appear more than once:"))
      (assert-unique (map user-group-name groups)
                     (G_ "the following groups appear more than once:"))
      (assert-declared-groups accounts groups)
      #~(begin
          (use-modules (gnu build activation)
                       (gnu system accounts))
          (activate-users+groups
           (map sexp->user-account (list #$@(map account->gexp accounts)))
           (map sexp->user-group (list #$@(map group->gexp groups))))))))

(define (account-shepherd-services things)
  "Return the service that makes the home directories of the accounts among
THINGS once their file systems are there."
  (list (shepherd-service
         (provision '(user-homes))
         (requirement '(file-systems))
         (one-shot? #t)
         (modules '((gnu build activation)
                    (gnu system accounts)))
         (start #~(lambda ()
                    (activate-user-home
                     (map sexp->user-account
                          (list #$@(map account->gexp
                                        (filter user-account? things)))))
                    #t))
         (documentation "Make the home directories of users."))))

(define (shells-file things)
  "Return the file that lists the shells of the accounts among THINGS."
  (apply mixed-text-file "shells"
         (append-map (lambda (shell)
                       (list shell "\n"))
                     (delete-duplicates
                      (cons* (default-shell)
                             "/bin/sh"
                             "/run/current-system/profile/bin/sh"
                             "/run/current-system/profile/bin/bash"
                             (map user-account-shell
                                  (filter user-account? things)))))))

(define (account-etc-files things)
  "Return the entries in /etc that accounts and new home directories need."
  (list (list "skel" (skeleton-directory (filter pair? things)))
        (list "shells" (shells-file things))))

;; The value is a list of accounts, groups and skeletons.
(define account-service-type
  (service-type
   (name 'account)
   (extensions
    (list (service-extension activation-service-type account-activation)
          (service-extension shepherd-root-service-type
                             account-shepherd-services)
          (service-extension user-processes-service-type
                             (const '(user-homes)))
          (service-extension etc-service-type account-etc-files)))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "User accounts and groups.  Contributions are lists of
'user-account' and 'user-group' records, and of (NAME FILE) for the files of new
home directories.")))

(define (account-service accounts+groups skeletons)
  "Return the service of ACCOUNTS+GROUPS and of SKELETONS, a list of (NAME
FILE): the files of new home directories."
  (service account-service-type (append skeletons accounts+groups)))


;;;
;;; Subordinate IDs.
;;;

(define-record-type* <subids-configuration>
  subids-configuration make-subids-configuration
  subids-configuration?
  (add-root? subids-configuration-add-root?
             (default #t))
  (subgids   subids-configuration-subgids         ;list of <subid-range>
             (default '()))
  (subuids   subids-configuration-subuids         ;list of <subid-range>
             (default '())))

(define-record-type* <subids-extension>
  subids-extension make-subids-extension
  subids-extension?
  (subgids subids-extension-subgids
           (default '()))
  (subuids subids-extension-subuids
           (default '())))

(define (subids-activation configuration)
  "Return a gexp that writes /etc/subuid and /etc/subgid."
  (define (range->sexp range)
    (list (subid-range-name range)
          (subid-range-start range)
          (subid-range-count range)))

  (define (all-ranges ranges)
    (map range->sexp
         (if (and (subids-configuration-add-root? configuration)
                  (not (any (lambda (range)
                              (string=? "root" (subid-range-name range)))
                            ranges)))
             (cons (subid-range (name "root")) ranges)
             ranges)))

  #~(begin
      (use-modules (gnu build activation)
                   (gnu system accounts))
      (activate-subuids+subgids
       (map sexp->subid-range
            '#$(all-ranges (subids-configuration-subuids configuration)))
       (map sexp->subid-range
            '#$(all-ranges (subids-configuration-subgids configuration))))))

(define subids-service-type
  (service-type
   (name 'subids)
   (extensions
    (list (service-extension activation-service-type subids-activation)))
   (compose (lambda (extensions)
              (subids-extension
               (subgids (append-map subids-extension-subgids extensions))
               (subuids (append-map subids-extension-subuids extensions)))))
   (extend (lambda (configuration extension)
             (subids-configuration
              (inherit configuration)
              (subgids (append (subids-configuration-subgids configuration)
                               (subids-extension-subgids extension)))
              (subuids (append (subids-configuration-subuids configuration)
                               (subids-extension-subuids extension))))))
   (default-value (subids-configuration))
   (description "Ranges of user and group IDs that users may hand out, as
containers do.")))
