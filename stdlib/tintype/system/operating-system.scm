;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The record that defines an operating system, and the services that follow
;;; from its fields.  What is computed from a whole system is in (gnu system).

(define-module (tintype system operating-system)
  #:use-module ((tintype syntax) #:select (current-source-location))
  #:use-module (tintype system boot-parameters)
  #:use-module (tintype system etc)
  #:use-module (tintype system packages)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix utils)
  #:use-module (gnu bootloader)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system linux-initrd)
  #:use-module (gnu system locale)
  #:use-module (gnu system mapped-devices)
  #:use-module (gnu system nss)
  #:use-module (gnu system pam)
  #:use-module (gnu system shadow)
  #:use-module (gnu system uuid)
  #:use-module ((gnu packages bash) #:select (bash))
  #:use-module ((gnu packages linux) #:select (linux-libre))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (operating-system
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

            %default-kernel-arguments
            %root-account
            operating-system-user-accounts
            operating-system-services
            operating-system-root-file-system
            operating-system-store-file-system
            operating-system-boot-file-systems
            operating-system-boot-mapped-devices
            operating-system-user-mapped-devices
            operating-system-bootloader-crypto-devices
            system-linux-image-file-name
            operating-system-kernel-file
            operating-system-initrd-file
            operating-system-locale-directory
            operating-system-boot-parameters
            operating-system-default-essential-services
            hurd-default-essential-services
            local-host-entries))

(define %default-kernel-arguments
  ;; The drivers of USB keyboards and mice for simple firmware get in the way of
  ;; usbhid, which knows more devices.
  '("modprobe.blacklist=usbmouse,usbkbd"
    "quiet"))

(define %root-account
  (user-account
   (name "root")
   (password "")
   (uid 0)
   (group "root")
   (comment "System administrator")
   (home-directory "/root")
   (shell (file-append bash "/bin/bash"))))

(define (check-hosts-file value place)
  (when value
    (warning (source-properties->location place)
             (G_ "'hosts-file' is an old field: extend \
'hosts-service-type' instead~%")))
  value)

(define-syntax-rule (warn-hosts-file value)
  (check-hosts-file value (current-source-location value)))

(define (check-swap-devices value place)
  (unless (every swap-space? value)
    (warning (source-properties->location place)
             (G_ "'swap-devices' should list 'swap-space' records; \
devices by themselves are an old way~%")))
  value)

(define-syntax-rule (warn-swap-devices value)
  (check-swap-devices value (current-source-location value)))

(define-record-type* <operating-system> operating-system
  make-operating-system
  operating-system?
  this-operating-system

  (kernel operating-system-kernel                 ;package | file-like
          (default linux-libre))
  (kernel-loadable-modules operating-system-kernel-loadable-modules
                           (default '()))
  (kernel-arguments operating-system-user-kernel-arguments
                    (default %default-kernel-arguments))
  (hurd operating-system-hurd                     ;package | #f
        (default #f))
  (bootloader operating-system-bootloader)
  (label operating-system-label
         (thunked)
         (default (operating-system-default-label this-operating-system)))
  (keyboard-layout operating-system-keyboard-layout
                   (default #f))
  (initrd operating-system-initrd                 ;procedure of file systems
          (default base-initrd))
  (initrd-modules operating-system-initrd-modules
                  (thunked)
                  (default %base-initrd-modules))
  (firmware operating-system-firmware
            (default %base-firmware))

  (host-name operating-system-host-name)
  (hosts-file operating-system-hosts-file
              (default #f)
              (sanitize warn-hosts-file))

  (mapped-devices operating-system-mapped-devices
                  (default '()))
  (file-systems operating-system-file-systems)
  (swap-devices operating-system-swap-devices
                (delayed)
                (default '())
                (sanitize warn-swap-devices))

  (users operating-system-users
         (default %base-user-accounts))
  (groups operating-system-groups
          (default %base-groups))
  (skeletons operating-system-skeletons
             (default (default-skeletons)))
  (issue operating-system-issue
         (default %default-issue))

  ;; Any file-like object: a directory or an archive is merged at the root.
  (packages %operating-system-packages
            (default %base-packages))

  (timezone operating-system-timezone
            (default "Etc/UTC"))
  (locale operating-system-locale
          (default "en_US.utf8"))
  (locale-definitions operating-system-locale-definitions
                      (default %default-locale-definitions))
  (locale-libcs operating-system-locale-libcs
                (default %default-locale-libcs))
  (name-service-switch operating-system-name-service-switch
                       (default %default-nss))

  (essential-services operating-system-essential-services
                      (thunked)
                      (default (operating-system-default-essential-services
                                this-operating-system)))
  (services operating-system-user-services
            (thunked)
            (default %base-services)
            (sanitize validate-service-list))

  (pam-services operating-system-pam-services
                (default (base-pam-services)))
  (privileged-programs operating-system-privileged-programs
                       (default %default-privileged-programs))
  (setuid-programs operating-system-setuid-programs
                   (default %setuid-programs))
  (sudoers-file operating-system-sudoers-file     ;file-like | #f
                (default %sudoers-specification))

  (location operating-system-location
            (default (source-properties->location
                      (current-source-location)))
            (innate)))

;; Code refers to a system by its name: its directory depends on that code.
(define-gexp-compiler (operating-system-compiler (os <operating-system>)
                                                 system target)
  (list 'operating-system (operating-system-host-name os)))

(define (name+version thing)
  "Return how to call THING, a package or another file-like object."
  (if (package? thing)
      (string-append (string-titlecase (package-name thing)) " "
                     (package-version thing))
      "its own kernel"))

(define (operating-system-default-label os)
  "Return the label of OS in boot menus unless it has one of its own."
  (match (operating-system-hurd os)
    (#f   (string-append "GNU with "
                         (name+version (operating-system-kernel os))))
    (hurd (string-append "GNU with the " (name+version hurd)))))

(define (operating-system-packages os)
  "Return the packages of OS.  The certificates of the base packages give way to
those of a later version."
  (let* ((packages     (%operating-system-packages os))
         (certificates (filter (lambda (thing)
                                 (and (package? thing)
                                      (string=? "nss-certs"
                                                (package-name thing))))
                               (delete-duplicates packages eq?))))
    (match (sort certificates
                 (lambda (one other)
                   (version>? (package-version one)
                              (package-version other))))
      ((latest _ . _)
       (warning (operating-system-location os)
                (G_ "several versions of 'nss-certs' in 'packages': only the \
latest is kept; '%base-packages' has one already~%"))
       (remove (lambda (thing)
                 (and (memq thing certificates)
                      (not (eq? thing latest))))
               packages))
      (_ packages))))

(define (operating-system-user-accounts os)
  "Return the accounts of OS; root is one of them."
  (let ((users (operating-system-users os)))
    (if (any (lambda (user)
               (eqv? 0 (user-account-uid user)))
             users)
        users
        (cons %root-account users))))

;;;
;;; File systems and mapped devices.
;;;

(define (raise-missing-root)
  (raise (condition
          (&message (message (G_ "missing root file system"))))))

(define (operating-system-root-file-system os)
  "Return the root file system of OS."
  (or (find (lambda (file-system)
              (string=? "/" (file-system-mount-point file-system)))
            (operating-system-file-systems os))
      (raise-missing-root)))

(define (operating-system-store-file-system os)
  "Return the file system of OS that holds the store."
  (define (holds-store? file-system)
    (and (file-system-mount? file-system)
         (not (memq 'bind-mount (file-system-flags file-system)))
         (string-prefix? (file-system-mount-point file-system)
                         "/gnu/store")))

  (define (deeper? one other)
    (> (string-length (file-system-mount-point one))
       (string-length (file-system-mount-point other))))

  (match (sort (filter holds-store? (operating-system-file-systems os))
               deeper?)
    ((deepest . _) deepest)
    (()            (raise-missing-root))))

(define (operating-system-boot-file-systems os)
  "Return the file systems of OS that are mounted by the initial RAM disk."
  (filter file-system-needed-for-boot?
          (operating-system-file-systems os)))

(define (needed-for-boot? device os)
  "Return true if a file system of OS that is needed for boot is on DEVICE."
  (define names
    (map (lambda (target)
           (string-append "/dev/mapper/" target))
         (mapped-device-targets device)))

  (any (lambda (file-system)
         (or (memq device (file-system-dependencies file-system))
             (member (file-system-device file-system) names)))
       (operating-system-boot-file-systems os)))

(define (operating-system-boot-mapped-devices os)
  "Return the mapped devices of OS that the initial RAM disk opens."
  (filter (lambda (device)
            (needed-for-boot? device os))
          (operating-system-mapped-devices os)))

(define (operating-system-user-mapped-devices os)
  "Return the mapped devices of OS that are opened once it runs."
  (remove (lambda (device)
            (needed-for-boot? device os))
          (operating-system-mapped-devices os)))

(define (operating-system-bootloader-crypto-devices os)
  "Return the UUIDs of the encrypted devices that the bootloader of OS has to
unlock to reach the store."
  (let* ((encrypted (filter (lambda (device)
                              (eq? luks-device-mapping
                                   (mapped-device-type device)))
                            (operating-system-boot-mapped-devices os)))
         (others    (remove (lambda (device)
                              (uuid? (mapped-device-source device)))
                            encrypted)))
    (for-each (lambda (device)
                (warning (mapped-device-location device)
                         (G_ "mapped device '~a' may be ignored by \
bootloader~%")
                         (mapped-device-source device)))
              others)
    (filter uuid? (map mapped-device-source encrypted))))

;;;
;;; Kernel, initial RAM disk, locales.
;;;

(define* (system-linux-image-file-name
          #:optional (target (or (%current-target-system)
                                 (%current-system))))
  "Return the name of the kernel's file in a package of Linux for TARGET."
  (cond ((target-arm32? target)      "zImage")
        ((target-aarch64? target)    "Image")
        ((target-riscv64? target)    "Image")
        ((target-mips64el? target)   "vmlinuz")
        (else                        "bzImage")))

(define (operating-system-kernel-file os)
  "Return the file of the kernel of OS."
  (file-append (operating-system-kernel os) "/"
               (if (operating-system-hurd os)
                   "boot/gnumach"
                   (system-linux-image-file-name))))

(define (operating-system-initrd-file os)
  "Return the file of the initial RAM disk of OS."
  ((operating-system-initrd os)
   (operating-system-boot-file-systems os)
   #:linux (operating-system-kernel os)
   #:linux-modules (operating-system-initrd-modules os)
   #:mapped-devices (operating-system-boot-mapped-devices os)
   #:keyboard-layout (operating-system-keyboard-layout os)))

(define (operating-system-locale-directory os)
  "Return the directory of the locales of OS.  Raise an error if its own is none
that can be defined."
  (let ((locale      (operating-system-locale os))
        (definitions (operating-system-locale-definitions os)))
    (define defined?
      (any (lambda (definition)
             (string=? locale (locale-definition-name definition)))
           definitions))

    (locale-directory
     (if defined?
         definitions
         (cons (or (locale-name->definition locale)
                   (raise (formatted-message (G_ "~a: invalid locale name")
                                             locale)))
               definitions))
     #:libcs (operating-system-locale-libcs os))))

;; Programs of the Hurd that its kernel starts, with their arguments.
(define (hurd-multiboot-modules os)
  (match (operating-system-hurd os)
    (#f '())
    (hurd
     (let ((server (lambda (name . arguments)
                     (cons* (file-append hurd "/hurd/" name ".static")
                            name arguments))))
       (list (server "pci-arbiter"
                     "--host-priv-port='${host-port}'"
                     "--device-master-port='${device-port}'"
                     "--next-task='${disk-task}'"
                     "'$(pci-task=task-create)'" "'$(task-resume)'")
             (server "rumpdisk"
                     "--next-task='${fs-task}'" "'$(disk-task=task-create)'")
             (server "ext2fs"
                     "--multiboot-command-line='${kernel-command-line}'"
                     "--exec-server-task='${exec-task}'"
                     "--store-type=typed" "'${root}'" "'$(fs-task=task-create)'")
             (server "exec" "'$(exec-task=task-create)'"))))))

(define* (operating-system-boot-parameters os root-device
                                           #:key (arguments '()))
  "Return what a bootloader has to know about OS, on ROOT-DEVICE.  ARGUMENTS
precede the kernel arguments of OS's own."
  (let ((bootloader (operating-system-bootloader os))
        (store      (operating-system-store-file-system os)))
    (boot-parameters
     (label (operating-system-label os))
     (root-device root-device)
     (kernel (operating-system-kernel-file os))
     (kernel-arguments
      (append arguments (operating-system-user-kernel-arguments os)))
     (initrd (and (not (operating-system-hurd os))
                  (operating-system-initrd-file os)))
     (multiboot-modules (hurd-multiboot-modules os))
     (bootloader-name
      (bootloader-name
       (bootloader-configuration-bootloader bootloader)))
     (bootloader-menu-entries
      (bootloader-configuration-menu-entries bootloader))
     (locale (operating-system-locale os))
     (store-device (file-system-device store))
     (store-directory-prefix
      (btrfs-store-subvolume-file-name (operating-system-file-systems os)))
     (store-crypto-devices (operating-system-bootloader-crypto-devices os))
     (store-mount-point (file-system-mount-point store)))))

;;;
;;; Services.
;;;

(define (system-entries os)
  "Return what the system directory of OS holds beside what services add, when
that is asked for."
  (lambda (store)
    (let ((parameters
           (boot-parameters->file
            (operating-system-boot-parameters
             os
             (file-system-device (operating-system-root-file-system os)))))
          (locale (operating-system-locale-directory os)))
      (match (operating-system-hurd os)
        (#f   `(("parameters" ,parameters)
                ("initrd" ,(operating-system-initrd-file os))
                ("locale" ,locale)))
        (hurd `(("hurd" ,hurd)
                ("kernel" ,(operating-system-kernel os))
                ("parameters" ,parameters)
                ("locale" ,locale)))))))

(define (local-host-entries host-name)
  "Return the hosts that a machine called HOST-NAME is to itself."
  (map (lambda (address)
         (host address "localhost" (list host-name)))
       '("127.0.0.1" "::1")))

(define (etc-files os)
  (system-etc-files #:host-name (operating-system-host-name os)
                    #:timezone (operating-system-timezone os)
                    #:issue (operating-system-issue os)
                    #:name-service-switch
                    (operating-system-name-service-switch os)
                    #:sudoers-file (operating-system-sudoers-file os)))

(define (hosts-service os)
  "Return the service that makes the hosts file of OS."
  (match (operating-system-hosts-file os)
    (#f   (service hosts-service-type
                   (local-host-entries (operating-system-host-name os))))
    (file (simple-service 'deprecated-hosts-file etc-service-type
                          `(("hosts" ,(file-field "hosts" file)))))))

(define (account-services os)
  (account-service (append (operating-system-user-accounts os)
                           (operating-system-groups os))
                   (operating-system-skeletons os)))

(define (privileged-program-services os)
  (service privileged-program-service-type
           (append (operating-system-privileged-programs os)
                   (operating-system-setuid-programs os))))

(define (operating-system-default-essential-services os)
  "Return the services that follow from the fields of OS."
  (let* ((root   (operating-system-root-file-system os))
         (boot   (operating-system-boot-file-systems os))
         (others (remove file-system-needed-for-boot?
                         (operating-system-file-systems os))))
    `(,(service system-service-type (system-entries os))
      ,(service linux-builder-service-type
                (linux-builder-configuration
                 (kernel (operating-system-kernel os))
                 (modules (operating-system-kernel-loadable-modules os))))
      ,%boot-service
      ,(service cleanup-service-type #f)
      ,%activation-service
      ,%shepherd-root-service
      ,(pam-root-service (operating-system-pam-services os))
      ,(privileged-program-services os)
      ,(account-services os)
      ,(service etc-service-type (etc-files os))
      ,(hosts-service os)
      ,(service fstab-service-type boot)
      ,(session-environment-service
        (session-variables (operating-system-locale os)))
      ,(host-name-service (operating-system-host-name os))
      ,(service user-processes-service-type)
      ,(root-file-system-service)
      ,(service profile-service-type (operating-system-packages os))
      ,(simple-service 'boot-file-system-utilities profile-service-type
                       (file-system-utilities boot))
      ,(service file-system-service-type others)
      ,@(map device-mapping-service
             (operating-system-user-mapped-devices os))
      ,@(map swap-service (operating-system-swap-devices os))
      ,%linux-bare-metal-service
      ,(service firmware-service-type (operating-system-firmware os)))))

(define (hurd-default-essential-services os)
  "Return the services that follow from the fields of OS, a system with the
Hurd."
  `(,(service system-service-type (system-entries os))
    ,%boot-service
    ,%hurd-startup-service
    ,%activation-service
    ,%shepherd-root-service
    ,(service user-processes-service-type)
    ,(privileged-program-services os)
    ,(account-services os)
    ,(root-file-system-service)
    ,(service file-system-service-type '())
    ,(service fstab-service-type
              (filter file-system-needed-for-boot?
                      (operating-system-file-systems os)))
    ,(pam-root-service (operating-system-pam-services os))
    ,(service etc-service-type (etc-files os))
    ,(hosts-service os)
    ,(service profile-service-type (operating-system-packages os))
    ,@(map swap-service (operating-system-swap-devices os))))

(define (operating-system-services os)
  "Return all services of OS: those it lists, those they need, and essential
ones."
  (instantiate-missing-services
   (append (operating-system-user-services os)
           (operating-system-essential-services os))))
