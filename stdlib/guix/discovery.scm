;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Finding modules, and what they export.

(define-module (guix discovery)
  #:use-module (tintype host)
  #:use-module (guix modules)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (scheme-files
            scheme-modules
            scheme-modules*
            fold-modules
            all-modules
            named-modules
            fold-module-public-variables
            fold-module-public-variables*))

(define (scheme-files directory)
  "Return the sorted list of the Scheme files in DIRECTORY and below, hidden
ones aside; the empty list if DIRECTORY cannot be read."
  (define (files-of name)
    (let ((file (string-append directory "/" name)))
      (cond ((string-prefix? "." name) '())
            ((eq? 'directory (host-file-kind file)) (scheme-files file))
            ((string-suffix? ".scm" name) (list file))
            (else '()))))

  (append-map files-of (or (host-directory-entries directory) '())))

(define* (scheme-modules* directory #:optional sub-directory)
  "Return the names of the modules in SUB-DIRECTORY of DIRECTORY, a directory
of the load path, without loading them."
  (define prefix-length (string-length directory))

  (map (lambda (file)
         (file-name->module-name (substring file prefix-length)))
       (scheme-files (if sub-directory
                         (string-append directory "/" sub-directory)
                         directory))))

(define (load-interface name file warn)
  "Return the interface of module NAME, or #f after calling WARN if it cannot
be loaded."
  (guard (c (#t (warn (or file (module-name->file-name name)) name (list c))
                #f))
    (resolve-interface name)))

(define* (scheme-modules directory #:optional sub-directory
                         #:key (warn (const #f)))
  "Load the modules in SUB-DIRECTORY of DIRECTORY and return their interfaces.
WARN is called with the file, the module name and what was raised for each one
that fails to load; the others go on."
  (filter-map (lambda (name)
                (load-interface name #f warn))
              (scheme-modules* directory sub-directory)))

(define* (named-modules names #:key (warn (const #f)))
  "Return the interfaces of the modules called NAMES.  WARN is as for
'scheme-modules'."
  (filter-map (lambda (name)
                (load-interface name #f warn))
              names))

(define* (fold-modules proc init path #:key (warn (const #f)))
  "Fold PROC over the modules found along PATH, a list of directories or of
(DIRECTORY . SUB-DIRECTORY) pairs."
  (fold (lambda (entry result)
          (fold proc result
                (match entry
                  ((directory . sub-directory)
                   (scheme-modules directory sub-directory #:warn warn))
                  (directory
                   (scheme-modules directory #:warn warn)))))
        init
        path))

(define* (all-modules path #:key (warn (const #f)))
  "Return the modules found along PATH, in the order of PATH."
  (reverse (fold-modules cons '() path #:warn warn)))

(define (public-variables module)
  (module-map cons module))

(define (fold-module-public-variables* proc init modules)
  "Call (PROC MODULE SYMBOL VARIABLE RESULT) once for each variable that one of
MODULES exports."
  (define (fold-module module state)
    (fold (lambda (entry state)
            (match entry
              ((name . variable)
               (match state
                 ((result . seen)
                  (if (memq variable seen)
                      state
                      (cons (proc module name variable result)
                            (cons variable seen))))))))
          state
          (public-variables module)))

  (car (fold fold-module (cons init '()) modules)))

(define* (fold-module-public-variables proc init modules
                                       #:key (select? (const #t)))
  "Call (PROC OBJECT RESULT) once for each object that one of MODULES exports
under a name such that (SELECT? MODULE NAME) is true."
  (define (value-of variable)
    ;; Macros have no value.
    (guard (c (#t #f))
      (variable-ref variable)))

  (define (fold-entry module entry state)
    (let ((value (and (select? module (car entry))
                      (value-of (cdr entry)))))
      (if (or (not value) (memq value (cdr state)))
          state
          (cons (proc value (car state))
                (cons value (cdr state))))))

  (define (fold-module module state)
    (fold (lambda (entry state)
            (fold-entry module entry state))
          state
          (public-variables module)))

  (car (fold fold-module (cons init '()) modules)))
