;;; R6RS: files, and the conditions of input and output.

(define-module (rnrs files)
  #:use-module (tintype native)
  #:use-module ((ice-9 exceptions) #:select ((&external-error . &error)))
  #:re-export (file-exists? delete-file)
  #:export
  (&i/o make-i/o-error i/o-error? &i/o-read make-i/o-read-error i/o-read-error? &i/o-write
   make-i/o-write-error i/o-write-error? &i/o-invalid-position
   make-i/o-invalid-position-error i/o-invalid-position-error? i/o-error-position
   &i/o-filename make-i/o-filename-error i/o-filename-error? i/o-error-filename
   &i/o-file-protection make-i/o-file-protection-error i/o-file-protection-error?
   &i/o-file-is-read-only make-i/o-file-is-read-only-error i/o-file-is-read-only-error?
   &i/o-file-already-exists make-i/o-file-already-exists-error
   i/o-file-already-exists-error? &i/o-file-does-not-exist
   make-i/o-file-does-not-exist-error i/o-file-does-not-exist-error? &i/o-port
   make-i/o-port-error i/o-port-error? i/o-error-port))

(define &i/o (make-exception-type '&i/o &error '()))
(define (make-i/o-error) (%make-condition &i/o))
(define i/o-error? (exception-predicate &i/o))

(define &i/o-read (make-exception-type '&i/o-read &i/o '()))
(define (make-i/o-read-error) (%make-condition &i/o-read))
(define i/o-read-error? (exception-predicate &i/o-read))

(define &i/o-write (make-exception-type '&i/o-write &i/o '()))
(define (make-i/o-write-error) (%make-condition &i/o-write))
(define i/o-write-error? (exception-predicate &i/o-write))

(define &i/o-invalid-position (make-exception-type '&i/o-invalid-position &i/o '(position)))
(define (make-i/o-invalid-position-error position) (%make-condition &i/o-invalid-position position))
(define i/o-invalid-position-error? (exception-predicate &i/o-invalid-position))
(define i/o-error-position (exception-accessor &i/o-invalid-position (record-accessor &i/o-invalid-position 'position)))

(define &i/o-filename (make-exception-type '&i/o-filename &i/o '(filename)))
(define (make-i/o-filename-error filename) (%make-condition &i/o-filename filename))
(define i/o-filename-error? (exception-predicate &i/o-filename))
(define i/o-error-filename (exception-accessor &i/o-filename (record-accessor &i/o-filename 'filename)))

(define &i/o-file-protection (make-exception-type '&i/o-file-protection &i/o-filename '()))
(define (make-i/o-file-protection-error filename) (%make-condition &i/o-file-protection filename))
(define i/o-file-protection-error? (exception-predicate &i/o-file-protection))

(define &i/o-file-is-read-only (make-exception-type '&i/o-file-is-read-only &i/o-file-protection '()))
(define (make-i/o-file-is-read-only-error filename) (%make-condition &i/o-file-is-read-only filename))
(define i/o-file-is-read-only-error? (exception-predicate &i/o-file-is-read-only))

(define &i/o-file-already-exists (make-exception-type '&i/o-file-already-exists &i/o-filename '()))
(define (make-i/o-file-already-exists-error filename) (%make-condition &i/o-file-already-exists filename))
(define i/o-file-already-exists-error? (exception-predicate &i/o-file-already-exists))

(define &i/o-file-does-not-exist (make-exception-type '&i/o-file-does-not-exist &i/o-filename '()))
(define (make-i/o-file-does-not-exist-error filename) (%make-condition &i/o-file-does-not-exist filename))
(define i/o-file-does-not-exist-error? (exception-predicate &i/o-file-does-not-exist))

(define &i/o-port (make-exception-type '&i/o-port &i/o '(port)))
(define (make-i/o-port-error port) (%make-condition &i/o-port port))
(define i/o-port-error? (exception-predicate &i/o-port))
(define i/o-error-port (exception-accessor &i/o-port (record-accessor &i/o-port 'port)))
