;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Packages and where their source comes from.  Tintype builds no package: a
;;; package is a name to be looked up in package sources.

(define-module (guix packages)
  #:use-module (tintype file-like)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:use-module (guix base32)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (%current-system
               %current-target-system
               define-public
               delete)
  #:export (content-hash
            content-hash?
            content-hash-algorithm
            content-hash-value
            base32

            <origin>
            origin
            this-origin
            origin?
            origin-uri
            origin-method
            origin-hash
            origin-file-name
            origin-actual-file-name
            origin-patches
            origin-snippet
            origin-patch-flags
            origin-patch-inputs
            origin-modules
            origin-patch-guile
            raise-not-fetched

            <package>
            package
            this-package
            package?
            package-name
            package-upstream-name
            package-version
            package-full-name
            package-source
            package-build-system
            package-arguments
            package-inputs
            package-native-inputs
            package-propagated-inputs
            package-direct-inputs
            package-transitive-propagated-inputs
            package-outputs
            package-native-search-paths
            package-search-paths
            package-replacement
            package-synopsis
            package-description
            package-license
            package-home-page
            package-supported-systems
            package-properties
            package-location
            package-definition-location
            supported-package?
            index-package
            index-package?
            index-origin
            package/inherit
            package-input-rewriting
            package-input-rewriting/spec
            package-file
            hidden-package
            hidden-package?
            lookup-package-input
            lookup-package-native-input
            lookup-package-propagated-input
            lookup-package-direct-input
            this-package-input
            this-package-native-input
            modify-inputs
            prepend
            replace

            search-path-specification

            %supported-systems
            %32bit-supported-systems
            %64bit-supported-systems
            %hurd-systems

            &package-error
            package-error?
            package-error-package
            package-license-error?
            package-error-invalid-license))

;;;
;;; Systems.
;;;

(define %64bit-supported-systems
  '("x86_64-linux" "mips64el-linux" "aarch64-linux" "powerpc64le-linux"
    "riscv64-linux" "x86_64-gnu"))

(define %32bit-supported-systems
  '("i686-linux" "armhf-linux" "i586-gnu" "powerpc-linux"))

(define %supported-systems
  (append %64bit-supported-systems %32bit-supported-systems))

(define %hurd-systems
  '("i586-gnu" "x86_64-gnu"))


;;;
;;; Origins.
;;;

(define-record-type <content-hash>
  (%content-hash algorithm value)
  content-hash?
  (algorithm content-hash-algorithm)              ;symbol
  (value     content-hash-value))                 ;bytevector

(define-syntax content-hash
  (syntax-rules ()
    ((_ value algorithm) (%content-hash 'algorithm (hash-bytes value)))
    ((_ value) (%content-hash 'sha256 (hash-bytes value)))))

(define (hash-bytes value)
  (if (string? value)
      (nix-base32-string->bytevector value)
      value))

(define (base32 str)
  "Return the bytes of the hash that STR writes."
  (nix-base32-string->bytevector str))

(define-record-type* (<origin> "origin " (write uri))
  %origin make-origin
  origin?
  this-origin
  (uri         origin-uri)                        ;string or data
  (method      origin-method)                     ;procedure
  (hash        origin-hash)                       ;<content-hash>
  (file-name   origin-file-name (default #f))
  (patches     origin-patches (default '()) (delayed))
  (snippet     origin-snippet (default #f))
  (patch-flags origin-patch-flags (default '("-p1")))
  (patch-inputs origin-patch-inputs (default #f))
  (modules     origin-modules (default '()))
  (patch-guile origin-patch-guile (default #f)))

;; (origin FIELD ...), where (sha256 EXP) is short for a hash.
(define-syntax origin
  (syntax-rules ()
    ((_ field ...) (origin* () field ...))))

(define-syntax origin*
  (syntax-rules (sha256)
    ((_ (done ...))
     (%origin done ...))
    ((_ (done ...) (sha256 value) field ...)
     (origin* (done ... (hash (content-hash value sha256))) field ...))
    ((_ (done ...) field rest ...)
     (origin* (done ... field) rest ...))))

(define (origin-actual-file-name origin)
  "Return the file name of ORIGIN: the one it gives, or that of its URI."
  (or (origin-file-name origin)
      (match (origin-uri origin)
        ((? string? uri) (basename uri))
        (((? string? uri) . _) (basename uri))
        (_ "source"))))


(define (raise-not-fetched uri)
  "Raise an error about the source at URI, which something wants to be fetched."
  (raise-message #f (G_ "~a: sources are not fetched; packages come from package \
sources, see '--package-source'") uri))


;;;
;;; Packages.
;;;

(define-condition-type &package-error &error
  package-error?
  (package package-error-package))

(define-condition-type &package-license-error &package-error
  package-license-error?
  (license package-error-invalid-license))

;; Inputs may be written as packages, with or without an output, or in the old
;; way, each with a label.
(define (label-inputs inputs)
  (define (input-label thing)
    (cond ((package? thing) (package-name thing))
          ((origin? thing) (origin-actual-file-name thing))
          (else "_")))

  (map (match-lambda
         ((and input ((? string?) . _)) input)
         ((thing (? string? output)) (list (input-label thing) thing output))
         (thing (list (input-label thing) thing)))
       inputs))

(define (sanitize-inputs inputs)
  (match inputs
    ((((? string? labels) _ ...) ...) inputs)
    (_ (label-inputs inputs))))

(define (check-license value)
  "Return VALUE if it is a license, a list of some, or #f for none."
  (define license? (@ (guix licenses) license?))

  (unless (or (not value)
              (license? value)
              (and (pair? value) (every license? value)))
    (raise (make-compound-condition
            (condition (&package-license-error (package #f) (license value)))
            (make-formatted-message (G_ "invalid package license: ~s")
                                    (list value)))))
  value)

(define-record-type* (<package> "package " name "@" version (place location))
  package make-package
  package?
  this-package
  (name              package-name)                ;string
  (version           package-version)             ;string
  (source            package-source)              ;<origin> | file-like | #f
  (build-system      package-build-system)
  (arguments         package-arguments (default '()) (thunked))
  (inputs            package-inputs (default '()) (thunked)
                     (sanitize sanitize-inputs))
  (propagated-inputs package-propagated-inputs (default '()) (thunked)
                     (sanitize sanitize-inputs))
  (native-inputs     package-native-inputs (default '()) (thunked)
                     (sanitize sanitize-inputs))
  (outputs           package-outputs (default '("out")))
  (native-search-paths package-native-search-paths (default '()))
  (search-paths      package-search-paths (default '()))
  (replacement       package-replacement (default #f) (thunked) (innate))
  (synopsis          package-synopsis)
  (description       package-description)
  (license           package-license (sanitize check-license))
  (home-page         package-home-page)
  (supported-systems package-supported-systems (default %supported-systems))
  (properties        package-properties (default '()))
  (location          %package-location (default (current-source-location))
                     (innate))
  (definition-location package-definition-location (default #f) (innate)))

;; Packages of the index have a source and a way to be built, of which nothing is
;; known; definitions derive their own from them.
(define (index-origin name)
  "Return the source called NAME, a symbol, of which nothing else is known."
  (origin
    (uri (symbol->string name))
    (method #f)
    (hash #f)))

(define %index-source
  (index-origin 'source))

(define (index-package name version)
  "Return the package called NAME at VERSION of which nothing else is known."
  (package
    (name name)
    (version version)
    (source %index-source)
    (build-system #f)
    (synopsis #f)
    (description #f)
    (license #f)
    (home-page #f)
    (location #f)))

(define (index-package? package)
  "Return true if of PACKAGE only the name and the version are known."
  (eq? %index-source (package-source package)))

(define (package-input-rewriting . arguments)
  (apply (@ (tintype package-rewriting) input-rewriting) arguments))

(define (package-input-rewriting/spec . arguments)
  (apply (@ (tintype package-rewriting) input-rewriting/spec) arguments))

(define (package-location package)
  "Return the place where PACKAGE is defined, or #f."
  (source-properties->location (%package-location package)))

(define (package-upstream-name package)
  "Return the name that PACKAGE has at its makers."
  (or (assq-ref (package-properties package) 'upstream-name)
      (package-name package)))

(define* (package-full-name package #:optional (delimiter "@"))
  "Return the name and version of PACKAGE, joined by DELIMITER."
  (string-append (package-name package) delimiter (package-version package)))

(define* (package-file package #:optional file #:key (output "out")
                       #:allow-other-keys)
  "Return FILE of PACKAGE, or PACKAGE itself, as an object to be lowered."
  (if file
      (file-append package "/" file)
      package))

(define* (supported-package? package #:optional (system (%current-system)))
  "Return true if PACKAGE can be had for SYSTEM."
  (and (member system (package-supported-systems package)) #t))

(define (package-direct-inputs package)
  "Return all inputs of PACKAGE, labelled."
  (append (package-native-inputs package)
          (package-inputs package)
          (package-propagated-inputs package)))

(define (package-transitive-propagated-inputs package)
  "Return the inputs that PACKAGE and its propagated inputs propagate."
  (let loop ((inputs (package-propagated-inputs package)) (result '()))
    (match inputs
      (() (reverse result))
      ((input . rest)
       (if (member input result)
           (loop rest result)
           (loop (append rest
                         (match input
                           ((_ (? package? package) . _)
                            (package-propagated-inputs package))
                           (_ '())))
                 (cons input result)))))))

(define (lookup-input inputs label)
  (match (assoc label inputs)
    ((_ thing) thing)
    ((_ thing output) (%make-gexp-input thing output #f))
    (_ #f)))

(define (lookup-package-input package label)
  "Return the input of PACKAGE called LABEL, or #f."
  (lookup-input (package-inputs package) label))

(define (lookup-package-native-input package label)
  "Return the native input of PACKAGE called LABEL, or #f."
  (lookup-input (package-native-inputs package) label))

(define (lookup-package-propagated-input package label)
  "Return the propagated input of PACKAGE called LABEL, or #f."
  (lookup-input (package-propagated-inputs package) label))

(define (lookup-package-direct-input package label)
  "Return the input of any kind of PACKAGE called LABEL, or #f."
  (lookup-input (package-direct-inputs package) label))

(define-syntax-rule (this-package-input name)
  (or (lookup-package-input this-package name)
      (lookup-package-propagated-input this-package name)))

(define-syntax-rule (this-package-native-input name)
  (lookup-package-native-input this-package name))

;; Like 'inherit', and the replacement of P, if any, is changed alike.
(define-syntax-rule (package/inherit p field ...)
  (let ((make (lambda (parent)
                (package (inherit parent) field ...)))
        (parent p))
    (package
      (inherit (make parent))
      (replacement (and=> (package-replacement parent) make)))))

(define (hidden-package p)
  "Return P as a package that users do not see."
  (package
    (inherit p)
    (properties `((hidden? . #t) ,@(package-properties p)))))

(define (hidden-package? package)
  "Return true if users do not see PACKAGE."
  (and=> (assq 'hidden? (package-properties package)) cdr))


;;;
;;; Changing inputs.
;;;

;; Clauses of 'modify-inputs', like 'delete' and 'append'.
(define-syntax prepend (syntax-rules ()))
(define-syntax replace (syntax-rules ()))

(define (drop-inputs inputs labels)
  (remove (lambda (input) (member (car input) labels)) inputs))

(define (replace-input inputs label replacement)
  (map (lambda (input)
         (match input
           ((l _ . outputs)
            (if (string=? l label)
                (match replacement
                  ((thing output) (list l thing output))
                  (thing (cons* l thing outputs)))
                input))))
       inputs))

;; (modify-inputs INPUTS CLAUSE ...), a clause being (delete LABEL ...),
;; (prepend INPUT ...), (append INPUT ...) or (replace LABEL INPUT).
(define-syntax modify-inputs
  (syntax-rules (delete prepend append replace)
    ((_ inputs)
     inputs)
    ((_ inputs (delete label ...) clause ...)
     (modify-inputs (drop-inputs (sanitize-inputs inputs) (list label ...))
                    clause ...))
    ((_ inputs (prepend input ...) clause ...)
     (modify-inputs (append (label-inputs (list input ...))
                            (sanitize-inputs inputs))
                    clause ...))
    ((_ inputs (append input ...) clause ...)
     (modify-inputs (append (sanitize-inputs inputs)
                            (label-inputs (list input ...)))
                    clause ...))
    ((_ inputs (replace label input) clause ...)
     (modify-inputs (replace-input (sanitize-inputs inputs) label input)
                    clause ...))))


;;;
;;; Search paths.
;;;

(define-record-type* <search-path-specification>
  search-path-specification make-search-path-specification
  search-path-specification?
  (variable     search-path-specification-variable)
  (files        search-path-specification-files)
  (separator    search-path-specification-separator (default ":"))
  (file-type    search-path-specification-file-type (default 'directory))
  (file-pattern search-path-specification-file-pattern (default #f)))
