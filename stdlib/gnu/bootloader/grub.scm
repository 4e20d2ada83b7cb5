;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; GRUB, in its varieties, and its menu.

(define-module (gnu bootloader grub)
  #:use-module (tintype syntax)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (gnu bootloader)
  #:use-module (gnu packages bootloaders)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (grub-theme
            grub-theme?
            grub-theme-image
            grub-theme-resolution
            grub-theme-color-normal
            grub-theme-color-highlight
            grub-theme-gfxmode

            grub-bootloader
            grub-minimal-bootloader
            grub-efi-bootloader
            grub-efi-removable-bootloader
            grub-efi32-bootloader
            grub-efi32-removable-bootloader
            grub-efi-netboot-bootloader
            grub-efi-netboot-removable-bootloader
            grub-mkrescue-bootloader
            grub-configuration

            install-grub-efi-removable
            make-grub-efi-installer
            make-grub-efi-netboot-installer))

;;;
;;; Theme.
;;;

(define-record-type* <grub-theme> grub-theme make-grub-theme
  grub-theme?
  (image           grub-theme-image               ;file-like | #f
                   (default #f))
  (resolution      grub-theme-resolution          ;(WIDTH . HEIGHT)
                   (default '(1024 . 768)))
  (color-normal    grub-theme-color-normal        ;((fg . C) (bg . C))
                   (default '((fg . light-gray) (bg . black))))
  (color-highlight grub-theme-color-highlight
                   (default '((fg . yellow) (bg . black))))
  (gfxmode         grub-theme-gfxmode             ;list of strings
                   (default '("auto"))))

(define (configuration-theme config)
  (or (bootloader-configuration-theme config)
      (grub-theme)))

(define (color-pair colors)
  (string-append (symbol->string (assq-ref colors 'fg)) "/"
                 (symbol->string (assq-ref colors 'bg))))


;;;
;;; The menu.  Each procedure returns parts of text: strings, and objects that
;;; stand for their file names.
;;;

(define %terminal-outputs
  '(console serial serial_0 serial_1 serial_2 serial_3 gfxterm vga_text
    mda_text morse spkmodem))

(define %terminal-inputs
  '(console serial serial_0 serial_1 serial_2 serial_3 at_keyboard
    usb_keyboard))

(define (terminal-names names known)
  (for-each (lambda (name)
              (unless (memq name known)
                (leave (G_ "~a: unknown GRUB terminal") name)))
            names)
  (string-join (map symbol->string names) " "))

(define (serial-port-options config)
  (let ((unit  (bootloader-configuration-serial-unit config))
        (speed (bootloader-configuration-serial-speed config)))
    (unless (or (not unit) (memv unit '(0 1 2 3)))
      (leave (G_ "~a: invalid serial unit, expected 0 to 3") unit))
    (unless (or (not speed) (exact-integer? speed))
      (leave (G_ "~a: invalid serial speed") speed))
    (string-append
     (if unit (string-append " --unit=" (number->string unit)) "")
     (if speed (string-append " --speed=" (number->string speed)) ""))))

(define (terminal-commands config)
  "Return the commands that choose where GRUB reads from and writes to."
  (let ((outputs (bootloader-configuration-terminal-outputs config))
        (inputs  (bootloader-configuration-terminal-inputs config))
        (serial  (serial-port-options config)))
    (list (if (string-null? serial)
              ""
              (string-append "serial" serial "\n"))
          (if (null? inputs)
              ""
              (string-append "terminal_input "
                             (terminal-names inputs %terminal-inputs) "\n"))
          "terminal_output " (terminal-names outputs %terminal-outputs) "\n")))

(define (graphics-commands config)
  "Return the commands that set up the graphical terminal."
  (if (memq 'gfxterm (bootloader-configuration-terminal-outputs config))
      (list "if loadfont unicode; then\n  set gfxmode="
            (string-join (grub-theme-gfxmode (configuration-theme config)) ";")
            "\n  insmod all_video\n  insmod gfxterm\nfi\n")
      '()))

(define (color-commands config)
  "Return the commands that show the background image, if any, and colors."
  (let* ((theme (configuration-theme config))
         (image (grub-theme-image theme)))
    (if image
        (list "insmod png\nif background_image " image
              "; then\n  set color_normal="
              (color-pair (grub-theme-color-normal theme))
              "\n  set color_highlight="
              (color-pair (grub-theme-color-highlight theme))
              "\nelse\n  set menu_color_normal=cyan/blue"
              "\n  set menu_color_highlight=white/blue\nfi\n")
        (list "set menu_color_normal=cyan/blue\n"
              "set menu_color_highlight=white/blue\n"))))

(define (search-command device file)
  "Return the command that sets 'root' to DEVICE, or to where FILE is."
  (cond ((and (string? file) (not (string-prefix? "/" file)))
         ;; FILE names its device itself.
         '())
        ((uuid? device)
         (list "search --fs-uuid --set " (uuid->string device) "\n"))
        ((file-system-label? device)
         (list "search --label --set " (file-system-label->string device)
               "\n"))
        ((and (string? device) (string-contains device ":/"))
         ;; An NFS share: its files come by TFTP.
         (list "set root=(tftp)\n"))
        (else
         (list "search --file --set " file "\n"))))

(define (file-on-device file mount-point prefix)
  "Return FILE as it is named on the device that is mounted on MOUNT-POINT, with
PREFIX in front."
  (let ((file (if (and (string? file)
                       mount-point
                       (not (string=? mount-point "/"))
                       (string-prefix? mount-point file))
                  (substring file (string-length mount-point))
                  file)))
    (if prefix
        (list prefix file)
        (list file))))

(define (quoted str)
  (string-append "\""
                 (string-concatenate
                  (map (lambda (chr)
                         (if (memv chr '(#\" #\\ #\$ #\`))
                             (string #\\ chr)
                             (string chr)))
                       (string->list str)))
                 "\""))

(define (with-spaces things)
  (append-map (lambda (thing) (list " " thing)) things))

;; The Hurd numbers disks by the driver that finds them: its kernel's, or rumpdisk.
;; A menu entry does not tell which disk and partition it is on; the first, here.
(define (hurd-device-name entry)
  (if (member "noide" (menu-entry-multiboot-arguments entry))
      "part:1:device:wd0"
      "part:1:device:hd0"))

(define (menu-entry-commands entry config prefix)
  "Return the 'menuentry' command of ENTRY."
  (define device (menu-entry-device entry))

  (define (file name)
    (file-on-device name (menu-entry-device-mount-point entry) prefix))

  (define body
    (cond ((menu-entry-linux entry)
           => (lambda (linux)
                `(,@(search-command device linux)
                  "  linux " ,@(file linux)
                  ,@(with-spaces (menu-entry-linux-arguments entry))
                  ,@(if (menu-entry-initrd entry)
                        `("\n  initrd "
                          ,(or (bootloader-configuration-extra-initrd config)
                               "")
                          " " ,@(file (menu-entry-initrd entry)))
                        '())
                  "\n")))
          ((menu-entry-multiboot-kernel entry)
           => (lambda (kernel)
                `("multiboot " ,kernel
                  " root=" ,(hurd-device-name entry)
                  ,@(with-spaces (menu-entry-multiboot-arguments entry))
                  ,@(append-map (lambda (module)
                                  `("\n  module" ,@(with-spaces module)))
                                (menu-entry-multiboot-modules entry))
                  "\n")))
          ((menu-entry-chain-loader entry)
           => (lambda (program)
                `(,@(search-command device program)
                  "  chainloader " ,program "\n")))
          (else '())))

  `("menuentry " ,(quoted (menu-entry-label entry)) " {\n  "
    ,@body
    "}\n"))

(define* (grub-configuration-file config entries
                                  #:key
                                  (locale #f)
                                  (system #f)
                                  (old-entries '())
                                  (store-crypto-devices '())
                                  store-directory-prefix)
  "Return grub.cfg for CONFIG with ENTRIES and, in a submenu, OLD-ENTRIES."
  (define all-entries
    (append entries (bootloader-configuration-menu-entries config)))

  (define (commands entries)
    (append-map (lambda (entry)
                  (menu-entry-commands entry config store-directory-prefix))
                entries))

  (define (unlock device)
    (if (uuid? device)
        (list "cryptomount -u " (string-delete #\- (uuid->string device)) "\n")
        '()))

  (define parts
    `(,@(if (null? store-crypto-devices)
            '()
            `("insmod luks\ninsmod luks2\n"
              ,@(append-map unlock store-crypto-devices)))
      ,@(match all-entries
          ((first . _)
           (search-command (menu-entry-device first)
                           (or (menu-entry-linux first) "")))
          (() '()))
      ,@(graphics-commands config)
      ,@(terminal-commands config)
      ,@(color-commands config)
      ,@(if (string? locale)
            (list "set lang=" (car (string-split locale #\.)) "\n")
            '())
      "set default="
      ,(number->string (bootloader-configuration-default-entry config))
      "\nset timeout="
      ,(number->string (bootloader-configuration-timeout config))
      "\n"
      ,@(commands all-entries)
      ,@(if (null? old-entries)
            '()
            `("submenu \"GNU system, old configurations...\" {\n"
              ,@(commands old-entries)
              "}\n"))
      "if [ \"${grub_platform}\" == efi ]; then\n"
      "  menuentry \"Firmware setup\" {\n    fwsetup\n  }\nfi\n"))

  (apply mixed-text-file "grub.cfg" parts))

(define (grub-efi-configuration-file . arguments)
  "Return grub.cfg, which is the same for EFI."
  (apply grub-configuration-file arguments))


;;;
;;; Bootloaders.
;;;

(define install-grub-efi-removable
  #~install-grub-efi-removable)

(define* (make-grub-efi-installer #:key (efi32? #f) (removable? #f))
  "Return the installer of GRUB for EFI, or for 32-bit EFI if EFI32? is true, as
a boot entry, or if REMOVABLE? is true as the default program of the disk."
  (cond ((and efi32? removable?) #~install-grub-efi32-removable)
        (efi32?     #~install-grub-efi32)
        (removable? install-grub-efi-removable)
        (else       #~install-grub-efi)))

(define (make-grub-efi-netboot-installer grub-efi grub-cfg subdir)
  "Return the installer of GRUB-EFI for booting from a network, with GRUB-CFG in
SUBDIR."
  #~(install-grub-efi-netboot #$grub-efi #$grub-cfg #$subdir))

(define grub-bootloader
  (bootloader
   (name 'grub)
   (package grub)
   (installer #~install-grub)
   (disk-image-installer #~install-grub-disk-image)
   (configuration-file "/boot/grub/grub.cfg")
   (configuration-file-generator grub-configuration-file)))

(define grub-minimal-bootloader
  (bootloader
   (inherit grub-bootloader)
   (package grub-minimal)))

(define grub-efi-bootloader
  (bootloader
   (inherit grub-bootloader)
   (name 'grub-efi)
   (package grub-efi)
   (installer (make-grub-efi-installer))
   (disk-image-installer #f)))

(define grub-efi-removable-bootloader
  (bootloader
   (inherit grub-efi-bootloader)
   (name 'grub-efi-removable-bootloader)
   (installer (make-grub-efi-installer #:removable? #t))))

(define grub-efi32-bootloader
  (bootloader
   (inherit grub-efi-bootloader)
   (name 'grub-efi32)
   (package grub-efi32)
   (installer (make-grub-efi-installer #:efi32? #t))))

(define grub-efi32-removable-bootloader
  (bootloader
   (inherit grub-efi32-bootloader)
   (name 'grub-efi32-removable-bootloader)
   (installer (make-grub-efi-installer #:efi32? #t #:removable? #t))))

(define (netboot-bootloader name* subdir)
  (bootloader
   (inherit grub-efi-bootloader)
   (name name*)
   (package (package
             (inherit grub-efi)
             (name (symbol->string name*))))
   (installer
    (make-grub-efi-netboot-installer grub-efi "grub.cfg" subdir))
   (configuration-file-generator grub-efi-configuration-file)))

(define grub-efi-netboot-bootloader
  (netboot-bootloader 'grub-efi-netboot-bootloader "efi/Guix"))

(define grub-efi-netboot-removable-bootloader
  (netboot-bootloader 'grub-efi-netboot-removable-bootloader "efi/boot"))

(define grub-mkrescue-bootloader
  (bootloader
   (inherit grub-efi-bootloader)
   (package grub-hybrid)))

;; The old name of a GRUB configuration.
(define-syntax grub-configuration
  (syntax-rules (grub)
    ((_ (grub package*) field ...)
     (bootloader-configuration
      (bootloader (bootloader
                   (inherit grub-bootloader)
                   (package package*)))
      field ...))
    ((_ field ...)
     (bootloader-configuration
      (bootloader grub-bootloader)
      field ...))))
