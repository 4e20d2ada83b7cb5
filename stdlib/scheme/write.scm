;;; R7RS: write.

(define-module (scheme write)
  #:use-module (tintype native)
  #:re-export
  (display write write-shared write-simple))
