;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Extlinux, and its menu, which U-Boot reads as well.

(define-module (gnu bootloader extlinux)
  #:use-module (guix gexp)
  #:use-module (gnu bootloader)
  #:use-module (gnu packages bootloaders)
  #:use-module (srfi srfi-1)
  #:export (extlinux-bootloader
            extlinux-bootloader-gpt
            extlinux-configuration-file))

(define* (extlinux-configuration-file config entries
                                      #:key
                                      (old-entries '())
                                      #:allow-other-keys)
  "Return extlinux.conf for CONFIG with ENTRIES and, after them, OLD-ENTRIES."
  (define (kernel-directory linux)
    ;; The directory that holds LINUX, as parts of text.
    (cond ((string? linux)
           (list (dirname linux)))
          ((file-append? linux)
           (list (file-append-base linux)
                 (dirname (string-concatenate (file-append-suffix linux)))))
          (else
           (list linux "/.."))))

  (define (entry-parts entry)
    (let ((label (menu-entry-label entry))
          (linux (menu-entry-linux entry)))
      `("\nLABEL " ,label
        "\n  MENU LABEL " ,label
        "\n  KERNEL " ,linux
        ,@(if (bootloader-configuration-device-tree-support? config)
              `("\n  FDTDIR " ,@(kernel-directory linux) "/lib/dtbs")
              '())
        ,@(if (menu-entry-initrd entry)
              `("\n  INITRD " ,(menu-entry-initrd entry))
              '())
        "\n  APPEND"
        ,@(append-map (lambda (argument) (list " " argument))
                      (menu-entry-linux-arguments entry))
        "\n")))

  (let ((timeout (bootloader-configuration-timeout config)))
    (apply mixed-text-file "extlinux.conf"
           "UI menu.c32\n"
           "PROMPT " (if (> timeout 0) "1" "0") "\n"
           ;; In tenths of a second.
           "TIMEOUT " (number->string (* 10 timeout)) "\n"
           (append-map entry-parts
                       (append entries
                               (bootloader-configuration-menu-entries config)
                               old-entries)))))

(define extlinux-bootloader
  (bootloader
   (name 'extlinux)
   (package syslinux)
   (installer #~install-extlinux-mbr)
   (configuration-file "/boot/extlinux/extlinux.conf")
   (configuration-file-generator extlinux-configuration-file)))

(define extlinux-bootloader-gpt
  (bootloader
   (inherit extlinux-bootloader)
   (installer #~install-extlinux-gpt)))
