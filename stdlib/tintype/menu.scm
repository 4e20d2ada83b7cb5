;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Menus of bootloaders, for systems that are not in a store: what names the
;;; kernel and the RAM disk is left to be filled in with the files of the tree
;;; that the system is made of.

(define-module (tintype menu)
  #:use-module (guix gexp)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system uuid)
  #:use-module (tintype initrd)
  #:use-module (ice-9 match)
  #:export (menu->plan))

(define (root-argument os)
  "Return two kernel arguments that name the root file system of OS: that of the
original, and one that the RAM disks of all distributions understand."
  (let ((device (file-system-device (operating-system-root-file-system os))))
    (if (uuid? device)
        (values (string-append "root="
                               (uuid->string (uuid-bytevector device) 'dce))
                (string-append "root=UUID=" (uuid->string device)))
        (values #f #f))))

(define (join-strings parts)
  "Return PARTS with strings that follow each other as one."
  (match parts
    (((? string? a) (? string? b) . rest)
     (join-strings (cons (string-append a b) rest)))
    ((part . rest)
     (cons part (join-strings rest)))
    (() '())))

(define (menu->plan bootcfg os)
  "Return the data of BOOTCFG, the menu of the bootloader of OS: (text NAME PARTS),
where PARTS are strings, (boot-file kernel), (boot-file initrd), (boot-line STRING
device-trees), which is nothing where the kernel has none, and data of other
files.  Kernel arguments that name the system in the store are left out."
  (define linux (lower-object (operating-system-kernel os)))
  (define hurd (lower-object (operating-system-hurd os)))
  (define kernel (lower-object (operating-system-kernel-file os)))
  ;; A file of the definition's own is named like any other.
  (define initrd
    (match (initrd->plan os)
      ((or 'tree ('made . _))
       (lower-object (operating-system-initrd-file os)))
      (_ #f)))

  (define-values (original-root tree-root)
    (root-argument os))

  (define (linux? part)
    (equal? part linux))

  ;; The servers of the Hurd are where they are in its package.
  (define hurd-file
    (match-lambda
      (('file-append object suffix) (and hurd (equal? object hurd) suffix))
      (_ #f)))

  ;; The Hurd's entry names its root as the Hurd does.
  (define (root-of-linux? part)
    (and hurd original-root (equal? part original-root)))

  (define parts->plan
    (match-lambda
      ((" " (? root-of-linux?) . rest)
       (parts->plan rest))
      ((" " ('gexp ('string-append (or "gnu.system=" "gnu.load=") . _)) . rest)
       (parts->plan rest))
      (((? string? before) (? linux?) (? string?) "/lib/dtbs" . rest)
       (cons (list 'boot-line before 'device-trees)
             (parts->plan rest)))
      ((part . rest)
       (cons (cond ((and original-root (equal? part original-root)) tree-root)
                   ((equal? part kernel) '(boot-file kernel))
                   ((hurd-file part) => identity)
                   ((and initrd (equal? part initrd)) '(boot-file initrd))
                   (else part))
             (parts->plan rest)))
      (() '())))

  (match (lower-object bootcfg)
    (('mixed-text-file name parts)
     `(text ,name ,(join-strings (parts->plan parts))))
    (data data)))
