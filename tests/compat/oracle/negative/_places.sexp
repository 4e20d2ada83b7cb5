;; Where the original reports the error of each file in this directory: (NAME LINE COLUMN), lines from 1,
;; columns from 0. Taken from its own objects: the location of an &error-location condition, and the source
;; properties of a syntax-error. The original gives no column for a variable that is not bound, and none
;; for a value of the wrong type: there the place is that of the datum at fault. `syntax` ends before its
;; list does: the line is that of the end of the file.
(places
 (bad-field-syntax 2 24)
 (bad-flag 2 30)
 (bad-format 2 15)
 (bad-offset 2 31)
 (bad-size 2 29)
 (bad-table 2 72)
 (duplicate 2 24)
 (extraneous 2 0)
 (fs-flags 2 0)
 (img-type 2 0)
 (missing-format 2 0)
 (missing-label 2 0)
 (missing-os 2 0)
 (os-missing 2 0)
 (size-false 2 29)
 (size-float 2 29)
 (unbound 2 16)
 (uuid-literal 2 0))
