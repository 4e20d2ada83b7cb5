;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Keyboard layouts and settings that desktops ask for.

(define-module (tintype services desktop-settings)
  #:use-module (tintype services checks)
  #:use-module (tintype services x-server)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module ((gnu services configuration) #:select (text-config?))
  #:use-module (gnu services dbus)
  #:use-module ((gnu packages freedesktop) #:select (localed))
  #:use-module ((gnu packages gnome) #:select (dconf))
  #:use-module (srfi srfi-1)
  #:export (localed-configuration
            localed-configuration?
            localed-configuration-localed
            localed-configuration-keyboard-layout
            localed-service-type
            dconf-keyfile
            dconf-profile
            dconf-profile-name
            dconf-profile-content
            dconf-profile-keyfile
            dconf-service-type))

(define-record-type* <localed-configuration>
  localed-configuration make-localed-configuration
  localed-configuration?
  (localed         localed-configuration-localed
                   (default localed))
  (keyboard-layout localed-configuration-keyboard-layout
                   (default #f)))

(define (localed-packages configuration)
  "Return the daemon's package if there is a layout to tell desktops about."
  (match-record configuration <localed-configuration>
      (localed keyboard-layout)
    (if keyboard-layout (list localed) '())))

(define localed-service-type
  (service-type
   (name 'localed)
   (extensions
    (list (service-extension dbus-root-service-type localed-packages)
          (service-extension udev-service-type localed-packages)
          (service-extension polkit-service-type localed-packages)
          (service-extension profile-service-type localed-packages)))
   (compose last-one)
   (extend (lambda (configuration layout)
             (localed-configuration
              (inherit configuration)
              (keyboard-layout
               (or (localed-configuration-keyboard-layout configuration)
                   layout)))))
   (default-value (localed-configuration))
   (description "Tell desktops about the keyboard layout.  Contributions are
layouts, or #f.")))

(define-record-type* <dconf-keyfile>
  dconf-keyfile make-dconf-keyfile
  dconf-keyfile?
  (name    dconf-keyfile-name
           (sanitize (checked string? 'name)))
  (content dconf-keyfile-content                  ;list of strings, files
           (default %unset-value)
           (sanitize (checked (maybe text-config?) 'content))))

(define-record-type* <dconf-profile>
  dconf-profile make-dconf-profile
  dconf-profile?
  (name    dconf-profile-name
           (sanitize (checked string? 'name)))
  (content dconf-profile-content                  ;list of strings, files
           (default %unset-value)
           (sanitize (checked (maybe text-config?) 'content)))
  (keyfile dconf-profile-keyfile
           (sanitize (checked dconf-keyfile? 'keyfile))))

(define (dconf-profile->files profile)
  "Return the entries of /etc that make PROFILE known: where to look for
settings, and a database of settings."
  (match-record profile <dconf-profile> (name content keyfile)
    (let ((settings (apply mixed-text-file (dconf-keyfile-name keyfile)
                           (maybe-value (dconf-keyfile-content keyfile) '()))))
      `((,(string-append "dconf/profile/" name)
         ,(apply mixed-text-file name
                 (maybe-value content
                              (list "user-db:user\nsystem-db:" name "\n"))))
        (,(string-append "dconf/db/" name)
         ,(computed-file
           (string-append "dconf-database-" name)
           #~(execl #$(file-append dconf "/bin/dconf") "dconf" "compile"
                    #$output
                    #$(file-union
                       (string-append "dconf-keyfiles-" name)
                       (list (list (dconf-keyfile-name keyfile)
                                   settings))))))))))

(define dconf-service-type
  (service-type
   (name 'dconf-profile)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (profiles)
                               (append-map dconf-profile->files profiles)))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Settings for all users of desktops.  Contributions are lists of
'dconf-profile' records.")))
