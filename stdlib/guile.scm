;;; What a program sees without importing anything, under Guile's names.
;;;
;;; Definitions are compiled when a program first refers to them, so a long file costs nothing.

(define-module (guile)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:re-export
  (;; Syntax.
   ... => @ @@ _ and begin case case-lambda case-lambda* cond cond-expand
   current-source-location define define* define-inlinable define-module define-once
   define-public define-syntax define-syntax-parameter define-syntax-rule define-values
   delay do else eval-when export export! identifier-syntax if include-from-path lambda lambda* let let*
   let-syntax letrec letrec* letrec-syntax or parameterize quasiquote quasisyntax quote
   re-export set! syntax syntax-case syntax-parameterize syntax-rules unless unquote
   unquote-splicing unsyntax unsyntax-splicing use-modules when while with-ellipsis
   with-syntax

   ;; Syntax as values.
   bound-identifier=? datum->syntax free-identifier=? generate-temporaries identifier?
   make-variable-transformer syntax->datum syntax-source syntax-violation

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
   command-line complex? cons cons* cos current-module delq delq! delv delv! denominator
   dirname display dynamic-wind eof-object? eq? equal? eqv? error euclidean-quotient
   euclidean-remainder euclidean/ eval even? exact->inexact exact-integer-sqrt
   exact-integer? exact? exception-args exception-kind exception-type? exception? exit exp
   expt file-exists? file-is-directory? finite? floor floor-quotient floor-remainder
   floor/ fluid-ref fluid-set! fluid? flush-all-ports force force-output gcd gensym
   get-output-string getcwd getenv hash hash-clear! hash-create-handle! hash-get-handle
   hash-ref hash-remove! hash-set! hash-table? hashq-create-handle! hashq-get-handle
   hashq-ref hashq-remove! hashq-set! hashv-get-handle hashv-ref hashv-remove! hashv-set!
   inexact->exact inexact? inf? input-port? integer->char integer-expt integer-length
   integer? iota keyword->symbol keyword? last-pair lcm length list list->char-set
   list->string list->vector list-cdr-ref list-cdr-set! list-copy list-head list-ref
   list-set! list-tail list? load log log10 logand logbit? logcount logior lognot logtest
   logxor magnitude make-doubly-weak-hash-table make-exception make-fluid make-hash-table
   make-list make-parameter make-promise make-record-type make-string make-vector
   make-weak-key-hash-table make-weak-value-hash-table max memq memv min module-map
   module-name module-ref module-variable modulo nan? negative? newline not null?
   number->string number? numerator object->string odd? open-input-file open-input-string
   open-output-string output-port? pair? parameter? parse-path peek-char port-closed?
   port-column port-filename port-line port? positive? primitive-exit primitive-load
   procedure-minimum-arity procedure-name procedure? program-arguments promise? quit
   quotient raise rational? read read-char real? record-type-descriptor record-type-fields
   record-type-name record-type? record? remainder resolve-interface resolve-module
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
   truncate/ ucs-range->char-set unspecified? values variable-ref vector vector->list
   vector-copy vector-copy! vector-fill! vector-length vector-move-left!
   vector-move-right! vector-ref vector-set! vector? write write-char zero?

   ;; Files and the machine.
   access? chdir chmod chown copy-file current-time delete-file environ execl execle execlp
   getaddrinfo gettimeofday link lstat mkdir mknod primitive-fork putenv readlink rename-file
   rmdir setenv socket stat stat:atime stat:blksize stat:blocks stat:ctime stat:dev stat:gid
   stat:ino stat:mode stat:mtime stat:nlink stat:perms stat:rdev stat:size stat:type
   stat:uid symlink system system* truncate-file umask unsetenv utime)
  #:export
  (call/cc raise-exception with-exception-handler catch with-throw-handler
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
   string-skip-right string-count string-filter string-delete string-trim
   string-trim-right string-trim-both string-split string-tokenize string-every string-any
   string-map string-for-each string-for-each-index string-fold string-fold-right
   string-tabulate string-unfold string-unfold-right string-concatenate-reverse string=
   string< string> string<= string>= string<> string-ci= string-ci< string-ci>
   string-utf8-length char-set:lower-case char-set:upper-case char-set:title-case
   char-set:letter char-set:digit char-set:letter+digit char-set:graphic char-set:printing
   char-set:whitespace char-set:iso-control char-set:punctuation char-set:symbol
   char-set:hex-digit char-set:blank char-set:ascii char-set:empty char-set:full
   char-set-filter char-set-fold char-set-for-each char-set-map char-set-every
   char-set-any char-set-count char-set-copy current-input-port current-output-port
   current-error-port current-warning-port set-current-input-port set-current-output-port
   set-current-error-port with-input-from-port with-output-to-port with-error-to-port
   with-output-to-string with-error-to-string with-input-from-string
   call-with-output-string call-with-input-string call-with-port open-file
   opendir readdir rewinddir closedir directory-stream? mkdtemp mkstemp R_OK W_OK X_OK
   F_OK open-output-file call-with-output-file with-output-to-file call-with-input-file
   with-input-from-file read-hash-extend format gettext ngettext setlocale bindtextdomain
   textdomain LC_ALL LC_MESSAGES %load-path %host-type file-name-separator-string
   file-name-separator? in-vicinity version effective-version major-version minor-version
   micro-version EXIT_SUCCESS EXIT_FAILURE most-positive-fixnum most-negative-fixnum inf
   nan real-part imag-part modulo-expt sinh cosh tanh symbol-property set-symbol-property!
   array-length array->list array-ref))

;; Control.

(define call/cc call-with-current-continuation)

(define* (raise-exception object #:key (continuable? #f))
  (if continuable?
      (raise-continuable object)
      (%raise object)))

(define* (with-exception-handler handler thunk #:key (unwind? #f) (unwind-for-type #t))
  (cond ((not unwind?)
         (%with-handler handler thunk))
        ((eq? unwind-for-type #t)
         (%guard thunk (lambda (object reraise) (handler object))))
        (else
         (%guard thunk
                 (lambda (object reraise)
                   (if (%thrown-for? unwind-for-type object)
                       (handler object)
                       (reraise)))))))

;; Whether OBJECT is an exception that a handler for KEY, a symbol, an exception type or #t, takes.
(define (%thrown-for? key object)
  (cond ((eq? key #t) #t)
        ((symbol? key) (eq? key (%exception-key object)))
        (else (not (eq? #f (%exception-component object key))))))

(define* (catch key thunk handler #:optional (pre-unwind-handler #f))
  (%guard (if pre-unwind-handler
              (lambda () (with-throw-handler key thunk pre-unwind-handler))
              thunk)
          (lambda (object reraise)
            (if (%thrown-for? key object)
                (apply handler (%exception-key object) (%exception-args object))
                (reraise)))))

(define (with-throw-handler key thunk pre-unwind-handler)
  (%with-handler (lambda (object)
                   (when (%thrown-for? key object)
                     (apply pre-unwind-handler (%exception-key object) (%exception-args object)))
                   (raise-continuable object))
                 thunk))

(define-syntax-rule (false-if-exception expression)
  (%guard (lambda () expression)
          (lambda (object reraise) #f)))

(define (make-exception-from-throw key arguments)
  (%guard (lambda () (apply throw key arguments))
          (lambda (object reraise) object)))

(define* (make-exception-type name parent fields #:key (extensible? #t))
  (%make-record-type name fields parent))

(define (exception-predicate type)
  (lambda (object)
    (if (%exception-component object type) #t #f)))

(define (exception-accessor type accessor)
  (lambda (object)
    (let ((component (%exception-component object type)))
      (if component
          (accessor component)
          (scm-error 'wrong-type-arg #f "Wrong type argument: ~S" (list object) (list object))))))

(define &exception (%standard-type "&exception"))
(define &compound-exception (%standard-type "&compound-exception"))
(define &error (%standard-type "&error"))
(define &programming-error (%standard-type "&programming-error"))
(define &non-continuable (%standard-type "&non-continuable"))
(define &quit-exception (%standard-type "&quit-exception"))
(define &exception-with-kind-and-args (%standard-type "&exception-with-kind-and-args"))

(define (warn . arguments)
  (let ((port (current-error-port)))
    (display ";;; WARNING (" port)
    (for-each (lambda (argument)
                (display argument port)
                (display " " port))
              arguments)
    (display ")\n" port)))

;; Fluids and parameters.

(define-syntax-rule (with-fluids ((fluid value) ...) body ...)
  (%parameterize (list fluid ...) (list value ...) (lambda () body ...)))

(define (with-fluid* fluid value thunk)
  (%parameterize (list fluid) (list value) thunk))

(define (with-fluids* fluids values thunk)
  (%parameterize fluids values thunk))

(define* (fluid->parameter fluid #:optional (converter #f))
  (%cell->parameter fluid))

(define (parameter-fluid parameter)
  (%parameter-cell parameter))

(define (parameter-converter parameter)
  (or (%parameter-converter parameter) identity))

(define (make-unbound-fluid)
  (make-fluid #f))

(define (make-thread-local-fluid . initial)
  (apply make-fluid initial))

;; Procedures.

(define (identity value) value)

(define (const value) (lambda arguments value))

(define (negate procedure)
  (lambda arguments (not (apply procedure arguments))))

(define (compose first . rest)
  (if (null? rest)
      first
      (let ((inner (apply compose rest)))
        (lambda arguments
          (call-with-values (lambda () (apply inner arguments)) first)))))

(define (and=> value procedure)
  (and value (procedure value)))

(define (noop . arguments) #f)

(define (pk . arguments)
  (let ((port (current-error-port)))
    (display "\n;;; " port)
    (write arguments port)
    (newline port)
    (if (null? arguments) #f (last-pair-car arguments))))

(define (last-pair-car list) (car (last-pair list)))

(define peek pk)

(define *unspecified* (if #f #f))

(define (->bool value) (if value #t #f))

(define (record-constructor type . fields)
  (if (null? fields)
      (lambda values (apply %record type #f values))
      (let ((names (record-type-fields type)))
        (lambda values
          (let ((given (map cons (car fields) values)))
            (apply %record type #f (map (lambda (name) (assq-ref given name)) names)))))))

(define (record-accessor type field)
  (let ((index (%record-field-index type field))
        (name (string-append (symbol->string (record-type-name type)) "-" (symbol->string field))))
    (lambda (record) (%record-ref record type index name))))

(define (record-modifier type field)
  (let ((index (%record-field-index type field))
        (name (string-append "set-" (symbol->string (record-type-name type))
                             "-" (symbol->string field) "!")))
    (lambda (record value) (%record-set! record type index name value))))

(define (record-predicate type)
  (lambda (object) (%record? object type)))

;; Lists.

(define (%check-list who list)
  (unless (list? list)
    (scm-error 'wrong-type-arg who "Not a list: ~S" (%list list) #f)))

(define (%list . items) items)

(define (%map1 procedure list)
  (let loop ((rest list) (result '()))
    (if (null? rest)
        (reverse result)
        (loop (cdr rest) (cons (procedure (car rest)) result)))))

;; The lists of a `map' over several: all of one length.
(define (%check-lengths who lists)
  (for-each1 (lambda (list) (%check-list who list)) lists)
  (let ((expected (length (car lists))))
    (for-each1 (lambda (list)
                 (unless (= expected (length list))
                   (scm-error 'wrong-type-arg who "List of wrong length: ~S" (%list list) #f)))
               (cdr lists))))

(define (for-each1 procedure list)
  (let loop ((rest list))
    (unless (null? rest)
      (procedure (car rest))
      (loop (cdr rest)))))

(define (map procedure list . more)
  (cond ((null? more)
         (%check-list "map" list)
         (%map1 procedure list))
        (else
         (let ((lists (cons list more)))
           (%check-lengths "map" lists)
           (let loop ((lists lists) (result '()))
             (if (null? (car lists))
                 (reverse result)
                 (loop (%map1 cdr lists)
                       (cons (apply procedure (%map1 car lists)) result))))))))

(define map-in-order map)

(define (for-each procedure list . more)
  (cond ((null? more)
         (%check-list "for-each" list)
         (for-each1 procedure list))
        (else
         (let ((lists (cons list more)))
           (%check-lengths "for-each" lists)
           (let loop ((lists lists))
             (unless (null? (car lists))
               (apply procedure (%map1 car lists))
               (loop (%map1 cdr lists))))))))

(define (and-map procedure list)
  (let loop ((rest list) (result #t))
    (cond ((null? rest) result)
          ((procedure (car rest)) => (lambda (result) (loop (cdr rest) result)))
          (else #f))))

(define (or-map procedure list)
  (let loop ((rest list))
    (and (not (null? rest))
         (or (procedure (car rest))
             (loop (cdr rest))))))

(define (filter predicate list)
  (unless (procedure? predicate)
    (scm-error 'wrong-type-arg "filter" "Wrong type argument in position ~A: ~S"
               (%list 1 predicate) (%list predicate)))
  (unless (list? list)
    (scm-error 'wrong-type-arg "filter" "Wrong type argument in position ~A: ~S"
               (%list 2 list) (%list list)))
  (let loop ((rest list) (result '()))
    (cond ((null? rest) (reverse result))
          ((predicate (car rest)) (loop (cdr rest) (cons (car rest) result)))
          (else (loop (cdr rest) result)))))

(define filter! filter)

(define* (member item list #:optional (same? #f))
  (if same?
      (let loop ((rest list))
        (cond ((null? rest) #f)
              ((same? item (car rest)) rest)
              (else (loop (cdr rest)))))
      (%member item list)))

(define* (assoc key alist #:optional (same? #f))
  (if same?
      (let loop ((rest alist))
        (cond ((null? rest) #f)
              ((same? key (car (car rest))) (car rest))
              (else (loop (cdr rest)))))
      (%assoc key alist)))

(define* (delete item list #:optional (same? #f))
  (if same?
      (filter (lambda (other) (not (same? item other))) list)
      (%delete item list)))

(define delete! delete)

(define (delete1! item list)
  (let loop ((rest list) (before '()))
    (cond ((null? rest) list)
          ((equal? item (car rest)) (append-reverse before (cdr rest)))
          (else (loop (cdr rest) (cons (car rest) before))))))

(define (list-index predicate list)
  (let loop ((rest list) (index 0))
    (cond ((null? rest) #f)
          ((if (procedure? predicate) (predicate (car rest)) (eq? predicate (car rest))) index)
          (else (loop (cdr rest) (1+ index))))))

(define (merge left right less?)
  (let loop ((left left) (right right) (result '()))
    (cond ((null? left) (append-reverse result right))
          ((null? right) (append-reverse result left))
          ((less? (car right) (car left)) (loop left (cdr right) (cons (car right) result)))
          (else (loop (cdr left) right (cons (car left) result))))))

(define merge! merge)

(define (sort-list list less?)
  ;; A stable merge sort: COUNT is the length of the part of LIST to sort.
  (let sort ((list list) (count (length list)))
    (cond ((= count 0) '())
          ((= count 1) (%list (car list)))
          (else
           (let ((half (quotient count 2)))
             (merge (sort list half)
                    (sort (list-tail list half) (- count half))
                    less?))))))

(define (sort items less?)
  (cond ((list? items) (sort-list items less?))
        ((vector? items) (list->vector (sort-list (vector->list items) less?)))
        (else
         (scm-error 'wrong-type-arg "sort" "Wrong type argument in position ~A: ~S"
                    (list 1 items) (list items)))))

(define stable-sort sort)

(define (sort! items less?)
  (if (vector? items)
      (begin
        (vector-copy! items 0 (sort items less?))
        items)
      (sort items less?)))

(define stable-sort! sort!)
(define sort-list! sort-list)

(define (sorted? items less?)
  (let loop ((rest (if (vector? items) (vector->list items) items)))
    (or (null? rest)
        (null? (cdr rest))
        (and (not (less? (cadr rest) (car rest)))
             (loop (cdr rest))))))

;; Association lists with a hash: tables.

(define (hash-fold procedure initial table)
  (let loop ((rest (%hash-table-entries table)) (result initial))
    (if (null? rest)
        result
        (loop (cdr rest) (procedure (car (car rest)) (cdr (car rest)) result)))))

(define (hash-for-each procedure table)
  (for-each1 (lambda (entry) (procedure (car entry) (cdr entry)))
             (%hash-table-entries table)))

(define (hash-for-each-handle procedure table)
  (for-each1 procedure (%hash-table-entries table)))

(define (hash-map->list procedure table)
  (%map1 (lambda (entry) (procedure (car entry) (cdr entry)))
         (%hash-table-entries table)))

(define (hash-count predicate table)
  (hash-fold (lambda (key value count) (if (predicate key value) (1+ count) count)) 0 table))

;; Strings. A criterion is a character, a character set or a predicate; natives take no predicates, so
;; a predicate becomes the set of those of the string's characters for which it holds.

(define (%criterion string criterion)
  (if (procedure? criterion)
      (list->char-set (filter criterion (%distinct-characters string)))
      criterion))

(define (string-index string criterion . bounds)
  (apply %string-index string (%criterion string criterion) bounds))
(define (string-rindex string criterion . bounds)
  (apply %string-rindex string (%criterion string criterion) bounds))
(define string-index-right string-rindex)
(define (string-skip string criterion . bounds)
  (apply %string-skip string (%criterion string criterion) bounds))
(define (string-skip-right string criterion . bounds)
  (apply %string-skip-right string (%criterion string criterion) bounds))
(define (string-count string criterion . bounds)
  (apply %string-count string (%criterion string criterion) bounds))

(define (string-filter criterion string . bounds)
  (if (string? criterion)
      (apply string-filter string criterion bounds)
      (apply %string-filter string (%criterion string criterion) bounds)))
(define (string-delete criterion string . bounds)
  (if (string? criterion)
      (apply string-delete string criterion bounds)
      (apply %string-delete string (%criterion string criterion) bounds)))

(define (string-trim string . rest)
  (%trim %string-trim string rest))
(define (string-trim-right string . rest)
  (%trim %string-trim-right string rest))
(define (string-trim-both string . rest)
  (%trim %string-trim-both string rest))
(define (%trim trim string rest)
  (if (null? rest)
      (trim string)
      (apply trim string (%criterion string (car rest)) (cdr rest))))

(define (string-split string criterion)
  (%string-split string (%criterion string criterion)))

(define (string-tokenize string . rest)
  (apply %string-tokenize string rest))

(define (string-every criterion string . bounds)
  (if (procedure? criterion)
      (and-map criterion (apply string->list string bounds))
      (apply %string-every string criterion bounds)))
(define (string-any criterion string . bounds)
  (if (procedure? criterion)
      (or-map criterion (apply string->list string bounds))
      (apply %string-any string criterion bounds)))

(define (string-map procedure string . bounds)
  (list->string (%map1 procedure (apply string->list string bounds))))

(define (string-for-each procedure string . more)
  (if (and (pair? more) (string? (car more)))
      (apply for-each procedure (string->list string) (%map1 string->list more))
      (for-each1 procedure (apply string->list string more))))

(define (string-for-each-index procedure string . bounds)
  (let loop ((index (if (pair? bounds) (car bounds) 0))
             (count (string-length (apply substring string
                                          (if (null? bounds) '(0) bounds)))))
    (unless (= count 0)
      (procedure index)
      (loop (1+ index) (1- count)))))

(define (string-fold kons knil string . bounds)
  (let loop ((rest (apply string->list string bounds)) (result knil))
    (if (null? rest)
        result
        (loop (cdr rest) (kons (car rest) result)))))

(define (string-fold-right kons knil string . bounds)
  (let loop ((rest (reverse (apply string->list string bounds))) (result knil))
    (if (null? rest)
        result
        (loop (cdr rest) (kons (car rest) result)))))

(define (string-tabulate procedure count)
  (list->string (%map1 procedure (iota count))))

(define* (string-unfold stop? mapper successor seed
                        #:optional (base "") (make-final (lambda (seed) "")))
  (let loop ((seed seed) (result '()))
    (if (stop? seed)
        (string-append base (reverse-list->string result) (make-final seed))
        (loop (successor seed) (cons (mapper seed) result)))))

(define* (string-unfold-right stop? mapper successor seed
                              #:optional (base "") (make-final (lambda (seed) "")))
  (let loop ((seed seed) (result '()))
    (if (stop? seed)
        (string-append (make-final seed) (list->string result) base)
        (loop (successor seed) (cons (mapper seed) result)))))

(define* (string-concatenate-reverse strings #:optional (final "") (end (string-length final)))
  (string-append (string-concatenate (reverse strings)) (substring final 0 end)))

;; SRFI-13's comparisons take the bounds of both strings.
(define (%compare-strings same? string1 string2 bounds)
  (if (null? bounds)
      (same? string1 string2)
      (let* ((end1 (and (pair? (cdr bounds)) (cadr bounds)))
             (bounds2 (if end1 (cddr bounds) '())))
        (same? (substring string1 (car bounds) (or end1 (string-length string1)))
               (if (null? bounds2)
                   string2
                   (apply substring string2 bounds2))))))
(define (string= string1 string2 . bounds) (%compare-strings string=? string1 string2 bounds))
(define (string< string1 string2 . bounds) (%compare-strings string<? string1 string2 bounds))
(define (string> string1 string2 . bounds) (%compare-strings string>? string1 string2 bounds))
(define (string<= string1 string2 . bounds) (%compare-strings string<=? string1 string2 bounds))
(define (string>= string1 string2 . bounds) (%compare-strings string>=? string1 string2 bounds))
(define (string<> string1 string2 . bounds)
  (not (%compare-strings string=? string1 string2 bounds)))
(define (string-ci= string1 string2 . bounds) (%compare-strings string-ci=? string1 string2 bounds))
(define (string-ci< string1 string2 . bounds) (%compare-strings string-ci<? string1 string2 bounds))
(define (string-ci> string1 string2 . bounds) (%compare-strings string-ci>? string1 string2 bounds))

(define (string-utf8-length string)
  (bytevector-length (string->utf8 string)))

;; Character sets.

(define char-set:lower-case (%standard-char-set "lower-case"))
(define char-set:upper-case (%standard-char-set "upper-case"))
(define char-set:title-case (%standard-char-set "title-case"))
(define char-set:letter (%standard-char-set "letter"))
(define char-set:digit (%standard-char-set "digit"))
(define char-set:letter+digit (%standard-char-set "letter+digit"))
(define char-set:graphic (%standard-char-set "graphic"))
(define char-set:printing (%standard-char-set "printing"))
(define char-set:whitespace (%standard-char-set "whitespace"))
(define char-set:iso-control (%standard-char-set "iso-control"))
(define char-set:punctuation (%standard-char-set "punctuation"))
(define char-set:symbol (%standard-char-set "symbol"))
(define char-set:hex-digit (%standard-char-set "hex-digit"))
(define char-set:blank (%standard-char-set "blank"))
(define char-set:ascii (%standard-char-set "ascii"))
(define char-set:empty (%standard-char-set "empty"))
(define char-set:full (%standard-char-set "full"))

(define* (char-set-filter predicate set #:optional (base char-set:empty))
  (list->char-set (filter predicate (char-set->list set)) base))
(define (char-set-fold kons knil set)
  (let loop ((rest (char-set->list set)) (result knil))
    (if (null? rest)
        result
        (loop (cdr rest) (kons (car rest) result)))))
(define (char-set-for-each procedure set)
  (for-each1 procedure (char-set->list set)))
(define (char-set-map procedure set)
  (list->char-set (%map1 procedure (char-set->list set))))
(define (char-set-every predicate set)
  (and-map predicate (char-set->list set)))
(define (char-set-any predicate set)
  (or-map predicate (char-set->list set)))
(define (char-set-count predicate set)
  (length (filter predicate (char-set->list set))))
(define (char-set-copy set) set)

;; Ports.

(define current-input-port (%cell->parameter (%current-port-cell 0)))
(define current-output-port (%cell->parameter (%current-port-cell 1)))
(define current-error-port (%cell->parameter (%current-port-cell 2)))
(define current-warning-port current-error-port)

(define (set-current-input-port port) (current-input-port port))
(define (set-current-output-port port) (current-output-port port))
(define (set-current-error-port port) (current-error-port port))

(define (with-input-from-port port thunk)
  (%parameterize (list current-input-port) (list port) thunk))
(define (with-output-to-port port thunk)
  (%parameterize (list current-output-port) (list port) thunk))
(define (with-error-to-port port thunk)
  (%parameterize (list current-error-port) (list port) thunk))

(define (with-output-to-string thunk)
  (let ((port (open-output-string)))
    (with-output-to-port port thunk)
    (get-output-string port)))

(define (with-error-to-string thunk)
  (let ((port (open-output-string)))
    (with-error-to-port port thunk)
    (get-output-string port)))

(define (with-input-from-string string thunk)
  (with-input-from-port (open-input-string string) thunk))

(define (call-with-output-string procedure)
  (let ((port (open-output-string)))
    (procedure port)
    (get-output-string port)))

(define (call-with-input-string string procedure)
  (procedure (open-input-string string)))

(define (call-with-port port procedure)
  (let ((result (procedure port)))
    (close-port port)
    result))

;; Where the program may write, these do; where it may not, they say so.

(define* (open-file name mode #:key encoding guess-encoding)
  (cond ((string-prefix? "r+" mode)
         (scm-error 'misc-error "open-file" "a file is read or written, not both: ~S"
                    (list name) #f))
        ((string-prefix? "r" mode) (open-input-file name))
        (else (%open-output-file name (string-prefix? "a" mode)))))

(define* (open-output-file name #:key binary encoding (exists 'truncate))
  (%open-output-file name (eq? exists 'append)))

(define (call-with-output-file name procedure . rest)
  (call-with-port (apply open-output-file name rest) procedure))

(define (with-output-to-file name thunk . rest)
  (let* ((port (apply open-output-file name rest))
         (result (with-output-to-port port thunk)))
    (close-port port)
    result))

(define (call-with-input-file name procedure . rest)
  (call-with-port (open-input-file name) procedure))

(define (with-input-from-file name thunk . rest)
  (with-input-from-port (open-input-file name) thunk))

(define (read-hash-extend character procedure)
  (scm-error 'misc-error "read-hash-extend" "the syntax of ~S cannot be extended here"
             (list character) #f))

;; `(ice-9 format)' replaces it, as in Guile.
(define format simple-format)

;; Text in the user's language: definitions are not translated.

(define* (gettext message #:optional domain category) message)
(define* (ngettext singular plural count #:optional domain category)
  (if (= count 1) singular plural))
(define (setlocale category . locale) "C")
(define (bindtextdomain domain . directory) #f)
(define (textdomain . domain) "messages")
(define LC_ALL 6)
(define LC_MESSAGES 5)

;; Files.

;; A directory stream: its name, and the names still to come.
(define <directory-stream> (make-record-type 'directory-stream '(name rest)))
(define %make-directory-stream (record-constructor <directory-stream>))
(define directory-stream? (record-predicate <directory-stream>))
(define %directory-stream-name (record-accessor <directory-stream> 'name))
(define %directory-stream-rest (record-accessor <directory-stream> 'rest))
(define %set-directory-stream-rest! (record-modifier <directory-stream> 'rest))

(define (opendir name)
  (%make-directory-stream name (cons* "." ".." (%open-directory name))))
(define (readdir stream)
  (let ((rest (%directory-stream-rest stream)))
    (if (null? rest)
        (eof-object)
        (begin
          (%set-directory-stream-rest! stream (cdr rest))
          (car rest)))))
(define (rewinddir stream)
  (%set-directory-stream-rest!
   stream (cons* "." ".." (%open-directory (%directory-stream-name stream)))))
(define (closedir stream)
  (%set-directory-stream-rest! stream '()))

;; The template with its X's replaced so that it names no file yet.
(define (%unused-name template)
  (let ((base (string-trim-right template #\X)))
    (let loop ((number 0))
      (let ((name (string-append
                   base
                   (string-pad (number->string number)
                               (- (string-length template) (string-length base))
                               #\0))))
        (if (file-exists? name) (loop (+ number 1)) name)))))
(define (mkdtemp template)
  (let ((name (%unused-name template)))
    (mkdir name #o700)
    name))
(define (mkstemp template . mode)
  (let ((port (%open-output-file (%unused-name template) #f)))
    (chmod (port-filename port) #o600)
    port))

(define R_OK 4)
(define W_OK 2)
(define X_OK 1)
(define F_OK 0)

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
(define (modulo-expt base exponent modulus)
  (let loop ((base (modulo base modulus)) (exponent exponent) (result 1))
    (cond ((= exponent 0) (modulo result modulus))
          ((odd? exponent)
           (loop (modulo (* base base) modulus) (ash exponent -1) (modulo (* result base) modulus)))
          (else
           (loop (modulo (* base base) modulus) (ash exponent -1) result)))))
(define (sinh x) (/ (- (exp x) (exp (- x))) 2))
(define (cosh x) (/ (+ (exp x) (exp (- x))) 2))
(define (tanh x) (/ (sinh x) (cosh x)))

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
