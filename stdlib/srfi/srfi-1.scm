;;; SRFI-1: lists. Natives do what needs no procedure; the rest is here.

(define-module (srfi srfi-1)
  #:use-module (tintype native)
  #:replace (map for-each map-in-order list-index list-copy)
  #:re-export
  (cons list xcons cons* make-list iota
   proper-list? dotted-list? circular-list? null-list? not-pair? null? pair?
   first second third fourth fifth sixth seventh eighth ninth tenth
   take take! drop take-right drop-right drop-right! split-at split-at! last last-pair
   length length+ append append! reverse reverse! append-reverse append-reverse! concatenate
   concatenate! filter filter! member memq memv delete delete! assoc assq assv alist-copy
   car cdr set-car! set-cdr! list-ref
   caar cadr cdar cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr
   caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
   cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr)
  #:export
  (list= list-tabulate circular-list
   car+cdr zip unzip1 unzip2 unzip3 unzip4 unzip5 count
   fold fold-right pair-fold pair-fold-right reduce reduce-right unfold unfold-right
   append-map append-map! map! pair-for-each filter-map
   partition partition! remove remove!
   find find-tail any every
   take-while take-while! drop-while span span! break break!
   delete-duplicates delete-duplicates!
   alist-cons alist-delete alist-delete!
   lset<= lset= lset-adjoin lset-union lset-union! lset-intersection lset-intersection!
   lset-difference lset-difference! lset-xor lset-xor!
   lset-diff+intersection lset-diff+intersection!))

;; The first items of LISTS and what follows them, or #f twice when one of them is at its end.
(define (%cars+cdrs lists)
  (let loop ((rest lists) (cars '()) (cdrs '()))
    (cond ((null? rest) (values (reverse cars) (reverse cdrs)))
          ((pair? (car rest))
           (loop (cdr rest) (cons (car (car rest)) cars) (cons (cdr (car rest)) cdrs)))
          (else (values #f #f)))))

(define (%wrong-type who value)
  (scm-error 'wrong-type-arg who "Wrong type argument: ~S" (cons value '()) '()))

(define (%check-procedure who procedure)
  (unless (procedure? procedure)
    (%wrong-type who procedure)))

(define (%check-list who list)
  (unless (list? list)
    (%wrong-type who list)))

;; Constructors and parts.

(define (list-tabulate count procedure)
  (map procedure (iota count)))

(define (circular-list . items)
  (error "circular-list: lists cannot be circular in this implementation"))

;; Lists cannot be changed: a list is its own copy.
(define (list-copy list) list)

(define (car+cdr pair)
  (values (car pair) (cdr pair)))

(define (list= same? . lists)
  (let next ((lists lists))
    (or (null? lists)
        (null? (cdr lists))
        (and (let loop ((left (car lists)) (right (cadr lists)))
               (cond ((null? left) (null? right))
                     ((null? right) #f)
                     (else (and (same? (car left) (car right))
                                (loop (cdr left) (cdr right))))))
             (next (cdr lists))))))

;; Unlike the core's, `map' over several lists stops with the shortest.

(define (map procedure first . rest)
  (if (null? rest)
      (begin
        (%check-list "map" first)
        (let loop ((items first) (result '()))
          (if (null? items)
              (reverse result)
              (loop (cdr items) (cons (procedure (car items)) result)))))
      (let loop ((lists (cons first rest)) (result '()))
        (call-with-values (lambda () (%cars+cdrs lists))
          (lambda (cars cdrs)
            (if cars
                (loop cdrs (cons (apply procedure cars) result))
                (reverse result)))))))

(define map-in-order map)
(define map! map)

(define (for-each procedure first . rest)
  (if (null? rest)
      (begin
        (%check-list "for-each" first)
        (let loop ((items first))
          (unless (null? items)
            (procedure (car items))
            (loop (cdr items)))))
      (let loop ((lists (cons first rest)))
        (call-with-values (lambda () (%cars+cdrs lists))
          (lambda (cars cdrs)
            (when cars
              (apply procedure cars)
              (loop cdrs)))))))

(define (pair-for-each procedure first . rest)
  (if (null? rest)
      (let loop ((items first))
        (when (pair? items)
          (let ((next (cdr items)))
            (procedure items)
            (loop next))))
      (let loop ((lists (cons first rest)))
        (unless (any null-list? lists)
          (apply procedure lists)
          (loop (map cdr lists))))))

(define (filter-map procedure first . rest)
  (filter identity (apply map procedure first rest)))

(define (append-map procedure first . rest)
  (concatenate (apply map procedure first rest)))
(define append-map! append-map)

(define (zip first . rest)
  (apply map list first rest))
(define (unzip1 lists) (map first lists))
(define (unzip2 lists) (values (map first lists) (map second lists)))
(define (unzip3 lists) (values (map first lists) (map second lists) (map third lists)))
(define (unzip4 lists)
  (values (map first lists) (map second lists) (map third lists) (map fourth lists)))
(define (unzip5 lists)
  (values (map first lists) (map second lists) (map third lists) (map fourth lists)
          (map fifth lists)))

(define (count predicate first . rest)
  (if (null? rest)
      (let loop ((items first) (result 0))
        (if (null? items)
            result
            (loop (cdr items) (if (predicate (car items)) (1+ result) result))))
      (length (filter identity (apply map predicate first rest)))))

;; Folds.

(define (fold kons knil first . rest)
  (%check-procedure "fold" kons)
  (if (null? rest)
      (begin
        (%check-list "fold" first)
        (let loop ((items first) (result knil))
          (if (null? items)
              result
              (loop (cdr items) (kons (car items) result)))))
      (let loop ((lists (cons first rest)) (result knil))
        (call-with-values (lambda () (%cars+cdrs lists))
          (lambda (cars cdrs)
            (if cars
                (loop cdrs (apply kons (append cars (cons result '()))))
                result))))))

(define (fold-right kons knil first . rest)
  (if (null? rest)
      (let loop ((items (reverse first)) (result knil))
        (if (null? items)
            result
            (loop (cdr items) (kons (car items) result))))
      (let loop ((items (reverse (apply zip first rest))) (result knil))
        (if (null? items)
            result
            (loop (cdr items) (apply kons (append (car items) (cons result '()))))))))

;; The tails of LISTS, each as a list of tails, while all have one.
(define (%tails lists)
  (let loop ((lists lists) (result '()))
    (if (any null-list? lists)
        (reverse result)
        (loop (map cdr lists) (cons lists result)))))

(define (pair-fold kons knil first . rest)
  (let loop ((tails (%tails (cons first rest))) (result knil))
    (if (null? tails)
        result
        (loop (cdr tails) (apply kons (append (car tails) (cons result '())))))))

(define (pair-fold-right kons knil first . rest)
  (let loop ((tails (reverse (%tails (cons first rest)))) (result knil))
    (if (null? tails)
        result
        (loop (cdr tails) (apply kons (append (car tails) (cons result '())))))))

(define (reduce procedure identity list)
  (if (null? list)
      identity
      (fold procedure (car list) (cdr list))))

(define (reduce-right procedure identity list)
  (if (null? list)
      identity
      (let ((reversed (reverse list)))
        (let loop ((items (cdr reversed)) (result (car reversed)))
          (if (null? items)
              result
              (loop (cdr items) (procedure (car items) result)))))))

(define* (unfold stop? mapper successor seed #:optional (make-tail (lambda (seed) '())))
  (let loop ((seed seed) (result '()))
    (if (stop? seed)
        (append-reverse result (make-tail seed))
        (loop (successor seed) (cons (mapper seed) result)))))

(define* (unfold-right stop? mapper successor seed #:optional (tail '()))
  (let loop ((seed seed) (result tail))
    (if (stop? seed)
        result
        (loop (successor seed) (cons (mapper seed) result)))))

;; Searching.

(define (find predicate list)
  (%check-procedure "find" predicate)
  (let loop ((items list))
    (cond ((null? items) #f)
          ((predicate (car items)) (car items))
          (else (loop (cdr items))))))

(define (find-tail predicate list)
  (%check-procedure "find-tail" predicate)
  (let loop ((items list))
    (cond ((null? items) #f)
          ((predicate (car items)) items)
          (else (loop (cdr items))))))

(define (any predicate first . rest)
  (if (null? rest)
      (let loop ((items first))
        (cond ((null? items) #f)
              ((null? (cdr items)) (predicate (car items)))
              (else (or (predicate (car items)) (loop (cdr items))))))
      (let loop ((lists (cons first rest)))
        (call-with-values (lambda () (%cars+cdrs lists))
          (lambda (cars cdrs)
            (and cars
                 (or (apply predicate cars) (loop cdrs))))))))

(define (every predicate first . rest)
  (if (null? rest)
      (let loop ((items first))
        (cond ((null? items) #t)
              ((null? (cdr items)) (predicate (car items)))
              (else (and (predicate (car items)) (loop (cdr items))))))
      (let loop ((lists (cons first rest)) (result #t))
        (call-with-values (lambda () (%cars+cdrs lists))
          (lambda (cars cdrs)
            (if cars
                (let ((result (apply predicate cars)))
                  (and result (loop cdrs result)))
                result))))))

(define (list-index predicate first . rest)
  (if (null? rest)
      (let loop ((items first) (index 0))
        (cond ((null? items) #f)
              ((predicate (car items)) index)
              (else (loop (cdr items) (1+ index)))))
      (let loop ((lists (cons first rest)) (index 0))
        (call-with-values (lambda () (%cars+cdrs lists))
          (lambda (cars cdrs)
            (cond ((not cars) #f)
                  ((apply predicate cars) index)
                  (else (loop cdrs (1+ index)))))))))

(define (take-while predicate list)
  (let loop ((items list) (result '()))
    (if (and (pair? items) (predicate (car items)))
        (loop (cdr items) (cons (car items) result))
        (reverse result))))
(define take-while! take-while)

(define (drop-while predicate list)
  (let loop ((items list))
    (if (and (pair? items) (predicate (car items)))
        (loop (cdr items))
        items)))

(define (span predicate list)
  (let loop ((items list) (result '()))
    (if (and (pair? items) (predicate (car items)))
        (loop (cdr items) (cons (car items) result))
        (values (reverse result) items))))
(define span! span)

(define (break predicate list)
  (span (lambda (item) (not (predicate item))) list))
(define break! break)

(define (partition predicate list)
  (let loop ((items list) (in '()) (out '()))
    (cond ((null? items) (values (reverse in) (reverse out)))
          ((predicate (car items)) (loop (cdr items) (cons (car items) in) out))
          (else (loop (cdr items) in (cons (car items) out))))))
(define partition! partition)

(define (remove predicate list)
  (%check-procedure "remove" predicate)
  (filter (lambda (item) (not (predicate item))) list))
(define remove! remove)

;; Sets and association lists.

(define* (delete-duplicates list #:optional (same? #f))
  (if same?
      (let loop ((items list) (result '()))
        (cond ((null? items) (reverse result))
              ((any (lambda (known) (same? known (car items))) result)
               (loop (cdr items) result))
              (else (loop (cdr items) (cons (car items) result)))))
      (%delete-duplicates list)))
(define delete-duplicates! delete-duplicates)

(define (alist-cons key value alist)
  (acons key value alist))

(define* (alist-delete key alist #:optional (same? equal?))
  (filter (lambda (entry) (not (same? key (car entry)))) alist))
(define alist-delete! alist-delete)

(define (%contains? same? list item)
  (any (lambda (known) (same? known item)) list))

(define (lset<= same? . lists)
  (let next ((lists lists))
    (or (null? lists)
        (null? (cdr lists))
        (and (every (lambda (item) (%contains? same? (cadr lists) item)) (car lists))
             (next (cdr lists))))))

(define (lset= same? . lists)
  (let next ((lists lists))
    (or (null? lists)
        (null? (cdr lists))
        (and (lset<= same? (car lists) (cadr lists))
             (lset<= same? (cadr lists) (car lists))
             (next (cdr lists))))))

(define (lset-adjoin same? list . items)
  (fold (lambda (item result)
          (if (%contains? same? result item)
              result
              (cons item result)))
        list
        items))

(define (lset-union same? . lists)
  (reduce (lambda (list result)
            (cond ((null? list) result)
                  ((null? result) list)
                  (else
                   (fold (lambda (item result)
                           (if (any (lambda (known) (same? known item)) result)
                               result
                               (cons item result)))
                         result
                         list))))
          '()
          lists))
(define lset-union! lset-union)

(define (lset-intersection same? first . rest)
  (filter (lambda (item)
            (every (lambda (list) (%contains? same? list item)) rest))
          first))
(define lset-intersection! lset-intersection)

(define (lset-difference same? first . rest)
  (filter (lambda (item)
            (every (lambda (list) (not (%contains? same? list item))) rest))
          first))
(define lset-difference! lset-difference)

(define (lset-xor same? . lists)
  (reduce (lambda (right left)
            (append (lset-difference same? right left)
                    (lset-difference same? left right)))
          '()
          lists))
(define lset-xor! lset-xor)

(define (lset-diff+intersection same? first . rest)
  (partition (lambda (item)
               (every (lambda (list) (not (%contains? same? list item))) rest))
             first))
(define lset-diff+intersection! lset-diff+intersection)
