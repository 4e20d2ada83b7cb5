;;; Strings and character sets: the procedures of (guile) that call procedures.

(define-module (tintype library strings)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (tintype library lists)
  #:export
  (string-index string-rindex string-index-right string-skip string-skip-right string-count
   string-filter string-delete string-trim string-trim-right string-trim-both string-split
   string-tokenize string-every string-any string-map string-for-each string-for-each-index
   string-fold string-fold-right string-tabulate string-unfold string-unfold-right
   string-concatenate-reverse string= string< string> string<= string>= string<> string-ci=
   string-ci< string-ci> string-utf8-length char-set:lower-case char-set:upper-case
   char-set:title-case char-set:letter char-set:digit char-set:letter+digit char-set:graphic
   char-set:printing char-set:whitespace char-set:iso-control char-set:punctuation
   char-set:symbol char-set:hex-digit char-set:blank char-set:ascii char-set:empty
   char-set:full char-set-filter char-set-fold char-set-for-each char-set-map char-set-every
   char-set-any char-set-count char-set-copy %criterion %trim %compare-strings string-ci<=
   string-ci>= string-ci<> string-compare string-compare-ci string-prefix-length-ci
   string-suffix-length-ci string-hash-ci xsubstring string-xcopy! string-map!
   string-titlecase! string-capitalize! substring-fill! substring-move!
   string-concatenate-reverse/shared string-normalize-nfc string-normalize-nfd
   string-normalize-nfkc string-normalize-nfkd char-set-adjoin! char-set-delete!
   char-set-complement! char-set-union! char-set-intersection! char-set-difference!
   char-set-xor! char-set-filter! list->char-set! string->char-set! ucs-range->char-set!
   char-set-diff+intersection char-set-diff+intersection! char-set-cursor char-set-ref
   char-set-cursor-next end-of-char-set? char-set-unfold char-set-unfold! char-set-hash
   char-set:designated))

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

(define (string-ci<= string1 string2 . bounds)
  (%compare-strings string-ci<=? string1 string2 bounds))
(define (string-ci>= string1 string2 . bounds)
  (%compare-strings string-ci>=? string1 string2 bounds))
(define (string-ci<> string1 string2 . bounds)
  (not (%compare-strings string-ci=? string1 string2 bounds)))

;; Calls one of three procedures with the index at which two strings part.
(define (%compare-with prefix-length less? string1 string2 on-less on-equal on-greater bounds)
  (let* ((start1 (if (pair? bounds) (car bounds) 0))
         (index (+ start1 (apply prefix-length string1 string2 bounds))))
    (cond ((%compare-strings less? string1 string2 bounds) (on-less index))
          ((%compare-strings less? string2 string1
                             (if (and (pair? bounds) (pair? (cdr bounds)))
                                 (append (cddr bounds)
                                         (list-tail (list 0 (string-length string2))
                                                    (length (cddr bounds)))
                                         (list (car bounds) (cadr bounds)))
                                 '()))
           (on-greater index))
          (else (on-equal index)))))
(define (string-compare string1 string2 on-less on-equal on-greater . bounds)
  (%compare-with string-prefix-length string<? string1 string2 on-less on-equal on-greater bounds))
(define (string-compare-ci string1 string2 on-less on-equal on-greater . bounds)
  (%compare-with string-prefix-length-ci string-ci<? string1 string2
                 on-less on-equal on-greater bounds))

(define (string-prefix-length-ci string1 string2 . bounds)
  (apply string-prefix-length (string-foldcase string1) (string-foldcase string2) bounds))
(define (string-suffix-length-ci string1 string2 . bounds)
  (apply string-suffix-length (string-foldcase string1) (string-foldcase string2) bounds))
(define* (string-hash-ci string #:optional (size 536870909))
  (hash (string-foldcase string) size))

;; The characters from FROM to TO of STRING repeated for ever in both directions.
(define* (xsubstring string from #:optional (to (+ from (string-length string)))
                     (start 0) (end (string-length string)))
  (let ((count (- end start)))
    (list->string
     (%map1 (lambda (index)
              (string-ref string (+ start (modulo index count))))
            (iota (- to from) from)))))

(define (%immutable who)
  (scm-error 'misc-error who
             "strings cannot be changed in this implementation; make a new string instead" '() #f))
(define (string-xcopy! . arguments) (%immutable "string-xcopy!"))
(define (string-map! . arguments) (%immutable "string-map!"))
(define (string-titlecase! . arguments) (%immutable "string-titlecase!"))
(define (string-capitalize! . arguments) (%immutable "string-capitalize!"))
(define (substring-fill! . arguments) (%immutable "substring-fill!"))
(define (substring-move! . arguments) (%immutable "substring-move!"))

(define string-concatenate-reverse/shared string-concatenate-reverse)

;; Normal forms: of ASCII each is itself.
(define (%normalize who string)
  (if (string-every char-set:ascii string)
      string
      (scm-error 'misc-error who "only ASCII strings can be normalized here: ~S"
                 (list string) #f)))
(define (string-normalize-nfc string) (%normalize "string-normalize-nfc" string))
(define (string-normalize-nfd string) (%normalize "string-normalize-nfd" string))
(define (string-normalize-nfkc string) (%normalize "string-normalize-nfkc" string))
(define (string-normalize-nfkd string) (%normalize "string-normalize-nfkd" string))

;; Character sets are never changed: the `!' procedures make new ones.

(define char-set-adjoin! char-set-adjoin)
(define char-set-delete! char-set-delete)
(define char-set-complement! char-set-complement)
(define char-set-union! char-set-union)
(define char-set-intersection! char-set-intersection)
(define char-set-difference! char-set-difference)
(define char-set-xor! char-set-xor)
(define char-set-filter! char-set-filter)
(define list->char-set! list->char-set)
(define string->char-set! string->char-set)
(define ucs-range->char-set! ucs-range->char-set)
(define (char-set-diff+intersection set . others)
  (let ((union (apply char-set-union others)))
    (values (char-set-difference set union) (char-set-intersection set union))))
(define char-set-diff+intersection! char-set-diff+intersection)

;; A cursor is the list of the characters still to come.
(define (char-set-cursor set) (char-set->list set))
(define (char-set-ref set cursor) (car cursor))
(define (char-set-cursor-next set cursor) (cdr cursor))
(define (end-of-char-set? cursor) (null? cursor))

(define* (char-set-unfold stop? mapper successor seed #:optional (base char-set:empty))
  (let loop ((seed seed) (characters '()))
    (if (stop? seed)
        (list->char-set characters base)
        (loop (successor seed) (cons (mapper seed) characters)))))
(define char-set-unfold! char-set-unfold)
(define* (char-set-hash set #:optional (bound 536870909))
  (char-set-fold (lambda (character result)
                   (modulo (+ (* 31 result) (char->integer character)) bound))
                 7 set))
(define char-set:designated char-set:full)
