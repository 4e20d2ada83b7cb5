;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; File-like objects: records that say what a file or directory is made of.

(define-module (tintype file-like)
  #:use-module (tintype host)
  #:use-module (tintype syntax)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (assume-valid-file-name
            assume-source-relative-file-name
            local-file
            local-file?
            local-file-file
            local-file-absolute-file-name
            local-file-name
            local-file-recursive?
            local-file-select?
            local-file-place

            plain-file
            plain-file?
            plain-file-name
            plain-file-content

            computed-file
            computed-file?
            computed-file-name
            computed-file-gexp
            computed-file-options
            computed-file-parts

            program-file
            program-file?
            program-file-name
            program-file-gexp
            program-file-guile
            program-file-module-path

            scheme-file
            scheme-file?
            scheme-file-name
            scheme-file-gexp
            scheme-file-splice?
            scheme-file-set-load-path?

            file-append
            file-append?
            file-append-base
            file-append-suffix

            mixed-text-file
            file-union
            directory-union
            references-file
            symlink-to

            let-system
            system-binding?
            system-binding-proc
            with-parameters
            parameterized?
            parameterized-proc))

;; A file or directory of the host.  FILE is as written, ABSOLUTE a promise of
;; its absolute name, PLACE where it was written.
(define-record-type <local-file>
  (make-local-file file absolute name recursive? select? place)
  local-file?
  (file       local-file-file)
  (absolute   local-file-absolute)
  (name       local-file-name)
  (recursive? local-file-recursive?)
  (select?    local-file-select?)                 ;file stat -> Boolean | #f
  (place      local-file-place))

(define (local-file-absolute-file-name file)
  "Return the absolute name of FILE, a <local-file>."
  (force (local-file-absolute file)))

(define (resolve-file file directory)
  (if (or (not directory) (string-prefix? "/" file))
      (host-absolute-path file)
      (host-absolute-path (string-append directory "/" file))))

(define* (local-file/place place directory file
                           #:optional (name (basename file))
                           #:key (recursive? #f) (select? #f)
                           #:allow-other-keys)
  (make-local-file file
                   (delay (resolve-file file directory))
                   name recursive? select? place))

;; Keywords that tell how to resolve a file name that is not a literal.
(define-syntax-rule (assume-valid-file-name file) file)
(define-syntax-rule (assume-source-relative-file-name file) file)

;; (local-file FILE [NAME] #:recursive? #:select?): a literal FILE is relative to the file in which
;; the form is written, a computed one to the current directory, unless a keyword says otherwise.
;; LOCAL-FILE can be used as a procedure, too.
(define-syntax local-file
  (lambda (form)
    (syntax-case form (assume-valid-file-name
                       assume-source-relative-file-name)
      ((_ (assume-valid-file-name file) option ...)
       #'(local-file/place (current-source-location) #f file option ...))
      ((_ (assume-source-relative-file-name file) option ...)
       #'(local-file/place (current-source-location) (current-source-directory)
                           file option ...))
      ((_ file option ...)
       (string? (syntax->datum #'file))
       #'(local-file/place (current-source-location) (current-source-directory)
                           file option ...))
      ((_ file option ...)
       #'(local-file/place (current-source-location) #f file option ...))
      (name
       (identifier? #'name)
       #'(lambda (file . options)
           (apply local-file/place (current-source-location) #f
                  file options))))))

(define-record-type <plain-file>
  (make-plain-file name content)
  plain-file?
  (name    plain-file-name)
  (content plain-file-content))                   ;string | bytevector

(define (plain-file name content)
  "Return the file called NAME that holds CONTENT, a string or bytevector."
  (make-plain-file name content))

;; PARTS, if true, is data that describes the file instead of code that makes
;; it: (text PART ...), (file-union (NAME . FILE) ...), (directory-union
;; DIRECTORY ...), (symlink FILE) or (references FILE).
(define-record-type <computed-file>
  (make-computed-file name gexp options parts)
  computed-file?
  (name    computed-file-name)
  (gexp    computed-file-gexp)
  (options computed-file-options)
  (parts   computed-file-parts))

(define* (computed-file name gexp
                        #:key guile (local-build? #t) (options '()))
  "Return the file or directory called NAME that GEXP makes."
  (make-computed-file name gexp options #f))

(define-record-type <program-file>
  (make-program-file name gexp guile module-path)
  program-file?
  (name        program-file-name)
  (gexp        program-file-gexp)
  (guile       program-file-guile)
  (module-path program-file-module-path))

(define* (program-file name gexp
                       #:key (guile #f) (module-path %load-path)
                       #:allow-other-keys)
  "Return the executable file called NAME that runs GEXP."
  (make-program-file name gexp guile module-path))

(define-record-type <scheme-file>
  (make-scheme-file name gexp splice? set-load-path?)
  scheme-file?
  (name    scheme-file-name)
  (gexp    scheme-file-gexp)
  (splice? scheme-file-splice?)
  (set-load-path? scheme-file-set-load-path?))

(define* (scheme-file name gexp
                      #:key (splice? #f) guile (set-load-path? #t)
                      #:allow-other-keys)
  "Return the file called NAME that holds GEXP's code; if SPLICE? is true, GEXP
is a list of forms.  If SET-LOAD-PATH? is true, the modules that GEXP brings
along are found by whoever runs the file."
  (make-scheme-file name gexp splice? set-load-path?))

(define-record-type <file-append>
  (make-file-append base suffix)
  file-append?
  (base   file-append-base)
  (suffix file-append-suffix))                    ;list of strings

(define (file-append base . suffix)
  "Return the file whose name is that of BASE followed by SUFFIX."
  (make-file-append base suffix))

(define* (mixed-text-file name #:key guile #:rest parts)
  "Return the text file called NAME made of PARTS: strings, and objects that
stand for their file names."
  (make-computed-file name #f '()
                      `(text ,@(let loop ((parts parts))
                                 (match parts
                                   ((#:guile _ . rest) (loop rest))
                                   (_ parts))))))

(define* (file-union name files #:key guile)
  "Return the directory called NAME with FILES, a list of (NAME FILE), in it."
  (make-computed-file name #f '()
                      `(file-union ,@(map (match-lambda
                                            ((name file) (cons name file)))
                                          files))))

(define* (directory-union name things
                          #:key (copy? #f) (quiet? #f) (resolve-collision #f)
                          #:allow-other-keys)
  "Return the directory called NAME that is the union of THINGS, directories."
  (make-computed-file name #f '() `(directory-union ,@things)))

(define (symlink-to target)
  "Return a symbolic link to TARGET."
  (make-computed-file (string-append "symlink-to-"
                                     (if (string? target)
                                         (basename target)
                                         "file"))
                      #f '() `(symlink ,target)))

(define* (references-file item #:optional (name "references") #:key guile)
  "Return the file called NAME that lists what ITEM refers to."
  (make-computed-file name #f '() `(references ,item)))


;;;
;;; Objects that depend on where they are lowered.
;;;

;; An object that depends on the system it is lowered for.
(define-record-type <system-binding>
  (make-system-binding proc)
  system-binding?
  (proc system-binding-proc))                     ;system target -> object

(define-syntax let-system
  (syntax-rules ()
    ((_ (system target) body ...)
     (make-system-binding (lambda (system target) body ...)))
    ((_ system body ...)
     (make-system-binding (lambda (system target) body ...)))))

;; An object lowered under other values of some parameters.
(define-record-type <parameterized>
  (make-parameterized proc)
  parameterized?
  (proc parameterized-proc))              ;(object -> data) -> data

(define-syntax-rule (with-parameters ((parameter value) ...) body ...)
  (make-parameterized
   (lambda (lower)
     (parameterize ((parameter value) ...)
       (lower (let () body ...))))))
