;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Pluggable authentication: what is asked of whom before a program lets a user
;;; in.  See pam.conf(5).

(define-module (gnu system pam)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system privilege)
  #:use-module ((gnu packages linux) #:select (linux-pam))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (pam-service
            pam-service?
            pam-service-name
            pam-service-account
            pam-service-auth
            pam-service-password
            pam-service-session

            pam-entry
            pam-entry?
            pam-entry-control
            pam-entry-module
            pam-entry-arguments

            pam-extension
            pam-extension?
            pam-extension-transformer
            pam-extension-shepherd-requirements

            pam-limits-entry
            pam-limits-entry?
            pam-limits-entry-domain
            pam-limits-entry-type
            pam-limits-entry-item
            pam-limits-entry-value
            pam-limits-entry->string

            pam-services->directory
            unix-pam-service
            base-pam-services

            session-environment-service
            session-environment-service-type
            pam-root-service-type
            pam-root-service))

;; What the program NAME asks: each other field is a list of <pam-entry>.
(define-record-type* <pam-service>
  pam-service make-pam-service
  pam-service?
  (name     pam-service-name)
  (account  pam-service-account
            (default '()))
  (auth     pam-service-auth
            (default '()))
  (password pam-service-password
            (default '()))
  (session  pam-service-session
            (default '())))

(define-record-type* <pam-entry>
  pam-entry make-pam-entry
  pam-entry?
  (control   pam-entry-control)
  (module    pam-entry-module)                    ;string | file-like
  (arguments pam-entry-arguments                  ;list of string | gexp
             (default '())))

;; A change to every service: TRANSFORMER takes a <pam-service> and returns one.
(define-record-type* <pam-extension>
  pam-extension make-pam-extension
  pam-extension?
  (transformer           pam-extension-transformer)
  (shepherd-requirements pam-extension-shepherd-requirements
                         (default '())))

;;;
;;; Limits: limits.conf(5).
;;;

(define-record-type <pam-limits-entry>
  (make-pam-limits-entry domain type item value)
  pam-limits-entry?
  (domain pam-limits-entry-domain)                ;string
  (type   pam-limits-entry-type)                  ;symbol
  (item   pam-limits-entry-item)                  ;symbol
  (value  pam-limits-entry-value))                ;integer | symbol

(define %limit-items
  '(core data fsize memlock nofile rss stack cpu nproc as maxlogins maxsyslogins
    priority locks sigpending msgqueue nice rtprio))

(define (valid-limit? item value)
  (cond ((eq? item 'priority) (integer? value))
        ((eq? item 'nice)     (and (integer? value) (<= -20 value 19)))
        (else                 (or (and (integer? value) (>= value -1))
                                  (memq value '(unlimited infinity))))))

(define (pam-limits-entry domain type item value)
  "Return the limit of VALUE to ITEM for DOMAIN: a user, '@' and a group, or '*'.
TYPE is 'soft', 'hard' or 'both'."
  (cond ((not (memq type '(soft hard both)))
         (error "invalid limit type" type))
        ((not (memq item %limit-items))
         (error "invalid limit item" item))
        ((not (valid-limit? item value))
         (error "invalid limit value" value))
        (else
         (make-pam-limits-entry domain type item value))))

(define (pam-limits-entry->string entry)
  "Return ENTRY as a line of limits.conf, without the end of the line."
  (string-join (list (pam-limits-entry-domain entry)
                     (match (pam-limits-entry-type entry)
                       ('both "-")
                       (type (symbol->string type)))
                     (symbol->string (pam-limits-entry-item entry))
                     (match (pam-limits-entry-value entry)
                       ((? symbol? value) (symbol->string value))
                       (value (number->string value))))
               "\t"))

;;;
;;; The files in pam.d.
;;;

(define (entry->text type entry)
  "Return ENTRY of TYPE as the parts of a line of text."
  `(,type " " ,(pam-entry-control entry) " " ,(pam-entry-module entry)
    ,@(append-map (lambda (argument) (list " " argument))
                  (pam-entry-arguments entry))
    "\n"))

(define (pam-service->file service)
  "Return the file in pam.d that configures SERVICE."
  (apply mixed-text-file (pam-service-name service)
         (append-map (match-lambda
                       ((type entries-of)
                        (append-map (lambda (entry) (entry->text type entry))
                                    (entries-of service))))
                     `(("account" ,pam-service-account)
                       ("auth" ,pam-service-auth)
                       ("password" ,pam-service-password)
                       ("session" ,pam-service-session)))))

(define (pam-services->directory services)
  "Return the directory with a file for each of SERVICES."
  (file-union "pam.d"
              (map (lambda (service)
                     (list (pam-service-name service)
                           (pam-service->file service)))
                   services)))

;;;
;;; Common services.
;;;

(define* (required module #:optional (arguments '()))
  (pam-entry
   (control "required")
   (module module)
   (arguments arguments)))

;; Whatever has no rule of its own is refused.
(define %pam-other-service
  (let ((deny (list (required "pam_deny.so"))))
    (pam-service
     (name "other")
     (account deny)
     (auth deny)
     (password deny)
     (session deny))))

(define* (unix-pam-service name #:key allow-empty-passwords? allow-root?
                           motd login-uid? gnupg?)
  "Return the service of the program NAME that knows users from /etc/passwd and
/etc/shadow.  ALLOW-EMPTY-PASSWORDS? lets in those without a password,
ALLOW-ROOT? asks root for none.  MOTD, a file-like object, is shown at login.
LOGIN-UID? marks the session with the user's ID, and GNUPG? unlocks their keys."
  (define unix
    (required "pam_unix.so"))

  (define root-ok
    (pam-entry
     (control "sufficient")
     (module "pam_rootok.so")))

  (pam-service
   (name name)
   (account (list unix))
   (auth `(,@(if allow-root? (list root-ok) '())
           ,(if allow-empty-passwords?
                (required "pam_unix.so" '("nullok"))
                unix)
           ,@(if gnupg?
                 (list (required "pam_gnupg.so"))
                 '())))
   (password (list (required "pam_unix.so" '("sha512" "shadow"))))
   (session `(,@(if motd
                    (list (pam-entry
                           (control "optional")
                           (module "pam_motd.so")
                           (arguments
                            (list #~(string-append "motd=" #$motd)))))
                    '())
              ,@(if login-uid?
                    (list (required "pam_loginuid.so"))
                    '())
              ,(required "pam_env.so")
              ,unix
              ,@(if gnupg?
                    (list (required "pam_gnupg.so"))
                    '())))))

(define (root-ok-service name)
  "Return the service of the program NAME, which root uses without being asked."
  (let ((unix (list (required "pam_unix.so"))))
    (pam-service
     (name name)
     (account unix)
     (auth (list (pam-entry
                  (control "sufficient")
                  (module "pam_rootok.so"))))
     (password unix)
     (session unix))))

(define* (base-pam-services #:key allow-empty-passwords?)
  "Return the services of the programs of every system."
  (append (list %pam-other-service)
          (map (lambda (name)
                 (unix-pam-service
                  name #:allow-empty-passwords? allow-empty-passwords?))
               '("passwd" "chfn" "sudo"))
          (list (unix-pam-service
                 "su" #:allow-root? #t
                 #:allow-empty-passwords? allow-empty-passwords?))
          (map root-ok-service
               '("useradd" "userdel" "usermod"
                 "groupadd" "groupdel" "groupmod"))))

;;;
;;; Services.
;;;

(define (environment-file variables)
  "Return the file that defines VARIABLES, a list of (NAME . VALUE), for
sessions."
  (apply mixed-text-file "environment"
         (append-map (match-lambda
                       ((name . value) (list name "=" value "\n")))
                     variables)))

(define session-environment-service-type
  (service-type
   (name 'session-environment)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (variables)
                               `(("environment"
                                  ,(environment-file variables)))))))
   (compose concatenate)
   (extend append)
   (description "Environment variables of every session.  Contributions are
lists of (NAME . VALUE).")))

(define (session-environment-service variables)
  "Return the service of VARIABLES, a list of (NAME . VALUE)."
  (service session-environment-service-type variables))

(define-record-type* <pam-configuration>
  pam-configuration make-pam-configuration
  pam-configuration?
  (services              pam-configuration-services)
  (transformers          pam-configuration-transformers)
  (shepherd-requirements pam-configuration-shepherd-requirements))

(define (pam-etc-files configuration)
  "Return the pam.d entry of /etc: every service after all transformers."
  (define transform
    (apply compose identity (pam-configuration-transformers configuration)))

  `(("pam.d" ,(pam-services->directory
               (map transform (pam-configuration-services configuration))))))

(define (pam-shepherd-services configuration)
  "Return the service to be required by what logs users in."
  (list (shepherd-service
         (provision '(pam))
         (requirement (pam-configuration-shepherd-requirements configuration))
         (documentation "Await what PAM modules need."))))

(define (extension-of thing)
  "Return THING, a <pam-extension> or, as it once was, a bare transformer, as a
<pam-extension>."
  (if (procedure? thing)
      (begin
        (warning (G_ "contributions to 'pam-root-service-type' should be \
'pam-extension' records~%"))
        (pam-extension (transformer thing)))
      thing))

(define (extend-pam-configuration configuration contributions)
  "Return CONFIGURATION with the services and extensions of CONTRIBUTIONS."
  (let ((services   (filter pam-service? contributions))
        (extensions (map extension-of (remove pam-service? contributions))))
    (pam-configuration
     (services (append (pam-configuration-services configuration) services))
     (transformers (append (pam-configuration-transformers configuration)
                           (map pam-extension-transformer extensions)))
     (shepherd-requirements
      (append (pam-configuration-shepherd-requirements configuration)
              (append-map pam-extension-shepherd-requirements extensions))))))

(define pam-root-service-type
  (service-type
   (name 'pam)
   (extensions
    (list (service-extension privileged-program-service-type
                             (const (list (file-like->setuid-program
                                           (file-append
                                            linux-pam "/sbin/unix_chkpwd")))))
          (service-extension etc-service-type pam-etc-files)
          (service-extension shepherd-root-service-type
                             pam-shepherd-services)))
   (compose concatenate)
   (extend extend-pam-configuration)
   (description "Authentication of users.  Contributions are lists of
'pam-service' and 'pam-extension' records.")))

(define* (pam-root-service base #:key (transformers '())
                           (shepherd-requirements '()))
  "Return the service of BASE, a list of <pam-service>, each changed by
TRANSFORMERS, that waits for SHEPHERD-REQUIREMENTS."
  (service pam-root-service-type
           (pam-configuration
            (services base)
            (transformers transformers)
            (shepherd-requirements shepherd-requirements))))
