;;; What a program sees without importing anything, under Guile's names.
;;;
;;; Definitions are compiled when a program first refers to them, so a long file costs nothing.

(define-module (guile)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (tintype library control)
  #:use-module (tintype library lists)
  #:use-module (tintype library strings)
  #:use-module (tintype library ports)
  #:use-module (tintype library files)
  #:use-module (tintype library prompts)
  #:re-export-modules ((tintype library rarely))
  #:re-export
  (;; Syntax.
   ... => @ @@ _ and begin case case-lambda case-lambda* cond cond-expand
   current-filename current-source-location define define* define-inlinable define-library
   define-module define-once
   define-public define-syntax define-syntax-parameter define-syntax-rule define-values
   delay do else eval-when export export! identifier-syntax if import include include-ci
   include-from-path lambda lambda* let let*
   let-syntax letrec letrec* letrec-syntax library or parameterize quasiquote quasisyntax quote
   re-export set! syntax syntax-case syntax-parameterize syntax-rules unless unquote
   unquote-splicing unsyntax unsyntax-splicing use-modules when while with-ellipsis
   with-syntax

   ;; Syntax as values.
   bound-identifier=? datum->syntax free-identifier=? generate-temporaries identifier?
   make-variable-transformer syntax->datum syntax-source syntax-violation

   ;; Modules and variables as values.
   current-module defined? eval interaction-environment make-undefined-variable make-variable
   module-add! module-bound? module-define! module-defined? module-export! module-filename
   module-for-each module-local-variable module-map module-name module-public-interface
   module-ref module-set! module-use! module-uses module-variable module? primitive-eval
   primitive-load resolve-interface resolve-module set-current-module variable-bound?
   variable-ref variable-set! variable?

   ;; Natives.
   * + - ->char-set / 1+ 1- < <= = > >= abs absolute-file-name? acons acos append append!
   apply ash asin assoc-ref assoc-remove! assoc-set! assq assq-ref assq-remove! assq-set!
   assv assv-ref assv-remove! assv-set! atan basename bit-extract boolean? caaaar caaadr
   caaar caadar caaddr caadr caar cadaar cadadr cadar caddar cadddr caddr cadr
   call-with-current-continuation call-with-values canonicalize-path car cdaaar cdaadr
   cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar cdddar cddddr cdddr cddr cdr ceiling
   ceiling-quotient char->integer char-alphabetic? char-ci<=? char-ci<? char-ci=?
   char-ci>=? char-ci>? char-downcase char-general-category char-is-both? char-lower-case?
   char-numeric? char-ready? char-set char-set->list char-set->string char-set-adjoin
   char-set-complement char-set-contains? char-set-delete char-set-difference
   char-set-intersection char-set-size char-set-union char-set-xor char-set<= char-set=
   char-set? char-titlecase char-upcase char-upper-case? char-whitespace? char<=? char<?
   char=? char>=? char>? char? close close-input-port close-output-port close-port
   command-line complex? cons cons* cos crypt delq delq! delv delv! denominator
   dirname display dynamic-wind eof-object? eq? equal? eqv? error euclidean-quotient
   euclidean-remainder euclidean/ even? exact->inexact exact-integer-sqrt
   exact-integer? exact? exception-args exception-kind exception-type? exception? exit exp
   expt file-exists? file-is-directory? finite? floor floor-quotient floor-remainder
   floor/ fluid-ref fluid-set! fluid? flush-all-ports force force-output gcd gensym
   get-output-string getcwd getenv hash hash-clear! hash-create-handle! hash-get-handle
   hash-ref hash-remove! hash-set! hash-table? hashq-create-handle! hashq-get-handle
   hashq-ref hashq-remove! hashq-set! hashv-get-handle hashv-ref hashv-remove! hashv-set!
   inexact->exact inexact? inf? input-port? integer->char integer-expt integer-length
   integer? iota keyword->symbol keyword? last-pair lcm length list list->char-set
   list->string list->vector list-cdr-ref list-cdr-set! list-copy list-head list-ref
   list-set! list-tail list? log log10 logand logbit? logcount logior lognot logtest
   logxor magnitude make-doubly-weak-hash-table make-exception make-fluid make-hash-table
   make-list make-parameter make-promise make-record-type make-string make-vector
   make-weak-key-hash-table make-weak-value-hash-table max memq memv min
   modulo nan? negative? newline not null?
   number->string number? numerator object->string odd? open-input-file open-input-string
   open-output-string output-port? pair? parameter? parse-path peek-char port-closed?
   port-column port-filename port-line port? positive? primitive-exit
   procedure-minimum-arity procedure-name procedure? program-arguments promise? quit
   quotient raise rational? read read-char real? record-type-descriptor record-type-fields
   record-type-name record-type-parent record-type? record? remainder
   reverse reverse! reverse-list->string round scm-error search-path set-car! set-cdr!
   set-port-encoding! set-program-arguments simple-exceptions simple-format sin
   sloppy-assq sqrt string string->char-set string->list string->number string->symbol
   string-append string-append/shared string-capitalize string-ci->symbol string-ci<=?
   string-ci<? string-ci=? string-ci>=? string-ci>? string-concatenate
   string-concatenate/shared string-contains string-contains-ci string-copy string-copy!
   string-downcase string-downcase! string-drop string-drop-right string-fill! string-hash
   string-join string-length string-null? string-pad string-pad-right string-prefix-ci?
   string-prefix-length string-prefix? string-ref string-replace string-reverse
   string-reverse! string-set! string-suffix-ci? string-suffix-length string-suffix?
   string-take string-take-right string-titlecase string-upcase string-upcase! string<=?
   string<? string=? string>=? string>? string? substring substring/copy
   substring/read-only substring/shared symbol->keyword symbol->string symbol-append
   symbol-interned? symbol? tan throw thunk? truncate truncate-quotient truncate-remainder
   truncate/ ucs-range->char-set unspecified? values vector vector->list
   vector-copy vector-copy! vector-fill! vector-length vector-move-left!
   vector-move-right! vector-ref vector-set! vector? write write-char zero?
   acosh asinh unread-char unread-string atanh ceiling-remainder ceiling/ centered-quotient centered-remainder
   centered/ cosh rationalize regexp? round-quotient round-remainder round/ sinh tanh

   ;; Files and the machine.
   access? chdir chmod chown copy-file current-time delete-file environ execl execle execlp
   getaddrinfo gettimeofday link lstat mkdir mknod primitive-fork putenv readlink rename-file
   rmdir setenv socket stat stat:atime stat:blksize stat:blocks stat:ctime stat:dev stat:gid
   stat:ino stat:mode stat:mtime stat:nlink stat:perms stat:rdev stat:size stat:type
   stat:uid symlink system system* truncate-file umask unsetenv utime

   ;; Procedures of the library in Scheme.
   call/cc raise-exception with-exception-handler catch with-throw-handler
   false-if-exception make-exception-from-throw make-exception-type exception-predicate
   exception-accessor &exception &compound-exception &error &programming-error
   &non-continuable &quit-exception &exception-with-kind-and-args warn with-fluids
   with-fluid* with-fluids* fluid->parameter parameter-fluid parameter-converter
   make-unbound-fluid make-thread-local-fluid identity const negate compose and=> noop pk
   peek *unspecified* ->bool record-constructor record-accessor record-modifier
   record-predicate map map-in-order for-each and-map or-map filter filter! member assoc
   delete delete! delete1! list-index merge merge! sort-list sort stable-sort sort!
   stable-sort! sort-list! sorted? hash-fold hash-for-each hash-for-each-handle
   hash-map->list hash-count string-index string-rindex string-index-right string-skip
   string-skip-right string-count string-filter string-delete string-trim string-trim-right
   string-trim-both string-split string-tokenize string-every string-any string-map
   string-for-each string-for-each-index string-fold string-fold-right string-tabulate
   string-unfold string-unfold-right string-concatenate-reverse string= string< string>
   string<= string>= string<> string-ci= string-ci< string-ci> string-utf8-length
   char-set:lower-case char-set:upper-case char-set:title-case char-set:letter
   char-set:digit char-set:letter+digit char-set:graphic char-set:printing
   char-set:whitespace char-set:iso-control char-set:punctuation char-set:symbol
   char-set:hex-digit char-set:blank char-set:ascii char-set:empty char-set:full
   char-set-filter char-set-fold char-set-for-each char-set-map char-set-every char-set-any
   char-set-count char-set-copy current-input-port current-output-port current-error-port
   current-warning-port set-current-input-port set-current-output-port
   set-current-error-port with-input-from-port with-output-to-port with-error-to-port
   with-output-to-string with-error-to-string with-input-from-string
   call-with-output-string call-with-input-string call-with-port open-file opendir readdir
   rewinddir closedir directory-stream? mkdtemp mkstemp R_OK W_OK X_OK F_OK
   open-output-file call-with-output-file with-output-to-file call-with-input-file
   with-input-from-file read-hash-extend format print-exception display-error
   system-error-errno strerror make-object-property object-property set-object-property!
   object-properties procedure-property set-procedure-property! procedure-properties
   set-procedure-properties! procedure-documentation symbol-prefix-proc call-with-prompt
   abort-to-prompt make-prompt-tag default-prompt-tag make-hook hook? hook-empty?
   hook->list add-hook! remove-hook! reset-hook! run-hook hashx-ref hashx-set!
   hashx-get-handle hashx-create-handle! hashx-remove! delq1! delv1! sloppy-assv
   sloppy-assoc restricted-vector-sort! string-ci<= string-ci>= string-ci<> string-compare
   string-compare-ci string-prefix-length-ci string-suffix-length-ci string-hash-ci
   xsubstring string-xcopy! string-map! string-titlecase! string-capitalize!
   substring-fill! substring-move! string-concatenate-reverse/shared string-normalize-nfc
   string-normalize-nfd string-normalize-nfkc string-normalize-nfkd char-set-adjoin!
   char-set-delete! char-set-complement! char-set-union! char-set-intersection!
   char-set-difference! char-set-xor! char-set-filter! list->char-set! string->char-set!
   ucs-range->char-set! char-set-diff+intersection char-set-diff+intersection!
   char-set-cursor char-set-ref char-set-cursor-next end-of-char-set? char-set-unfold
   char-set-unfold! char-set-hash char-set:designated)
  #:export
  (angle make-rectangular make-polar round-ash random regexp/basic regexp/extended regexp/icase regexp/newline
   regexp/notbol regexp/noteol make-regexp regexp-exec ENOENT EEXIST EACCES EPERM ENOTDIR EISDIR
   EINVAL EIO ENOSPC EROFS ENOTEMPTY ELOOP EBADF
   gettext ngettext setlocale bindtextdomain textdomain LC_ALL LC_MESSAGES %load-path
   %host-type file-name-separator-string file-name-separator? in-vicinity version
   effective-version major-version minor-version micro-version EXIT_SUCCESS EXIT_FAILURE
   most-positive-fixnum most-negative-fixnum inf nan real-part imag-part modulo-expt symbol-property
   set-symbol-property! array-length array->list array-ref load load-from-path load-in-vicinity
   primitive-load-path
   save-module-excursion module-re-export! module-use-interfaces! struct-vtable struct-ref struct-set!
   set-struct-vtable-name! vtable-offset-user))

;; Text in the user's language: definitions are not translated.

(define* (gettext message #:optional domain category) message)
(define* (ngettext singular plural count #:optional domain category)
  (if (= count 1) singular plural))
(define (setlocale category . locale) "C")
(define (bindtextdomain domain . directory) #f)
(define (textdomain . domain) "messages")
(define LC_ALL 6)
(define LC_MESSAGES 5)

;; Code in files.  A relative name is relative to the file in which LOAD is written.

(define (load-in-vicinity file directory)
  (primitive-load (if (or (not directory) (absolute-file-name? file))
                      file
                      (in-vicinity directory file))))
(define-syntax load
  (lambda (form)
    (syntax-case form ()
      ((_ file reader ...) #'(load-in-vicinity file (current-source-directory)))
      (_ #'(lambda (file . reader) (primitive-load file))))))
(define (primitive-load-path name . not-found)
  (let ((file (search-path %load-path name '("" ".scm"))))
    (cond (file (primitive-load file))
          ((and (pair? not-found) (procedure? (car not-found))) ((car not-found)))
          ((pair? not-found) #f)
          (else (scm-error 'misc-error "primitive-load-path"
                           "Unable to find file ~S in load path" (list name) #f)))))
(define (load-from-path name) (primitive-load-path name))

;; Modules.

(define (save-module-excursion thunk)
  (let ((outside (current-module)) (inside #f))
    (dynamic-wind
      (lambda () (if inside (set-current-module inside)))
      thunk
      (lambda () (set! inside (current-module)) (set-current-module outside)))))
(define (module-re-export! module names)
  (module-export! module names))
(define (module-use-interfaces! module interfaces)
  (for-each (lambda (interface) (module-use! module interface)) interfaces))

;; Records by the numbers of their fields, as macros that make record types use them.

(define (struct-vtable record)
  (record-type-descriptor record))
(define (%field-name type index)
  (list-ref (record-type-fields type) index))
(define (struct-ref record index)
  (let ((type (record-type-descriptor record)))
    ((record-accessor type (%field-name type index)) record)))
;; What a type is made of cannot be changed: it keeps the name that it was made with.
(define (struct-set! record index value)
  (unless (record-type? record)
    (let ((type (record-type-descriptor record)))
      ((record-modifier type (%field-name type index)) record value))))
(define (set-struct-vtable-name! type name)
  *unspecified*)
(define vtable-offset-user 8)

;; The host.

(define %load-path '())
(define %host-type "x86_64-pc-linux-gnu")
(define file-name-separator-string "/")
(define (file-name-separator? character) (char=? character #\/))
(define (in-vicinity vicinity file)
  (if (or (string-null? vicinity) (string-suffix? "/" vicinity))
      (string-append vicinity file)
      (string-append vicinity "/" file)))
(define (version) "3.0.9")
(define (effective-version) "3.0")
(define (major-version) "3")
(define (minor-version) "0")
(define (micro-version) "9")
(define EXIT_SUCCESS 0)
(define EXIT_FAILURE 1)

;; Numbers.

(define most-positive-fixnum 2305843009213693951)
(define most-negative-fixnum -2305843009213693952)
(define (inf) +inf.0)
(define (nan) +nan.0)
(define (real-part number) number)
(define (imag-part number) 0)
(define (angle number) (if (negative? number) 3.141592653589793 0.0))
(define (make-rectangular real imaginary)
  (if (eqv? imaginary 0)
      real
      (scm-error 'misc-error "make-rectangular"
                 "complex numbers are not in this implementation" '() #f)))
(define (make-polar magnitude angle)
  (if (eqv? angle 0)
      magnitude
      (scm-error 'misc-error "make-polar"
                 "complex numbers are not in this implementation" '() #f)))
(define (round-ash number count) (round (* number (expt 2 count))))
(define (random . arguments)
  (scm-error 'misc-error "random"
             "a definition gives the same image every time: there are no random numbers" '() #f))
(define (modulo-expt base exponent modulus)
  (let loop ((base (modulo base modulus)) (exponent exponent) (result 1))
    (cond ((= exponent 0) (modulo result modulus))
          ((odd? exponent)
           (loop (modulo (* base base) modulus) (ash exponent -1) (modulo (* result base) modulus)))
          (else
           (loop (modulo (* base base) modulus) (ash exponent -1) result)))))

;; Regular expressions; (ice-9 regex) has the rest.

(define regexp/basic 0)
(define regexp/extended 1)
(define regexp/icase 2)
(define regexp/newline 4)
(define regexp/notbol 1)
(define regexp/noteol 2)
(define (make-regexp pattern . flags) (apply %make-regexp pattern flags))
(define (regexp-exec regexp string . rest) (apply %regexp-exec regexp string rest))

;; Error codes of the system.

(define EPERM 1)
(define ENOENT 2)
(define EIO 5)
(define EBADF 9)
(define EACCES 13)
(define EEXIST 17)
(define ENOTDIR 20)
(define EISDIR 21)
(define EINVAL 22)
(define ENOSPC 28)
(define EROFS 30)
(define ENOTEMPTY 39)
(define ELOOP 40)

;; Object properties: tables by identity.

(define (symbol-property symbol property)
  (assq-ref (hashq-ref %symbol-properties symbol '()) property))
(define (set-symbol-property! symbol property value)
  (hashq-set! %symbol-properties symbol
              (assq-set! (hashq-ref %symbol-properties symbol '()) property value)))
(define %symbol-properties (make-hash-table))

(define (array-length array) (vector-length array))
(define (array->list array) (vector->list array))
(define (array-ref array index) (vector-ref array index))
