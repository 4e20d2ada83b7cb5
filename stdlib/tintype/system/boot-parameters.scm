;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What a bootloader has to know about a system, as a record and as the text of
;;; the file 'parameters' in the system's directory.

(define-module (tintype system boot-parameters)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu bootloader)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (boot-parameters
            <boot-parameters>
            boot-parameters?
            boot-parameters-label
            boot-parameters-root-device
            boot-parameters-bootloader-name
            boot-parameters-bootloader-menu-entries
            boot-parameters-store-crypto-devices
            boot-parameters-store-device
            boot-parameters-store-directory-prefix
            boot-parameters-store-mount-point
            boot-parameters-locale
            boot-parameters-kernel
            boot-parameters-kernel-arguments
            boot-parameters-initrd
            boot-parameters-multiboot-modules
            boot-parameters-version
            %boot-parameters-version
            read-boot-parameters
            boot-parameters->menu-entry
            boot-parameters->file))

;; The version of the file's format.
(define %boot-parameters-version 1)

(define-record-type* <boot-parameters>
  boot-parameters make-boot-parameters
  boot-parameters?
  (label                   boot-parameters-label)
  ;; A string, <uuid>, <file-system-label> or #f, as is 'store-device'.
  (root-device             boot-parameters-root-device)
  (bootloader-name         boot-parameters-bootloader-name)
  (bootloader-menu-entries boot-parameters-bootloader-menu-entries)
  (store-device            boot-parameters-store-device)
  (store-mount-point       boot-parameters-store-mount-point)
  (store-directory-prefix  boot-parameters-store-directory-prefix)
  (store-crypto-devices    boot-parameters-store-crypto-devices
                           (default '()))
  (locale                  boot-parameters-locale)
  (kernel                  boot-parameters-kernel)
  (kernel-arguments        boot-parameters-kernel-arguments)
  (initrd                  boot-parameters-initrd)
  (multiboot-modules       boot-parameters-multiboot-modules)
  (version                 boot-parameters-version
                           (default %boot-parameters-version)))

(define (device->sexp device)
  "Return DEVICE as data."
  (cond ((uuid? device)
         `(uuid ,(uuid-type device) ,(uuid-bytevector device)))
        ((file-system-label? device)
         `(file-system-label ,(file-system-label->string device)))
        (else device)))

(define (sexp->device sexp)
  "Return the device that SEXP, made by 'device->sexp', stands for."
  (match sexp
    (('uuid type bytes)
     (bytevector->uuid bytes type))
    (('file-system-label label)
     (file-system-label label))
    ((or #f (? string?))
     sexp)
    (_
     (warning (G_ "unrecognized device ~s in boot parameters~%") sexp)
     #f)))

(define (boot-parameters->file parameters)
  "Return the file that holds PARAMETERS."
  (match-record parameters <boot-parameters>
      (label root-device kernel kernel-arguments initrd multiboot-modules
       locale bootloader-name bootloader-menu-entries store-device
       store-mount-point store-directory-prefix store-crypto-devices version)
    (scheme-file
     "parameters"
     #~(boot-parameters
        (version #$version)
        (label #$label)
        (root-device #$(device->sexp root-device))
        (kernel #$kernel)
        (kernel-arguments #$kernel-arguments)
        #$@(if initrd #~((initrd #$initrd)) #~())
        #$@(if (null? multiboot-modules)
               #~()
               #~((multiboot-modules #$multiboot-modules)))
        (locale #$locale)
        (bootloader-name #$bootloader-name)
        (bootloader-menu-entries
         #$(map menu-entry->sexp bootloader-menu-entries))
        (store (device #$(device->sexp store-device))
               (mount-point #$store-mount-point)
               (directory-prefix #$store-directory-prefix)
               (crypto-devices
                #$(map device->sexp store-crypto-devices)))))))

(define (read-boot-parameters port)
  "Return the parameters that PORT holds."
  (define (field name fields default)
    (match (assq name fields)
      ((_ value) value)
      (_ default)))

  (match (read port)
    (('boot-parameters . fields)
     (let ((store (match (assq 'store fields)
                    ((_ . properties) properties)
                    (_ '())))
           (root  (sexp->device (field 'root-device fields #f))))
       (unless (member (field 'version fields 0)
                       (iota (+ 1 %boot-parameters-version)))
         (raise-unrecognized))
       (boot-parameters
        (version (field 'version fields 0))
        (label (field 'label fields ""))
        (root-device root)
        (bootloader-name (field 'bootloader-name fields 'grub))
        (bootloader-menu-entries
         (map sexp->menu-entry (field 'bootloader-menu-entries fields '())))
        (store-device (sexp->device (field 'device store #f)))
        (store-mount-point (field 'mount-point store "/"))
        (store-directory-prefix (field 'directory-prefix store #f))
        (store-crypto-devices
         (map sexp->device (field 'crypto-devices store '())))
        (locale (field 'locale fields #f))
        (kernel (field 'kernel fields #f))
        (kernel-arguments (field 'kernel-arguments fields '()))
        (initrd (field 'initrd fields #f))
        (multiboot-modules (field 'multiboot-modules fields '())))))
    (_
     (raise-unrecognized))))

(define (raise-unrecognized)
  (raise (formatted-message (G_ "unrecognized boot parameters"))))

(define (boot-parameters->menu-entry parameters)
  "Return the menu entry that boots the system with PARAMETERS."
  (match-record parameters <boot-parameters>
      (label store-device store-mount-point kernel kernel-arguments initrd
       multiboot-modules)
    (if (null? multiboot-modules)
        (menu-entry
         (label label)
         (device store-device)
         (device-mount-point store-mount-point)
         (linux kernel)
         (linux-arguments kernel-arguments)
         (initrd initrd))
        (menu-entry
         (label label)
         (device store-device)
         (device-mount-point store-mount-point)
         (multiboot-kernel kernel)
         (multiboot-arguments kernel-arguments)
         (multiboot-modules multiboot-modules)))))
