;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What boots a Raspberry Pi.  The packages of this module are made from the
;;; index of Guix's interface.

(define-module (gnu packages raspberry-pi)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu packages bootloaders)
  #:export (raspi-config-file
            raspi-custom-txt
            %raspi-config-txt
            %raspi-bcm27-dtb-txt
            %raspi-bcm28-dtb-txt
            %raspi-u-boot-bootloader-txt
            grub-efi-bootloader-chain-raspi-64))

;; Files that the firmware reads: config.txt, which includes the others.
(define (raspi-config-file name content)
  "Return the file NAME with CONTENT, a string or a list of lines."
  (plain-file name
              (if (list? content)
                  (string-join content "\n" 'suffix)
                  content)))

(define (raspi-custom-txt content)
  "Return the file of the user's own settings, CONTENT: a string or a list of
lines."
  (raspi-config-file "custom.txt" content))

(define %raspi-config-txt
  (raspi-config-file "config.txt"
                     `(,(if (target-aarch64?) "arm_64bit=1" "arm_64bit=0")
                       "include dtb.txt"
                       "include bootloader.txt"
                       "include custom.txt")))

;; Device trees of the makers' kernel, and of Linux.
(define %raspi-bcm27-dtb-txt
  (raspi-config-file "dtb.txt" '("upstream_kernel=0")))

(define %raspi-bcm28-dtb-txt
  (raspi-config-file "dtb.txt" '("upstream_kernel=1")))

(define %raspi-u-boot-bootloader-txt
  (raspi-config-file "bootloader.txt"
                     '("dtoverlay=upstream" "enable_uart=1" "kernel=u-boot.bin")))

;; U-Boot offers EFI to GRUB.  The firmware and the device trees are not part
;; of it: the ESP has them.
(define grub-efi-bootloader-chain-raspi-64
  (efi-bootloader-chain grub-efi-netboot-removable-bootloader
                        #:packages (list u-boot-rpi-arm64-efi-bin)
                        #:files (list %raspi-config-txt
                                      %raspi-bcm27-dtb-txt
                                      %raspi-u-boot-bootloader-txt)))
