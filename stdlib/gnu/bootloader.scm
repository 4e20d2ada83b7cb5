;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Bootloaders, what they are told, and the entries of their menus.

(define-module (gnu bootloader)
  #:use-module (tintype host)
  #:use-module (tintype syntax)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix profiles)
  #:use-module (guix records)
  #:use-module ((guix ui) #:select (warn-about-load-error))
  #:use-module (gnu system file-systems)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:export (<menu-entry>
            menu-entry
            menu-entry?
            menu-entry-label
            menu-entry-device
            menu-entry-device-mount-point
            menu-entry-linux
            menu-entry-linux-arguments
            menu-entry-initrd
            menu-entry-multiboot-kernel
            menu-entry-multiboot-arguments
            menu-entry-multiboot-modules
            menu-entry-chain-loader
            menu-entry->sexp
            sexp->menu-entry

            <bootloader>
            bootloader
            bootloader?
            bootloader-name
            bootloader-package
            bootloader-installer
            bootloader-disk-image-installer
            bootloader-configuration-file
            bootloader-configuration-file-generator

            <bootloader-configuration>
            bootloader-configuration
            bootloader-configuration?
            bootloader-configuration-bootloader
            bootloader-configuration-target
            bootloader-configuration-targets
            bootloader-configuration-menu-entries
            bootloader-configuration-default-entry
            bootloader-configuration-timeout
            bootloader-configuration-keyboard-layout
            bootloader-configuration-theme
            bootloader-configuration-terminal-outputs
            bootloader-configuration-terminal-inputs
            bootloader-configuration-serial-unit
            bootloader-configuration-serial-speed
            bootloader-configuration-device-tree-support?
            bootloader-configuration-extra-initrd

            %bootloaders
            lookup-bootloader-by-name

            efi-bootloader-chain))

;;;
;;; Menu entries.
;;;

;; An entry boots Linux, a multiboot kernel, or another loader.
(define-record-type* <menu-entry> menu-entry make-menu-entry
  menu-entry?
  (label               menu-entry-label)          ;string
  (device              menu-entry-device          ;string | <uuid> | label | #f
                       (default #f))
  (device-mount-point  menu-entry-device-mount-point ;string | #f
                       (default #f))
  (linux               menu-entry-linux           ;file-like | string | #f
                       (default #f))
  (linux-arguments     menu-entry-linux-arguments ;list of strings, gexps
                       (default '()))
  (initrd              menu-entry-initrd          ;file-like | string | #f
                       (default #f))
  (multiboot-kernel    menu-entry-multiboot-kernel
                       (default #f))
  (multiboot-arguments menu-entry-multiboot-arguments
                       (default '()))
  (multiboot-modules   menu-entry-multiboot-modules ;list of lists of strings
                       (default '()))
  (chain-loader        menu-entry-chain-loader    ;file name of an EFI program
                       (default #f)))

(define (raise-menu-entry-error entry)
  (raise (condition
          (&message
           (message (format #f (G_ "invalid menu-entry: ~a") entry)))
          (&fix-hint
           (hint (G_ "Give it either 'linux' and 'initrd', or \
'multiboot-kernel', or 'chain-loader'."))))))

(define (menu-entry->sexp entry)
  "Return ENTRY as data."
  (define device
    (let ((device (menu-entry-device entry)))
      (cond ((uuid? device)
             `(uuid ,(uuid-type device) ,(uuid->string device)))
            ((file-system-label? device)
             `(label ,(file-system-label->string device)))
            (else device))))

  (define (sexp . fields)
    `(menu-entry (version 0)
                 (label ,(menu-entry-label entry))
                 (device ,device)
                 (device-mount-point ,(menu-entry-device-mount-point entry))
                 ,@fields))

  (let ((linux     (menu-entry-linux entry))
        (initrd    (menu-entry-initrd entry))
        (multiboot (menu-entry-multiboot-kernel entry))
        (chain     (menu-entry-chain-loader entry)))
    (cond ((and linux initrd (not multiboot) (not chain))
           (sexp `(linux ,linux)
                 `(linux-arguments ,(menu-entry-linux-arguments entry))
                 `(initrd ,initrd)))
          ((and multiboot (not linux) (not chain))
           (sexp `(multiboot-kernel ,multiboot)
                 `(multiboot-arguments ,(menu-entry-multiboot-arguments entry))
                 `(multiboot-modules ,(menu-entry-multiboot-modules entry))))
          ((and chain (not linux) (not multiboot))
           (sexp `(chain-loader ,chain)))
          (else
           (raise-menu-entry-error entry)))))

(define (sexp->menu-entry sexp)
  "Return the menu entry that SEXP, made by 'menu-entry->sexp', describes."
  (define (field name default)
    (match (assq name (cdr sexp))
      ((_ value) value)
      (#f default)))

  (menu-entry
   (label (field 'label #f))
   (device (match (field 'device #f)
             (('uuid type str) (uuid str type))
             (('label label) (file-system-label label))
             (device device)))
   (device-mount-point (field 'device-mount-point #f))
   (linux (field 'linux #f))
   (linux-arguments (field 'linux-arguments '()))
   (initrd (field 'initrd #f))
   (multiboot-kernel (field 'multiboot-kernel #f))
   (multiboot-arguments (field 'multiboot-arguments '()))
   (multiboot-modules (field 'multiboot-modules '()))
   (chain-loader (field 'chain-loader #f))))


;;;
;;; Bootloaders.
;;;

;; INSTALLER puts the bootloader into a root directory, DISK-IMAGE-INSTALLER
;; onto a disk image, from outside any partition.  Both are gexps, or #f where
;; there is nothing to do.  CONFIGURATION-FILE-GENERATOR makes the menu from a
;; <bootloader-configuration> and a list of entries.
(define-record-type* <bootloader> bootloader make-bootloader
  bootloader?
  (name                         bootloader-name)  ;symbol
  (package                      bootloader-package)
  (installer                    bootloader-installer)
  (disk-image-installer         bootloader-disk-image-installer
                                (default #f))
  (configuration-file           bootloader-configuration-file) ;string
  (configuration-file-generator bootloader-configuration-file-generator))

(define (warn-about-target value place)
  (when value
    (warning (source-properties->location place)
             (G_ "the 'target' field is deprecated, please use 'targets' \
instead")))
  value)

(define-syntax-rule (warn-target-field-deprecation value)
  (warn-about-target value (current-source-location value)))

(define-record-type* <bootloader-configuration>
  bootloader-configuration make-bootloader-configuration
  bootloader-configuration?
  (bootloader           bootloader-configuration-bootloader) ;<bootloader>
  (targets              %bootloader-configuration-targets ;list of strings | #f
                        (default #f))
  (target               bootloader-configuration-target ;string | #f, old
                        (default #f)
                        (sanitize warn-target-field-deprecation))
  (menu-entries         bootloader-configuration-menu-entries
                        (default '()))
  (default-entry        bootloader-configuration-default-entry ;index
                        (default 0))
  (timeout              bootloader-configuration-timeout ;seconds
                        (default 5))
  (keyboard-layout      bootloader-configuration-keyboard-layout
                        (default #f))
  (theme                bootloader-configuration-theme
                        (default #f))
  (terminal-outputs     bootloader-configuration-terminal-outputs ;symbols
                        (default '(gfxterm)))
  (terminal-inputs      bootloader-configuration-terminal-inputs ;symbols
                        (default '()))
  (serial-unit          bootloader-configuration-serial-unit ;integer | #f
                        (default #f))
  (serial-speed         bootloader-configuration-serial-speed ;integer | #f
                        (default #f))
  (device-tree-support? bootloader-configuration-device-tree-support?
                        (default #t))
  (extra-initrd         bootloader-configuration-extra-initrd ;string | #f
                        (default #f)))

(define (bootloader-configuration-targets config)
  "Return the list of devices or directories to install the bootloader to; #f
in it stands for a bootloader that is on no device."
  (or (%bootloader-configuration-targets config)
      (list (bootloader-configuration-target config))))


;;;
;;; Finding bootloaders.
;;;

(define (bootloader-modules)
  (named-modules (module-names-under '(gnu bootloader))
                 #:warn warn-about-load-error))

(define %bootloaders
  ;; A promise of the list of all bootloaders.
  (delay (fold-module-public-variables (lambda (object result)
                                         (if (bootloader? object)
                                             (cons object result)
                                             result))
                                       '()
                                       (bootloader-modules))))

(define (lookup-bootloader-by-name name)
  "Return the bootloader called NAME."
  (or (find (lambda (bootloader)
              (eq? name (bootloader-name bootloader)))
            (force %bootloaders))
      (leave (G_ "~a: no such bootloader") name)))

;; What a chain of bootloaders is given beside packages.
(define (directory-content? file)
  (and (file-append? file)
       (string-suffix? "/" (string-concatenate (file-append-suffix file)))))

(define (named-files files)
  "Return a directory that holds FILES under their own names."
  (define (name file)
    (cond ((plain-file? file) (plain-file-name file))
          ((local-file? file) (local-file-name file))
          ((computed-file? file) (computed-file-name file))
          ((file-append? file)
           (basename (string-concatenate (file-append-suffix file))))
          (else (raise (formatted-message (G_ "~s: not a file that can be put \
beside a bootloader") file)))))

  (file-union "efi-bootloader-files"
              (map (lambda (file) (list (name file) file)) files)))

(define* (efi-bootloader-chain final-bootloader
                               #:key
                               (packages '())
                               (files '())
                               (hooks '())
                               installer
                               disk-image-installer)
  "Return FINAL-BOOTLOADER with PACKAGES and FILES beside its own package: a
profile.  Of a file whose name ends in a slash, what is in it; HOOKS, a procedure
or several, add to the profile."
  (define (add-files manifest)
    (directory-union "efi-bootloader-files"
                     (append (filter directory-content? files)
                             (list (named-files (remove directory-content?
                                                        files))))))

  (bootloader
   (inherit final-bootloader)
   (name 'efi-bootloader-chain)
   (package (profile
             (name "efi-bootloader-profile")
             (content (packages->manifest
                       (cons (bootloader-package final-bootloader)
                             packages)))
             (hooks (cons add-files
                          (if (list? hooks) hooks (list hooks))))
             (locales? #f)))
   (installer
    (or installer
        (bootloader-installer final-bootloader)))
   (disk-image-installer
    (or disk-image-installer
        (bootloader-disk-image-installer final-bootloader)))))
