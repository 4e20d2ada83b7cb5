;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Packages with others in place of some that they are made from.

(define-module (tintype package-rewriting)
  #:use-module (guix packages)
  #:use-module (ice-9 match)
  #:export (input-rewriting
            input-rewriting/spec))

(define (rewriting replacement deep?)
  "Return the procedure that puts (REPLACEMENT PACKAGE), unless it is #f, in place of
PACKAGE, and does the same to its inputs; to theirs only if DEEP? is true."
  (define rewritten (make-hash-table))

  (define (rewritten-input input deep?)
    (match input
      ((label (? package? package) . output)
       (cons* label (rewrite package deep?) output))
      (_ input)))

  (define (rewritten-inputs inputs)
    (map (lambda (input) (rewritten-input input deep?)) inputs))

  (define (with-inputs original)
    (if (and (null? (package-inputs original))
             (null? (package-native-inputs original))
             (null? (package-propagated-inputs original)))
        original
        (package
          (inherit original)
          (inputs (rewritten-inputs (package-inputs original)))
          (native-inputs (rewritten-inputs (package-native-inputs original)))
          (propagated-inputs
           (rewritten-inputs (package-propagated-inputs original))))))

  (define (rewrite package inputs?)
    (or (hashq-ref rewritten package)
        (let ((result (or (replacement package)
                          (if inputs? (with-inputs package) package))))
          (when inputs?
            (hashq-set! rewritten package result))
          result)))

  (lambda (package)
    (rewrite package #t)))

(define* (input-rewriting replacements
                          #:optional (rewrite-name identity)
                          #:key (deep? #t) (recursive? #f))
  "Return the procedure that puts packages in place of others: REPLACEMENTS has (OLD
. NEW) pairs."
  (rewriting (lambda (package) (assq-ref replacements package)) deep?))

(define* (input-rewriting/spec replacements
                               #:key (deep? #t) (replace-hidden? #t))
  "Return the same as 'input-rewriting' for (SPEC . PROCEDURE) pairs: the procedure
makes the new package of one whose name, or NAME@VERSION-PREFIX, SPEC is."
  (define (match? spec package)
    (match (string-split spec #\@)
      ((name) (string=? name (package-name package)))
      ((name version)
       (and (string=? name (package-name package))
            (string-prefix? version (package-version package))))))

  (rewriting (lambda (package)
               (let loop ((replacements replacements))
                 (match replacements
                   (() #f)
                   (((spec . make) . rest)
                    (if (match? spec package)
                        (make package)
                        (loop rest))))))
             deep?))
