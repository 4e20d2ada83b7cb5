;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Systems and targets, version numbers, keyword arguments, file names.

(define-module (guix utils)
  #:use-module (tintype syntax)
  #:use-module (tintype target)
  #:use-module (guix diagnostics)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:re-export (<location>
               location
               location?
               location-file
               location-line
               location-column
               source-properties->location
               location->source-properties
               &error-location
               error-location?
               error-location
               &fix-hint
               fix-hint?
               condition-fix-hint
               current-source-directory

               %current-system
               %current-target-system
               nix-system->gnu-triplet
               gnu-triplet->nix-system
               system-hurd?
               system-hurd64?
               target-x86?
               target-x86-32?
               target-x86-64?
               target-x32?
               target-arm?
               target-arm32?
               target-aarch64?
               target-avr?
               target-hurd?
               target-hurd32?
               target-hurd64?
               target-linux?
               target-mingw?
               target-loongarch64?
               target-mips64el?
               target-powerpc?
               target-ppc32?
               target-ppc64le?
               target-riscv64?
               target-64bit?
               target-little-endian?)
  #:export (cc-for-target
            cxx-for-target
            ar-for-target
            as-for-target
            ld-for-target
            strip-for-target
            pkg-config-for-target
            version-compare
            version>?
            version>=?
            version-prefix
            version-prefix?
            version-major
            version-major+minor
            version-major+minor+point
            version-unique-prefix
            guile-version>?
            package-name->name+version

            default-keyword-arguments
            substitute-keyword-arguments
            strip-keyword-arguments
            ensure-keyword-arguments

            file-extension
            file-sans-extension
            tarball-sans-extension
            compressed-file?
            downstream-package-name
            string-replace-substring
            string-closest
            string-distance))

;;;
;;; Versions.
;;;

;; "1.10rc2" -> ((1) (10 "rc" 2)): separators cut, then digits from letters.
(define (version-parts version)
  (define (split-part part)
    (let loop ((chars (string->list part)) (run '()) (parts '()))
      (define (flush)
        (if (null? run)
            parts
            (let ((str (list->string (reverse run))))
              (cons (or (string->number str) str) parts))))
      (cond ((null? chars)
             (reverse (flush)))
            ((or (null? run)
                 (eq? (char-numeric? (car chars)) (char-numeric? (car run))))
             (loop (cdr chars) (cons (car chars) run) parts))
            (else
             (loop (cdr chars) (list (car chars)) (flush))))))
  (append-map split-part
              (string-split version
                            (char-set #\. #\- #\_ #\+ #\~ #\: #\^))))

(define (version-compare a b)
  "Return the symbol '>, '< or '= that tells how version A relates to B."
  (define (part< x y)
    (cond ((and (number? x) (number? y)) (< x y))
          ((number? x) #f)                        ;letters precede digits
          ((number? y) #t)
          (else (string<? x y))))
  (let loop ((a (version-parts a)) (b (version-parts b)))
    (cond ((and (null? a) (null? b)) '=)
          ((null? a) (if (string? (car b)) '> '<)) ;"1.0rc1" < "1.0"
          ((null? b) (if (string? (car a)) '< '>))
          ((part< (car a) (car b)) '<)
          ((part< (car b) (car a)) '>)
          (else (loop (cdr a) (cdr b))))))

(define (version>? a b)
  "Return true if version A is newer than B."
  (eq? '> (version-compare a b)))

(define (version>=? a b)
  "Return true if version A is B or newer."
  (and (memq (version-compare a b) '(> =)) #t))

(define (guile-version>? str)
  "Return true if the running Guile is newer than STR."
  (version>? (version) str))

(define (version-prefix version number-of-parts)
  "Return the first NUMBER-OF-PARTS dotted parts of VERSION."
  (let ((parts (string-split version #\.)))
    (string-join (take parts (min number-of-parts (length parts))) ".")))

(define (version-major version)
  "Return the first part of VERSION."
  (version-prefix version 1))

(define (version-major+minor version)
  "Return the first two parts of VERSION."
  (version-prefix version 2))

(define (version-major+minor+point version)
  "Return the first three parts of VERSION."
  (version-prefix version 3))

(define (version-prefix? prefix version)
  "Return true if the dotted parts of PREFIX are the first ones of VERSION."
  (let loop ((a (string-split prefix #\.)) (b (string-split version #\.)))
    (cond ((null? a) #t)
          ((null? b) #f)
          (else (and (string=? (car a) (car b)) (loop (cdr a) (cdr b)))))))

(define (version-unique-prefix version versions)
  "Return the shortest prefix of VERSION that tells it from the other VERSIONS,
or \"\" if there is no other."
  (let ((others (delete version versions)))
    (if (null? others)
        ""
        (let ((parts (length (string-split version #\.))))
          (let loop ((count 1))
            (let ((prefix (version-prefix version count)))
              (if (or (>= count parts)
                      (not (any (lambda (other) (version-prefix? prefix other))
                                others)))
                  prefix
                  (loop (+ count 1)))))))))

(define* (package-name->name+version spec #:optional (delimiter #\@))
  "Return two values: the name and the version in SPEC, such as \"foo@1.2\".
The version is #f when SPEC has none."
  (let ((index (string-rindex spec delimiter)))
    (if index
        (values (substring spec 0 index) (substring spec (+ index 1)))
        (values spec #f))))


;;;
;;; Keyword arguments.
;;;

(define (default-keyword-arguments arguments defaults)
  "Return ARGUMENTS, completed with those of DEFAULTS, a property list, that it
does not have."
  (let loop ((defaults defaults) (arguments arguments))
    (match defaults
      ((keyword value . rest)
       (loop rest
             (if (memq keyword arguments)
                 arguments
                 (cons* keyword value arguments))))
      (() arguments))))

(define (strip-keyword-arguments keywords arguments)
  "Return ARGUMENTS without KEYWORDS and their values."
  (let loop ((arguments arguments) (kept '()))
    (match arguments
      (() (reverse kept))
      (((? keyword? keyword) value . rest)
       (loop rest
             (if (memq keyword keywords)
                 kept
                 (cons* value keyword kept))))
      ((argument . rest)
       (loop rest (cons argument kept))))))

(define (ensure-keyword-arguments arguments overrides)
  "Return ARGUMENTS with the values of OVERRIDES, a property list, in place of
theirs."
  (let loop ((overrides overrides) (arguments arguments))
    (match overrides
      ((keyword value . rest)
       (loop rest
             (append (strip-keyword-arguments (list keyword) arguments)
                     (list keyword value))))
      (() arguments))))

;; (substitute-keyword-arguments ARGS ((KEYWORD VAR) BODY ...) ...): ARGS with
;; the value of each KEYWORD replaced by what BODY makes of it; with
;; ((KEYWORD VAR DEFAULT) BODY ...), BODY sees DEFAULT where it is missing.
(define-syntax substitute-keyword-arguments
  (syntax-rules ()
    ((_ arguments clause ...)
     (substitute-keywords arguments (list (keyword-clause clause) ...)))))

(define-syntax keyword-clause
  (syntax-rules ()
    ((_ ((keyword variable default) body ...))
     (list keyword (lambda (variable) body ...) (lambda () default)))
    ((_ ((keyword variable) body ...))
     (list keyword (lambda (variable) body ...) #f))))

(define (substitute-keywords arguments clauses)
  (define missing
    (filter (lambda (clause)
              (and (third clause) (not (memq (first clause) arguments))))
            clauses))

  (let loop ((arguments (append arguments
                                (append-map (lambda (clause)
                                              (list (first clause)
                                                    ((third clause))))
                                            missing)))
             (result '()))
    (match arguments
      (() (reverse result))
      ((keyword value . rest)
       (let ((clause (assq keyword clauses)))
         (loop rest
               (cons* (if clause ((second clause) value) value)
                      keyword result)))))))


;;;
;;; File names and strings.
;;;

(define (file-extension file)
  "Return what follows the last dot of FILE, or #f."
  (let ((dot (string-rindex file #\.)))
    (and dot (substring file (+ dot 1)))))

(define (file-sans-extension file)
  "Return FILE without its last dot and what follows it."
  (let ((dot (string-rindex file #\.)))
    (if dot (substring file 0 dot) file)))

(define (tarball-sans-extension file)
  "Return FILE without its extension, '.tar.gz' and the like counting as one."
  (let ((end (or (string-contains file ".tar.")
                 (string-contains file ".tgz")
                 (string-contains file ".tbz"))))
    (if end (substring file 0 end) (file-sans-extension file))))

(define (compressed-file? file)
  "Return true if FILE's name says that it is compressed."
  (and (member (file-extension file)
               '("gz" "bz2" "xz" "lz" "lzma" "tgz" "tbz2" "tbz" "zip" "zst"))
       #t))

(define (downstream-package-name prefix name)
  "Return NAME with PREFIX, in lower case, with dashes for other separators."
  (let ((name (string-downcase
               (string-map (lambda (chr)
                             (if (memv chr '(#\_ #\. #\space #\/)) #\- chr))
                           name))))
    (if (string-prefix? prefix name)
        name
        (string-append prefix name))))

(define* (string-replace-substring str substr replacement
                                   #:optional (start 0)
                                   (end (string-length str)))
  "Return STR, from START to END, with each SUBSTR replaced by REPLACEMENT."
  (let ((width (string-length substr)))
    (if (zero? width)
        (error "string-replace-substring: empty substring")
        (let loop ((start start) (pieces '()))
          (let ((index (string-contains str substr start end)))
            (if index
                (loop (+ index width)
                      (cons* replacement (substring str start index) pieces))
                (string-concatenate-reverse
                 (cons (substring str start end) pieces))))))))

(define (string-distance a b)
  "Return the Levenshtein distance between A and B."
  ;; ROW holds the distances of the prefix of A read so far to all prefixes
  ;; of B, shortest first.
  (define b-chars (string->list b))

  (define (next-row chr row)
    (let loop ((chars b-chars) (row row) (result (list (+ 1 (car row)))))
      (if (null? chars)
          (reverse result)
          (loop (cdr chars)
                (cdr row)
                (cons (min (+ 1 (car result))
                           (+ 1 (cadr row))
                           (+ (car row) (if (char=? chr (car chars)) 0 1)))
                      result)))))

  (last (fold next-row (iota (+ 1 (length b-chars))) (string->list a))))

(define* (string-closest trial tests #:key (threshold 3))
  "Return the string of TESTS closest to TRIAL, or #f if none is nearer than
THRESHOLD edits."
  (let loop ((tests tests) (best #f) (distance threshold))
    (if (null? tests)
        best
        (let ((d (string-distance trial (car tests))))
          (if (< d distance)
              (loop (cdr tests) (car tests) d)
              (loop (cdr tests) best distance))))))

;;;
;;; Names of tools, for the machine that is built for.
;;;

(define-syntax-rule (define-tools (name tool) ...)
  (begin
    (define* (name #:optional (target (%current-target-system)))
      (if target
          (string-append target "-" tool)
          tool))
    ...))

(define-tools
  (cc-for-target "gcc")
  (cxx-for-target "g++")
  (ar-for-target "ar")
  (as-for-target "as")
  (ld-for-target "ld")
  (strip-for-target "strip")
  (pkg-config-for-target "pkg-config"))
