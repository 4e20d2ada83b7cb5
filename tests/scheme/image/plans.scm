;; An image becomes a plan: partition types, identifiers and sizes are decided.
(use-modules (tintype check)
             (tintype commands)
             (gnu)
             (gnu image)
             (gnu system image)
             (gnu system uuid)
             (guix gexp)
             (guix platforms arm)
             (guix utils)
             (rnrs bytevectors)
             (ice-9 match)
             ((srfi srfi-1) #:hide (partition)))

(define os
  (operating-system
    (host-name "komputilo")
    (timezone "Etc/UTC")
    (bootloader (bootloader-configuration
                 (bootloader grub-efi-bootloader)
                 (targets '("/boot/efi"))))
    (file-systems (cons* (file-system
                           (device (file-system-label "my-root"))
                           (mount-point "/")
                           (type "ext4"))
                         (file-system
                           (device (file-system-label "ESP"))
                           (mount-point "/boot/efi")
                           (type "vfat"))
                         %base-file-systems))
    (packages (list (local-file "/srv/rootfs.tar")))
    (services '())))

;; The value of a field in a plan, or in what is in a field of it.
(define (field plan . names)
  (fold (lambda (name data)
          (match (assq name (if (symbol? (car data)) (cdr data) data))
            ((_ value) value)))
        plan
        names))

(define (plan-of value . options)
  (image->plan (apply value->image value options)))

(define (partitions-of plan . names)
  (map (lambda (partition)
         (map (lambda (name) (field partition name)) names))
       (field plan 'partitions)))


;;;
;;; Disks.
;;;

(define efi-raw (plan-of os))

(check (car efi-raw) => 'disk-image)
(check (map (lambda (name) (field efi-raw name))
            '(name format partition-table-type root-partition-index
              volatile-root? system target))
       => '("disk-image" disk-image mbr 2 #f "x86_64-linux" #f))
(check (partitions-of efi-raw 'label 'type 'file-system 'size 'offset 'bootable
                      'initializer)
       => '(("GNU-ESP" "0xEF" "vfat" 41943040 1048576 #f initialize-efi-partition)
            ("Guix_image" "0x83" "ext4" guess 0 #t initialize-root-partition)))
(check (partitions-of efi-raw 'file-system-options 'flags)
       => '((() (esp)) (("-O" "^metadata_csum,^64bit") (boot))))

;; The root file system is found by a UUID, the same for every disk.
(define uuids (partitions-of efi-raw 'uuid))
(check (first uuids) => '(#f))
(check (second uuids) => (list (field efi-raw 'uuid)))
(check (map (lambda (type) (equal? (field efi-raw 'uuid)
                                   (field (plan-of os #:image-type type) 'uuid)))
            '(efi32-raw mbr-raw qcow2 qcow2-gpt raw-with-offset efi-gpt-raw))
       => (make-list 6 #t))
(check (equal? (field efi-raw 'uuid)
               (field (plan-of (operating-system (inherit os) (host-name "other")))
                      'uuid))
       => #f)

(define (file-systems-of plan)
  (map (lambda (fs) (list (field fs 'mount-point) (field fs 'type)))
       (field plan 'operating-system 'file-systems)))

;; Who mounts the partition of boot programs mounts that of the image.
(check (file-systems-of efi-raw)
       => '(("/" "ext4")
            ("/boot/efi" "vfat")
            ("/dev/pts" "devpts")
            ("/sys/kernel/debug" "debugfs")
            ("/dev/shm" "tmpfs")
            ("/sys/firmware/efi/efivars" "efivarfs")
            ("/gnu/store" "none")))
(check (field (first (field efi-raw 'operating-system 'file-systems)) 'device)
       => `(uuid dce ,(field efi-raw 'uuid)))

(check (match (field efi-raw 'packages)
         ((('local-file name file recursive? _)) (list name file recursive?)))
       => '("rootfs.tar" "/srv/rootfs.tar" #f))
(check (map (lambda (name) (field efi-raw 'bootloader name))
            '(name disk-image-installer configuration-file targets))
       => '(grub-efi #f "/boot/grub/grub.cfg" ("/boot/efi")))

;; GUID partition tables.
(define gpt (plan-of os #:image-type 'efi-gpt-raw))
(check (field gpt 'partition-table-type) => 'gpt)
(check (partitions-of gpt 'type) => '(("U") ("L")))
(check (partitions-of (plan-of os #:image-type 'qcow2-gpt) 'initializer)
       => '((initialize-efi-partition) (initialize-root-partition)))
(check (field (plan-of os #:image-type 'qcow2) 'name) => "image.qcow2")
(check (partitions-of (plan-of os #:image-type 'efi32-raw) 'initializer)
       => '((initialize-efi32-partition) (initialize-root-partition)))

;; What the command line sets.
(check (partitions-of (plan-of os #:image-size 1073741824) 'size)
       => '((41943040) (1073741824)))
(check (partitions-of (plan-of os #:label "BOOT") 'label)
       => '(("BOOT") ("Guix_image")))
(check (field (plan-of os #:volatile? #t) 'volatile-root?) => #t)
(check (field (plan-of (image (inherit efi-disk-image) (operating-system os)))
              'volatile-root?)
       => #f)
(check (field (image->plan (image (inherit efi-disk-image) (operating-system os)))
              'volatile-root?)
       => #t)

;; A partition's own size stays.
(define (root-of-size bytes)
  (image
   (inherit efi-disk-image)
   (operating-system os)
   (partitions (list (partition
                      (inherit root-partition)
                      (size bytes))))))

(check (partitions-of (plan-of (root-of-size 5000000) #:image-size 7000000) 'size)
       => '((5000000)))

;; Platforms.
(define (board-plan)
  (image->plan (os+platform->image os aarch64-linux #:type efi-raw-image-type)))

(check (field (board-plan) 'target) => "aarch64-linux-gnu")
(check (field (call-for-platform "aarch64-linux" #f board-plan) 'target) => #f)
(check (field (call-for-platform "x86_64-linux" "riscv64-linux-gnu" board-plan)
              'target)
       => "riscv64-linux-gnu")


;;;
;;; Partition types.
;;;

(define (type-of table . fields)
  (match fields
    ((file-system* flags* uuid*)
     (let ((p (partition
               (label "x")
               (file-system file-system*)
               (flags flags*)
               (uuid uuid*))))
       (if (eq? table 'mbr)
           ((@@ (gnu system image) partition->dos-type) p)
           ((@@ (gnu system image) partition->gpt-type) p))))))

(check (map (lambda (name) (type-of 'mbr name '() #f))
            '("ext2" "ext3" "ext4" "vfat" "fat16" "fat32" "btrfs" "swap"))
       => '("0x83" "0x83" "0x83" "0x0E" "0x0E" "0x0C" "0x83" "0x82"))
(check (map (lambda (name) (type-of 'gpt name '() #f))
            '("ext2" "ext3" "ext4" "vfat" "fat16" "fat32" "btrfs" "swap"))
       => '("L" "L" "L" "F" "F" "F" "L" "S"))
(check (type-of 'mbr "vfat" '(esp) #f) => "0xEF")
(check (type-of 'gpt "vfat" '(esp) #f) => "U")
(check (type-of 'gpt "unformatted" '()
                (uuid "5b193300-fc78-40cd-8002-e86c45580b47"))
       => "5b193300-fc78-40cd-8002-e86c45580b47")
(check-error (type-of 'mbr "unformatted" '()
                      (uuid "5b193300-fc78-40cd-8002-e86c45580b47"))
             => "unsupported partition type: unformatted")
(check-error (type-of 'gpt "unformatted" '() #f)
             => "unsupported partition type: unformatted")
(check-error (type-of 'mbr "ntfs" '() #f) => "unsupported partition type: ntfs")
(check-error ((@@ (gnu system image) format->image-type) 'docker)
             => "unsupported image type: docker")


;;;
;;; Images without an operating system.
;;;

(define-syntax-rule (data-disk partition* ...)
  (image
   (format 'disk-image)
   (operating-system #f)
   (partitions (list partition* ...))))

(define data
  (image->plan
   (data-disk (partition
               (label "data")
               (flags '(boot))
               (initializer #~(lambda (root . rest) (mkdir root)))))))

(check (field data 'operating-system) => #f)
(check (field data 'bootloader) => #f)
(check (field data 'packages) => '())
;; Code that is to run comes with the place where it was written.
(check (match (partitions-of data 'initializer)
         (((('gexp ('*at* place code))))
          (list (string-suffix? "plans.scm:203:28" place) code)))
       => '(#t (lambda (root . rest) (mkdir root))))
(check (bytevector-length (field data 'uuid)) => 16)
(check-error (image->plan (data-disk (partition (label "data"))))
             => "image lacks a partition with the 'boot' flag")


;;;
;;; Other formats.
;;;

(define iso (plan-of os #:image-type 'iso9660))
(check (car iso) => 'iso9660-image)
(check (map (lambda (name) (field iso name))
            '(name volume-id volatile-root? compression?
              grub-mkrescue-environment))
       => '("image.iso" "GUIX_IMAGE" #t #t (("MKRESCUE_SED_MODE" . "mbr_only"))))
(check (field iso 'bootloader 'package)
       => '(package "grub-hybrid" "2.12"))
(check (string-prefix? "1970-01-01-" (uuid->string (field iso 'uuid) 'iso9660))
       => #t)
(check (field (plan-of os #:image-type 'uncompressed-iso9660) 'compression?) => #f)

(define docker (plan-of os #:image-type 'docker #:max-layers 3
                        #:shared-network? #t))
(check (car docker) => 'docker-image)
(check (map (lambda (name) (field docker name))
            '(name max-layers shared-network? triplet compressor))
       => '("docker-image.tar.gz" 3 #t "x86_64-unknown-linux-gnu" "gzip"))

(define tarball (plan-of os #:image-type 'tarball))
(check (car tarball) => 'tarball-image)
(check (map (lambda (name) (field tarball name)) '(name wsl? symlinks))
       => '("image.tar.gz" #f ()))

(define wsl2 (plan-of os #:image-type 'wsl2))
(check (field wsl2 'wsl?) => #t)
(check (map car (field wsl2 'symlinks)) => '("bin/sh" "bin/mount"))


;;;
;;; What is no image.
;;;

(check-error (plan-of 42 #:file-name "x.scm")
             => "'x.scm' does not return an operating system or an image")
(check-error (plan-of os #:image-type 'vmdk) => "vmdk: no such image type")

(check-report)
