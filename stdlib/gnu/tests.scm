;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Systems to be tested, and tests of them.  They are described here; none is run.

(define-module (gnu tests)
  #:use-module (guix diagnostics)
  #:use-module (guix records)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system shadow)
  #:export (%simple-os
            simple-operating-system

            system-test
            system-test?
            system-test-name
            system-test-value
            system-test-description
            system-test-location))

(define %simple-os
  (operating-system
    (host-name "komputilo")
    (timezone "Europe/Berlin")
    (locale "en_US.UTF-8")
    (bootloader (bootloader-configuration
                 (bootloader grub-bootloader)
                 (targets '("/dev/sdX"))))
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (kernel-arguments (delete "quiet" %default-kernel-arguments))
    (firmware '())
    (users (cons (user-account
                  (name "alice")
                  (comment "Bob's sister")
                  (group "users")
                  (supplementary-groups '("wheel" "audio" "video")))
                 %base-user-accounts))))

;; That system with more services.
(define-syntax-rule (simple-operating-system user-services ...)
  (operating-system
    (inherit %simple-os)
    (services (cons* user-services ... %base-services))))

(define-record-type* <system-test> system-test make-system-test
  system-test?
  (name        system-test-name)                  ;string
  (value       system-test-value)                 ;monadic
  (description system-test-description)           ;string
  (location    %system-test-location (innate)
               (default (current-source-location))))

(define (system-test-location test)
  "Return the place where TEST is defined, or #f."
  (source-properties->location (%system-test-location test)))
