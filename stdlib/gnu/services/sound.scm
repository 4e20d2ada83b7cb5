;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Sound.

(define-module (gnu services sound)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system pam)
  #:use-module ((gnu packages linux) #:select (alsa-plugins))
  #:use-module ((gnu packages pulseaudio) #:select (pulseaudio))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (alsa-configuration
            alsa-configuration?
            alsa-configuration-alsa-plugins
            alsa-configuration-pulseaudio?
            alsa-configuration-extra-options
            alsa-service-type

            pulseaudio-configuration
            pulseaudio-configuration?
            pulseaudio-configuration-client-conf
            pulseaudio-configuration-daemon-conf
            pulseaudio-configuration-script-file
            pulseaudio-configuration-extra-script-files
            pulseaudio-configuration-system-script-file
            pulseaudio-service-type

            ladspa-configuration
            ladspa-configuration?
            ladspa-configuration-plugins
            ladspa-service-type))

(define-record-type* <alsa-configuration>
  alsa-configuration make-alsa-configuration
  alsa-configuration?
  (alsa-plugins  alsa-configuration-alsa-plugins
                 (default alsa-plugins))
  (pulseaudio?   alsa-configuration-pulseaudio?
                 (default #t))
  (extra-options alsa-configuration-extra-options
                 (default "")))

(define (plugin-lines plugins kind)
  "Return the parts of asound.conf that send KIND, \"pcm\" or \"ctl\", to
PulseAudio by the plugin in PLUGINS."
  (let ((library (file-append plugins "/lib/alsa-lib/libasound_module_" kind
                              "_pulse.so")))
    (list kind "_type.pulse { lib \"" library "\" }\n"
          kind ".!default { type pulse }\n")))

(define (asound.conf configuration)
  "Return the file that configures ALSA."
  (match-record configuration <alsa-configuration>
      (alsa-plugins pulseaudio? extra-options)
    (apply mixed-text-file "asound.conf"
           `(,@(if pulseaudio?
                   (append (plugin-lines alsa-plugins "pcm")
                           (plugin-lines alsa-plugins "ctl"))
                   '())
             ,extra-options))))

(define alsa-service-type
  (service-type
   (name 'alsa)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (configuration)
                               `(("asound.conf"
                                  ,(asound.conf configuration)))))))
   (default-value (alsa-configuration))
   (description "Configure ALSA, by which the kernel plays sound.")))

(define-record-type* <pulseaudio-configuration>
  pulseaudio-configuration make-pulseaudio-configuration
  pulseaudio-configuration?
  (client-conf        pulseaudio-configuration-client-conf ;alist
                      (default '()))
  (daemon-conf        pulseaudio-configuration-daemon-conf ;alist
                      (default '((flat-volumes . no))))
  (script-file        pulseaudio-configuration-script-file
                      (default (file-append pulseaudio
                                            "/etc/pulse/default.pa")))
  (extra-script-files pulseaudio-configuration-extra-script-files
                      (default '()))
  (system-script-file pulseaudio-configuration-system-script-file
                      (default (file-append pulseaudio
                                            "/etc/pulse/system.pa"))))

(define (settings-file name settings)
  "Return the file called NAME with SETTINGS, a list of (KEY . VALUE) or
strings."
  (apply mixed-text-file name
         (append-map (match-lambda
                       ((? string? line)
                        (list line "\n"))
                       ((key . value)
                        (list (symbol->string key) " = "
                              (match value
                                ((? symbol?) (symbol->string value))
                                ((? number?) (number->string value))
                                (_ value))
                              "\n")))
                     settings)))

(define (pulseaudio-etc-files configuration)
  "Return the pulse entry of /etc."
  (match-record configuration <pulseaudio-configuration>
      (client-conf daemon-conf script-file extra-script-files
       system-script-file)
    `(("pulse"
       ,(file-union
         "pulse"
         `(("client.conf" ,(settings-file "client.conf" client-conf))
           ("daemon.conf" ,(settings-file "daemon.conf" daemon-conf))
           ("default.pa" ,script-file)
           ("system.pa" ,system-script-file)
           ,@(map (lambda (index file)
                    (list (string-append "default.pa.d/"
                                         (number->string index) ".pa")
                          file))
                  (iota (length extra-script-files))
                  extra-script-files)))))))

(define pulseaudio-service-type
  (service-type
   (name 'pulseaudio)
   (extensions
    (list (service-extension session-environment-service-type
                             (const '(("PULSE_CONFIG"
                                       . "/etc/pulse/daemon.conf")
                                      ("PULSE_CLIENTCONFIG"
                                       . "/etc/pulse/client.conf"))))
          (service-extension etc-service-type pulseaudio-etc-files)
          (service-extension udev-service-type (const (list pulseaudio)))))
   (default-value (pulseaudio-configuration))
   (description "Configure PulseAudio, which mixes what programs play.")))

(define-record-type* <ladspa-configuration>
  ladspa-configuration make-ladspa-configuration
  ladspa-configuration?
  (plugins ladspa-configuration-plugins
           (default '())))

(define (ladspa-variables configuration)
  "Return the environment variable by which programs find plugins."
  `(("LADSPA_PATH"
     . ,(file-append (directory-union
                      "ladspa-plugins"
                      (ladspa-configuration-plugins configuration))
                     "/lib/ladspa"))))

(define ladspa-service-type
  (service-type
   (name 'ladspa)
   (extensions
    (list (service-extension session-environment-service-type
                             ladspa-variables)))
   (default-value (ladspa-configuration))
   (description "Let programs find plugins that process sound.")))
