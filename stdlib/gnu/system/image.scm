;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Images and image types, and how an image becomes a plan: the operating
;;; system is made to fit the image, then everything about it is written down
;;; as data (see (tintype plan)).  Nothing is built here.

(define-module (gnu system image)
  #:use-module (tintype host)
  #:use-module (tintype native)
  #:use-module (tintype plan)
  #:use-module (tintype container-images)
  #:use-module (tintype system-images)
  #:use-module (tintype unknown-name)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix modules)
  #:use-module (guix platform)
  #:use-module (guix records)
  #:use-module ((guix ui) #:select (warn-about-load-error))
  #:use-module (guix utils)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu image)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:autoload   (gnu packages bootloaders) (grub-efi grub-efi32)
  #:use-module ((srfi srfi-1) #:prefix srfi-1:)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (root-offset
            root-label
            image-without-os
            image-with-os

            esp-partition
            esp32-partition
            esp-partition/grub
            esp32-partition/grub
            root-partition

            efi-disk-image
            efi32-disk-image
            mbr-disk-image
            mbr-hybrid-disk-image
            iso9660-image
            docker-image
            tarball-image
            wsl2-image
            raw-with-offset-disk-image

            efi-raw-image-type
            efi32-raw-image-type
            mbr-raw-image-type
            mbr-hybrid-raw-image-type
            qcow2-image-type
            qcow2-gpt-image-type
            iso-image-type
            uncompressed-iso-image-type
            docker-image-type
            tarball-image-type
            wsl2-image-type
            raw-with-offset-image-type

            image-with-label
            operating-system-for-image
            system-image

            %image-types
            lookup-image-type-by-name))

;;;
;;; Partitions.
;;;

;; The first partition starts at 1 MiB: GRUB lives between the partition table
;; and it.
(define root-offset (* 512 2048))

(define root-label "Guix_image")

(define esp-partition
  (partition
   (size (* 40 (expt 2 20)))
   (offset root-offset)
   (label "GNU-ESP")
   ;; The name to mount it by; whether it is FAT12, 16 or 32 follows from its
   ;; size.
   (file-system "vfat")
   (flags '(esp))
   (initializer #~initialize-efi-partition)))

(define esp32-partition
  (partition
   (inherit esp-partition)
   (initializer #~initialize-efi32-partition)))

(define esp-partition/grub
  (partition
   (inherit esp-partition)
   (initializer
    #~(lambda* (root #:key #:allow-other-keys)
        (initialize-efi-partition root #:grub-efi #+grub-efi)))))

(define esp32-partition/grub
  (partition
   (inherit esp-partition)
   (initializer
    #~(lambda* (root #:key #:allow-other-keys)
        (initialize-efi32-partition root #:grub-efi32 #+grub-efi32)))))

(define root-partition
  (partition
   (size 'guess)
   (label root-label)
   (file-system "ext4")
   ;; U-Boot reads neither feature.
   (file-system-options (list "-O" "^metadata_csum,^64bit"))
   (flags '(boot))
   (initializer #~initialize-root-partition)))


;;;
;;; Images.
;;;

;; An image to inherit from.
(define-syntax-rule (image-without-os . fields)
  (image (operating-system #f) . fields))

(define-syntax-rule (image-with-os base-image os)
  (image
   (inherit base-image)
   (operating-system os)))

(define efi-disk-image
  (image-without-os
   (format 'disk-image)
   (partitions (list esp-partition root-partition))))

(define efi32-disk-image
  (image-without-os
   (format 'disk-image)
   (partitions (list esp32-partition root-partition))))

(define mbr-disk-image
  (image-without-os
   (format 'disk-image)
   (partition-table-type 'mbr)
   (partitions (list (partition
                      (inherit root-partition)
                      (offset root-offset))))))

(define mbr-hybrid-disk-image
  (image-without-os
   (format 'disk-image)
   (partition-table-type 'mbr)
   (partitions (list esp-partition/grub root-partition))))

(define iso9660-image
  (image-without-os
   (format 'iso9660)
   (partitions (list (partition
                      (size 'guess)
                      (label "GUIX_IMAGE")
                      (flags '(boot)))))))

(define docker-image
  (image-without-os
   (format 'docker)))

(define tarball-image
  (image-without-os
   (format 'tarball)))

(define wsl2-image
  (image-without-os
   (format 'wsl2)))

(define* (raw-with-offset-disk-image #:optional (root-offset root-offset))
  "Return a disk image with a single partition, at ROOT-OFFSET."
  (image-without-os
   (format 'disk-image)
   (partitions (list (partition
                      (inherit root-partition)
                      (offset root-offset))))
   (volatile-root? #f)))


;;;
;;; Image types.
;;;

(define efi-raw-image-type
  (image-type
   (name 'efi-raw)
   (constructor (cut image-with-os efi-disk-image <>))))

(define efi32-raw-image-type
  (image-type
   (name 'efi32-raw)
   (constructor (cut image-with-os efi32-disk-image <>))))

(define mbr-raw-image-type
  (image-type
   (name 'mbr-raw)
   (constructor (cut image-with-os mbr-disk-image <>))))

(define mbr-hybrid-raw-image-type
  (image-type
   (name 'mbr-hybrid-raw)
   (constructor (cut image-with-os mbr-hybrid-disk-image <>))))

(define qcow2-image-type
  (image-type
   (name 'qcow2)
   (constructor (cut image-with-os
                     (image
                      (inherit efi-disk-image)
                      (name 'image.qcow2)
                      (format 'compressed-qcow2))
                     <>))))

(define qcow2-gpt-image-type
  (image-type
   (name 'qcow2-gpt)
   (constructor (cut image-with-os
                     (image
                      (inherit mbr-hybrid-disk-image)
                      (name 'image.qcow2)
                      (format 'compressed-qcow2)
                      (partition-table-type 'gpt))
                     <>))))

(define iso-image-type
  (image-type
   (name 'iso9660)
   (constructor (cut image-with-os iso9660-image <>))))

(define uncompressed-iso-image-type
  (image-type
   (name 'uncompressed-iso9660)
   (constructor (cut image-with-os
                     (image
                      (inherit iso9660-image)
                      (compression? #f))
                     <>))))

(define docker-image-type
  (image-type
   (name 'docker)
   (constructor (cut image-with-os docker-image <>))))

(define tarball-image-type
  (image-type
   (name 'tarball)
   (constructor (cut image-with-os tarball-image <>))))

(define wsl2-image-type
  (image-type
   (name 'wsl2)
   (constructor (cut image-with-os wsl2-image <>))))

(define raw-with-offset-image-type
  (image-type
   (name 'raw-with-offset)
   (constructor (cut image-with-os (raw-with-offset-disk-image) <>))))


;;;
;;; Making the operating system fit the image.
;;;

(define (image-with-label base-image label)
  "Return BASE-IMAGE with LABEL, which is that of its first partition."
  (define label* label)

  (match (image-partitions base-image)
    ((first . others)
     (image
      (inherit base-image)
      (partitions (cons (partition
                         (inherit first)
                         (label label*))
                        others))))
    (()
     (raise (formatted-message
             (G_ "image without partitions has no label"))))))
(define (image->root-file-system image)
  "Return the type of the root file system of IMAGE."
  (case (image-format image)
    ((iso9660) "iso9660")
    ((docker oci tarball wsl2) "dummy")
    (else (partition-file-system (find-root-partition image)))))

(define (root-size image)
  "Return the size of the root partition of IMAGE: its own, or that of IMAGE if
it says to guess."
  (let ((size (partition-size (find-root-partition image))))
    (if (and (eq? size 'guess) (image-size image))
        (image-size image)
        size)))

(define* (image-with-os* base-image os)
  "Return BASE-IMAGE with OS, and its root partition with the UUID by which OS
finds it and the size that it is to have."
  (define root-file-system
    (srfi-1:find (file-system-mount-point-predicate "/")
                 (operating-system-file-systems os)))

  (define (finish p)
    (if (root-partition? p)
        (partition
         (inherit p)
         (uuid (file-system-device root-file-system))
         (size (root-size base-image)))
        p))

  (image
   (inherit base-image)
   (operating-system os)
   (partitions (map finish (image-partitions base-image)))))

(define (operating-system-for-image image)
  "Return the operating system of IMAGE with a root file system that is found by
a UUID, which depends on nothing but the operating system."
  (define base-os (image-operating-system image))

  (define iso? (eq? 'iso9660 (image-format image)))

  (define others
    (srfi-1:remove (lambda (fs)
                     (member (file-system-mount-point fs) '("/" "/boot/efi")))
                   (operating-system-file-systems base-os)))

  ;; Who mounts the partition of boot programs finds that of the image.
  (define boot-programs
    (let ((mounted? (srfi-1:any (file-system-mount-point-predicate "/boot/efi")
                                (operating-system-file-systems base-os)))
          (esp (srfi-1:find (lambda (p) (memq 'esp (partition-flags p)))
                            (image-partitions image))))
      (if (and mounted? esp)
          (list (file-system
                  (mount-point "/boot/efi")
                  (device (file-system-label (partition-label esp)))
                  (type "vfat")))
          '())))

  (define (file-systems-with-root device* others)
    (cons (file-system
            (mount-point "/")
            (device device*)
            (type (image->root-file-system image)))
          others))

  (define os
    (operating-system
      (inherit base-os)
      (initrd (lambda (file-systems . rest)
                (apply (operating-system-initrd base-os) file-systems
                       #:volatile-root? (volatile-root? image)
                       rest)))
      (bootloader (if iso?
                      (bootloader-configuration
                       (inherit (operating-system-bootloader base-os))
                       (bootloader grub-mkrescue-bootloader))
                      (operating-system-bootloader base-os)))
      (file-systems (file-systems-with-root "/dev/placeholder" others))))

  ;; The placeholder is part of what the UUID is computed from, and the partition
  ;; of boot programs is not.
  (operating-system
    (inherit os)
    (file-systems (file-systems-with-root
                   (operating-system-uuid os (if iso? 'iso9660 'dce))
                   (append boot-programs others)))))


;;;
;;; From images to plans.
;;;

(define (image-target image)
  "Return the triplet to cross-compile IMAGE to, or #f: its platform decides,
unless it is the platform that this is."
  (let ((platform (image-platform image)))
    (cond ((not platform)
           (%current-target-system))
          ((equal? (platform-system platform) (%current-system))
           #f)
          (else
           (or (%current-target-system)
               (platform-target platform))))))

(define* (system-image image)
  "Return the plan of IMAGE."
  (parameterize ((%current-target-system (image-target image)))
    (let* ((os         (and (image-operating-system image)
                            (operating-system-for-image image)))
           (image*     (if os (image-with-os* image os) image))
           (format     (image-format image))
           (location   (image-location image))
           (config     (and os (operating-system-bootloader os)))
           (bootloader (and config
                            (bootloader-configuration-bootloader config))))
      (case format
        ((docker)
         (system-docker-image image* #:location location))
        ((oci)
         (system-oci-image image* #:location location))
        ((tarball)
         (system-tarball-image image* #:location location))
        ((wsl2)
         (system-tarball-image image* #:wsl? #t #:location location))
        ((iso9660)
         (system-iso9660-image image*
                               #:bootcfg (and os (operating-system-bootcfg os))
                               #:bootloader bootloader
                               #:register-closures? (has-guix-service-type? os)
                               #:location location
                               ;; The other modes make an HFS+ tree, which
                               ;; cannot name too many files.
                               #:grub-mkrescue-environment
                               '(("MKRESCUE_SED_MODE" . "mbr_only"))))
        (else
         (system-disk-image image*
                            #:bootcfg (and os (operating-system-bootcfg os))
                            #:bootloader bootloader
                            #:register-closures? (has-guix-service-type? os)
                            #:location location
                            #:locations (map %record-location
                                             (image-partitions image))))))))


;;;
;;; Finding image types.
;;;

(define (image-modules)
  "Return the modules that define image types."
  (define (failed? name)
    ;; Its failure has been reported.
    (assoc name (load-failures)))

  (cons (resolve-interface '(gnu system image))
        (named-modules (srfi-1:remove failed? (image-module-names))
                       #:warn warn-about-load-error)))

;; In modules of ours, which are in no directory of the load path, names tell
;; image types from the operating systems beside them: those need not be made
;; just to list the types.
(define (image-types likely?)
  "Return the list of the image types; of modules of ours, only those whose
variable has a name NAME-image-type such that (LIKELY? NAME) is true."
  (define suffix "-image-type")

  (define (on-load-path? module)
    (let ((file (module-name->file-name (module-name module))))
      (srfi-1:any (lambda (directory)
                    (host-file-exists? (string-append directory "/" file)))
                  (load-path))))

  (define (maybe-image-type? module name)
    (let ((name (symbol->string name)))
      (if (string-suffix? suffix name)
          (or (likely? (string-drop-right name (string-length suffix)))
              (on-load-path? module))
          (on-load-path? module))))

  (fold-module-public-variables (lambda (object result)
                                  (if (image-type? object)
                                      (cons object result)
                                      result))
                                '()
                                (image-modules)
                                #:select? maybe-image-type?))

(define %image-types
  ;; A promise of the list of all image types.
  (delay (image-types (const #t))))

(define (lookup-image-type-by-name name)
  "Return the image type called NAME."
  (define (find-type types)
    (srfi-1:find (lambda (type)
                   (eq? name (image-type-name type)))
                 types))

  ;; Types are called like their variables, or longer: those are made first.
  (or (find-type (image-types (cut string-prefix? <> (symbol->string name))))
      (find-type (force %image-types))
      (raise-unknown-name
       (symbol->string name)
       (map (compose symbol->string image-type-name) (force %image-types))
       (G_ "'tintype types' lists all image types")
       (G_ "~a: no such image type") name)))
