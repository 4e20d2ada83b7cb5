;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A disk with a layout of its own: a GUID partition table, a system partition
;;; for the firmware, the root file system, and room for data.
;;;
;;;   tintype image -o partitions.img images/examples/partitions.scm

(use-modules (gnu)
             (gnu image)
             (gnu system image))

(define MiB (expt 2 20))

(define server
  (operating-system
    (host-name "talbot")
    (timezone "Europe/London")
    (locale "en_GB.utf8")
    (bootloader (bootloader-configuration
                 (bootloader grub-efi-bootloader)
                 (targets '("/boot/efi"))))
    (file-systems (cons* (file-system
                           (device (file-system-label "system"))
                           (mount-point "/")
                           (type "ext4"))
                         (file-system
                           (device (file-system-label "data"))
                           (mount-point "/srv")
                           (type "ext4")
                           (create-mount-point? #t))
                         %base-file-systems))
    (packages (list (local-file "rootfs" #:recursive? #t)))))

;; What the root partition starts from: its flags and its initializer are kept.
(define system-partition
  (partition
   (inherit root-partition)
   (label "system")
   (size (* 256 MiB))))

(define data-partition
  (partition
   (size (* 64 MiB))
   (label "data")
   (file-system "ext4")
   (initializer #~(lambda* (root #:key #:allow-other-keys)
                    (mkdir (string-append root "/uploads"))))))

(image
 (format 'disk-image)
 (operating-system server)
 (partition-table-type 'gpt)
 (partitions (list esp-partition system-partition data-partition)))
