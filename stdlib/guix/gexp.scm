;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Code for later: a gexp is a template of build-side code with references to
;;; objects.  What it refers to, and what files are made of, is in (tintype
;;; file-like); how both become data, in (tintype lowering).

(define-module (guix gexp)
  #:use-module (tintype file-like)
  #:use-module (tintype lowering)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:re-export (gexp
               ungexp
               ungexp-splicing
               ungexp-native
               ungexp-native-splicing
               with-imported-modules
               with-extensions
               gexp?
               gexp-input?
               gexp-input-thing
               gexp-input-output
               gexp-input-native?

               assume-valid-file-name
               assume-source-relative-file-name
               local-file
               local-file?
               local-file-file
               local-file-absolute-file-name
               local-file-name
               local-file-recursive?
               local-file-select?

               plain-file
               plain-file?
               plain-file-name
               plain-file-content

               computed-file
               computed-file?
               computed-file-name
               computed-file-gexp
               computed-file-options

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
               with-parameters
               parameterized?

               define-gexp-compiler
               gexp-compiler?
               file-like?
               lower-object
               lower-gexp
               gexp-modules
               gexp-extensions

               &gexp-error
               gexp-error?
               &gexp-input-error
               gexp-input-error?
               gexp-error-invalid-input)
  #:export (gexp-input
            gexp->approximate-sexp
            sexp->gexp

            text-file*
            gexp->derivation
            gexp->file
            gexp->script))

(define* (gexp-input thing #:optional (output "out") #:key (native? #f))
  "Return a reference to OUTPUT of THING, for use in a gexp."
  (%make-gexp-input thing output native?))

(define (gexp->approximate-sexp exp)
  "Return the code of EXP, a gexp, with '(*approximate*)' in place of each
object that has to be lowered first."
  (define (approximate thing)
    (cond ((gexp? thing) (gexp->approximate-sexp thing))
          ((gexp-input? thing) (approximate (gexp-input-thing thing)))
          ((record? thing) '(*approximate*))
          (else thing)))

  (apply (gexp-proc exp)
         (map (lambda (reference)
                (if (gexp-output? reference)
                    '(*approximate*)
                    (approximate reference)))
              (gexp-references exp))))

(define (sexp->gexp sexp)
  "Return a gexp whose code is SEXP."
  (gexp (ungexp sexp)))


;;;
;;; In the store monad: see (guix store).
;;;

(define (text-file* name . parts)
  "Return, in the store monad, the text file called NAME made of PARTS: strings, and
objects that stand for their file names."
  (apply mixed-text-file name parts))

(define* (gexp->derivation name exp #:key #:allow-other-keys)
  "Return, in the store monad, the file or directory called NAME that EXP makes."
  (computed-file name exp))

(define* (gexp->file name exp #:key (splice? #f) #:allow-other-keys)
  "Return, in the store monad, the file called NAME that holds EXP's code."
  (scheme-file name exp #:splice? splice?))

(define* (gexp->script name exp #:key #:allow-other-keys)
  "Return, in the store monad, the executable file called NAME that runs EXP."
  (program-file name exp))
