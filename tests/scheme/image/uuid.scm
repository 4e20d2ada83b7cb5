;; Identifiers are written and read as each kind of file system writes them.
(use-modules (tintype check)
             (gnu system uuid)
             (rnrs bytevectors))

(define (written type str)
  (uuid->string (uuid str type)))

(define (bytes type str)
  (uuid-bytevector (uuid str type)))

(define %dce "6b700d61-5550-48a1-874c-a3d86998990e")

(check (map (lambda (type) (written type %dce))
            '(dce ext2 ext3 ext4 bcachefs btrfs f2fs jfs xfs luks))
       => (make-list 10 %dce))
(check (bytes 'dce %dce)
       => #vu8(#x6b #x70 #x0d #x61 #x55 #x50 #x48 #xa1
               #x87 #x4c #xa3 #xd8 #x69 #x98 #x99 #x0e))
(check (written 'dce "6B700D61-5550-48A1-874C-A3D86998990E") => %dce)

(check (map (lambda (type) (written type "1234-abcd")) '(fat fat16 fat32 exfat))
       => '("1234-ABCD" "1234-ABCD" "1234-ABCD" "1234-ABCD"))
(check (bytes 'fat "1234-ABCD") => #vu8(#xcd #xab #x34 #x12))
(check (written 'ntfs "52ae80b4ae809273") => "52AE80B4AE809273")
(check (bytes 'ntfs "52AE80B4AE809273")
       => #vu8(#x73 #x92 #x80 #xae #xb4 #x80 #xae #x52))

(check (written 'iso9660 "1970-01-01-17-14-42-99") => "1970-01-01-17-14-42-99")
(check (utf8->string (bytes 'iso9660 "1970-01-01-17-14-42-99"))
       => "1970010117144299")

;; An iso9660 UUID in DCE notation, as the kernel is given it.
(check (uuid->string (bytes 'iso9660 "1970-01-01-18-02-19-29") 'dce)
       => "31393730-3031-3031-3138-303231393239")

;; A literal is read when it is expanded.
(check (uuid->string (uuid "6b700d61-5550-48a1-874c-a3d86998990e")) => %dce)
(check (uuid-type (uuid "1234-ABCD" 'fat32)) => 'fat32)

;; Anything else gives #f where it is wrong.
(check (map (lambda (str) (uuid str))
            (list "" "not-a-uuid"
                  "6b700d61-5550-48a1-874c-a3d86998990"
                  "6b700d61-5550-48a1-874c-a3d86998990ef"
                  "6b700d61-5550-48a1-874ca-3d86998990e"
                  "6b700d61-5550-48a1-874c-a3d8699899-e"
                  "gb700d61-5550-48a1-874c-a3d86998990e"))
       => (make-list 7 #f))
(check (uuid %dce 'fat) => #f)
(check (uuid %dce 'minix) => #f)
(check (string->uuid "1970-01-01-17-14-42-9x" 'iso9660) => #f)
(check (string->uuid "52AE80B4AE80927" 'ntfs) => #f)
(check (uuid->string #vu8(1 2 3 4) 'minix) => #f)

(check (uuid=? (uuid %dce 'dce) (uuid %dce 'btrfs)) => #t)
(check (uuid=? (uuid %dce 'dce) (bytes 'ext4 %dce)) => #t)
(check (uuid=? (bytes 'ext4 %dce) (uuid %dce 'dce)) => #t)
(check (uuid=? (uuid %dce 'dce) (bytevector->uuid (make-bytevector 16 0))) => #f)

(check (sub-bytevector #vu8(1 2 3 4 5) 1 3) => #vu8(2 3 4))
(check (latin1->string #vu8(97 98 0 99) zero?) => "ab")
(check (latin1->string #vu8(0 99) zero?) => #f)

(check-report)
