;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The initial RAM disk: what it holds, as data.  The archive itself is made when
;;; trees are realised.

(define-module (gnu system linux-initrd)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system keyboard)
  #:use-module (gnu system mapped-devices)
  #:use-module (gnu system uuid)
  #:use-module ((gnu packages disk) #:select (fatfsck/static))
  #:use-module ((gnu packages file-systems)
                #:select (bcachefs-tools jfs_fsck/static))
  #:use-module ((gnu packages linux)
                #:select (btrfs-progs/static e2fsck/static f2fs-fsck/static
                          linux-libre loadkeys-static xfs_repair/static))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (expression->initrd
            %base-initrd-modules
            default-initrd-modules
            raw-initrd
            file-system-packages
            file-system-modules
            base-initrd))

(define* (expression->initrd exp #:key (name "guile-initrd")
                             #:allow-other-keys)
  "Return the RAM disk called NAME that runs EXP, a gexp."
  (file-append (computed-file name
                              #~(build-initrd
                                 (string-append #$output "/initrd.cpio.gz")
                                 #:init #$(program-file "init" exp)))
               "/initrd.cpio.gz"))

;;;
;;; Kernel modules.
;;;

;; Devices that QEMU makes for its guests.
(define %virtio-modules
  '("virtio_pci" "virtio_balloon" "virtio_blk" "virtio_net" "virtio_console"
    "virtio-rng" "virtio_mmio" "virtio_scsi"))

(define* (default-initrd-modules #:optional
                                 (system (or (%current-target-system)
                                             (%current-system))))
  "Return the names of the modules that find the root file system on most
machines of SYSTEM."
  `("ahci"                                        ;SATA
    "usb-storage" "uas"
    "usbhid" "hid-generic" "hid-apple"            ;keyboards
    "mmc_block"
    "dm-crypt" "xts" "serpent_generic" "wp512"    ;LUKS
    "nls_iso8859-1"                               ;names in FAT
    ,@(if (target-x86? system)
          '("pata_acpi" "pata_atiixp" "isci")     ;ATA and SAS
          '())
    ,@%virtio-modules))

(define-syntax %base-initrd-modules
  (identifier-syntax (default-initrd-modules)))

(define %file-system-modules
  '(("cifs" "md4" "ecb" "cifs")
    ("9p" "9p" "9pnet_virtio")
    ("bcachefs" "bcachefs")
    ("btrfs" "btrfs")
    ("iso9660" "isofs")
    ("jfs" "jfs")
    ("f2fs" "f2fs" "crc32_generic")
    ("nfs" "nfs")
    ("overlay" "overlay")
    ("vfat" "vfat" "nls_iso8859-1")
    ("virtiofs" "virtiofs" "fuse")
    ("xfs" "xfs")))

(define (file-system-type-modules type)
  "Return the names of the modules that file systems of TYPE need."
  (or (assoc-ref %file-system-modules type) '()))

(define (file-system-modules file-systems)
  "Return the names of the modules that FILE-SYSTEMS need."
  (delete-duplicates
   (append-map (lambda (file-system)
                 (file-system-type-modules (file-system-type file-system)))
               file-systems)))

(define (mapped-device-modules mapped-devices)
  "Return the names of the modules that MAPPED-DEVICES need before the root file
system can be mounted."
  (append-map (lambda (device)
                (if (eq? (mapped-device-type device) raid-device-mapping)
                    '("raid0" "raid1" "raid10" "raid456")
                    '()))
              mapped-devices))

;;;
;;; Programs.
;;;

(define (checker type)
  "Return the package that checks file systems of TYPE, or #f."
  (cond ((member type '("ext2" "ext3" "ext4")) e2fsck/static)
        ((string=? type "vfat")     fatfsck/static)
        ((string=? type "bcachefs") bcachefs-tools)
        ((string=? type "btrfs")    btrfs-progs/static)
        ((string=? type "f2fs")     f2fs-fsck/static)
        ((string=? type "jfs")      jfs_fsck/static)
        ((string=? type "xfs")      xfs_repair/static)
        (else #f)))

(define* (file-system-packages file-systems #:key (volatile-root? #f))
  "Return the packages that check FILE-SYSTEMS.  A root whose changes are lost
needs no check."
  (delete-duplicates
   (filter-map (lambda (file-system)
                 (and (file-system-check? file-system)
                      (not (and volatile-root?
                                (string=? "/" (file-system-mount-point
                                               file-system))))
                      (checker (file-system-type file-system))))
               file-systems)
   eq?))

;;;
;;; RAM disks.
;;;

(define (mapped-device->gexp device)
  "Return a gexp that opens DEVICE."
  (apply (mapped-device-kind-open (mapped-device-type device))
         (mapped-device-source device)
         (mapped-device-targets device)
         (mapped-device-arguments device)))

(define* (raw-initrd file-systems
                     #:key
                     (linux linux-libre)
                     (linux-modules '())
                     (pre-mount #t)
                     (mapped-devices '())
                     (keyboard-layout #f)
                     (helper-packages '())
                     qemu-networking?
                     volatile-root?
                     (on-error 'debug))
  "Return the RAM disk that loads LINUX-MODULES of LINUX, opens MAPPED-DEVICES,
evaluates PRE-MOUNT, a gexp, and mounts FILE-SYSTEMS.  HELPER-PACKAGES are there
as well.  KEYBOARD-LAYOUT is for those who type a passphrase.  With
VOLATILE-ROOT?, changes of the root file system are kept in memory and lost."
  (file-append
   (computed-file
    "raw-initrd"
    #~(build-initrd
       (string-append #$output "/initrd.cpio.gz")
       #:linux #$linux
       #:linux-modules '#$linux-modules
       #:packages (list #$@helper-packages)
       #:keyboard-keymap #$(and keyboard-layout
                                (keyboard-layout->console-keymap
                                 keyboard-layout))
       #:device-mappings (list #$@(map mapped-device->gexp mapped-devices))
       #:pre-mount (lambda () #$pre-mount)
       #:mounts '#$(map file-system->spec file-systems)
       #:qemu-guest-networking? #$(and qemu-networking? #t)
       #:volatile-root? #$(and volatile-root? #t)
       #:on-error '#$on-error))
   "/initrd.cpio.gz"))

(define* (base-initrd file-systems
                      #:key
                      (linux linux-libre)
                      (linux-modules '())
                      (mapped-devices '())
                      (keyboard-layout #f)
                      qemu-networking?
                      volatile-root?
                      (extra-modules '())
                      (on-error 'debug))
  "Return the RAM disk of most systems: like 'raw-initrd', with the modules and
programs that FILE-SYSTEMS and MAPPED-DEVICES need."
  (raw-initrd file-systems
              #:linux linux
              #:linux-modules
              (delete-duplicates
               (append linux-modules
                       extra-modules
                       (file-system-modules file-systems)
                       (mapped-device-modules mapped-devices)
                       (if volatile-root? '("overlay") '())))
              #:mapped-devices mapped-devices
              #:helper-packages
              (append (file-system-packages file-systems
                                            #:volatile-root? volatile-root?)
                      (if keyboard-layout (list loadkeys-static) '()))
              #:keyboard-layout keyboard-layout
              #:qemu-networking? qemu-networking?
              #:volatile-root? volatile-root?
              #:on-error on-error))
