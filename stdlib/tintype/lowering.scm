;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Lowering: file-like objects and gexps become data from which files are made
;;; when an image is built.

(define-module (tintype lowering)
  #:use-module (tintype file-like)
  #:use-module (tintype host)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:use-module (tintype target)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix modules)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (define-gexp-compiler
            gexp-compiler?
            file-like?
            lower-object
            lower-object/places
            lower-gexp
            gexp-modules
            gexp-extensions

            &gexp-error
            gexp-error?
            &gexp-input-error
            gexp-input-error?
            gexp-error-invalid-input))

(define-condition-type &gexp-error &error
  gexp-error?)

(define-condition-type &gexp-input-error &gexp-error
  gexp-input-error?
  (input gexp-error-invalid-input))


;;;
;;; Compilers: how objects of a type lower.
;;;

(define-record-type <gexp-compiler>
  (make-gexp-compiler type lower expand)
  gexp-compiler?
  (type   gexp-compiler-type)                     ;record type
  (lower  gexp-compiler-lower)          ;object system target -> object | data
  (expand gexp-compiler-expand))

(define %gexp-compilers '())

(define (register-compiler! compiler)
  (set! %gexp-compilers (cons compiler %gexp-compilers)))

(define (lookup-compiler object)
  (and (record? object)
       (let ((type (record-type-descriptor object)))
         (find (lambda (compiler)
                 (eq? type (gexp-compiler-type compiler)))
               %gexp-compilers))))

;; (define-gexp-compiler (NAME (OBJECT TYPE) SYSTEM TARGET) BODY ...): objects
;; of TYPE lower to what BODY gives: another object to lower, or data.
(define-syntax define-gexp-compiler
  (syntax-rules (=> compiler expander)
    ((_ (name (object type) system target) body ...)
     (define-gexp-compiler name type
       compiler => (lambda (object system target) body ...)
       expander => #f))
    ((_ name type compiler => lower expander => expand)
     (begin
       (define name (make-gexp-compiler type lower expand))
       (register-compiler! name)))))

(define (file-like? object)
  "Return true if OBJECT can be lowered to a file."
  (or (local-file? object)
      (plain-file? object)
      (computed-file? object)
      (program-file? object)
      (scheme-file? object)
      (file-append? object)
      (system-binding? object)
      (parameterized? object)
      (package? object)
      (origin? object)
      (and (lookup-compiler object) #t)))

(define* (lower-object object #:optional (system (%current-system))
                       #:key (target (%current-target-system)))
  "Return data that describes OBJECT, a file-like object, a gexp, or data that
holds some of them: lists stay lists, and other data stand for themselves."
  (parameterize ((%current-system system)
                 (%current-target-system target))
    (lower object)))

(define (lower-object/places object)
  "Return data that describes OBJECT, for the current system.  In code, what comes
from a gexp that is written in a file is given as (*at* PLACE CODE)."
  (parameterize ((%mark-places? #t))
    (lower object)))

(define %mark-places?
  (make-parameter #f))

(define (lower object)
  (cond ((local-file? object)
         `(local-file ,(local-file-name object)
                      ,(local-file-absolute-file-name object)
                      ,(and (local-file-recursive? object) #t)
                      ,(and=> (source-properties->location (local-file-place object))
                              location->string)
                      ,@(if (and (local-file-recursive? object)
                                 (local-file-select? object))
                            (list (selected-files object))
                            '())))
        ((plain-file? object)
         `(plain-file ,(plain-file-name object)
                      ,(plain-file-content object)))
        ((computed-file? object)
         (if (computed-file-parts object)
             (lower-parts (computed-file-name object)
                          (computed-file-parts object))
             `(computed-file ,(computed-file-name object)
                             ,(lower-code/modules
                               (computed-file-gexp object)))))
        ((program-file? object)
         `(program-file ,(program-file-name object)
                        ,(lower-code (program-file-gexp object))
                        ,(and=> (program-file-guile object) lower)
                        ,@(lower-load-paths (program-file-gexp object))))
        ((scheme-file? object)
         `(scheme-file ,(scheme-file-name object)
                       ,(lower-code (scheme-file-gexp object))
                       ,(and (scheme-file-splice? object) #t)
                       ,@(if (scheme-file-set-load-path? object)
                             (lower-load-paths (scheme-file-gexp object))
                             '(() ()))))
        ((file-append? object)
         `(file-append ,(lower (file-append-base object))
                       ,(append-suffix (file-append-suffix object))))
        ((package? object)
         `(package ,(package-name object) ,(package-version object)))
        ((origin? object)
         `(origin ,(origin-actual-file-name object)
                  ,(origin-uris object)))
        ((gexp? object)
         `(gexp ,(lower-code/modules object)))
        ((gexp-input? object)
         (lower-input object))
        ((system-binding? object)
         (lower ((system-binding-proc object)
                 (%current-system) (%current-target-system))))
        ((parameterized? object)
         ((parameterized-proc object) lower))
        ((pair? object)
         (cons (lower (car object))
               (lower (cdr object))))
        ((lookup-compiler object)
         => (lambda (compiler)
              (lower ((gexp-compiler-lower compiler)
                      object (%current-system) (%current-target-system)))))
        ((record? object)
         (raise (make-compound-condition
                 (condition (&gexp-input-error (input object)))
                 (formatted-message (G_ "~s: invalid G-expression input")
                                    object))))
        (else object)))

;; The paths in the directory that FILE is for which its procedure is true; what
;; is below a directory that is left out is left out, too.
(define (selected-files file)
  (define select? (local-file-select? file))

  (let loop ((directory (local-file-absolute-file-name file)) (prefix ""))
    (append-map (lambda (name)
                  (let* ((path (string-append directory "/" name))
                         (stat (lstat path)))
                    (if (select? path stat)
                        (cons (string-append prefix name)
                              (if (eq? 'directory (stat:type stat))
                                  (loop path (string-append prefix name "/"))
                                  '()))
                        '())))
                (or (%directory-entries directory) '()))))

(define (origin-uris origin)
  (match (origin-uri origin)
    ((? string? uri) (list uri))
    (((? string? uris) ...) uris)
    (_ '())))

(define (append-suffix suffix)
  ;; A part of the suffix may itself be an object whose name is wanted.
  (if (every string? suffix)
      (string-concatenate suffix)
      (lower suffix)))

(define (lower-parts name parts)
  (match parts
    (('text . parts)
     `(mixed-text-file ,name ,(map lower parts)))
    (('file-union . files)
     `(file-union ,name ,(map (match-lambda
                                ((name . file)
                                 (list name (lower file))))
                              files)))
    (('directory-union . things)
     `(directory-union ,name ,(map lower things)))
    (('symlink target)
     `(symlink ,name ,(lower target)))
    (('references item)
     `(references-file ,name ,(lower item)))))

(define (lower-input input)
  (let ((data (lower (gexp-input-thing input))))
    (match (gexp-input-output input)
      ("out" data)
      (output (match data
                (('package name version)
                 `(package ,name ,version ,output))
                (('computed-file . _)
                 `(output ,output ,data))
                (_ data))))))

;;;
;;; Modules that code brings along.
;;;

;; What PART gives of EXP and of the gexps that are inserted into it, each once.
(define (brought part exp)
  (define (of thing)
    (cond ((gexp? thing) (brought part thing))
          ((gexp-input? thing) (of (gexp-input-thing thing)))
          ((pair? thing) (append (of (car thing)) (of (cdr thing))))
          (else '())))

  (if (gexp? exp)
      (delete-duplicates
       (append (part exp) (append-map of (gexp-references exp))))
      '()))

(define (gexp-modules exp)
  "Return the modules that EXP brings along: names, and (NAME => FILE) for those
that FILE holds."
  (brought gexp-self-modules exp))

(define (gexp-extensions exp)
  "Return the packages whose modules EXP brings along."
  (brought gexp-self-extensions exp))

(define (module-file name)
  (string-append (string-join (map symbol->string name) "/") ".scm"))

;; Code that is run here finds every module but those that are made for it.
(define (lower-code/modules exp)
  (match (filter-map (match-lambda
                       ((name '=> object) (list name (lower object)))
                       (_ #f))
                     (gexp-modules exp))
    (()      (lower-code exp))
    (modules `(*with-modules* ,modules ,(lower-code exp)))))

;; What Guile itself is to find when it runs EXP: directories of modules and of
;; compiled modules.
(define (lower-load-paths exp)
  (define extensions
    (map lower (gexp-extensions exp)))

  (define (in-extensions suffix)
    (map (lambda (extension) `(file-append ,extension ,suffix)) extensions))

  (define files
    (map (match-lambda
           ((name '=> object)
            (list (module-file name) (lower object)))
           (name
            (list (module-file name)
                  `(plain-file ,(basename (module-file name))
                               ,(source-for-guile name exp)))))
         (gexp-modules exp)))

  (list (append (if (null? files)
                    '()
                    `((file-union "module-import" ,files)))
                (in-extensions "/share/guile/site/3.0"))
        (in-extensions "/lib/guile/3.0/site-ccache")))

;; The text of a module that Guile can run: ours lean on what Guile lacks, unless
;; they say otherwise by not doing so.
(define (source-for-guile name exp)
  (define (refuse reason)
    (raise (make-compound-condition
            (formatted-message
             (G_ "~a cannot be given to a program of the image: ~a")
             name reason)
            (condition (&error-location
                        (location (string->location (gexp-location exp)))))
            (condition (&fix-hint
                        (hint (G_ "put a directory with its source on the load path,
such as a checkout of Guix: @option{-L}")))))))

  (match (host-module-source name)
    (#f
     (refuse (G_ "there is no source of it")))
    ((is-ours? text)
     (when (and is-ours?
                (any (match-lambda
                       ((first . _) (eq? first 'tintype)))
                     (source-module-dependencies name)))
       (refuse (G_ "Tintype's own needs Tintype")))
     text)))

;; Code with each object in it as (*input* DATA), and '#$output' as
;; (*output* NAME).
(define (lower-code exp)
  (define (code thing)
    (cond ((gexp? thing) (lower-code thing))
          ((gexp-output? thing) `(*output* ,(gexp-output-name thing)))
          ((gexp-input? thing)
           (let ((thing* (gexp-input-thing thing)))
             (if (record-to-lower? thing*)
                 `(*input* ,(lower-input thing))
                 (code thing*))))
          ((record-to-lower? thing) `(*input* ,(lower thing)))
          ((pair? thing) (cons (code (car thing)) (code (cdr thing))))
          ((no-code? thing)
           (raise (make-compound-condition
                   (condition (&gexp-input-error (input thing)))
                   (formatted-message
                    (G_ "~s: invalid G-expression input") thing)
                   (condition (&error-location
                               (location (string->location
                                          (and (gexp? exp)
                                               (gexp-location exp)))))))))
          (else thing)))

  (define (record-to-lower? thing)
    (and (record? thing)
         (not (gexp? thing))
         (not (gexp-input? thing))
         (not (gexp-output? thing))))

  ;; A value without a notation.
  (define (no-code? thing)
    (or (procedure? thing)
        (promise? thing)
        (hash-table? thing)
        (port? thing)
        (unspecified? thing)))

  (define (marked code)
    (if (and (%mark-places?) (gexp-location exp))
        `(*at* ,(gexp-location exp) ,code)
        code))

  (if (gexp? exp)
      (marked (apply (gexp-proc exp) (map code (gexp-references exp))))
      (code exp)))

(define* (lower-gexp exp #:key system target #:allow-other-keys)
  "Return the code of EXP, a gexp, with its references as data."
  (lower-code exp))
