;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Systems that run in virtual machines and share the host's store.

(define-module (gnu system vm)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (guix utils)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module ((gnu packages virtualization) #:select (qemu-minimal))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (virtualized-operating-system
            file-system->mount-tag
            common-qemu-options

            virtual-machine
            virtual-machine?
            virtual-machine-operating-system
            virtual-machine-qemu
            virtual-machine-cpu-count
            virtual-machine-volatile?
            virtual-machine-graphic?
            virtual-machine-memory-size
            virtual-machine-disk-image-size
            virtual-machine-port-forwardings
            virtual-machine-date))

(define-record-type* <virtual-machine> %virtual-machine
  make-virtual-machine
  virtual-machine?
  (operating-system virtual-machine-operating-system)
  (qemu             virtual-machine-qemu
                    (default qemu-minimal))
  (cpu-count        virtual-machine-cpu-count
                    (default 1))
  (volatile?        virtual-machine-volatile?
                    (default #t))
  (graphic?         virtual-machine-graphic?
                    (default #f))
  (memory-size      virtual-machine-memory-size   ;MiB
                    (default 256))
  (disk-image-size  virtual-machine-disk-image-size
                    (default 'guess))
  ;; Pairs of a port of the host and one of the guest.
  (port-forwardings virtual-machine-port-forwardings
                    (default '()))
  (date             virtual-machine-date
                    (default #f)))

;; A machine that runs an operating system: the system alone, or fields.
(define-syntax virtual-machine
  (syntax-rules ()
    ((_ (field value ...) ...)
     (%virtual-machine (field value ...) ...))
    ((_ os)
     (%virtual-machine (operating-system os)))))

(define (file-system->mount-tag file-system)
  "Return the tag, at most 31 characters, by which a guest knows the directory
FILE-SYSTEM of the host."
  (let ((name (string-append "TAG"
                             (string-map (lambda (char)
                                           (if (char=? char #\/) #\_ char))
                                         file-system))))
    (if (< (string-length name) 32)
        name
        (string-append "TAG_" (number->string (hash file-system
                                                    (expt 2 60)))))))

(define (mapping->file-system mapping)
  "Return the file system of a guest that stands for MAPPING."
  (match-record mapping <file-system-mapping> (source target writable?)
    (file-system
      (mount-point target)
      (device (file-system->mount-tag source))
      (type "9p")
      (flags (if writable? '() '(read-only)))
      (options (string-append "trans=virtio,cache="
                              (if writable? "none" "loose")
                              ",msize=131072"))
      (check? #f)
      (create-mount-point? #t)
      (needed-for-boot? (string=? "/gnu/store" target)))))

(define* (virtualized-operating-system os
                                       #:optional (mappings '())
                                       #:key (full-boot? #f) volatile?
                                       (system (%current-system))
                                       (target (%current-target-system)))
  "Return a variant of OS that runs in a virtual machine with what MAPPINGS share
of the host's files; among them, unless FULL-BOOT?, the store."
  (define (kept? file-system)
    (let ((device (file-system-device file-system)))
      (not (or (member (file-system-mount-point file-system)
                       '("/" "/gnu/store"))
               (and (string? device)
                    (string-prefix? "/dev/" device))))))

  (define root
    (file-system
      (mount-point "/")
      (device "/dev/vda1")
      (type "ext4")))

  (operating-system
    (inherit os)
    (label (operating-system-label os))
    (initrd-modules (append (operating-system-initrd-modules os)
                            '("9p" "9pnet_virtio")))
    (initrd (lambda (file-systems . rest)
              (apply (operating-system-initrd os) file-systems
                     #:volatile-root? volatile?
                     rest)))
    (swap-devices '())
    (file-systems
     (cons root
           (append (map mapping->file-system
                        (if full-boot?
                            mappings
                            (cons %store-mapping mappings)))
                   (filter kept? (operating-system-file-systems os)))))))

(define* (common-qemu-options image shared-directories
                              #:key (image-format "qcow2") rw-image?
                              (target (%current-target-system)))
  "Return the list of arguments of QEMU that give a guest the disk IMAGE and
SHARED-DIRECTORIES, names of directories of the host."
  (append
   (list "-nic" "user,model=virtio-net-pci"
         "-object" "rng-random,filename=/dev/urandom,id=guix-vm-rng"
         "-device" "virtio-rng-pci,rng=guix-vm-rng"
         "-drive"
         #~(string-append "file=" #$image ",format=" #$image-format
                          ",if=virtio" #$(if rw-image? "" ",snapshot=on")))
   (append-map (lambda (directory)
                 (list "-virtfs"
                       (string-append "local,path=" directory
                                      ",security_model=none,mount_tag="
                                      (file-system->mount-tag directory))))
               shared-directories)))
