;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Definitions as data for people to read: the records of an image and of its
;;; operating system, field by field.

(define-module (tintype show)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix platform)
  #:use-module (guix profiles)
  #:use-module ((guix ui) #:select (condition->text))
  #:use-module (gnu bootloader)
  #:use-module (gnu image)
  #:use-module (gnu services)
  #:use-module (gnu system)
  #:use-module (gnu system accounts)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system image)
  #:use-module (gnu system keyboard)
  #:use-module (gnu system mapped-devices)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:export (show-value
            show-image
            show-image-type
            show-operating-system
            show-derived))

;; What could not be computed is shown as an error in its place.
(define-syntax-rule (or-error exp)
  (guard (c (#t `(error %exception ,(condition->text c))))
    exp))


;;;
;;; Values.
;;;

(define (show-value value)
  "Return data that stands for VALUE."
  (cond ((package? value) `(package ,(package-name value)))
        ((uuid? value) `(uuid ,(uuid-type value) ,(uuid->string value)))
        ((file-system-label? value)
         `(label ,(file-system-label->string value)))
        ((platform? value)
         `(platform ,(platform-target value) ,(platform-system value)))
        ((keyboard-layout? value)
         (list 'keyboard-layout
               (keyboard-layout-name value)
               (keyboard-layout-variant value)
               (keyboard-layout-model value)
               (keyboard-layout-options value)))
        ((gexp? value) `(gexp ,(gexp->approximate-sexp value)))
        ((file-append? value)
         `(file-append ,(show-value (file-append-base value))
                       ,@(file-append-suffix value)))
        ((plain-file? value)
         `(plain-file ,(plain-file-name value) ,(plain-file-content value)))
        ((local-file? value) `(local-file ,(local-file-name value)))
        ((computed-file? value) `(computed-file ,(computed-file-name value)))
        ((program-file? value) `(program-file ,(program-file-name value)))
        ((scheme-file? value) `(scheme-file ,(scheme-file-name value)))
        ((origin? value) `(origin ,(origin-actual-file-name value)))
        ((profile? value) (show-profile value))
        ((image? value) (show-image value))
        ((image-type? value) `(image-type (name ,(image-type-name value))))
        ((partition? value) (show-partition value))
        ((operating-system? value) (show-operating-system value))
        ((file-system? value) (show-file-system value))
        ((swap-space? value) (show-swap-space value))
        ((mapped-device? value) (show-mapped-device value))
        ((menu-entry? value) `(menu-entry ,(menu-entry-label value)))
        ((bootloader? value) (bootloader-name value))
        ((user-account? value) (show-user value))
        ((user-group? value) (show-group value))
        ((service? value)
         `(service ,(service-type-name (service-kind value)) *))
        ((pair? value)
         (cons (show-value (car value)) (show-value (cdr value))))
        ((procedure? value) `(procedure ,(procedure-name value)))
        ((promise? value) '*promise*)
        ((unspecified? value) '*unspecified*)
        (else value)))

(define (show-manifest-entry entry)
  `(manifest-entry
    (name ,(manifest-entry-name entry))
    (version ,(manifest-entry-version entry))
    (output ,(manifest-entry-output entry))
    (item ,(show-value (manifest-entry-item entry)))
    (dependencies ,(map show-manifest-entry
                        (manifest-entry-dependencies entry)))
    (search-paths ,(show-value (manifest-entry-search-paths entry)))
    (parent ,(show-value (manifest-entry-parent entry)))
    (properties ,(show-value (manifest-entry-properties entry)))))

(define (show-profile profile)
  `(profile
    (name ,(profile-name profile))
    (content (manifest
              (entries ,(map show-manifest-entry
                             (manifest-entries (profile-content profile))))))
    (hooks ,(map (const '*procedure*) (profile-hooks profile)))
    (locales? ,(profile-locales? profile))
    (allow-collisions? ,(profile-allow-collisions? profile))
    (relative-symlinks? ,(profile-relative-symlinks? profile))
    (format-version ,(profile-format-version profile))))

(define (show-name thing)
  ;; Packages by name; anything else in their place as itself.
  (if (package? thing)
      (package-name thing)
      (show-value thing)))


;;;
;;; Images.
;;;

(define (show-partition p)
  `(partition
    (size ,(partition-size p))
    (offset ,(partition-offset p))
    (file-system ,(partition-file-system p))
    (file-system-options ,(partition-file-system-options p))
    (label ,(partition-label p))
    (uuid ,(show-value (partition-uuid p)))
    (flags ,(partition-flags p))
    (initializer ,(show-value (partition-initializer p)))))

(define (show-image i)
  "Return data that describes I, an image, its operating system aside."
  `(image
    (name ,(image-name i))
    (format ,(image-format i))
    (platform ,(show-value (image-platform i)))
    (size ,(image-size i))
    (max-layers ,(image-max-layers i))
    (partition-table-type ,(image-partition-table-type i))
    (partitions ,(map show-partition (image-partitions i)))
    (compression? ,(image-compression? i))
    (volatile-root? ,(image-volatile-root? i))
    (shared-store? ,(image-shared-store? i))
    (shared-network? ,(image-shared-network? i))
    (substitutable? ,(image-substitutable? i))))

(define (show-image-type type)
  "Return data that describes TYPE and the image that it makes."
  `((name ,(image-type-name type))
    ,(show-image ((image-type-constructor type) #f))))


;;;
;;; Operating systems.
;;;

(define (show-bootloader-configuration config)
  (let ((loader (bootloader-configuration-bootloader config)))
    `(bootloader-configuration
      (bootloader ,(bootloader-name loader))
      (package ,(show-value (bootloader-package loader)))
      (configuration-file ,(bootloader-configuration-file loader))
      (targets ,(bootloader-configuration-targets config))
      (menu-entries
       ,(show-value (bootloader-configuration-menu-entries config)))
      (default-entry ,(bootloader-configuration-default-entry config))
      (timeout ,(bootloader-configuration-timeout config))
      (keyboard-layout
       ,(show-value (bootloader-configuration-keyboard-layout config)))
      (terminal-outputs ,(bootloader-configuration-terminal-outputs config))
      (terminal-inputs ,(bootloader-configuration-terminal-inputs config))
      (serial-unit ,(bootloader-configuration-serial-unit config))
      (serial-speed ,(bootloader-configuration-serial-speed config))
      (extra-initrd ,(show-value (bootloader-configuration-extra-initrd config))))))

(define (show-file-system fs)
  `(file-system
    (device ,(show-value (file-system-device fs)))
    (mount-point ,(file-system-mount-point fs))
    (type ,(file-system-type fs))
    (flags ,(file-system-flags fs))
    (options ,(file-system-options fs))
    (mount? ,(file-system-mount? fs))
    (mount-may-fail? ,(file-system-mount-may-fail? fs))
    (needed-for-boot? ,(and (file-system-needed-for-boot? fs) #t))
    (check? ,(file-system-check? fs))
    (create-mount-point? ,(file-system-create-mount-point? fs))
    (dependencies ,(map show-dependency (file-system-dependencies fs)))))

(define (show-dependency thing)
  (cond ((file-system? thing)
         (file-system-mount-point thing))
        ((mapped-device? thing)
         `(,@(show-mapped-device thing)
           (type (mapped-device-type
                  (open *procedure*)
                  (close *procedure*)
                  (modules ,(mapped-device-kind-modules
                             (mapped-device-type thing)))
                  (check *procedure*)))
           (arguments ,(show-value (mapped-device-arguments thing)))))
        (else (show-value thing))))

(define (show-swap-space swap)
  `(swap-space
    (target ,(show-value (swap-space-target swap)))
    (dependencies ,(map show-dependency (swap-space-dependencies swap)))
    (priority ,(swap-space-priority swap))
    (discard? ,(swap-space-discard? swap))))

(define (show-mapped-device device)
  `(mapped-device
    (source ,(show-value (mapped-device-source device)))
    (targets ,(mapped-device-targets device))))

(define (show-user user)
  `(user ,(user-account-name user)
         (uid ,(user-account-uid user))
         (group ,(user-account-group user))
         (supplementary-groups ,(user-account-supplementary-groups user))
         (comment ,(user-account-comment user))
         (home-directory ,(user-account-home-directory user))
         (create-home-directory? ,(user-account-create-home-directory? user))
         (shell ,(show-value (user-account-shell user)))
         (password ,(user-account-password user))
         (system? ,(user-account-system? user))))

(define (show-group group)
  `(group ,(user-group-name group)
          (id ,(user-group-id group))
          (system? ,(user-group-system? group))))

(define (service-name service)
  (service-type-name (service-kind service)))

(define (show-operating-system os)
  "Return data that describes OS."
  `(operating-system
    (host-name ,(operating-system-host-name os))
    (timezone ,(operating-system-timezone os))
    (locale ,(operating-system-locale os))
    (keyboard-layout ,(show-value (operating-system-keyboard-layout os)))
    ;; Without the version of the kernel.
    (label* ,(car (string-split (operating-system-label os) #\space)))
    (bootloader ,(show-bootloader-configuration
                  (operating-system-bootloader os)))
    (kernel ,(show-value (operating-system-kernel os)))
    (hurd ,(show-value (operating-system-hurd os)))
    (kernel-loadable-modules
     ,(show-value (operating-system-kernel-loadable-modules os)))
    (kernel-arguments ,(show-value (operating-system-user-kernel-arguments os)))
    (initrd-modules ,(operating-system-initrd-modules os))
    (firmware ,(show-value (operating-system-firmware os)))
    (mapped-devices ,(show-value (operating-system-mapped-devices os)))
    (file-systems ,(map show-file-system (operating-system-file-systems os)))
    (swap-devices ,(show-value (operating-system-swap-devices os)))
    (users ,(map show-user (operating-system-users os)))
    (groups ,(map show-group (operating-system-groups os)))
    (issue ,(show-value (operating-system-issue os)))
    (packages ,(map show-name (operating-system-packages os)))
    (services ,(or-error (show-value (operating-system-user-services os))))
    (all-services ,(or-error (map service-name (operating-system-services os))))
    (sudoers-file ,(show-value (operating-system-sudoers-file os)))))

(define (derived image)
  (let* ((os   (operating-system-for-image image))
         (root (find (file-system-mount-point-predicate "/")
                     (operating-system-file-systems os))))
    `((root-uuid ,(show-value (file-system-device root)))
      (root-type ,(file-system-type root))
      (bootloader ,(bootloader-name
                    (bootloader-configuration-bootloader
                     (operating-system-bootloader os))))
      (file-systems
       ,(map (lambda (fs)
               (list (file-system-mount-point fs)
                     (file-system-type fs)
                     (show-value (file-system-device fs))))
             (operating-system-file-systems os))))))

(define (show-derived image)
  "Return data that tells what becomes of the operating system of IMAGE."
  (let ((data (or-error (derived image))))
    (if (eq? 'error (car data))
        (list 'derived data)
        (cons 'derived data))))
