;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Identifiers of file systems: bytes, with the kind of file system that tells
;;; how they are written.

(define-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 match)
  #:export (uuid
            uuid?
            uuid-type
            uuid-bytevector
            uuid=?
            bytevector->uuid
            uuid->string
            string->uuid

            dce-uuid->string
            iso9660-uuid->string
            fat-uuid->string
            ntfs-uuid->string
            string->dce-uuid
            string->iso9660-uuid
            string->fat-uuid
            string->ntfs-uuid
            string->ext2-uuid
            string->ext3-uuid
            string->ext4-uuid
            string->bcachefs-uuid
            string->btrfs-uuid
            string->f2fs-uuid
            string->jfs-uuid
            string->xfs-uuid

            sub-bytevector
            latin1->string))

;;;
;;; Bytes and digits.
;;;

(define (sub-bytevector bv start size)
  "Return a copy of the SIZE bytes of BV from START on."
  (let ((result (make-bytevector size)))
    (bytevector-copy! bv start result 0 size)
    result))

(define (latin1->string bv terminator)
  "Return the characters of BV up to the first byte that satisfies TERMINATOR,
or #f if there are none."
  (let ((bytes (take-while (lambda (byte) (not (terminator byte)))
                           (bytevector->u8-list bv))))
    (and (pair? bytes)
         (list->string (map integer->char bytes)))))

(define (byte->hex byte)
  (let ((digits (number->string byte 16)))
    (if (< byte 16) (string-append "0" digits) digits)))

(define (bytes->hex bytes)
  (string-concatenate (map byte->hex bytes)))

(define (hex->bytes str)
  (let loop ((index 0) (bytes '()))
    (if (= index (string-length str))
        (reverse bytes)
        (loop (+ index 2)
              (cons (string->number (substring str index (+ index 2)) 16)
                    bytes)))))

(define (hex-digit? chr)
  (string-index "0123456789abcdefABCDEF" chr))

(define (decimal-digit? chr)
  (string-index "0123456789" chr))

;; The groups of STR between dashes, if their sizes are SIZES and all their
;; characters are digits; #f otherwise.
(define (digit-groups str sizes digit?)
  (let ((groups (string-split str #\-)))
    (and (equal? sizes (map string-length groups))
         (every (lambda (group)
                  (every digit? (string->list group)))
                groups)
         groups)))

(define (join-groups str sizes)
  (let loop ((sizes sizes) (start 0) (groups '()))
    (if (null? sizes)
        (string-join (reverse groups) "-")
        (let ((end (+ start (car sizes))))
          (loop (cdr sizes) end
                (cons (substring str start end) groups))))))


;;;
;;; Kinds of identifiers: RFC 4122, ISO 9660, FAT, NTFS.
;;;

(define %dce-groups '(8 4 4 4 12))
(define %iso9660-groups '(4 2 2 2 2 2 2))         ;year to hundredths

(define (dce-uuid->string bv)
  "Return the way to write BV, 16 bytes, such as
\"6b700d61-5550-48a1-874c-a3d86998990e\"."
  (join-groups (bytes->hex (bytevector->u8-list bv)) %dce-groups))

(define (string->dce-uuid str)
  "Return the 16 bytes that STR writes, or #f."
  (and=> (digit-groups str %dce-groups hex-digit?)
         (lambda (groups)
           (u8-list->bytevector (hex->bytes (string-concatenate groups))))))

(define (iso9660-uuid->string bv)
  "Return the way to write BV, the 16 digits of a date, such as
\"1970-01-01-17-14-42-99\"."
  (join-groups (latin1->string bv (const #f)) %iso9660-groups))

(define (string->iso9660-uuid str)
  "Return the 16 digits of the date that STR writes, or #f."
  (and=> (digit-groups str %iso9660-groups decimal-digit?)
         (lambda (groups)
           (string->utf8 (string-concatenate groups)))))

;; FAT and NTFS serial numbers are stored with the last byte first.
(define (fat-uuid->string bv)
  "Return the way to write BV, 4 bytes, such as \"1234-ABCD\"."
  (join-groups (string-upcase
                (bytes->hex (reverse (bytevector->u8-list bv))))
               '(4 4)))

(define (string->fat-uuid str)
  "Return the 4 bytes that STR writes, or #f."
  (and=> (digit-groups str '(4 4) hex-digit?)
         (lambda (groups)
           (u8-list->bytevector
            (reverse (hex->bytes (string-concatenate groups)))))))

(define (ntfs-uuid->string bv)
  "Return the way to write BV, 8 bytes, such as \"52AE80B4AE809273\"."
  (string-upcase (bytes->hex (reverse (bytevector->u8-list bv)))))

(define (string->ntfs-uuid str)
  "Return the 8 bytes that STR writes, or #f."
  (and=> (digit-groups str '(16) hex-digit?)
         (lambda (groups)
           (u8-list->bytevector (reverse (hex->bytes (car groups)))))))

(define string->ext2-uuid string->dce-uuid)
(define string->ext3-uuid string->dce-uuid)
(define string->ext4-uuid string->dce-uuid)
(define string->bcachefs-uuid string->dce-uuid)
(define string->btrfs-uuid string->dce-uuid)
(define string->f2fs-uuid string->dce-uuid)
(define string->jfs-uuid string->dce-uuid)
(define string->xfs-uuid string->dce-uuid)

(define (uuid-parser type)
  (case type
    ((dce ext2 ext3 ext4 bcachefs btrfs f2fs jfs xfs luks) string->dce-uuid)
    ((fat fat16 fat32 exfat) string->fat-uuid)
    ((ntfs) string->ntfs-uuid)
    ((iso9660) string->iso9660-uuid)
    (else #f)))

(define (uuid-printer type)
  (case type
    ((dce ext2 ext3 ext4 bcachefs btrfs f2fs jfs xfs luks) dce-uuid->string)
    ((fat fat16 fat32 exfat) fat-uuid->string)
    ((ntfs) ntfs-uuid->string)
    ((iso9660) iso9660-uuid->string)
    (else #f)))

(define* (string->uuid str #:optional (type 'dce))
  "Return the bytes that STR writes as an identifier of TYPE, or #f."
  (and=> (uuid-parser type)
         (lambda (parse) (parse str))))


;;;
;;; Identifiers with their type.
;;;

(define-record-type <uuid>
  (make-uuid type bv)
  uuid?
  (type uuid-type)                                ;symbol
  (bv   uuid-bytevector))

(define* (bytevector->uuid bv #:optional (type 'dce))
  "Return the identifier of TYPE made of BV."
  (make-uuid type bv))

(define (parse-uuid str type)
  (and=> (string->uuid str type)
         (lambda (bv) (make-uuid type bv))))

;; (uuid STRING ['TYPE]): a literal is converted, and refused, before the program
;; runs; of a string computed by the program, #f comes for what is none.
(define-syntax uuid
  (lambda (form)
    (define (literal str type)
      (let ((bv (string->uuid (syntax->datum str) (syntax->datum type))))
        (unless bv
          (syntax-violation 'uuid "invalid UUID" form))
        #`(make-uuid '#,type #,bv)))

    (syntax-case form (quote)
      ((_ str)
       (string? (syntax->datum #'str))
       (literal #'str #'dce))
      ((_ str (quote type))
       (and (string? (syntax->datum #'str))
            (identifier? #'type))
       (literal #'str #'type))
      ((_ str)
       #'(parse-uuid str 'dce))
      ((_ str type)
       #'(parse-uuid str type))
      (name
       (identifier? #'name)
       #'(lambda* (str #:optional (type 'dce))
           (parse-uuid str type))))))

(define uuid->string
  ;; The way to write a UUID, or a bytevector of the given type, by default DCE.
  (match-lambda*
    (((? bytevector? bv))
     (dce-uuid->string bv))
    (((? bytevector? bv) type)
     (and=> (uuid-printer type)
            (lambda (print) (print bv))))
    (((? uuid? id))
     (uuid->string (uuid-bytevector id) (uuid-type id)))))

(define (uuid=? a b)
  "Return true if A and B, UUIDs or bytevectors, are the same bytes."
  (define (bytes thing)
    (if (uuid? thing) (uuid-bytevector thing) thing))

  (bytevector=? (bytes a) (bytes b)))
