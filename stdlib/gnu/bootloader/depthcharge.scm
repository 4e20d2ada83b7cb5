;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Depthcharge, the bootloader of Chromebooks, which boots a signed kernel from
;;; a partition of its own.

(define-module (gnu bootloader depthcharge)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (gnu bootloader)
  #:use-module (ice-9 match)
  #:export (depthcharge-bootloader))

(define* (depthcharge-configuration-file config entries
                                         #:key #:allow-other-keys)
  "Return the kernel partition image that boots the first of ENTRIES."
  (match entries
    ((entry . _)
     (computed-file "vmlinux.kpart"
                    #~(make-kernel-partition-image
                       #$output
                       #$(menu-entry-linux entry)
                       #$(menu-entry-initrd entry)
                       (list #$@(menu-entry-linux-arguments entry)))))
    (()
     (leave (G_ "depthcharge: nothing to boot")))))

(define depthcharge-bootloader
  (bootloader
   (name 'depthcharge)
   (package #f)
   (installer #~install-depthcharge)
   (configuration-file "/boot/depthcharge/vmlinux.kpart")
   (configuration-file-generator depthcharge-configuration-file)))
