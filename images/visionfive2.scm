;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The VisionFive 2: a RISC-V board by StarFive that boots from an SD card.

(define-module (gnu system images visionfive2)
  #:use-module (guix platforms riscv)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader u-boot)
  #:use-module (gnu image)
  #:use-module (gnu packages admin)
  #:use-module (gnu packages ssh)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services networking)
  #:use-module (gnu services ssh)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system image)
  #:use-module (gnu system linux-initrd)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-26)
  #:export (visionfive2-disk-image
            visionfive2-image-type
            visionfive2-barebones-os
            visionfive2-barebones-raw-image))

;; The program in ROM looks for the first part of U-Boot in a partition of this type,
;; and that one for the second in a partition of another.
(define visionfive2-disk-image
  (image-without-os
   (format 'disk-image)
   (partition-table-type 'gpt)
   (partitions
    (list (partition
           (label "spl")
           (offset (* 34 512))
           (size (expt 2 20))
           (file-system "unformatted")
           (uuid (uuid "2e54b353-1271-4842-806f-e436d6af6985")))
          (partition
           (label "uboot")
           (offset (* 2082 512))
           (size (expt 2 22))
           (file-system "unformatted")
           (uuid (uuid "bc13c2ff-59e6-4262-a352-b275fd6f7172")))
          root-partition))))

(define visionfive2-image-type
  (image-type
   (name 'visionfive2-raw)
   (constructor (cut image-with-os visionfive2-disk-image <>))))

(define %visionfive2-initrd-modules
  '("mmc_block" "clk-starfive-jh7110-aon" "clk-starfive-jh7110-stg"
    "phy-jh7110-dphy-tx" "pcie_starfive" "nvme"))

(define visionfive2-barebones-os
  (operating-system
    (host-name "visionfive2")
    (timezone "Etc/UTC")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader u-boot-starfive-visionfive2-bootloader)
                 (targets '("/dev/mmcblk0"))))
    (kernel-arguments '("earlycon" "clk_ignore_unused"))
    (initrd-modules (append %visionfive2-initrd-modules
                            %base-initrd-modules))
    (firmware '())
    (file-systems (cons (file-system
                          (device (file-system-label root-label))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (packages (cons* cloud-utils neofetch %base-packages))
    (services (cons* (service openssh-service-type
                              (openssh-configuration
                               (openssh openssh-sans-x)
                               (permit-root-login #t)
                               (allow-empty-passwords? #t)))
                     (service agetty-service-type
                              (agetty-configuration
                               (tty "ttyS0")
                               (baud-rate "115200")
                               (term "vt100")
                               ;; No carrier detect.
                               (extra-options '("-L"))))
                     (service dhcpcd-service-type)
                     %base-services))))

(define visionfive2-barebones-raw-image
  (image
   (inherit (os+platform->image visionfive2-barebones-os riscv64-linux
                                #:type visionfive2-image-type))
   (name 'visionfive2-barebones-raw-image)))

visionfive2-barebones-raw-image
