;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Lowering: file-like objects and gexps become data from which files are made
;;; when an image is built.

(define-module (tintype lowering)
  #:use-module (tintype file-like)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:use-module (tintype target)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
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
                             ,(lower-code (computed-file-gexp object)))))
        ((program-file? object)
         `(program-file ,(program-file-name object)
                        ,(lower-code (program-file-gexp object))
                        ,@(if (program-file-guile object)
                              (list (lower (program-file-guile object)))
                              '())))
        ((scheme-file? object)
         `(scheme-file ,(scheme-file-name object)
                       ,(lower-code (scheme-file-gexp object))
                       ,(and (scheme-file-splice? object) #t)))
        ((file-append? object)
         `(file-append ,(lower (file-append-base object))
                       ,(append-suffix (file-append-suffix object))))
        ((package? object)
         `(package ,(package-name object) ,(package-version object)))
        ((origin? object)
         `(origin ,(origin-actual-file-name object)
                  ,(origin-uris object)))
        ((gexp? object)
         `(gexp ,(lower-code object)))
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
