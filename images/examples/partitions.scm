;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A disk with a layout of its own: a GUID partition table, a partition for the
;;; firmware that has room to spare, and a root file system of a given size.
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
    (file-systems (cons (file-system
                          (device (file-system-label "system"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (packages (list (local-file "rootfs" #:recursive? #t)))))

;; What is not said here stays as it is in the partition that is inherited.
(define firmware-partition
  (partition
   (inherit esp-partition)
   (label "FIRMWARE")
   (file-system "fat32")
   (size (* 100 MiB))))

(define system-partition
  (partition
   (inherit root-partition)
   (label "system")
   (file-system-options '())
   (size (* 256 MiB))))

(image
 (format 'disk-image)
 (operating-system server)
 (partition-table-type 'gpt)
 (partitions (list firmware-partition system-partition)))
