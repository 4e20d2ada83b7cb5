;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Packages by name.

(define-module (gnu packages)
  #:use-module (tintype host)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module ((guix utils) #:select (version>?))
  #:use-module ((guix ui) #:select (warn-about-load-error))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (search-patch
            search-patches
            search-auxiliary-file
            %patch-path
            %auxiliary-files-path
            %package-module-path
            %default-package-module-path
            cache-is-authoritative?

            fold-packages
            fold-available-packages
            all-packages
            find-packages-by-name
            find-package-locations
            find-best-packages-by-name
            package-unique-version-prefix

            specification->package
            specification->package+output
            specification->location
            specifications->packages
            specifications->manifest))

;;;
;;; Files beside package definitions.
;;;

(define %patch-path
  (make-parameter
   (map (lambda (directory)
          (string-append directory "/gnu/packages/patches"))
        (load-path))))

(define %auxiliary-files-path
  (make-parameter
   (map (lambda (directory)
          (string-append directory "/gnu/packages/aux-files"))
        (load-path))))

(define %default-package-module-path
  (load-path))

(define %package-module-path
  (make-parameter %default-package-module-path))

(define (search-file directories name)
  "Return the file called NAME in the first of DIRECTORIES that has it, or #f."
  (find host-file-exists?
        (map (lambda (directory)
               (string-append directory "/" name))
             directories)))

(define (search-patch name)
  "Return the name of the patch NAME."
  (or (search-file (%patch-path) name)
      (raise (formatted-message (G_ "~a: patch not found") name))))

(define-syntax-rule (search-patches name ...)
  (list (search-patch name) ...))

(define (search-auxiliary-file name)
  "Return the name of the file NAME that packages share, or #f."
  (search-file (%auxiliary-files-path) name))

(define (cache-is-authoritative?)
  "Return true: packages are known without loading the modules that define
them."
  #t)

;;;
;;; Finding packages.
;;;

;; An entry is (NAME VERSION MODULE VARIABLE) for a package of the index, and
;; (NAME VERSION PACKAGE) for one that is defined along the load path.
(define (entry-name entry)    (list-ref entry 0))
(define (entry-version entry) (list-ref entry 1))

(define (entry->package entry)
  "Return the package that ENTRY tells about."
  (match entry
    ((name version package)
     package)
    ((name version module variable)
     (module-ref (resolve-interface module) variable))))

(define %own-packages
  ;; A promise of the packages that the user's modules export.
  (delay (fold-module-public-variables
          (lambda (object result)
            (if (package? object)
                (cons object result)
                result))
          '()
          (all-modules (load-path) #:warn warn-about-load-error))))

(define (own-entries name)
  "Return the entries of the user's packages called NAME, or all if it is #f."
  (filter-map (lambda (package)
                (and (or (not name)
                         (string=? name (package-name package)))
                     (list (package-name package) (package-version package)
                           package)))
              (force %own-packages)))

(define (entries name)
  "Return the entries of the packages called NAME, or all if it is #f, the latest
of a name first."
  (let ((own   (own-entries name))
        (known (host-find-packages name)))
    (if (and name (pair? own))
        (stable-sort (append own known)
                     (lambda (a b)
                       (version>? (entry-version a) (entry-version b))))
        (append own known))))

(define (matching-entries name version)
  "Return the entries of packages called NAME, latest first; of those whose
version starts with VERSION if it is true."
  (define (matches? entry)
    (let ((candidate (entry-version entry)))
      (or (not version)
          (string=? version candidate)
          (string-prefix? (string-append version ".") candidate)
          (string-prefix? (string-append version "-") candidate))))

  (filter matches? (entries name)))

;; All packages of the index at once are made without their modules, which are
;; many.
(define (entry->listed-package entry)
  (match entry
    ((name version package) package)
    ((name version _ _) (index-package name version))))

(define* (fold-packages proc init #:optional modules
                        #:key (select? (const #t)))
  "Call (PROC PACKAGE RESULT) for each package that satisfies SELECT?, starting
with the result INIT."
  (fold (lambda (entry result)
          (let ((package (entry->listed-package entry)))
            (if (select? package)
                (proc package result)
                result)))
        init
        (entries #f)))

(define (fold-available-packages proc init)
  "Call (PROC NAME VERSION RESULT) for each package, starting with the result
INIT."
  (fold (lambda (entry result)
          (proc (entry-name entry) (entry-version entry) result))
        init
        (entries #f)))

(define (all-packages)
  "Return the list of all packages."
  (reverse (fold-packages cons '())))

(define* (find-packages-by-name name #:optional version)
  "Return the list of packages called NAME, latest first; of those whose version
starts with VERSION if it is true."
  (map entry->package (matching-entries name version)))

(define* (find-package-locations name #:optional version)
  "Return the list of (VERSION . MODULE) of the packages called NAME."
  (map (match-lambda
         ((name version module variable)
          (cons version module)))
       (matching-entries name version)))

(define (find-best-packages-by-name name version)
  "Return the packages called NAME of the latest version; of the latest that
starts with VERSION if it is true."
  (match (matching-entries name version)
    (() '())
    ((and entries (latest . _))
     (map entry->package
          (take-while (lambda (entry)
                        (string=? (entry-version latest)
                                  (entry-version entry)))
                      entries)))))

(define (package-unique-version-prefix name version)
  "Return the shortest start of VERSION that no other version of the package NAME
has."
  (let loop ((count 1))
    (let ((prefix (string-join (take-up-to count (string-split version #\.))
                               ".")))
      (if (or (string=? prefix version)
              (= 1 (length (matching-entries name prefix))))
          prefix
          (loop (+ count 1))))))

(define (take-up-to count items)
  (if (< count (length items))
      (take items count)
      items))

;;;
;;; Specifications: NAME, NAME@VERSION, NAME:OUTPUT, NAME@VERSION:OUTPUT.
;;;

(define (split-once str separator)
  "Return two values: what precedes the last SEPARATOR in STR, and what follows
it or #f."
  (match (string-rindex str separator)
    (#f    (values str #f))
    (index (values (substring str 0 index)
                   (substring str (+ index 1))))))

(define (find-package spec name version)
  "Return the latest package called NAME whose version starts with VERSION, if it
is true.  SPEC is how it was asked for."
  (match (matching-entries name version)
    (()
     (if version
         (leave (G_ "~A: package not found for version ~a~%") name version)
         (leave (G_ "~A: unknown package~%") name)))
    ((entry . _)
     (entry->package entry))))

(define (specification->package spec)
  "Return the package that SPEC, NAME or NAME@VERSION, stands for."
  (call-with-values (lambda () (split-once spec #\@))
    (lambda (name version)
      (find-package spec name version))))

(define* (specification->package+output spec #:optional (output "out"))
  "Return two values: the package and the name of its output that SPEC stands
for; OUTPUT is the one that is meant if SPEC names none."
  (call-with-values (lambda () (split-once spec #\:))
    (lambda (package-spec named-output)
      (let ((package (specification->package package-spec))
            (output  (or named-output output)))
        (if (or (not output)
                (member output (package-outputs package))
                (index-package? package))
            (values package output)
            (leave (G_ "package `~a' lacks output `~a'~%")
                   (package-full-name package) output))))))

(define (specification->location spec)
  "Return where the package that SPEC stands for is defined."
  (package-location (specification->package spec)))

(define (specifications->manifest specs)
  "Return the manifest of the packages that SPECS name."
  ((@ (guix profiles) packages->manifest) (specifications->packages specs)))

(define (specifications->packages specs)
  "Return the list of (PACKAGE OUTPUT) that SPECS stand for."
  (map (lambda (spec)
         (call-with-values (lambda () (specification->package+output spec))
           list))
       specs))
