;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; File systems to be mounted: the usual ones, mappings, and swap space.

(define-module (gnu system file-systems)
  #:use-module (tintype file-system)
  #:use-module (guix records)
  #:use-module (gnu system uuid)
  #:re-export (uuid
               uuid->string
               string->uuid

               <file-system>
               file-system
               file-system?
               file-system-device
               file-system-device->string
               file-system-mount-point
               file-system-type
               file-system-flags
               file-system-options
               file-system-options->alist
               alist->file-system-options
               file-system-mount?
               file-system-mount-may-fail?
               file-system-needed-for-boot?
               file-system-check?
               file-system-skip-check-if-clean?
               file-system-repair
               file-system-create-mount-point?
               file-system-dependencies
               file-system-shepherd-requirements
               file-system-location
               file-system-type-predicate
               file-system-mount-point-predicate
               file-system->spec
               spec->file-system

               file-system-label
               file-system-label?
               file-system-label->string

               btrfs-subvolume?
               btrfs-store-subvolume-file-name)
  #:export (<file-system-mapping>
            file-system-mapping
            file-system-mapping?
            file-system-mapping-source
            file-system-mapping-target
            file-system-mapping-writable?
            file-system-mapping->bind-mount
            specification->file-system-mapping

            swap-space
            swap-space?
            swap-space-target
            swap-space-dependencies
            swap-space-priority
            swap-space-discard?

            %pseudo-file-system-types
            %fuse-control-file-system
            %binary-format-file-system
            %debug-file-system
            %efivars-file-system
            %shared-memory-file-system
            %pseudo-terminal-file-system
            %tty-gid
            %immutable-store
            %control-groups
            %elogind-file-systems
            %base-file-systems
            %base-live-file-systems
            %container-file-systems
            %store-mapping
            %network-configuration-files
            %network-file-mappings))

;;;
;;; The usual file systems.
;;;

(define %pseudo-file-system-types
  '("binfmt_misc" "cgroup" "cgroup2" "debugfs" "devpts" "devtmpfs" "efivarfs"
    "fusectl" "hugetlbfs" "overlay" "proc" "securityfs" "sysfs" "tmpfs"
    "tracefs" "virtiofs" "xenfs"))

(define %tty-gid
  ;; The number of group 'tty', which device nodes of terminals belong to.
  996)

(define-syntax-rule (pseudo-file-system field ...)
  (file-system (check? #f) field ...))

(define %fuse-control-file-system
  (pseudo-file-system
   (device "fusectl")
   (mount-point "/sys/fs/fuse/connections")
   (type "fusectl")))

(define %binary-format-file-system
  (pseudo-file-system
   (device "binfmt_misc")
   (mount-point "/proc/sys/fs/binfmt_misc")
   (type "binfmt_misc")))

(define %debug-file-system
  (pseudo-file-system
   (device "none")
   (mount-point "/sys/kernel/debug")
   (type "debugfs")
   (create-mount-point? #t)))

(define %efivars-file-system
  (pseudo-file-system
   (device "efivarfs")
   (mount-point "/sys/firmware/efi/efivars")
   (type "efivarfs")
   (mount-may-fail? #t)))

(define %pseudo-terminal-file-system
  (pseudo-file-system
   (device "none")
   (mount-point "/dev/pts")
   (type "devpts")
   (options (string-append "gid=" (number->string %tty-gid) ",mode=620"))
   (create-mount-point? #t)))

(define %shared-memory-file-system
  (pseudo-file-system
   (device "tmpfs")
   (mount-point "/dev/shm")
   (type "tmpfs")
   (flags '(no-suid no-dev))
   (options "size=50%")
   (create-mount-point? #t)))

(define %immutable-store
  (pseudo-file-system
   (device %store-directory)
   (mount-point %store-directory)
   (type "none")
   (flags '(read-only bind-mount no-atime))))

(define %control-groups
  (list (pseudo-file-system
         (device "none")
         (mount-point "/sys/fs/cgroup")
         (type "cgroup2"))))

(define %elogind-file-systems
  (append
   (map (lambda (directory)
          (pseudo-file-system
           (device "none")
           (mount-point directory)
           (type "tmpfs")
           (flags '(no-suid no-dev no-exec))
           (options "mode=0755")
           (create-mount-point? #t)))
        '("/run/systemd" "/run/user"))
   (list (pseudo-file-system
          (device "cgroup")
          (mount-point "/sys/fs/cgroup/elogind")
          (type "cgroup")
          (options "none,name=elogind")
          (create-mount-point? #t)
          (dependencies %control-groups)))
   %control-groups))

(define %base-file-systems
  (list %pseudo-terminal-file-system
        %debug-file-system
        %shared-memory-file-system
        %efivars-file-system
        %immutable-store))

(define %base-live-file-systems
  (list (file-system
          (device (file-system-label "Guix_image"))
          (mount-point "/")
          (type "ext4"))
        (pseudo-file-system
         (device "none")
         (mount-point "/tmp")
         (type "tmpfs")
         (flags '(no-suid no-dev)))))

(define-syntax-rule (container-file-system field ...)
  (pseudo-file-system
   (needed-for-boot? #t)
   (create-mount-point? #t)
   field ...))

(define %container-file-systems
  (list (container-file-system
         (device "none")
         (mount-point "/dev/pts")
         (type "devpts")
         (flags '(no-exec no-suid))
         (options "newinstance,ptmxmode=0666,mode=620"))
        (container-file-system
         (device "tmpfs")
         (mount-point "/dev/shm")
         (type "tmpfs")
         (flags '(no-exec no-suid no-dev))
         (options "mode=1777,size=65536k"))
        (container-file-system
         (device "mqueue")
         (mount-point "/dev/mqueue")
         (type "mqueue")
         (flags '(no-exec no-suid no-dev)))))


;;;
;;; Directories of the host, seen from a virtual machine or container.
;;;

(define-record-type* <file-system-mapping>
  file-system-mapping make-file-system-mapping
  file-system-mapping?
  (source    file-system-mapping-source)          ;string
  (target    file-system-mapping-target)          ;string
  (writable? file-system-mapping-writable?
             (default #f)))

(define (file-system-mapping->bind-mount mapping)
  "Return the bind mount that makes MAPPING true."
  (file-system
    (device (file-system-mapping-source mapping))
    (mount-point (file-system-mapping-target mapping))
    (type "none")
    (flags (if (file-system-mapping-writable? mapping)
               '(bind-mount)
               '(bind-mount read-only)))
    (check? #f)
    (create-mount-point? #t)))

(define (specification->file-system-mapping spec writable?)
  "Return the mapping that SPEC, \"SOURCE\" or \"SOURCE=TARGET\", describes."
  (let ((index (string-index spec #\=)))
    (file-system-mapping
     (source (if index (substring spec 0 index) spec))
     (target (if index (substring spec (+ index 1)) spec))
     (writable? writable?))))

(define %store-mapping
  (file-system-mapping
   (source %store-directory)
   (target %store-directory)))

(define %network-configuration-files
  '("/etc/resolv.conf" "/etc/nsswitch.conf" "/etc/services" "/etc/hosts"))

(define %network-file-mappings
  ;; /etc/resolv.conf may be a link into a file system that cannot be bound
  ;; read-only.
  (map (lambda (file)
         (file-system-mapping
          (source file)
          (target file)
          (writable? (string=? file "/etc/resolv.conf"))))
       %network-configuration-files))


;;;
;;; Swap space.
;;;

(define-record-type* <swap-space> swap-space make-swap-space
  swap-space?
  this-swap-space
  (target       swap-space-target)                ;string | <uuid> | label
  (dependencies swap-space-dependencies
                (default '()))
  (priority     swap-space-priority               ;integer | #f
                (default #f))
  (discard?     swap-space-discard?               ;Boolean | symbol
                (default #f)))
