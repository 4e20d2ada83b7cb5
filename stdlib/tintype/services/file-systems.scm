;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Mounting file systems, swap space, and what has to be kept from one boot to
;;; the next.

(define-module (tintype services file-systems)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system mapped-devices)
  #:use-module (gnu system uuid)
  #:use-module ((gnu packages disk) #:select (dosfstools))
  #:use-module ((gnu packages file-systems)
                #:select (bcachefs-tools exfatprogs jfsutils))
  #:use-module ((gnu packages linux)
                #:select (btrfs-progs e2fsprogs f2fs-tools ntfs-3g xfsprogs))
  #:use-module ((gnu packages nfs) #:select (nfs-utils))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (fstab-device
            fstab-options
            fstab-service-type
            root-file-system-service
            file-system-service-type
            file-system-utilities
            swap-service
            urandom-seed-service-type))

;;;
;;; fstab(5).
;;;

(define %fstab-flags
  '((read-only . "ro")
    (bind-mount . "bind")
    (no-suid . "nosuid")
    (no-dev . "nodev")
    (no-exec . "noexec")
    (no-atime . "noatime")
    (no-diratime . "nodiratime")
    (strict-atime . "strictatime")
    (lazy-time . "lazytime")
    (shared . "shared")))

(define* (fstab-options file-system #:optional (more '()))
  "Return the options of FILE-SYSTEM and MORE, a list of strings, as they stand in
fstab."
  (let ((flags   (filter-map (lambda (flag)
                               (assq-ref %fstab-flags flag))
                             (file-system-flags file-system)))
        (options (file-system-options file-system)))
    (match (append flags (if options (list options) '()) more)
      (() "defaults")
      (options (string-join options ",")))))

(define (fstab-device device)
  "Return DEVICE, a string, label or UUID, as it stands in fstab."
  (match device
    ((? file-system-label? label)
     (string-append "LABEL=" (file-system-label->string label)))
    ((? uuid? uuid)
     (string-append "UUID=" (uuid->string uuid)))
    (device device)))

(define (file-system->fstab-line file-system)
  "Return the line of fstab that describes FILE-SYSTEM."
  (string-append (fstab-device (file-system-device file-system))
                 "\t" (file-system-mount-point file-system)
                 "\t" (file-system-type file-system)
                 "\t" (fstab-options file-system)
                 "\t\n"))

(define (fstab file-systems)
  "Return the text of fstab for FILE-SYSTEMS."
  (string-append "\
# Made from the definition of the operating system; changes are lost.

"
                 (string-concatenate
                  (map file-system->fstab-line file-systems))))

(define fstab-service-type
  (service-type
   (name 'fstab)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (file-systems)
                               `(("fstab"
                                  ,(plain-file "fstab"
                                               (fstab file-systems))))))))
   (compose concatenate)
   (extend append)
   (description "The file that lists file systems.  Contributions are lists of
'file-system' records.")))

;;;
;;; The root file system.
;;;

(define root-file-system-service-type
  (shepherd-service-type
   'root-file-system
   (lambda (_)
     (shepherd-service
      (documentation "Keep the root file system mounted until the very end.")
      (provision '(root-file-system))
      (respawn? #f)
      (start #~(const #t))
      (stop #~(lambda _
                (sync)
                (false-if-exception
                 (mount #f "/" #f
                        (logior MS_REMOUNT MS_RDONLY)
                        #:update-mtab? #f))
                #f))))
   #f
   (description "Make the root file system read-only before the end.")))

(define (root-file-system-service)
  "Return the service that the root file system is to the others."
  (service root-file-system-service-type #f))

;;;
;;; Other file systems.
;;;

(define (file-system-name file-system)
  "Return the name of the Shepherd service that mounts FILE-SYSTEM."
  (string->symbol
   (string-append "file-system-" (file-system-mount-point file-system))))

(define (mapped-device-name device)
  "Return the name of the Shepherd service that sets up DEVICE."
  (string->symbol
   (string-append "device-mapping-"
                  (string-join (mapped-device-targets device) "-"))))

(define (dependency-name dependency)
  "Return the name of the Shepherd service of DEPENDENCY, a file system or a
mapped device."
  (if (file-system? dependency)
      (file-system-name dependency)
      (mapped-device-name dependency)))

(define (file-system-shepherd-service file-system)
  "Return the service that mounts FILE-SYSTEM, or #f if there is nothing to do."
  (let ((mount-point (file-system-mount-point file-system))
        (create?     (file-system-create-mount-point? file-system))
        (mount?      (file-system-mount? file-system)))
    (and (or mount? create?)
         (shepherd-service
          (documentation "Mount this file system.")
          (provision (list (file-system-name file-system)))
          (requirement
           `(root-file-system udev
             ,@(map dependency-name (file-system-dependencies file-system))
             ,@(file-system-shepherd-requirements file-system)))
          (modules `(((gnu build file-systems) #:select (mount-file-system))
                     (gnu system file-systems)
                     ,@%default-modules))
          (start #~(lambda args
                     #$@(if create? #~((mkdir-p #$mount-point)) #~())
                     #$@(if mount?
                            #~((mount-file-system
                                (spec->file-system
                                 '#$(file-system->spec file-system))
                                #:root "/"))
                            #~())
                     #t))
          (stop #~(lambda args
                    (chdir "/")
                    #$@(if mount?
                           #~((false-if-exception (umount #$mount-point)))
                           #~())
                    #f))))))

(define (user-file-systems-service file-systems)
  "Return the service that unmounts, when stopped, what was mounted by hand:
whatever is none of FILE-SYSTEMS."
  (shepherd-service
   (documentation "Once stopped, unmount what users mounted.")
   (provision '(user-file-systems))
   (requirement '(file-systems))
   (start #~(const #t))
   (stop #~(lambda args
             (let ((known '("/" "/proc" "/sys" "/dev"
                            #$@(map file-system-mount-point file-systems))))
               (chdir "/")
               (for-each (lambda (mount-point)
                           (false-if-exception (umount mount-point)))
                         (filter (lambda (mount-point)
                                   (not (member mount-point known)))
                                 (reverse (mount-points))))
               #f)))))

(define (file-system-shepherd-services file-systems)
  "Return the services that mount FILE-SYSTEMS, after 'file-systems', which
stands for all of them."
  (let ((managed (filter (lambda (file-system)
                           (or (file-system-mount? file-system)
                               (file-system-create-mount-point? file-system)))
                         file-systems)))
    (cons* (shepherd-service
            (documentation "All file systems are mounted.")
            (provision '(file-systems))
            (requirement (cons 'root-file-system
                               (map file-system-name managed)))
            (start #~(const #t))
            (stop #~(const #f)))
           (user-file-systems-service file-systems)
           (filter-map file-system-shepherd-service managed))))

(define %utilities
  `(("ext" . ,e2fsprogs)
    ("fat" . ,dosfstools)
    ("vfat" . ,dosfstools)
    ("exfat" . ,exfatprogs)
    ("bcachefs" . ,bcachefs-tools)
    ("btrfs" . ,btrfs-progs)
    ("f2fs" . ,f2fs-tools)
    ("jfs" . ,jfsutils)
    ("xfs" . ,xfsprogs)
    ("ntfs" . ,ntfs-3g)
    ("nfs" . ,nfs-utils)))

(define (type->utilities type)
  "Return the package with the tools for file systems of TYPE, or #f."
  (assoc-ref %utilities
             (if (string-prefix? "ext" type)
                 (if (string=? type "exfat") type "ext")
                 type)))

(define (file-system-utilities file-systems)
  "Return the list of packages with the tools to check and repair FILE-SYSTEMS."
  (delete-duplicates
   (filter-map (lambda (file-system)
                 (type->utilities (file-system-type file-system)))
               file-systems)
   eq?))

(define (fstab-entries file-systems)
  "Return those of FILE-SYSTEMS that belong in fstab: those on a device."
  (remove (lambda (file-system)
            (or (member (file-system-type file-system)
                        %pseudo-file-system-types)
                (memq 'bind-mount (file-system-flags file-system))))
          file-systems))

(define file-system-service-type
  (service-type
   (name 'file-systems)
   (extensions
    (list (service-extension shepherd-root-service-type
                             file-system-shepherd-services)
          (service-extension fstab-service-type fstab-entries)
          (service-extension profile-service-type file-system-utilities)
          (service-extension user-processes-service-type
                             (const '(file-systems user-file-systems)))))
   (compose concatenate)
   (extend append)
   (description "File systems mounted at boot.  Contributions are lists of
'file-system' records.")))

;;;
;;; Swap.
;;;

(define (swap-name swap)
  "Return the name of the Shepherd service that uses SWAP."
  (string->symbol
   (string-append
    "swap-"
    (match (swap-space-target* swap)
      ((? uuid? uuid)                (uuid->string uuid))
      ((? file-system-label? label)  (file-system-label->string label))
      (name                          name)))))

(define (swap-space-target* swap)
  "Return the target of SWAP, which once was not a record but the target."
  (if (swap-space? swap) (swap-space-target swap) swap))

(define (swap-space-dependencies* swap)
  (if (swap-space? swap) (swap-space-dependencies swap) '()))

(define (swap-device-gexp target)
  "Return a gexp that gives the name of TARGET's device."
  (cond ((uuid? target)
         #~(find-partition-by-uuid #$(uuid-bytevector target)))
        ((file-system-label? target)
         #~(find-partition-by-label #$(file-system-label->string target)))
        (else
         target)))

(define (swap-shepherd-service swap)
  "Return the service that uses SWAP."
  (define device
    (swap-device-gexp (swap-space-target* swap)))

  (shepherd-service
   (documentation "Let memory extend to this space.")
   (provision (list (swap-name swap)))
   (requirement `(udev
                  ,@(map dependency-name (swap-space-dependencies* swap))))
   (modules `((gnu build file-systems)
              ,@%default-modules))
   (start #~(lambda ()
              (let ((device #$device))
                (and device
                     (begin
                       (swapon device
                               #$(if (swap-space? swap)
                                     (swap-space-priority swap)
                                     #f))
                       #t)))))
   (stop #~(lambda _
             (let ((device #$device))
               (when device
                 (swapoff device))
               #f)))
   (respawn? #f)))

(define swap-service-type
  (shepherd-service-type
   'swap
   swap-shepherd-service
   (description "Space on a device or in a file that memory extends to.")))

(define (swap-service swap)
  "Return the service that uses SWAP, a <swap-space>."
  (service swap-service-type swap))

;;;
;;; Randomness.
;;;

(define %random-seed-file "/var/lib/random-seed")

(define (urandom-seed-shepherd-service _)
  "Return the service that keeps randomness from one boot to the next."
  (define save
    #~(let ((previous-umask (umask #o077)))
        (mkdir-p (dirname #$%random-seed-file))
        (call-with-input-file "/dev/urandom"
          (lambda (urandom)
            (let ((seed (get-bytevector-n urandom 512)))
              (call-with-output-file #$%random-seed-file
                (lambda (port) (put-bytevector port seed))))))
        (umask previous-umask)))

  (shepherd-service
   (documentation "Keep randomness from one boot to the next.")
   (provision '(urandom-seed))
   (requirement '(file-systems udev))
   (modules `((rnrs bytevectors)
              (rnrs io ports)
              ,@%default-modules))
   (start #~(lambda _
              (when (file-exists? #$%random-seed-file)
                (call-with-input-file #$%random-seed-file
                  (lambda (seed)
                    (call-with-output-file "/dev/urandom"
                      (lambda (urandom) (dump-port seed urandom))))))
              #$save
              #t))
   (stop #~(lambda _
             #$save
             #f))))

(define urandom-seed-service-type
  (service-type
   (name 'urandom-seed)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list urandom-seed-shepherd-service))
          (service-extension user-processes-service-type
                             (const '(urandom-seed)))))
   (default-value #f)
   (description "Seed '/dev/urandom' at boot with what was saved before.")))
