;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Plans of whole images, format by format.  The operating system of an image
;;; given here fits it already (see (gnu system image)).

(define-module (tintype system-images)
  #:use-module (tintype debian)
  #:use-module (tintype host)
  #:use-module (tintype initrd)
  #:use-module (tintype menu)
  #:use-module (tintype native)
  #:use-module (tintype plan)
  #:use-module ((tintype services packages) #:select (package-sources))
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix utils)
  #:use-module (gnu bootloader)
  #:use-module (gnu compression)
  #:use-module (gnu image)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system accounts)
  #:use-module (gnu system uuid)
  #:autoload   (gnu packages bash) (bash)
  #:autoload   (gnu packages linux) (util-linux)
  #:use-module ((srfi srfi-1) #:prefix srfi-1:)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:export (root-partition?
            find-root-partition
            root-partition-index
            gpt-image?
            volatile-root?
            has-guix-service-type?
            format->image-type
            partition->dos-type
            partition->gpt-type
            system-disk-image
            system-iso9660-image
            system-tarball-image

            base-name
            plan-fields
            image-compressor
            check-format-options
            %compression-option
            format-option))

;;;
;;; What images have in common.
;;;

(define (root-partition? partition)
  "Return true if PARTITION is the root partition."
  (member 'boot (partition-flags partition)))

(define (find-root-partition image)
  "Return the root partition of IMAGE."
  (or (srfi-1:find root-partition? (image-partitions image))
      (raise (formatted-message
              (G_ "image lacks a partition with the 'boot' flag")))))

(define (root-partition-index image)
  "Return the index, from 1, of the root partition of IMAGE."
  (find-root-partition image)
  (1+ (srfi-1:list-index root-partition? (image-partitions image))))

(define (gpt-image? image)
  "Return true if IMAGE has a GUID partition table."
  (memq (image-partition-table-type image) '(gpt hybrid-gpt)))

(define (volatile-root? image)
  "Return true if changes to the root file system of IMAGE are lost."
  (or (eq? 'iso9660 (image-format image))
      (image-volatile-root? image)))

(define (has-guix-service-type? os)
  "Return true if OS has the Guix service."
  (and os
       (srfi-1:any (lambda (service)
                     (eq? (service-kind service) guix-service-type))
                   (operating-system-services os))))

(define (base-name image default)
  (let ((name (image-name image)))
    (if name (symbol->string name) default)))

;; Options of a format, as the disks' are "KEY=VALUE".
(define (option-key option)
  (match (string-index option #\=)
    (#f option)
    (index (string-take option index))))

(define (format-option image key)
  "Return the value that the format options of IMAGE have for KEY, or #f."
  (srfi-1:any (lambda (option)
                (and (string=? (option-key option) key)
                     (string-prefix? (string-append key "=") option)
                     (string-drop option (1+ (string-length key)))))
              (image-format-options image)))

(define (check-format-options image known location)
  "Raise an error unless the format options of IMAGE are among KNOWN, an alist of
keys and lists of their values; no list: any value."
  (for-each
   (lambda (option)
     (match (assoc (option-key option) known)
       (#f
        (raise-message location
                       (G_ "~a: unknown option; the format '~a' has ~a")
                       option (image-format image)
                       (string-join (map car known) ", ")))
       ((key . values)
        (unless (member (format-option image key) values)
          (raise-message location (G_ "~a: the values of '~a' are ~a")
                         option key (string-join values ", "))))))
   (image-format-options image)))

(define (image-compressor image)
  "Return the compressor of IMAGE, whose options have been checked: that of its
option \"compression\", or the first one."
  (cond ((format-option image "compression") => lookup-compressor)
        ((image-compression? image) (srfi-1:first %compressors))
        (else (lookup-compressor "none"))))

(define %compression-option
  `("compression" ,@(map compressor-name %compressors)))

;; What all plans have.
(define* (plan-fields image #:optional (os (image-operating-system image)))
  `((volatile-root? ,(volatile-root? image))
    (compression? ,(image-compression? image))
    (shared-store? ,(image-shared-store? image))
    (shared-network? ,(image-shared-network? image))
    (substitutable? ,(image-substitutable? image))
    (system ,(%current-system))
    (target ,(%current-target-system))
    (operating-system ,(operating-system->plan os))
    (packages ,(packages->plan os))
    (package-sources ,(if os
                          (package-sources (operating-system-services os))
                          '()))
    (debian ,(and os
                  (debian-system->plan os
                                       #:bootable? (bootable? image)
                                       #:packages (boot-packages image))))))

;; Whether a machine starts IMAGE: it has a kernel of its own.
(define (bootable? image)
  (not (memq (image-format image) '(docker oci tarball wsl2))))

;; Packages, lowered, whose files start IMAGE besides those of its bootloader.
(define (boot-packages image)
  (define initializers
    (map (lambda (partition)
           (and (memq 'esp (partition-flags partition))
                (initializer->plan (partition-initializer partition))))
         (image-partitions image)))

  (define iso?
    (eq? 'iso9660 (image-format image)))

  (append (if iso? '((package "grub" "")) '())
          (if (or iso? (srfi-1:any identity initializers))
              (if (memq 'initialize-efi32-partition initializers)
                  '((package "grub-efi32" ""))
                  '((package "grub-efi" "")))
              '())))

(define (bootcfg->plan image bootcfg)
  (and bootcfg
       (menu->plan bootcfg (image-operating-system image))))

(define (image-initrd->plan image)
  (and=> (image-operating-system image) initrd->plan))

(define (bootloader-targets image)
  (let ((os (image-operating-system image)))
    (if os
        (bootloader-configuration-targets (operating-system-bootloader os))
        '())))

;; What identifies a disk is made of what it holds where no operating system
;; decides it: its partitions.
(define (hashed-uuid image)
  (define (word salt)
    (hash (map (lambda (partition)
                 (list salt
                       (partition-label partition)
                       (partition-file-system partition)))
               (image-partitions image))
          (- (expt 2 32) 1)))

  (let ((bv (make-bytevector 16)))
    (for-each (lambda (index)
                (bytevector-u32-set! bv (* 4 index) (word index)
                                     (endianness little)))
              '(0 1 2 3))
    bv))

(define (root-uuid-bytevector image)
  (or (and=> (srfi-1:find root-partition? (image-partitions image))
             partition-uuid-bytevector)
      (hashed-uuid image)))


;;;
;;; Disk images.
;;;

(define (raise-unsupported format-string thing)
  (raise (condition
          (&message (message (format #f format-string thing))))))

(define (format->image-type format)
  "Return the kind of image that FORMAT is."
  (if (or (eq? format 'compressed-qcow2) (assq format (disk-formats)))
      "hdimage"
      (raise-unsupported (G_ "unsupported image type: ~a") format)))

(define (linux-file-system? file-system)
  (or (string-prefix? "ext" file-system)
      (member file-system '("btrfs" "f2fs"))))

(define (partition->dos-type partition)
  "Return the type of PARTITION in an MBR, a number in hexadecimal."
  (let ((flags       (partition-flags partition))
        (file-system (partition-file-system partition)))
    (cond ((member 'esp flags) "0xEF")
          ((linux-file-system? file-system) "0x83")
          ((member file-system '("vfat" "fat16")) "0x0E")
          ((string=? file-system "fat32") "0x0C")
          ((string=? file-system "swap") "0x82")
          (else
           (raise-unsupported (G_ "unsupported partition type: ~a")
                              file-system)))))

(define (partition->gpt-type partition)
  "Return the type of PARTITION in a GUID partition table: a letter, or a GUID."
  (let ((flags       (partition-flags partition))
        (file-system (partition-file-system partition)))
    (cond ((member 'esp flags) "U")
          ((linux-file-system? file-system) "L")
          ((member file-system '("vfat" "fat16" "fat32")) "F")
          ((string=? file-system "swap") "S")
          ((and (string=? file-system "unformatted")
                (partition-uuid partition))
           (uuid->string (partition-uuid partition)))
          (else
           (raise-unsupported (G_ "unsupported partition type: ~a")
                              file-system)))))

(define (partition-hybrid-type image partition)
  "Return the type of PARTITION in the hybrid MBR of IMAGE, or #f if it is none
or has no name for PARTITION."
  (and (eq? 'hybrid-gpt (image-partition-table-type image))
       (not (string=? "unformatted" (partition-file-system partition)))
       (partition->dos-type partition)))

(define (partition-type image partition)
  "Return the type of PARTITION in the partition table of IMAGE."
  (if (gpt-image? image)
      (partition->gpt-type partition)
      (partition->dos-type partition)))

(define (disk-file-name name format)
  "Return NAME with the extension of disks in FORMAT."
  (match (assq format (disk-formats))
    ((or #f (_ "")) name)
    ((_ extension) (string-append name "." extension))))

(define* (system-disk-image image
                            #:key
                            (name "disk-image")
                            bootcfg
                            bootloader
                            register-closures?
                            (inputs '())
                            location
                            (locations
                             (map %record-location (image-partitions image))))
  "Return the plan of IMAGE, a disk with BOOTLOADER on it, whose menu is BOOTCFG.
LOCATION is where IMAGE is written, LOCATIONS where its partitions are."
  (format->image-type (image-format image))
  `(disk-image
    (name ,(base-name image (disk-file-name name (image-format image))))
    (format ,(image-format image))
    (format-options ,(image-format-options image))
    (location ,location)
    (partition-table-type ,(image-partition-table-type image))
    (sector-size ,(image-sector-size image))
    (uuid ,(root-uuid-bytevector image))
    (bootloader ,(bootloader->plan bootloader (bootloader-targets image)))
    (bootcfg ,(bootcfg->plan image bootcfg))
    (initrd ,(image-initrd->plan image))
    (register-closures? ,register-closures?)
    (root-partition-index ,(root-partition-index image))
    (partitions
     ,(map (lambda (partition location)
             (partition->plan partition
                              (partition-type image partition)
                              location
                              (partition-hybrid-type image partition)))
           (image-partitions image)
           locations))
    ,@(plan-fields image)))


;;;
;;; ISO 9660 images.
;;;

;; Files that the bootloader reads, and those that are compressed already.
(define %uncompressed-files
  '("/boot/*" "/System/*" "unicode.pf2" "bzImage" "zImage" "Image"
    "vmlinuz" "*.gz" "*.zst" "*.png"))

(define* (system-iso9660-image image
                               #:key
                               (name "image.iso")
                               bootcfg
                               bootloader
                               register-closures?
                               (inputs '())
                               (grub-mkrescue-environment '())
                               location)
  "Return the plan of IMAGE, a bootable ISO 9660 image."
  (match (image-partitions image)
    ((partition)
     `(iso9660-image
       (name ,(base-name image name))
       (format ,(image-format image))
       (location ,location)
       (uuid ,(root-uuid-bytevector image))
       (volume-id ,(string-upcase (partition-label partition)))
       (uncompressed-files ,%uncompressed-files)
       ;; The root is the volume, or as live media have it.
       ,@(if (string=? "squashfs" (partition-file-system partition))
             `((squashfs ,(partition-file-system-options partition)))
             '())
       (bootloader ,(bootloader->plan bootloader (bootloader-targets image)))
       (bootcfg ,(bootcfg->plan image bootcfg))
       (initrd ,(image-initrd->plan image))
       (register-closures? ,register-closures?)
       (grub-mkrescue-environment ,grub-mkrescue-environment)
       ,@(plan-fields image)))
    (partitions
     (raise-message location
                    (G_ "an ISO 9660 image has one partition, not ~a")
                    (length partitions)))))


;;;
;;; Archives of the root file system.
;;;

(define* (system-tarball-image image
                               #:key
                               (name "image")
                               (compressor #f)
                               (wsl? #f)
                               location)
  "Return the plan of IMAGE, an archive, for the Windows Subsystem for Linux if
WSL? is true."
  (define os (image-operating-system image))

  (define compressor*
    (begin
      (check-format-options image (list %compression-option) location)
      (or compressor (image-compressor image))))

  (define (superuser? user)
    (eqv? 0 (user-account-uid user)))

  (define root-shell
    (let ((root (and os (srfi-1:find superuser? (operating-system-users os)))))
      (if root
          (user-account-shell root)
          (file-append bash "/bin/bash"))))

  (define file-name
    (let ((base (base-name image name)))
      ;; Windows knows what to do with one called so, whatever compresses it.
      (if (and wsl? (string-suffix? ".wsl" base))
          base
          (string-append base ".tar" (compressor-extension compressor*)))))

  `(tarball-image
    (name ,file-name)
    (format ,(image-format image))
    (location ,location)
    (wsl? ,wsl?)
    (compressor ,(compressor-name compressor*))
    ;; WSL wants a shell, and mounts the host's files with 'mount'.
    (symlinks ,(if wsl?
                   `(("bin/sh" ,(lower-object root-shell))
                     ("bin/mount"
                      ,(lower-object (file-append util-linux "/bin/mount"))))
                   '()))
    (register-closures? #t)
    ,@(plan-fields image)))
