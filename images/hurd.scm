;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The Hurd on 32-bit and 64-bit PCs, for virtual machines.

(define-module (gnu system images hurd)
  #:use-module (guix gexp)
  #:use-module (guix platforms x86)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu image)
  #:use-module (gnu packages ssh)
  #:use-module (gnu services)
  #:use-module (gnu services ssh)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system hurd)
  #:use-module (gnu system image)
  #:use-module (srfi srfi-26)
  #:export (hurd-disk-image
            hurd-image-type
            hurd-qcow2-image-type
            hurd-barebones-os
            hurd-barebones-disk-image
            hurd-barebones-qcow2-image

            hurd64-disk-image
            hurd64-image-type
            hurd64-qcow2-image-type
            hurd64-barebones-os
            hurd64-barebones-disk-image
            hurd64-barebones-qcow2-image))

;; The Hurd finds its translators in its own file systems, and starts with device
;; nodes that are there.
(define initialize-hurd-partition
  #~(lambda* (#:rest args)
      (apply initialize-root-partition
             (append args
                     (list #:make-device-nodes make-hurd-device-nodes
                           #:wal-mode? #f)))))

(define hurd-disk-image
  (image-without-os
   (format 'disk-image)
   (platform i586-gnu)
   (partitions
    (list (partition
           (label root-label)
           (offset root-offset)
           (size 'guess)
           (file-system "ext2")
           (file-system-options '("-o" "hurd" "-O" "ext_attr"))
           (flags '(boot))
           (initializer initialize-hurd-partition))))))

(define hurd64-disk-image
  (image
   (inherit hurd-disk-image)
   (platform x86_64-gnu)))

(define (compressed disk-image)
  (image
   (inherit disk-image)
   (format 'compressed-qcow2)))

(define-syntax-rule (define-image-type variable type-name base)
  (define variable
    (image-type
     (name type-name)
     (constructor (cut image-with-os base <>)))))

(define-image-type hurd-image-type 'hurd-raw hurd-disk-image)
(define-image-type hurd-qcow2-image-type 'hurd-qcow2
  (compressed hurd-disk-image))
(define-image-type hurd64-image-type 'hurd64-raw hurd64-disk-image)
(define-image-type hurd64-qcow2-image-type 'hurd64-qcow2
  (compressed hurd64-disk-image))


;;;
;;; Systems to be reached by SSH.
;;;

(define hurd-barebones-os
  (operating-system
    (inherit %hurd-default-operating-system)
    (host-name "guixygnu")
    (timezone "Europe/Amsterdam")
    (bootloader (bootloader-configuration
                 (bootloader grub-minimal-bootloader)
                 (targets '("/dev/sdX"))))
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext2"))
                        %base-file-systems))
    (packages (cons openssh-sans-x %base-packages/hurd))
    (services (cons (service openssh-service-type
                             (openssh-configuration
                              (openssh openssh-sans-x)
                              (use-pam? #f)
                              (port-number 2222)
                              (permit-root-login #t)
                              (allow-empty-passwords? #t)
                              (password-authentication? #t)))
                    %base-services+qemu-networking/hurd))))

(define hurd64-barebones-os
  (operating-system
    (inherit hurd-barebones-os)
    (kernel %hurd64-default-operating-system-kernel)))

(define-syntax-rule (define-barebones-image variable os platform type image-name)
  (define variable
    (image
     (inherit (os+platform->image os platform #:type type))
     (name image-name))))

(define-barebones-image hurd-barebones-disk-image
  hurd-barebones-os i586-gnu hurd-image-type 'hurd-barebones-disk-image)
(define-barebones-image hurd-barebones-qcow2-image
  hurd-barebones-os i586-gnu hurd-qcow2-image-type 'hurd-barebones.qcow2)
(define-barebones-image hurd64-barebones-disk-image
  hurd64-barebones-os x86_64-gnu hurd64-image-type 'hurd64-barebones-disk-image)
(define-barebones-image hurd64-barebones-qcow2-image
  hurd64-barebones-os x86_64-gnu hurd64-qcow2-image-type 'hurd64-barebones.qcow2)

hurd-barebones-qcow2-image
