;; Records with functional updates.
(use-modules (srfi srfi-9) (srfi srfi-9 gnu) (srfi srfi-26))

(define-immutable-record-type <disk>
  (make-disk name size partitions)
  disk?
  (name disk-name set-disk-name)
  (size disk-size set-disk-size)
  (partitions disk-partitions set-disk-partitions))

(define disks
  (map (cut make-disk <> 100 '(boot root)) '(a b c d e f g h)))

(define grown
  (map (lambda (disk) (set-disk-size (set-disk-partitions disk '(root)) (* 2 (disk-size disk)))) disks))

(display (apply + (map disk-size grown)))
(newline)
