;;; R7RS: files.

(define-module (scheme file)
  #:re-export
  (call-with-input-file call-with-output-file delete-file file-exists? open-input-file
   open-output-file with-input-from-file with-output-to-file (open-input-file .
   open-binary-input-file) (open-output-file . open-binary-output-file)))
