;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What a container's runtime needs to know of an operating system: a service,
;;; so that every kind of image can be made of the same definition.  Only
;;; images of containers heed it.

(define-module (tintype container)
  #:use-module (tintype syntax)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu system)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (<container-configuration>
            container-configuration
            container-configuration?
            container-configuration-repository
            container-configuration-tag
            container-configuration-entry-point
            container-configuration-command
            container-configuration-environment-variables
            container-configuration-user
            container-configuration-working-directory
            container-configuration-exposed-ports
            container-configuration-volumes
            container-configuration-labels
            container-configuration-annotations
            container-configuration-stop-signal

            container-service-type
            operating-system-container-configuration
            container-configuration->plan))

(define (check-strings value field place)
  (if (and (list? value) (every string? value))
      value
      (raise-message place (G_ "~s: invalid '~a' value: not a list of strings")
                     value field)))

(define (pair-of-strings? value)
  (and (pair? value)
       (string? (car value))
       (string? (cdr value))))

(define (check-alist value field place)
  (if (and (list? value) (every pair-of-strings? value))
      value
      (raise-message place
                     (G_ "~s: invalid '~a' value: not an association list of \
strings")
                     value field)))

(define (check-string value field place)
  (if (or (not value) (string? value))
      value
      (raise-message place (G_ "~s: invalid '~a' value: not a string")
                     value field)))

(define-syntax-rule (validate-entry-point value)
  (check-strings value 'entry-point (current-source-location value)))
(define-syntax-rule (validate-command value)
  (check-strings value 'command (current-source-location value)))
(define-syntax-rule (validate-environment-variables value)
  (check-alist value 'environment-variables (current-source-location value)))
(define-syntax-rule (validate-user value)
  (check-string value 'user (current-source-location value)))
(define-syntax-rule (validate-working-directory value)
  (check-string value 'working-directory (current-source-location value)))
(define-syntax-rule (validate-exposed-ports value)
  (check-strings value 'exposed-ports (current-source-location value)))
(define-syntax-rule (validate-volumes value)
  (check-strings value 'volumes (current-source-location value)))
(define-syntax-rule (validate-labels value)
  (check-alist value 'labels (current-source-location value)))
(define-syntax-rule (validate-annotations value)
  (check-alist value 'annotations (current-source-location value)))
(define-syntax-rule (validate-stop-signal value)
  (check-string value 'stop-signal (current-source-location value)))

(define-record-type* <container-configuration>
  container-configuration make-container-configuration
  container-configuration?
  (repository            container-configuration-repository  ;string
                         (default "guix"))
  (tag                   container-configuration-tag         ;string
                         (default "latest"))
  ;; Program and arguments; the program that starts the system if empty.
  (entry-point           container-configuration-entry-point ;list of strings
                         (default '())
                         (sanitize validate-entry-point))
  (command               container-configuration-command     ;list of strings
                         (default '())
                         (sanitize validate-command))
  (environment-variables container-configuration-environment-variables
                         (default '())            ;alist of strings
                         (sanitize validate-environment-variables))
  (user                  container-configuration-user        ;string | #f
                         (default #f)
                         (sanitize validate-user))
  (working-directory     container-configuration-working-directory
                         (default #f)             ;string | #f
                         (sanitize validate-working-directory))
  (exposed-ports         container-configuration-exposed-ports
                         (default '())            ;list of "PORT/PROTOCOL"
                         (sanitize validate-exposed-ports))
  (volumes               container-configuration-volumes     ;list of strings
                         (default '())
                         (sanitize validate-volumes))
  (labels                container-configuration-labels      ;alist of strings
                         (default '())
                         (sanitize validate-labels))
  ;; Those of an OCI manifest.
  (annotations           container-configuration-annotations ;alist of strings
                         (default '())
                         (sanitize validate-annotations))
  (stop-signal           container-configuration-stop-signal ;string | #f
                         (default #f)
                         (sanitize validate-stop-signal)))

(define container-service-type
  (service-type
   (name 'container)
   (extensions '())
   (default-value (container-configuration))
   (description "What a container's runtime needs to know of this system: its
entry point, environment, labels, and so on.")))

(define (operating-system-container-configuration os)
  "Return the container configuration of OS, or the default one."
  (match (filter (lambda (service)
                   (eq? (service-kind service) container-service-type))
                 (operating-system-user-services os))
    ((service . _) (service-value service))
    (() (container-configuration))))

(define (container-configuration->plan configuration)
  "Return the data of CONFIGURATION."
  (define (pairs alist)
    (map (match-lambda ((name . value) (list name value))) alist))

  (match-record configuration <container-configuration>
    (repository tag entry-point command environment-variables user
                working-directory exposed-ports volumes labels annotations
                stop-signal)
    `((repository ,repository)
      (tag ,tag)
      (entry-point ,entry-point)
      (command ,command)
      (environment ,(map (match-lambda
                           ((name . value) (string-append name "=" value)))
                         environment-variables))
      (user ,user)
      (working-directory ,working-directory)
      (exposed-ports ,exposed-ports)
      (volumes ,volumes)
      (labels ,(pairs labels))
      (annotations ,(pairs annotations))
      (stop-signal ,stop-signal))))
