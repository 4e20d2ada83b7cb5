;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Names of modules and of their files.

(define-module (guix modules)
  #:use-module (tintype host)
  #:use-module (ice-9 match)
  #:export (file-name->module-name
            module-name->file-name
            guix-module-name?
            source-module-closure
            live-module-closure
            source-module-dependencies))

(define (file-name->module-name file)
  "Return the name of the module that belongs in FILE, relative to the load
path."
  (let* ((file (if (string-suffix? ".scm" file)
                   (substring file 0 (- (string-length file) 4))
                   file))
         (parts (string-split file #\/)))
    (map string->symbol
         (filter (lambda (part) (not (string-null? part))) parts))))

(define (module-name->file-name module)
  "Return the name of MODULE's file, relative to the load path."
  (string-append (string-join (map symbol->string module) "/") ".scm"))

(define (guix-module-name? name)
  "Return true if NAME is under (guix ...) or (gnu ...)."
  (and (pair? name)
       (memq (car name) '(guix gnu))
       #t))

;; The forms in which a module names others.
(define (dependencies-in header)
  (let loop ((clauses header) (names '()))
    (match clauses
      (() (reverse names))
      (((or #:use-module #:use-syntax) ((name ...) . _) . rest)
       (loop rest (cons name names)))
      (((or #:use-module #:use-syntax) (name ...) . rest)
       (loop rest (cons name names)))
      ((#:autoload (name ...) _ . rest)
       (loop rest (cons name names)))
      ((_ . rest) (loop rest names)))))

(define* (source-module-dependencies module #:optional load-path)
  "Return the names of the modules that MODULE's source imports; those that are
Guile's own among them.  A module without a source imports none."
  (match (host-module-source module)
    (#f '())
    ((_ text)
     (match (call-with-input-string text read)
       (('define-module _ . header) (dependencies-in header))
       (_ '())))))

(define* (source-module-closure modules #:optional load-path
                                #:key (select? guix-module-name?))
  "Return MODULES and all that they import, however indirectly, as far as SELECT?
is true of it.  An entry (NAME => FILE) stands as it is."
  (let loop ((ahead modules) (seen '()))
    (match ahead
      (() (reverse seen))
      ((module . rest)
       (if (member module seen)
           (loop rest seen)
           (let ((imported (match module
                             ((_ '=> _) '())
                             (_ (source-module-dependencies module)))))
             (loop (append rest (filter select? imported))
                   (cons module seen))))))))

(define* (live-module-closure modules #:key (select? guix-module-name?))
  "Return what 'source-module-closure' does."
  (source-module-closure modules #:select? select?))
