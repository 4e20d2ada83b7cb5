;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Parameters of the kernel.

(define-module (gnu services sysctl)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages linux) #:select (procps))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (sysctl-configuration
            sysctl-configuration?
            sysctl-configuration-sysctl
            sysctl-configuration-settings
            sysctl-service-type
            %default-sysctl-settings))

;; Users cannot make others follow their links.
(define %default-sysctl-settings
  '(("fs.protected_hardlinks" . "1")
    ("fs.protected_symlinks" . "1")))

(define-record-type* <sysctl-configuration>
  sysctl-configuration make-sysctl-configuration
  sysctl-configuration?
  (sysctl   sysctl-configuration-sysctl
            (default (file-append procps "/sbin/sysctl")))
  (settings sysctl-configuration-settings         ;alist of strings
            (default %default-sysctl-settings)))

(define (settings->file settings)
  "Return the file that SETTINGS, a list of (NAME . VALUE), stand for."
  (apply mixed-text-file "sysctl.conf"
         (append-map (match-lambda
                       ((name . value) (list name "=" value "\n")))
                     settings)))

(define (sysctl-shepherd-service configuration)
  "Return the service that sets the parameters once, at boot."
  (match-record configuration <sysctl-configuration> (sysctl settings)
    (shepherd-service
     (documentation "Set parameters of the kernel.")
     (provision '(sysctl))
     (one-shot? #t)
     (start #~(lambda _
                (zero? (system* #$sysctl "--load"
                                #$(settings->file settings))))))))

(define sysctl-service-type
  (service-type
   (name 'sysctl)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list sysctl-shepherd-service))))
   (compose concatenate)
   (extend (lambda (configuration settings)
             (sysctl-configuration
              (inherit configuration)
              (settings (append (sysctl-configuration-settings configuration)
                                settings)))))
   (default-value (sysctl-configuration))
   (description "Parameters of the kernel.  Contributions are lists of (NAME .
VALUE).")))
