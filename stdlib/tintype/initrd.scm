;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Initial RAM disks of systems that are not in a store: one is made for the
;;; root that an image has, or the one that the packages bring is taken.

(define-module (tintype initrd)
  #:use-module (guix gexp)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module ((gnu system linux-initrd) #:select (%base-initrd-modules))
  #:use-module (ice-9 match)
  #:export (tree-initrd
            initrd->plan))

(define* (tree-initrd file-systems #:key #:allow-other-keys)
  "Return the RAM disk that the packages bring beside their kernel, such as
/boot/initrd.img-VERSION: a value for the 'initrd' field of an operating system."
  (computed-file "tree-initrd" #~(initrd-of-the-packages)))

(define (initrd->plan os)
  "Return the data of the RAM disk of OS: #f if it has none, 'tree for the one of
the packages, (made FIELD ...) for one to be made, or data of a file."
  (define root
    (operating-system-root-file-system os))

  (define (argument keyword arguments)
    (match (memq keyword arguments)
      ((_ ('quote value) . _) value)
      ((_ ('list . values) . _) values)
      ((_ value . _) value)
      (_ #f)))

  (if (operating-system-hurd os)
      #f
      (match (lower-object (operating-system-initrd-file os))
        (('computed-file _ ('initrd-of-the-packages))
         'tree)
        (('file-append ('computed-file _ ('build-initrd _ . arguments)) _)
         `(made
           (modules ,(argument #:linux-modules arguments))
           ;; Those that a kernel may well be without.
           (usual-modules ,%base-initrd-modules)
           (mapped-devices? ,(pair? (argument #:device-mappings arguments)))
           (type ,(file-system-type root))
           (flags ,(file-system-flags root))
           (options ,(or (file-system-options root) ""))
           (volatile-root? ,(and (argument #:volatile-root? arguments) #t))
           (check? ,(and (file-system-check? root) #t))))
        (file file))))
