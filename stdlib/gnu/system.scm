;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Operating systems: the record that defines one, and what follows from it.

(define-module (gnu system)
  #:use-module (tintype system boot-parameters)
  #:use-module (tintype system etc)
  #:use-module (tintype system operating-system)
  #:use-module (tintype system packages)
  #:use-module (guix gexp)
  #:use-module (gnu bootloader)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system uuid)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:re-export (operating-system
               <operating-system>
               operating-system?
               this-operating-system
               operating-system-kernel
               operating-system-kernel-loadable-modules
               operating-system-user-kernel-arguments
               operating-system-hurd
               operating-system-bootloader
               operating-system-label
               operating-system-default-label
               operating-system-keyboard-layout
               operating-system-initrd
               operating-system-initrd-modules
               operating-system-firmware
               operating-system-host-name
               operating-system-hosts-file
               operating-system-mapped-devices
               operating-system-file-systems
               operating-system-swap-devices
               operating-system-users
               operating-system-groups
               operating-system-skeletons
               operating-system-issue
               operating-system-packages
               operating-system-timezone
               operating-system-locale
               operating-system-locale-definitions
               operating-system-locale-libcs
               operating-system-name-service-switch
               operating-system-essential-services
               operating-system-user-services
               operating-system-pam-services
               operating-system-privileged-programs
               operating-system-setuid-programs
               operating-system-sudoers-file
               operating-system-location

               operating-system-user-accounts
               operating-system-services
               operating-system-root-file-system
               operating-system-store-file-system
               operating-system-boot-mapped-devices
               operating-system-user-mapped-devices
               operating-system-bootloader-crypto-devices
               operating-system-default-essential-services
               hurd-default-essential-services
               operating-system-kernel-file
               operating-system-initrd-file
               operating-system-locale-directory
               system-linux-image-file-name

               %default-kernel-arguments
               %root-account
               %default-issue
               %sudoers-specification
               %base-packages
               %base-packages-artwork
               %base-packages-disk-utilities
               %base-packages-interactive
               %base-packages-linux
               %base-packages-networking
               %base-packages-utils
               %base-firmware
               %default-privileged-programs
               %setuid-programs

               boot-parameters
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
               boot-parameters->menu-entry)
  #:export (operating-system-kernel-arguments
            operating-system-bootcfg
            operating-system-derivation
            operating-system-profile
            operating-system-etc-directory
            operating-system-activation-script
            operating-system-boot-script
            operating-system-shepherd-service-names
            operating-system-uuid
            operating-system-with-gc-roots
            operating-system-with-provenance
            read-boot-parameters-file
            local-host-aliases))

;;;
;;; Booting.
;;;

(define (root-arguments root-device)
  "Return the kernel arguments that say where the root file system is."
  (match root-device
    ("none"  '())
    ("tmpfs" '("rootfstype=tmpfs"))
    (device  (list (string-append "root="
                                  ;; The kernel takes UUIDs in this form only.
                                  (if (uuid? device)
                                      (uuid->string (uuid-bytevector device)
                                                    'dce)
                                      (file-system-device->string device)))))))

(define (bootable-kernel-arguments system root-device version)
  "Return the kernel arguments that boot SYSTEM from ROOT-DEVICE.  Before VERSION
1 of the format of boot parameters, they were spelt as options."
  (define (option name value)
    #~(string-append #$(if (> version 0)
                           (string-append "gnu." name "=")
                           (string-append "--" name "="))
                     #$value))

  (append (root-arguments root-device)
          (list (option "system" system)
                (option "load" #~(string-append #$system "/boot")))))

(define (operating-system-kernel-arguments os root-device)
  "Return all the kernel arguments of OS, booted from ROOT-DEVICE."
  (append (bootable-kernel-arguments os root-device %boot-parameters-version)
          (operating-system-user-kernel-arguments os)))

(define* (operating-system-bootcfg os #:optional (old-entries '()))
  "Return the configuration file of the bootloader of OS, with OLD-ENTRIES in a
submenu."
  (let* ((root-device (file-system-device
                       (operating-system-root-file-system os)))
         (parameters  (operating-system-boot-parameters
                       os root-device
                       #:arguments
                       (bootable-kernel-arguments
                        os root-device %boot-parameters-version)))
         (config      (operating-system-bootloader os))
         (generate    (bootloader-configuration-file-generator
                       (bootloader-configuration-bootloader config))))
    (generate config
              (list (boot-parameters->menu-entry parameters))
              #:locale (operating-system-locale os)
              #:old-entries old-entries
              #:store-crypto-devices
              (boot-parameters-store-crypto-devices parameters)
              #:store-directory-prefix
              (boot-parameters-store-directory-prefix parameters))))

(define (read-boot-parameters-file system)
  "Return the boot parameters of SYSTEM, the name of a system directory."
  (call-with-input-file (string-append system "/parameters")
    (lambda (port)
      (read-boot-parameters port))))

;;;
;;; What services come to.
;;;

(define (folded os type)
  "Return the service of TYPE that all services of OS come to."
  (fold-services (operating-system-services os) #:target-type type))

(define (operating-system-derivation os)
  "Return the system directory of OS."
  (file-union "system" (service-value (folded os system-service-type))))

(define (operating-system-profile os)
  "Return the directory that holds all that users of OS find in their PATH."
  (directory-union "profile"
                   (delete-duplicates
                    (service-value (folded os profile-service-type))
                    eq?)))

(define (operating-system-etc-directory os)
  "Return the /etc directory of OS."
  (etc-directory (folded os etc-service-type)))

(define (operating-system-activation-script os)
  "Return the program that brings a running system in line with OS."
  (activation-service->script (folded os activation-service-type)))

(define (operating-system-boot-script os)
  "Return the program that boots OS once its root file system is there."
  (service-value (folded os boot-service-type)))

(define (operating-system-shepherd-service-names os)
  "Return the names of all that the first process of OS looks after."
  (append-map shepherd-service-provision
              (shepherd-configuration-services
               (service-value (folded os shepherd-root-service-type)))))

;;;
;;; Variations.
;;;

(define (operating-system-with-gc-roots os roots)
  "Return OS with ROOTS, a list of file-like objects, kept in the store."
  (operating-system
   (inherit os)
   (services (cons (service gc-root-service-type roots)
                   (operating-system-user-services os)))))

(define* (operating-system-with-provenance os #:optional config-file)
  "Return OS with CONFIG-FILE, the file that defines it, as part of it."
  (operating-system
   (inherit os)
   (services (cons (service provenance-service-type config-file)
                   (operating-system-user-services os)))))

(define (local-host-aliases host-name)
  "Return the text of the hosts file of a machine called HOST-NAME; this is an
old way to make the 'hosts-file' field."
  (string-append "127.0.0.1 localhost " host-name "\n"
                 "::1       localhost " host-name "\n"))

;;;
;;; Identity.
;;;

(define (file-system-digest file-system)
  "Return what of FILE-SYSTEM counts for the identity of a system."
  (list (file-system-mount-point file-system)
        (file-system-type file-system)
        (file-system-device->string (file-system-device file-system))
        (file-system-options file-system)))

(define (two-digits number)
  (string-pad (number->string number) 2 #\0))

(define (iso9660-identity file-systems host-name services)
  "Return a UUID, a date and time, made from hash values: each argument gives a
hash value modulo its own argument."
  (let ((seconds (services 3600)))
    (bytevector->uuid
     (string->iso9660-uuid
      (string-join (list "1970-01-01"
                         (two-digits (host-name 24))
                         (two-digits (quotient seconds 60))
                         (two-digits (remainder seconds 60))
                         (two-digits (file-systems 100)))
                   "-"))
     'iso9660)))

(define (dce-identity file-systems host-name services)
  "Return a UUID of four 32-bit words made from hash values."
  (let ((modulus (- (expt 2 32) 1)))
    (bytevector->uuid
     (uint-list->bytevector (list (file-systems modulus)
                                  (host-name modulus)
                                  (services modulus)
                                  (file-systems modulus))
                            (endianness little)
                            4)
     'dce)))

(define* (operating-system-uuid os #:optional (type 'dce))
  "Return the UUID, of TYPE 'dce' or 'iso9660', that OS gives its root file
system: the same one for the same file systems, host name and services."
  (define (hash-of object)
    (lambda (modulus)
      (hash object modulus)))

  (define file-systems
    (map file-system-digest (operating-system-file-systems os)))

  (define services
    (map (lambda (service)
           (service-type-name (service-kind service)))
         (operating-system-services os)))

  ((if (eq? type 'iso9660) iso9660-identity dce-identity)
   (hash-of file-systems)
   (hash-of (operating-system-host-name os))
   (hash-of services)))
