;; Fields of images and partitions are checked when a record is made.
(use-modules (tintype check)
             (gnu image)
             (gnu system file-systems)
             (gnu system image))

(define-syntax-rule (flags-of flag ...)
  (partition-flags (partition (label "x") (flags (list flag ...)))))

(define minimal (partition (label "x")))

(check (partition-size minimal) => 'guess)
(check (partition-offset minimal) => 0)
(check (partition-file-system minimal) => "ext4")
(check (partition-file-system-options minimal) => '())
(check (partition-uuid minimal) => #f)
(check (partition-flags minimal) => '())
(check (partition-initializer minimal) => #f)
(check (partition-size (partition (inherit minimal) (size -1))) => -1)

(check (flags-of) => '())
(check (flags-of 'boot 'esp) => '(boot esp))
(check-error (flags-of 'boot 'bios 'swap)
             => "unsupported partition flag(s): (bios swap)")

(check-error (partition (label "x") (size "1G"))
             => "size (1G) can only be 'guess or a numeric expression")
(check-error (partition (label "x") (size #f))
             => "size (#f) can only be 'guess or a numeric expression")
(check-error (partition (label "x") (size 1.5))
             => "size (1.5) can only be 'guess or a numeric expression")
(check-error (partition (label "x") (offset 'guess))
             => "the partition offset (guess) can only be a numeric expression")
(check-error (partition (inherit esp-partition) (offset #f))
             => "the partition offset (#f) can only be a numeric expression")

(define (format-of value)
  (image-format (image (format value) (operating-system #f))))

(define (table-of value)
  (image-partition-table-type
   (image (inherit efi-disk-image) (partition-table-type value))))

(check (map format-of '(disk-image compressed-qcow2 docker iso9660 tarball wsl2))
       => '(disk-image compressed-qcow2 docker iso9660 tarball wsl2))
(check-error (format-of 'vmdk) => "vmdk: invalid 'format' value")
(check-error (format-of "docker") => "\"docker\": invalid 'format' value")
(check (map table-of '(mbr gpt)) => '(mbr gpt))
(check-error (table-of 'hybrid) => "hybrid: invalid 'partition-table-type' value")
(check-error (image (inherit efi-disk-image) (size 'largest))
             => "size (largest) can only be 'guess or a numeric expression")

;; An image that inherits is its own.
(define relabelled (image-with-label efi-disk-image "BOOT"))
(check (map partition-label (image-partitions relabelled)) => '("BOOT" "Guix_image"))
(check (map partition-label (image-partitions efi-disk-image))
       => '("GNU-ESP" "Guix_image"))
(check-error (image-with-label docker-image "BOOT")
             => "image without partitions has no label")

;; A type's constructor has the last word on everything but the platform.
(check (image-name (os->image #f #:type qcow2-image-type)) => 'image.qcow2)
(check (image-platform (os+platform->image #f 'board #:type efi-raw-image-type))
       => 'board)

(define-syntax-rule (mount-flags flag ...)
  (file-system-flags (file-system
                       (device "x")
                       (mount-point "/")
                       (type "ext4")
                       (flags (list flag ...)))))

(check (mount-flags 'read-only 'lazy-time) => '(read-only lazy-time))
(check-error (mount-flags 'nosuid) => "invalid file system mount flag: nosuid")
(check-error (mount-flags 'nosuid 'no-dev 'ro)
             => "invalid file system mount flags: nosuid ro")

(check-report)
