;;; Guile's additions to SRFI-9.

(define-module (srfi srfi-9 gnu)
  #:use-module (tintype syntax)
  #:re-export (define-immutable-record-type)
  #:export (set-record-type-printer!))

;; Records are printed by name and fields; printers of their own are not called.
(define (set-record-type-printer! type printer) *unspecified*)
