;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Batteries.

(define-module (tintype services upower)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services dbus)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages gnome) #:select (upower))
  #:use-module (ice-9 match)
  #:export (upower-configuration
            upower-configuration?
            upower-configuration-upower
            upower-configuration-watts-up-pro?
            upower-configuration-poll-batteries?
            upower-configuration-ignore-lid?
            upower-configuration-use-percentage-for-policy?
            upower-configuration-percentage-low
            upower-configuration-percentage-critical
            upower-configuration-percentage-action
            upower-configuration-time-low
            upower-configuration-time-critical
            upower-configuration-time-action
            upower-configuration-critical-power-action
            upower-service-type))

(define-record-type* <upower-configuration>
  upower-configuration make-upower-configuration
  upower-configuration?
  (upower              upower-configuration-upower (default upower))
  (watts-up-pro?       upower-configuration-watts-up-pro? (default #f))
  (poll-batteries?     upower-configuration-poll-batteries? (default #t))
  (ignore-lid?         upower-configuration-ignore-lid? (default #f))
  (use-percentage-for-policy? upower-configuration-use-percentage-for-policy?
                              (default #t))
  (percentage-low      upower-configuration-percentage-low (default 20))
  (percentage-critical upower-configuration-percentage-critical (default 5))
  (percentage-action   upower-configuration-percentage-action (default 2))
  (time-low            upower-configuration-time-low (default 1200)) ;seconds
  (time-critical       upower-configuration-time-critical (default 300))
  (time-action         upower-configuration-time-action (default 120))
  (critical-power-action upower-configuration-critical-power-action
                         (default 'hybrid-sleep)))

(define (UPower.conf configuration)
  "Return the file that configures the daemon."
  (define (line key value)
    (string-append key "="
                   (match value
                     (#t "true")
                     (#f "false")
                     ((? number?) (number->string value))
                     ('hybrid-sleep "HybridSleep")
                     ('hibernate "Hibernate")
                     ('power-off "PowerOff"))
                   "\n"))

  (match-record configuration <upower-configuration>
      (watts-up-pro? poll-batteries? ignore-lid? use-percentage-for-policy?
       percentage-low percentage-critical percentage-action
       time-low time-critical time-action critical-power-action)
    (plain-file "UPower.conf"
                (string-append
                 "[UPower]\n"
                 (line "EnableWattsUpPro" watts-up-pro?)
                 (line "NoPollBatteries" (not poll-batteries?))
                 (line "IgnoreLid" ignore-lid?)
                 (line "UsePercentageForPolicy" use-percentage-for-policy?)
                 (line "PercentageLow" percentage-low)
                 (line "PercentageCritical" percentage-critical)
                 (line "PercentageAction" percentage-action)
                 (line "TimeLow" time-low)
                 (line "TimeCritical" time-critical)
                 (line "TimeAction" time-action)
                 (line "CriticalPowerAction" critical-power-action)))))

(define (upower-packages configuration)
  (list (upower-configuration-upower configuration)))

(define (upower-shepherd-service configuration)
  "Return the service that runs the daemon."
  (let ((conf (UPower.conf configuration)))
    (shepherd-service
     (documentation "Watch batteries and tell desktops.")
     (provision '(upower-daemon))
     (requirement '(user-processes dbus-system udev))
     (actions (list (shepherd-configuration-action conf)))
     (start #~(make-forkexec-constructor
               (list (string-append
                      #$(upower-configuration-upower configuration)
                      "/libexec/upowerd"))
               #:environment-variables
               (list (string-append "UPOWER_CONF_FILE_NAME=" #$conf))))
     (stop #~(make-kill-destructor)))))

(define %upower-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/var/lib/upower")))

(define upower-service-type
  (service-type
   (name 'upower)
   (extensions
    (list (service-extension dbus-root-service-type upower-packages)
          (service-extension shepherd-root-service-type
                             (compose list upower-shepherd-service))
          (service-extension activation-service-type
                             (const %upower-activation))
          (service-extension udev-service-type upower-packages)
          (service-extension profile-service-type upower-packages)))
   (default-value (upower-configuration))
   (description "Watch batteries.")))
