;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Guests that share the pointer and the clipboard with their host.

(define-module (gnu services spice)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages spice) #:select (spice-vdagent))
  #:export (spice-vdagent-configuration
            spice-vdagent-configuration?
            spice-vdagent-service-type
            spice-vdagent-service))

(define-record-type* <spice-vdagent-configuration>
  spice-vdagent-configuration make-spice-vdagent-configuration
  spice-vdagent-configuration?
  (spice-vdagent spice-vdagent-configuration-spice-vdagent
                 (default spice-vdagent)))

(define (spice-vdagent-shepherd-service configuration)
  "Return the service that runs the agent."
  (shepherd-service
   (documentation "Share the pointer and clipboard with the host.")
   (provision '(spice-vdagentd))
   (requirement '(user-processes dbus-system))
   (start #~(lambda args
              (mkdir-p "/run/spice-vdagentd")
              (false-if-exception
               (delete-file "/run/spice-vdagentd/spice-vdagent-sock"))
              (fork+exec-command
               (list #$(file-append
                        (spice-vdagent-configuration-spice-vdagent
                         configuration)
                        "/sbin/spice-vdagentd")
                     "-x"))))
   (stop #~(make-kill-destructor))))

(define spice-vdagent-service-type
  (service-type
   (name 'spice-vdagent)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list spice-vdagent-shepherd-service))
          (service-extension
           profile-service-type
           (compose list spice-vdagent-configuration-spice-vdagent))))
   (default-value (spice-vdagent-configuration))
   (description "Share the pointer, the clipboard and the size of the screen
with the host.")))

(define* (spice-vdagent-service #:optional
                                (configuration (spice-vdagent-configuration)))
  "Return the service that runs the agent."
  (service spice-vdagent-service-type configuration))
