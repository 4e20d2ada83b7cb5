;;; Files: what (guile) has of them beyond the natives.

(define-module (tintype library files)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (tintype library control)
  #:use-module (tintype library strings)
  #:export
  (opendir readdir rewinddir closedir directory-stream? mkdtemp mkstemp R_OK W_OK X_OK F_OK))

;; A directory stream: its name, and the names still to come.
(define <directory-stream> (make-record-type 'directory-stream '(name rest)))
(define %make-directory-stream (record-constructor <directory-stream>))
(define directory-stream? (record-predicate <directory-stream>))
(define %directory-stream-name (record-accessor <directory-stream> 'name))
(define %directory-stream-rest (record-accessor <directory-stream> 'rest))
(define %set-directory-stream-rest! (record-modifier <directory-stream> 'rest))

(define (opendir name)
  (%make-directory-stream name (cons* "." ".." (%open-directory name))))
(define (readdir stream)
  (let ((rest (%directory-stream-rest stream)))
    (if (null? rest)
        (eof-object)
        (begin
          (%set-directory-stream-rest! stream (cdr rest))
          (car rest)))))
(define (rewinddir stream)
  (%set-directory-stream-rest!
   stream (cons* "." ".." (%open-directory (%directory-stream-name stream)))))
(define (closedir stream)
  (%set-directory-stream-rest! stream '()))

;; The template with its X's replaced so that it names no file yet.
(define (%unused-name template)
  (let ((base (string-trim-right template #\X)))
    (let loop ((number 0))
      (let ((name (string-append
                   base
                   (string-pad (number->string number)
                               (- (string-length template) (string-length base))
                               #\0))))
        (if (file-exists? name) (loop (+ number 1)) name)))))
(define (mkdtemp template)
  (let ((name (%unused-name template)))
    (mkdir name #o700)
    name))
(define (mkstemp template . mode)
  (let ((port (%open-output-file (%unused-name template) #f)))
    (chmod (port-filename port) #o600)
    port))

(define R_OK 4)
(define W_OK 2)
(define X_OK 1)
(define F_OK 0)
