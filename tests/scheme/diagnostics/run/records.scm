;;; A field that does not exist
(operating-system
  (host-nam "niepce"))

;;; Fields that are missing
(list
 (operating-system
   (host-name "niepce")))

;;; A field given twice
(operating-system
  (host-name "a")
  (host-name "b"))

;;; What is no field
(operating-system
  host-name)

;;; A value that a field refuses
(use-modules (gnu image))
(partition
 (size "big")
 (file-system "ext4")
 (label "root")
 (initializer #f))

;;; An accessor of another type
(list
 (operating-system-host-name 5))
