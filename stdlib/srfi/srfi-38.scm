;;; SRFI-38: data with shared parts. Nothing here can contain itself, so no part is ever marked.

(define-module (srfi srfi-38)
  #:re-export ((write . write-with-shared-structure)
               (read . read-with-shared-structure)))
