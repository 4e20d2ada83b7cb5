;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Services: what an operating system offers, each a value of a service type.
;;; Types extend each other; the graph of services that results is folded into
;;; one: the system.

(define-module (gnu services)
  #:use-module (tintype services index)
  #:use-module (tintype services profile)
  #:use-module (tintype services types)
  #:use-module (tintype services graph)
  #:use-module (tintype services essential)
  #:re-export (service-extension
               service-extension?
               service-extension-target
               service-extension-compute

               service-type
               service-type?
               service-type-name
               service-type-extensions
               service-type-compose
               service-type-extend
               service-type-default-value
               service-type-description
               service-type-location
               index-service-type

               service
               service?
               service-kind
               service-value
               service-parameters
               simple-service
               remove-service-extensions
               modify-services
               delete
               validate-service-list
               service-back-edges
               instantiate-missing-services

               service-error?
               missing-value-service-error?
               missing-value-service-error-type
               missing-value-service-error-location
               missing-target-service-error?
               missing-target-service-error-service
               missing-target-service-error-target-type
               ambiguous-target-service-error?
               ambiguous-target-service-error-service
               ambiguous-target-service-error-target-type

               system-service-type
               boot-service-type
               %boot-service
               cleanup-service-type
               activation-service-type
               %activation-service
               activation-service->script
               provenance-service-type
               %linux-bare-metal-service
               %hurd-rc-script
               %hurd-startup-service

               etc-service-type
               etc-service
               etc-directory
               etc-profile-d-service-type
               etc-bashrc-d-service-type
               %default-bash-aliases
               %default-etc-bashrc-d-files
               vte-integration-service-type

               privileged-program-service-type
               setuid-program-service-type
               special-files-service-type
               extra-special-file
               profile-service-type
               firmware-service-type
               gc-root-service-type

               linux-builder-configuration
               linux-builder-configuration?
               linux-builder-configuration-kernel
               linux-builder-configuration-modules
               linux-builder-service-type
               linux-loadable-module-service-type)
  #:export (fold-services
            for-home))

;; Home environments are not made: what EXP makes for one is as it is for a system.
(define-syntax-rule (for-home exp ...)
  (let () exp ...))

(define* (fold-services services #:key (target-type system-service-type))
  "Return the service of TARGET-TYPE among SERVICES with all that the others
contribute to it, directly and through each other, made part of its value."
  (fold-services-of-type services target-type))
