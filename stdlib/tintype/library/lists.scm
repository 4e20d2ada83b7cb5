;;; Lists and hash tables: the procedures of (guile) that call procedures.

(define-module (tintype library lists)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (tintype library control)
  #:export
  (map map-in-order for-each and-map or-map filter filter! member assoc delete delete!
   delete1! list-index merge merge! sort-list sort stable-sort sort! stable-sort! sort-list!
   sorted? hash-fold hash-for-each hash-for-each-handle hash-map->list hash-count %check-list
   %list %map1 %check-lengths for-each1 hashx-ref hashx-set! hashx-get-handle
   hashx-create-handle! hashx-remove! delq1! delv1! sloppy-assv sloppy-assoc
   restricted-vector-sort!))

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

;; Tables with a hash function and an `assoc' of the caller's: lists of entries by hash.

(define %hashx-size 536870909)
(define (%bucket hash table key) (hash-ref table (hash key %hashx-size) '()))
(define (hashx-get-handle hash assoc table key)
  (assoc key (%bucket hash table key)))
(define* (hashx-ref hash assoc table key #:optional (default #f))
  (let ((entry (hashx-get-handle hash assoc table key)))
    (if entry (cdr entry) default)))
(define (hashx-remove! hash assoc table key)
  (let ((entry (hashx-get-handle hash assoc table key)))
    (when entry
      (hash-set! table (hash key %hashx-size) (delq entry (%bucket hash table key))))
    entry))
(define (hashx-set! hash assoc table key value)
  (hashx-remove! hash assoc table key)
  (hash-set! table (hash key %hashx-size) (acons key value (%bucket hash table key)))
  value)
(define (hashx-create-handle! hash assoc table key value)
  (unless (hashx-get-handle hash assoc table key)
    (hashx-set! hash assoc table key value))
  (hashx-get-handle hash assoc table key))

(define (%delete1 item list same?)
  (let loop ((rest list) (before '()))
    (cond ((null? rest) list)
          ((same? item (car rest)) (append-reverse before (cdr rest)))
          (else (loop (cdr rest) (cons (car rest) before))))))
(define (delq1! item list) (%delete1 item list eq?))
(define (delv1! item list) (%delete1 item list eqv?))

(define (%sloppy-assoc key alist same?)
  (let loop ((rest alist))
    (cond ((not (pair? rest)) #f)
          ((and (pair? (car rest)) (same? key (car (car rest)))) (car rest))
          (else (loop (cdr rest))))))
(define (sloppy-assv key alist) (%sloppy-assoc key alist eqv?))
(define (sloppy-assoc key alist) (%sloppy-assoc key alist equal?))

(define (restricted-vector-sort! vector less? start end)
  (vector-copy! vector start
                (list->vector (sort-list (vector->list vector start end) less?))))
