;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What an image is: partitions, images, and image types, which turn an
;;; operating system into an image.

(define-module (gnu image)
  #:use-module (tintype host)
  #:use-module (tintype syntax)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:export (<partition>
            partition
            partition?
            partition-size
            partition-offset
            partition-file-system
            partition-file-system-options
            partition-label
            partition-uuid
            partition-flags
            partition-initializer

            <image>
            image
            image?
            image-name
            image-format
            image-format-options
            image-platform
            image-size
            image-max-layers
            image-operating-system
            image-partition-table-type
            image-sector-size
            image-partitions
            image-compression?
            image-volatile-root?
            image-shared-store?
            image-shared-network?
            image-substitutable?

            <image-type>
            image-type
            image-type?
            image-type-name
            image-type-constructor

            os->image
            os+platform->image))

;;;
;;; Checks.  Each is a macro, to know the place of the value, around a
;;; procedure that returns the value or raises an error.
;;;

(define (check-size value place)
  (if (or (memq value '(guess minimum)) (integer? value))
      value
      (raise-message place
                     (G_ "size (~a) can only be 'guess or a numeric expression")
                     value)))

(define (check-offset value place)
  (if (integer? value)
      value
      (raise-message place
                     (G_ "the partition offset (~a) can only be a numeric \
expression")
                     value)))

(define (check-flags value place)
  (let ((unknown (if (list? value)
                     (lset-difference eq? value '(boot esp))
                     value)))
    (if (null? unknown)
        value
        (raise-message place
                       (G_ "unsupported partition flag(s): ~a")
                       unknown))))

(define (check-strings value place)
  (if (and (list? value) (every string? value))
      value
      (raise-message place (G_ "~s: not a list of strings") value)))

(define (check-member value field choices place)
  (if (memq value choices)
      value
      (raise-message place (G_ "~s: invalid '~a' value") value field)))

(define-syntax-rule (validate-size value)
  (check-size value (current-source-location value)))

(define-syntax-rule (validate-partition-offset value)
  (check-offset value (current-source-location value)))

(define-syntax-rule (validate-partition-flags value)
  (check-flags value (current-source-location value)))

(define-syntax-rule (validate-image-format value)
  (check-member value 'format (image-formats)
                (current-source-location value)))

(define-syntax-rule (validate-format-options value)
  (check-strings value (current-source-location value)))

(define-syntax-rule (validate-sector-size value)
  (check-member value 'sector-size '(512 4096)
                (current-source-location value)))

(define-syntax-rule (validate-partition-table-type value)
  (check-member value 'partition-table-type '(mbr gpt hybrid-gpt)
                (current-source-location value)))


;; Guix's, OCI image layouts, and those in which the builder writes disks besides.
(define (image-formats)
  (append '(disk-image compressed-qcow2 docker iso9660 oci tarball wsl2)
          (map car (disk-formats))))


;;;
;;; Records.  Sizes and offsets are in bytes.
;;;

(define-record-type* <partition> partition make-partition
  partition?
  (size                partition-size             ;integer | 'guess | 'minimum
                       (default 'guess)
                       (sanitize validate-size))
  (offset              partition-offset           ;integer, 0: where it fits
                       (default 0)
                       (sanitize validate-partition-offset))
  (file-system         partition-file-system      ;string
                       (default "ext4"))
  (file-system-options partition-file-system-options ;list of strings
                       (default '()))
  (label               partition-label)           ;string
  (uuid                partition-uuid             ;<uuid> | #f
                       (default #f))
  (flags               partition-flags            ;subset of (boot esp)
                       (default '())
                       (sanitize validate-partition-flags))
  (initializer         partition-initializer      ;gexp | #f
                       (default #f)))

(define-record-type* <image> image make-image
  image?
  (name                 image-name                ;symbol | #f
                        (default #f))
  (format               image-format              ;symbol
                        (sanitize validate-image-format))
  (format-options       image-format-options      ;list of "KEY=VALUE"
                        (default '())
                        (sanitize validate-format-options))
  (platform             image-platform            ;<platform> | #f
                        (default #f))
  (size                 image-size                ;integer | 'guess | 'minimum
                        (default 'guess)
                        (sanitize validate-size))
  (max-layers           image-max-layers          ;integer | #f
                        (default #f))
  (operating-system     image-operating-system)   ;<operating-system> | #f
  (partition-table-type image-partition-table-type ;'mbr | 'gpt | 'hybrid-gpt
                        (default 'mbr)
                        (sanitize validate-partition-table-type))
  (sector-size          image-sector-size         ;512 | 4096
                        (default 512)
                        (sanitize validate-sector-size))
  (partitions           image-partitions          ;list of <partition>
                        (default '()))
  (compression?         image-compression?
                        (default #t))
  (volatile-root?       image-volatile-root?
                        (default #t))
  (shared-store?        image-shared-store?
                        (default #f))
  (shared-network?      image-shared-network?
                        (default #f))
  (substitutable?       image-substitutable?
                        (default #t)))

(define-record-type* <image-type> image-type make-image-type
  image-type?
  (name        image-type-name)                   ;symbol
  (constructor image-type-constructor))           ;<operating-system> -> <image>


;;;
;;; From operating systems to images.
;;;

(define* (os->image os #:key type)
  "Return the image of OS, an operating system, that TYPE makes."
  ((image-type-constructor type) os))

(define* (os+platform->image os platform* #:key type)
  "Return the image of OS, an operating system, that TYPE makes, for PLATFORM*."
  (image
   (inherit (os->image os #:type type))
   (platform platform*)))
