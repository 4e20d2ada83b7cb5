;;; A field that does not exist
(operating-system
;! 0 operating-system: extraneous field initializers (host-nam)
;| hint: did you mean 'host-name'?
  (host-nam "niepce"))

;;; Fields that are missing
(list
 (operating-system
;! 1 operating-system: missing field initializers (bootloader file-systems)
   (host-name "niepce")))

;;; A field given twice
(operating-system
  (host-name "a")
  (host-name "b"))
;! 2 (host-name "b"): duplicate field initializer

;;; What is no field
(operating-system
  host-name)
;! 2 host-name: invalid field specifier

;;; A value that a field refuses
(use-modules (gnu image))
(partition
 (size "big")
;! 7 size (big) can only be 'guess or a numeric expression
 (file-system "ext4")
 (label "root")
 (initializer #f))

;;; An accessor of another type
(list
 (operating-system-host-name 5))
;! 1 In procedure operating-system-host-name: Wrong type argument: 5
