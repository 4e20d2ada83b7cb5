;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The record of a file system to be mounted, and what can be told from it.

(define-module (tintype file-system)
  #:use-module (tintype syntax)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (<file-system>
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
            btrfs-store-subvolume-file-name

            %store-directory))

;;;
;;; The record.
;;;

(define %mount-flags
  '(read-only bind-mount no-suid no-dev no-exec no-atime no-diratime
    strict-atime lazy-time remount shared))

(define (check-mount-flags flags place)
  (let ((invalid (remove (lambda (flag) (memq flag %mount-flags)) flags)))
    (if (null? invalid)
        flags
        (leave (source-properties->location place)
               (N_ "invalid file system mount flag:~{ ~s~}"
                   "invalid file system mount flags:~{ ~s~}"
                   (length invalid))
               invalid))))

(define-syntax-rule (validate-file-system-flags flags)
  (check-mount-flags flags (current-source-location)))

(define-record-type* <file-system> file-system make-file-system
  file-system?
  (device                file-system-device)      ;string | <uuid> | label
  (mount-point           file-system-mount-point) ;string
  (type                  file-system-type)        ;string
  (flags                 file-system-flags        ;list of symbols
                         (default '())
                         (sanitize validate-file-system-flags))
  (options               file-system-options      ;string | #f
                         (default #f))
  (mount?                file-system-mount?
                         (default #t))
  (mount-may-fail?       file-system-mount-may-fail?
                         (default #f))
  (needed-for-boot?      %file-system-needed-for-boot?
                         (default #f))
  (check?                file-system-check?
                         (default #t))
  (skip-check-if-clean?  file-system-skip-check-if-clean?
                         (default #t))
  (repair                file-system-repair       ;symbol | #f
                         (default 'preen))
  (create-mount-point?   file-system-create-mount-point?
                         (default #f))
  (dependencies          file-system-dependencies ;file systems, mapped devices
                         (default '()))
  (shepherd-requirements file-system-shepherd-requirements ;list of symbols
                         (default '()))
  (location              %file-system-location
                         (default (current-source-location))
                         (innate)))

(define (file-system-location fs)
  "Return the place where FS is declared, or #f."
  (source-properties->location (%file-system-location fs)))

(define-record-type <file-system-label>
  (file-system-label label)
  file-system-label?
  (label file-system-label->string))

(define* (file-system-device->string device #:key uuid-type)
  "Return the way to write DEVICE, a string, label or UUID.  UUID-TYPE, if it is
given, says how to write a UUID."
  (cond ((file-system-label? device)
         (file-system-label->string device))
        ((uuid? device)
         (if uuid-type
             (uuid->string (uuid-bytevector device) uuid-type)
             (uuid->string device)))
        (else device)))

(define (file-system-options->alist options)
  "Return the list of the mount options in OPTIONS, a string or #f: a string
each, or a (NAME . VALUE) pair."
  (define (option str)
    (let ((index (string-index str #\=)))
      (if index
          (cons (substring str 0 index) (substring str (+ index 1)))
          str)))

  (if options
      (map option (string-split options #\,))
      '()))

(define (alist->file-system-options options)
  "Return the string of mount options in OPTIONS, or #f if there are none."
  (and (pair? options)
       (string-join (map (match-lambda
                           ((name . value) (string-append name "=" value))
                           (name name))
                         options)
                    ",")))

(define (file-system-type-predicate type)
  "Return a predicate that is true of file systems of TYPE."
  (lambda (fs)
    (string=? type (file-system-type fs))))

(define (file-system-mount-point-predicate mount-point)
  "Return a predicate that is true of file systems mounted on MOUNT-POINT."
  (lambda (fs)
    (string=? mount-point (file-system-mount-point fs))))


;;;
;;; Where the store is.
;;;

(define %store-directory "/gnu/store")

(define (file-name-parts file)
  (remove string-null? (string-split file #\/)))

(define (file-prefix? parent file)
  "Return true if PARENT is FILE or a directory above it, both absolute or both
relative."
  (define (absolute? file)
    (string-prefix? "/" file))

  (and (eq? (absolute? parent) (absolute? file))
       (let loop ((parent (file-name-parts parent))
                  (file   (file-name-parts file)))
         (or (null? parent)
             (and (pair? file)
                  (string=? (car parent) (car file))
                  (loop (cdr parent) (cdr file)))))))

(define (file-system-needed-for-boot? fs)
  "Return true if FS says that it is needed for boot, or holds the store."
  (or (%file-system-needed-for-boot? fs)
      (and (file-prefix? (file-system-mount-point fs) %store-directory)
           (not (memq 'bind-mount (file-system-flags fs))))))

(define (btrfs-subvolume? fs)
  "Return true if FS mounts a Btrfs subvolume."
  (and (string=? "btrfs" (file-system-type fs))
       (find (lambda (option)
               (string-prefix? "subvol"
                               (if (pair? option) (car option) option)))
             (file-system-options->alist (file-system-options fs)))))

(define (btrfs-store-subvolume-file-name file-systems)
  "Return the name of the Btrfs subvolume that holds the store, or #f."
  (define (depth fs)
    (length (file-name-parts (file-system-mount-point fs))))

  (define store-file-system
    (find (lambda (fs)
            (file-prefix? (file-system-mount-point fs) %store-directory))
          (sort (filter btrfs-subvolume? file-systems)
                (lambda (a b) (> (depth a) (depth b))))))

  (and store-file-system
       (let ((name (assoc-ref (file-system-options->alist
                               (file-system-options store-file-system))
                              "subvol")))
         (cond ((not name)
                (raise (condition
                        (&message
                         (message (G_ "The store is on a Btrfs subvolume, but the \
subvolume name is unknown.")))
                        (&fix-hint
                         (hint (G_ "Use the 'subvol' Btrfs file system option."))))))
               ((string-prefix? "/" name) name)
               (else (string-append "/" name))))))


;;;
;;; File systems as data, for the initrd.
;;;

(define (file-system->spec fs)
  "Return FS as a list of data."
  (define device
    (let ((device (file-system-device fs)))
      (cond ((uuid? device)
             `(uuid ,(uuid-type device) ,(uuid-bytevector device)))
            ((file-system-label? device)
             `(file-system-label ,(file-system-label->string device)))
            (else device))))

  (list device
        (file-system-mount-point fs)
        (file-system-type fs)
        (file-system-flags fs)
        (file-system-options fs)
        (file-system-mount-may-fail? fs)
        (file-system-check? fs)
        (file-system-skip-check-if-clean? fs)
        (file-system-repair fs)))

(define (spec->file-system spec)
  "Return the file system that SPEC, a list of data, describes."
  (match spec
    ((device mount-point type flags options may-fail? check? skip? repair . _)
     (file-system
       (device (match device
                 (('uuid type bv) (bytevector->uuid bv type))
                 (('file-system-label label) (file-system-label label))
                 (_ device)))
       (mount-point mount-point)
       (type type)
       (flags flags)
       (options options)
       (mount-may-fail? may-fail?)
       (check? check?)
       (skip-check-if-clean? skip?)
       (repair repair)))))
