;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Plans: what an image will be, as plain data, (KEY VALUE) by (KEY VALUE).
;;; File-like objects and packages are lowered; nothing is left to decide.

(define-module (tintype plan)
  #:use-module (tintype lowering)
  #:use-module (tintype native)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (gnu bootloader)
  #:use-module (gnu image)
  #:use-module (gnu services)
  #:use-module (gnu system)
  #:use-module (gnu system accounts)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system keyboard)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 match)
  #:export (partition->plan
            partition-uuid-bytevector
            initializer->plan
            installer->plan
            bootloader->plan
            operating-system->plan
            keyboard-layout->plan
            user-account->plan
            user-group->plan
            package-of
            packages->plan
            image-location))

;;;
;;; Partitions.
;;;

(define (code->plan code)
  "Return the data of CODE, a gexp or #f: a bare name stands for itself."
  (match (and code (lower-object code))
    (#f #f)
    (('gexp (? symbol? name)) name)
    (data data)))

(define (initializer->plan initializer)
  "Return the data of INITIALIZER, a gexp or #f.  Procedures that only call one
of the EFI initializers are given as its name; others with their places."
  (match (code->plan initializer)
    (('gexp ('lambda* _
              ((and name (or 'initialize-efi-partition
                             'initialize-efi32-partition))
               . _)))
     name)
    (('gexp _) (lower-object/places initializer))
    (data data)))

(define (installer->plan installer)
  "Return the data of INSTALLER, a gexp or #f.  Of code that calls a procedure
with data, the name and the data are given: (NAME DATA ...)."
  (match (code->plan installer)
    (('gexp ((and name (or 'write-package-files
                           'install-package-files
                           'install-files))
             ('quote data)))
     (list name data))
    (data data)))

(define (partition-uuid-bytevector partition)
  "Return the bytes of the UUID of PARTITION, or #f."
  (let ((id (partition-uuid partition)))
    (cond ((uuid? id) (uuid-bytevector id))
          ((or (not id) (bytevector? id)) id)
          ((and (string? id) (string->uuid id)))
          (else
           (raise-message (%record-location partition)
                          (G_ "~s: invalid partition UUID") id)))))

(define* (partition->plan partition type location #:optional hybrid-type)
  "Return the data of PARTITION, whose type in the partition table is TYPE, and
in the MBR of a hybrid one HYBRID-TYPE, if it is there; which is written at
LOCATION."
  `(partition
    (label ,(partition-label partition))
    (type ,type)
    (hybrid-type ,hybrid-type)
    (file-system ,(partition-file-system partition))
    (file-system-options ,(partition-file-system-options partition))
    (uuid ,(partition-uuid-bytevector partition))
    (flags ,(partition-flags partition))
    (size ,(partition-size partition))
    (offset ,(partition-offset partition))
    (bootable ,(and (memq 'boot (partition-flags partition)) #t))
    (initializer ,(initializer->plan (partition-initializer partition)))
    (location ,location)))


;;;
;;; Bootloaders.
;;;

(define (bootloader->plan bootloader targets)
  "Return the data of BOOTLOADER, to be installed to TARGETS, or #f."
  (and bootloader
       `((name ,(bootloader-name bootloader))
         (package ,(lower-object (bootloader-package bootloader)))
         (installer ,(installer->plan (bootloader-installer bootloader)))
         (disk-image-installer
          ,(installer->plan (bootloader-disk-image-installer bootloader)))
         (configuration-file ,(bootloader-configuration-file bootloader))
         (targets ,(filter string? targets)))))


;;;
;;; Operating systems.
;;;

(define (file-system->plan fs)
  `(file-system
    (device ,(car (file-system->spec fs)))
    (mount-point ,(file-system-mount-point fs))
    (type ,(file-system-type fs))
    (flags ,(file-system-flags fs))
    (options ,(file-system-options fs))
    (mount? ,(file-system-mount? fs))
    (mount-may-fail? ,(file-system-mount-may-fail? fs))
    (needed-for-boot? ,(and (file-system-needed-for-boot? fs) #t))
    (check? ,(file-system-check? fs))
    (create-mount-point? ,(file-system-create-mount-point? fs))))

(define (user-account->plan user)
  `(user (name ,(user-account-name user))
         (uid ,(user-account-uid user))
         (group ,(user-account-group user))
         (supplementary-groups ,(user-account-supplementary-groups user))
         (comment ,(user-account-comment user))
         (home-directory ,(user-account-home-directory user))
         (create-home-directory? ,(user-account-create-home-directory? user))
         (shell ,(lower-object (user-account-shell user)))
         (password ,(user-account-password user))
         (system? ,(user-account-system? user))))

(define (user-group->plan group)
  `(group (name ,(user-group-name group))
          (id ,(user-group-id group))
          (password ,(user-group-password group))
          (system? ,(user-group-system? group))))

(define (keyboard-layout->plan layout)
  (and layout
       (list (keyboard-layout-name layout)
             (keyboard-layout-variant layout)
             (keyboard-layout-model layout)
             (keyboard-layout-options layout))))

(define (operating-system->plan os)
  "Return the data of OS that the builder needs, or #f."
  (and os
       `((host-name ,(operating-system-host-name os))
         (timezone ,(operating-system-timezone os))
         (locale ,(operating-system-locale os))
         (keyboard-layout
          ,(keyboard-layout->plan (operating-system-keyboard-layout os)))
         (label ,(operating-system-label os))
         (kernel ,(lower-object (operating-system-kernel os)))
         (kernel-arguments
          ,(lower-object (operating-system-user-kernel-arguments os)))
         (initrd-modules ,(operating-system-initrd-modules os))
         (firmware ,(lower-object (operating-system-firmware os)))
         (file-systems
          ,(map file-system->plan (operating-system-file-systems os)))
         (users ,(map user-account->plan (operating-system-users os)))
         (groups ,(map user-group->plan (operating-system-groups os)))
         (issue ,(lower-object (operating-system-issue os)))
         (services ,(map (lambda (service)
                           (service-type-name (service-kind service)))
                         (operating-system-services os))))))

(define (package-of thing)
  "Return the package or other object that THING, an element of a profile, is:
THING itself, or the first of it and the name of an output."
  (match thing
    ((object (? string?)) object)
    (object object)))

(define (packages->plan os)
  "Return the data of the packages of OS, trees to be merged at the root."
  (if os
      (delete-duplicates
       (lower-object/places (map package-of (operating-system-packages os))))
      '()))

(define (image-location image)
  "Return the place, a string or #f, where IMAGE is written: that of its operating
system or of its first partition, if it has one, since images are often made
from others."
  (%record-location (or (image-operating-system image)
                        (match (image-partitions image)
                          ((first . _) first)
                          (() image)))))
