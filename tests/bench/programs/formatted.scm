;; A table of sizes for people.
(use-modules (ice-9 format))

(define (size->text bytes)
  (let loop ((bytes bytes) (units '("B" "KiB" "MiB" "GiB")))
    (if (or (< bytes 1024) (null? (cdr units)))
        (format #f "~,1f ~a" (exact->inexact bytes) (car units))
        (loop (/ bytes 1024) (cdr units)))))

(for-each (lambda (name size)
            (format #t "~12a ~10@a~%" name (size->text size)))
          '("boot" "root" "home" "swap")
          '(67108864 4294967296 1536 2147483648))
