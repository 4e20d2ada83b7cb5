;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The Shepherd: the first process and the services that it looks after.

(define-module (gnu services shepherd)
  #:use-module (tintype services shepherd)
  #:use-module (tintype services shepherd-services)
  #:re-export (shepherd-configuration
               shepherd-configuration?
               shepherd-configuration-shepherd
               shepherd-configuration-services
               shepherd-root-service-type
               %shepherd-root-service
               shepherd-service-type
               shepherd-service
               shepherd-service?
               shepherd-service-documentation
               shepherd-service-provision
               shepherd-service-canonical-name
               shepherd-service-requirement
               shepherd-service-one-shot?
               shepherd-service-respawn?
               shepherd-service-respawn-limit
               shepherd-service-respawn-delay
               shepherd-service-free-form
               shepherd-service-start
               shepherd-service-stop
               shepherd-service-actions
               shepherd-service-auto-start?
               shepherd-service-modules
               %default-modules
               shepherd-action
               shepherd-action?
               shepherd-action-name
               shepherd-action-documentation
               shepherd-action-procedure
               shepherd-configuration-action
               shepherd-trigger-action
               shepherd-service-file
               shepherd-service-lookup-procedure
               shepherd-service-back-edges
               shepherd-service-upgrade
               assert-valid-graph
               user-processes-service-type
               shepherd-timer-service-type
               shepherd-transient-service-type
               shepherd-timer
               system-log-configuration
               system-log-configuration?
               system-log-configuration-provision
               system-log-configuration-requirement
               system-log-configuration-kernel-log-file
               system-log-configuration-message-destination
               system-log-configuration-date-format
               system-log-configuration-history-size
               system-log-configuration-max-silent-time
               shepherd-system-log-service-type))
