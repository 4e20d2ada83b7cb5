;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; elogind: sessions, seats, and what power keys do.

(define-module (tintype services elogind)
  #:use-module (tintype services checks)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services dbus)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system pam)
  #:use-module ((gnu packages freedesktop) #:select (elogind))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (elogind-configuration
            elogind-configuration?
            elogind-service-type))

(define %actions
  '(ignore poweroff reboot halt kexec suspend hibernate hybrid-sleep
    suspend-then-hibernate lock))

(define (action? value)
  (memq value %actions))

(define (natural? value)
  (and (integer? value) (>= value 0)))

(define (percent? value)
  (and (number? value) (<= 0 value 100)))

(define (symbols-among allowed)
  "Return the predicate that is true of lists of symbols of ALLOWED."
  (list-of (lambda (value) (memq value allowed))))

(define maybe-action?  (maybe action?))
(define maybe-boolean? (maybe boolean?))
(define maybe-natural? (maybe natural?))
(define maybe-names?   (maybe list-of-strings?))

;; Fields stand for keys of logind.conf(5) and sleep.conf.d(5).
(define-record-type* <elogind-configuration>
  elogind-configuration make-elogind-configuration
  elogind-configuration?
  (elogind elogind-configuration-elogind
           (default elogind)
           (sanitize (checked file-like? 'elogind)))
  (system-sleep-hook-files elogind-system-sleep-hook-files
                           (default '())
                           (sanitize (checked (list-of file-like?)
                                              'system-sleep-hook-files)))
  (system-shutdown-hook-files elogind-system-shutdown-hook-files
                              (default '())
                              (sanitize (checked (list-of file-like?)
                                                 'system-shutdown-hook-files)))
  (allow-power-off-interrupts? elogind-allow-power-off-interrupts?
                               (default #f)
                               (sanitize (checked
                                          maybe-boolean?
                                          'allow-power-off-interrupts?)))
  (allow-suspend-interrupts? elogind-allow-suspend-interrupts?
                             (default #f)
                             (sanitize (checked maybe-boolean?
                                                'allow-suspend-interrupts?)))
  (broadcast-power-off-interrupts? elogind-broadcast-power-off-interrupts?
                                   (default #f)
                                   (sanitize
                                    (checked
                                     maybe-boolean?
                                     'broadcast-power-off-interrupts?)))
  (broadcast-suspend-interrupts? elogind-broadcast-suspend-interrupts?
                                 (default #f)
                                 (sanitize
                                  (checked maybe-boolean?
                                           'broadcast-suspend-interrupts?)))
  (kill-user-processes? elogind-kill-user-processes?
                        (default #f)
                        (sanitize (checked maybe-boolean?
                                           'kill-user-processes?)))
  (kill-only-users elogind-kill-only-users
                   (default %unset-value)
                   (sanitize (checked maybe-names? 'kill-only-users)))
  (kill-exclude-users elogind-kill-exclude-users
                      (default '("root"))
                      (sanitize (checked maybe-names? 'kill-exclude-users)))
  (inhibit-delay-max-seconds elogind-inhibit-delay-max-seconds
                             (default 5)
                             (sanitize (checked maybe-natural?
                                                'inhibit-delay-max-seconds)))
  (handle-power-key elogind-handle-power-key
                    (default 'poweroff)
                    (sanitize (checked maybe-action? 'handle-power-key)))
  (handle-suspend-key elogind-handle-suspend-key
                      (default 'suspend)
                      (sanitize (checked maybe-action? 'handle-suspend-key)))
  (handle-hibernate-key elogind-handle-hibernate-key
                        (default 'hibernate)
                        (sanitize (checked maybe-action?
                                           'handle-hibernate-key)))
  (handle-lid-switch elogind-handle-lid-switch
                     (default 'suspend)
                     (sanitize (checked maybe-action? 'handle-lid-switch)))
  (handle-lid-switch-docked elogind-handle-lid-switch-docked
                            (default 'ignore)
                            (sanitize (checked maybe-action?
                                               'handle-lid-switch-docked)))
  (handle-lid-switch-external-power elogind-handle-lid-switch-external-power
                                    (default 'suspend)
                                    (sanitize
                                     (checked
                                      maybe-action?
                                      'handle-lid-switch-external-power)))
  (power-key-ignore-inhibited? elogind-power-key-ignore-inhibited?
                               (default #f)
                               (sanitize (checked
                                          maybe-boolean?
                                          'power-key-ignore-inhibited?)))
  (suspend-key-ignore-inhibited? elogind-suspend-key-ignore-inhibited?
                                 (default #f)
                                 (sanitize (checked
                                            maybe-boolean?
                                            'suspend-key-ignore-inhibited?)))
  (hibernate-key-ignore-inhibited? elogind-hibernate-key-ignore-inhibited?
                                   (default #f)
                                   (sanitize
                                    (checked
                                     maybe-boolean?
                                     'hibernate-key-ignore-inhibited?)))
  (lid-switch-ignore-inhibited? elogind-lid-switch-ignore-inhibited?
                                (default #f)
                                (sanitize (checked
                                           maybe-boolean?
                                           'lid-switch-ignore-inhibited?)))
  (holdoff-timeout-seconds elogind-holdoff-timeout-seconds
                           (default 30)
                           (sanitize (checked maybe-natural?
                                              'holdoff-timeout-seconds)))
  (idle-action elogind-idle-action
               (default 'ignore)
               (sanitize (checked maybe-action? 'idle-action)))
  (idle-action-seconds elogind-idle-action-seconds
                       (default %unset-value)
                       (sanitize (checked maybe-natural?
                                          'idle-action-seconds)))
  (runtime-directory-size-percent elogind-runtime-directory-size-percent
                                  (default %unset-value)
                                  (sanitize
                                   (checked (maybe percent?)
                                            'runtime-directory-size-percent)))
  (runtime-directory-size elogind-runtime-directory-size ;bytes
                          (default %unset-value)
                          (sanitize (checked maybe-natural?
                                             'runtime-directory-size)))
  (remove-ipc? elogind-remove-ipc?
               (default #t)
               (sanitize (checked maybe-boolean? 'remove-ipc?)))
  (suspend-state elogind-suspend-state
                 (default '(mem standby freeze))
                 (sanitize (checked (maybe (symbols-among
                                            '(mem standby freeze)))
                                    'suspend-state)))
  (suspend-mode elogind-suspend-mode
                (default %unset-value)
                (sanitize (checked (maybe list-of-symbols?) 'suspend-mode)))
  (suspend-estimation-seconds elogind-suspend-estimation-seconds
                              (default 3600)
                              (sanitize (checked
                                         maybe-natural?
                                         'suspend-estimation-seconds)))
  (hibernate-mode elogind-hibernate-mode
                  (default '(platform shutdown))
                  (sanitize (checked (maybe list-of-symbols?)
                                     'hibernate-mode)))
  (hibernate-delay-seconds elogind-hibernate-delay-seconds
                           (default %unset-value)
                           (sanitize (checked maybe-natural?
                                              'hibernate-delay-seconds)))
  (hibernate-state elogind-hibernate-state
                   (default %unset-value)
                   (sanitize (checked maybe-names? 'hibernate-state)))
  (hybrid-sleep-state elogind-hybrid-sleep-state
                      (default %unset-value)
                      (sanitize (checked maybe-names? 'hybrid-sleep-state)))
  (hybrid-sleep-mode elogind-hybrid-sleep-mode
                     (default %unset-value)
                     (sanitize (checked maybe-names? 'hybrid-sleep-mode))))

(define (value->string value)
  "Return VALUE as it stands in a configuration file."
  (match value
    (#t "yes")
    (#f "no")
    ((? number?) (number->string value))
    ((? symbol?) (symbol->string value))
    ((? string?) value)
    ((? list?)   (string-join (map value->string value)))))

(define (section name keys configuration)
  "Return the section NAME with a line for each of KEYS, a list of (KEY
ACCESSOR), that is set in CONFIGURATION."
  (string-append "[" name "]\n"
                 (string-concatenate
                  (map (match-lambda
                         ((key value-of)
                          (let ((value (value-of configuration)))
                            (if (maybe-value-set? value)
                                (string-append key "=" (value->string value)
                                               "\n")
                                ""))))
                       keys))))

(define (logind.conf configuration)
  (plain-file
   "logind.conf"
   (section
    "Login"
    `(("KillUserProcesses" ,elogind-kill-user-processes?)
      ("KillOnlyUsers" ,elogind-kill-only-users)
      ("KillExcludeUsers" ,elogind-kill-exclude-users)
      ("InhibitDelayMaxSec" ,elogind-inhibit-delay-max-seconds)
      ("HandlePowerKey" ,elogind-handle-power-key)
      ("HandleSuspendKey" ,elogind-handle-suspend-key)
      ("HandleHibernateKey" ,elogind-handle-hibernate-key)
      ("HandleLidSwitch" ,elogind-handle-lid-switch)
      ("HandleLidSwitchDocked" ,elogind-handle-lid-switch-docked)
      ("HandleLidSwitchExternalPower"
       ,elogind-handle-lid-switch-external-power)
      ("PowerKeyIgnoreInhibited" ,elogind-power-key-ignore-inhibited?)
      ("SuspendKeyIgnoreInhibited" ,elogind-suspend-key-ignore-inhibited?)
      ("HibernateKeyIgnoreInhibited" ,elogind-hibernate-key-ignore-inhibited?)
      ("LidSwitchIgnoreInhibited" ,elogind-lid-switch-ignore-inhibited?)
      ("HoldoffTimeoutSec" ,elogind-holdoff-timeout-seconds)
      ("IdleAction" ,elogind-idle-action)
      ("IdleActionSec" ,elogind-idle-action-seconds)
      ("RuntimeDirectorySize" ,elogind-runtime-directory-size)
      ("RemoveIPC" ,elogind-remove-ipc?))
    configuration)))

(define (sleep.conf configuration)
  (plain-file
   "sleep.conf"
   (section
    "Sleep"
    `(("AllowPowerOffInterrupts" ,elogind-allow-power-off-interrupts?)
      ("AllowSuspendInterrupts" ,elogind-allow-suspend-interrupts?)
      ("BroadcastPowerOffInterrupts" ,elogind-broadcast-power-off-interrupts?)
      ("BroadcastSuspendInterrupts" ,elogind-broadcast-suspend-interrupts?)
      ("SuspendState" ,elogind-suspend-state)
      ("SuspendMode" ,elogind-suspend-mode)
      ("SuspendEstimationSec" ,elogind-suspend-estimation-seconds)
      ("HibernateMode" ,elogind-hibernate-mode)
      ("HibernateDelaySec" ,elogind-hibernate-delay-seconds)
      ("HibernateState" ,elogind-hibernate-state)
      ("HybridSleepState" ,elogind-hybrid-sleep-state)
      ("HybridSleepMode" ,elogind-hybrid-sleep-mode))
    configuration)))

(define (elogind-etc-files configuration)
  "Return the elogind entry of /etc."
  `(("elogind"
     ,(file-union
       "etc-elogind"
       `(("logind.conf" ,(logind.conf configuration))
         ("sleep.conf.d/sleep.conf" ,(sleep.conf configuration))
         ,@(append-map (lambda (directory files)
                         (map (lambda (index file)
                                (list (string-append
                                       directory "/"
                                       (number->string index) "-hook")
                                      file))
                              (iota (length files))
                              files))
                       '("system-sleep" "system-shutdown")
                       (list (elogind-system-sleep-hook-files configuration)
                             (elogind-system-shutdown-hook-files
                              configuration))))))))

(define (elogind-shepherd-service configuration)
  "Return the service that runs the daemon."
  (shepherd-service
   (documentation "Keep track of sessions.")
   (provision '(elogind))
   (requirement '(user-processes dbus-system))
   (actions (list (shepherd-configuration-action
                   (logind.conf configuration))))
   (start #~(make-forkexec-constructor
             (list #$(file-append
                      (elogind-configuration-elogind configuration)
                      "/libexec/elogind/elogind"))))
   (stop #~(make-kill-destructor))))

;; Programs that let users in register their sessions.
(define (pam-extensions configuration)
  (list (pam-extension
         (transformer
          (lambda (pam)
            (pam-service
             (inherit pam)
             (session
              (append (pam-service-session pam)
                      (list (pam-entry
                             (control "required")
                             (module
                              (file-append
                               (elogind-configuration-elogind configuration)
                               "/lib/security/pam_elogind.so")))))))))
         (shepherd-requirements '(elogind)))))

(define (elogind-packages configuration)
  (list (elogind-configuration-elogind configuration)))

(define elogind-service-type
  (service-type
   (name 'elogind)
   (extensions
    (list (service-extension dbus-root-service-type elogind-packages)
          (service-extension udev-service-type elogind-packages)
          (service-extension polkit-service-type elogind-packages)
          (service-extension shepherd-root-service-type
                             (compose list elogind-shepherd-service))
          (service-extension profile-service-type elogind-packages)
          (service-extension pam-root-service-type pam-extensions)
          (service-extension etc-service-type elogind-etc-files)
          (service-extension file-system-service-type
                             (const %elogind-file-systems))))
   (default-value (elogind-configuration))
   (description "Keep track of who is logged in, and where; suspend when asked
to.")))
