;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Transducers: steps of a computation over a sequence, whatever holds it.
;;;
;;; A reducer is a procedure of no argument, which gives the start; of a result,
;;; which finishes it; of a result and an item.  A transducer takes a reducer and
;;; returns one.

(define-module (srfi srfi-171)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-9)
  #:export (rcons reverse-rcons rcount rany revery
            list-transduce vector-transduce string-transduce
            bytevector-u8-transduce port-transduce generator-transduce
            tmap tfilter tremove treplace tfilter-map tdrop tdrop-while ttake
            ttake-while tconcatenate tappend-map tflatten
            tdelete-neighbor-duplicates tdelete-duplicates tsegment tpartition
            tadd-between tenumerate tlog))

;; What ends a computation before its sequence does: its result.
(define-record-type <reduced>
  (reduced result)
  reduced?
  (result result-of))

(define (ensure-reduced result)
  (if (reduced? result) result (reduced result)))

(define (unreduced result)
  (if (reduced? result) (result-of result) result))

;;;
;;; Reducers.
;;;

(define rcons
  (case-lambda
    (() '())
    ((result) (reverse! result))
    ((result item) (cons item result))))

(define reverse-rcons
  (case-lambda
    (() '())
    ((result) result)
    ((result item) (cons item result))))

(define rcount
  (case-lambda
    (() 0)
    ((result) result)
    ((result item) (+ 1 result))))

(define (rany satisfied?)
  "Return the reducer to the first true value that SATISFIED? has of an item."
  (case-lambda
    (() #f)
    ((result) result)
    ((result item)
     (let ((value (satisfied? item)))
       (if value (reduced value) #f)))))

(define (revery satisfied?)
  "Return the reducer to the last value of SATISFIED?, #f if one is."
  (case-lambda
    (() #t)
    ((result) result)
    ((result item)
     (let ((value (satisfied? item)))
       (if (and result value)
           value
           (reduced #f))))))

;;;
;;; Sequences.
;;;

(define (reduce-from next reducer start)
  "Give REDUCER the items that NEXT returns, until it returns #<eof>."
  (let loop ((result start))
    (let ((item (next)))
      (if (eof-object? item)
          result
          (let ((result (reducer result item)))
            (if (reduced? result)
                (result-of result)
                (loop result)))))))

(define (reduce-indexed ref length reducer start)
  "Give REDUCER what REF returns of the numbers below LENGTH."
  (let loop ((index 0) (result start))
    (if (= index length)
        result
        (let ((result (reducer result (ref index))))
          (if (reduced? result)
              (result-of result)
              (loop (+ 1 index) result))))))

(define (reduce-list items reducer start)
  (let loop ((items items) (result start))
    (if (null? items)
        result
        (let ((result (reducer result (car items))))
          (if (reduced? result)
              (result-of result)
              (loop (cdr items) result))))))

;; (define-transduction (NAME TRANSDUCER REDUCER START SEQUENCE ...) REDUCED): START
;; may be left out; the reducer says it then.
(define-syntax-rule (define-transduction
                      (name transducer reducer start sequence ...) reduced)
  (define name
    (case-lambda
      ((transducer reducer sequence ...)
       (name transducer reducer (reducer) sequence ...))
      ((transducer reducer* start sequence ...)
       (let ((reducer (transducer reducer*)))
         (reducer reduced))))))

(define-transduction (list-transduce transducer reducer start items)
  (reduce-list items reducer start))

(define-transduction (vector-transduce transducer reducer start items)
  (reduce-indexed (lambda (index) (vector-ref items index))
                  (vector-length items) reducer start))

(define-transduction (string-transduce transducer reducer start str)
  (reduce-indexed (lambda (index) (string-ref str index))
                  (string-length str) reducer start))

(define-transduction (bytevector-u8-transduce transducer reducer start bytes)
  (reduce-indexed (lambda (index) (bytevector-u8-ref bytes index))
                  (bytevector-length bytes) reducer start))

(define-transduction (generator-transduce transducer reducer start next)
  (reduce-from next reducer start))

(define port-transduce
  (case-lambda
    ((transducer reducer by)
     (generator-transduce transducer reducer by))
    ((transducer reducer by port)
     (port-transduce transducer reducer (reducer) by port))
    ((transducer reducer start by port)
     (generator-transduce transducer reducer start (lambda () (by port))))))

;;;
;;; Transducers.
;;;

;; (define-stepper (NAME ARGUMENT ...) (REDUCER RESULT ITEM) BINDINGS STEP): only what is
;; done with an item is particular; BINDINGS are its state.
(define-syntax-rule (define-stepper (name argument ...)
                      (reducer result item) (binding ...) step)
  (define (name argument ...)
    (lambda (reducer)
      (let (binding ...)
        (case-lambda
          (() (reducer))
          ((result) (reducer result))
          ((result item) step))))))

(define-stepper (tmap f) (reducer result item) ()
  (reducer result (f item)))

(define-stepper (tfilter satisfied?) (reducer result item) ()
  (if (satisfied? item) (reducer result item) result))

(define (tremove satisfied?)
  (tfilter (lambda (item) (not (satisfied? item)))))

(define-stepper (tfilter-map f) (reducer result item) ()
  (let ((value (f item)))
    (if value (reducer result value) result)))

(define (treplace replacements)
  "Return the transducer that replaces items as REPLACEMENTS says: an association
list, a hash table or a procedure."
  (define replace
    (cond ((procedure? replacements) replacements)
          ((hash-table? replacements)
           (lambda (item) (hash-ref replacements item item)))
          (else
           (lambda (item)
             (let ((found (assoc item replacements)))
               (if found (cdr found) item))))))
  (tmap replace))

(define-stepper (tdrop count) (reducer result item) ((dropped 0))
  (if (< dropped count)
      (begin
        (set! dropped (+ 1 dropped))
        result)
      (reducer result item)))

(define-stepper (tdrop-while satisfied?) (reducer result item) ((dropping? #t))
  (if (and dropping? (satisfied? item))
      result
      (begin
        (set! dropping? #f)
        (reducer result item))))

(define-stepper (ttake count) (reducer result item) ((left count))
  (if (<= left 0)
      (ensure-reduced result)
      (begin
        (set! left (- left 1))
        (let ((result (reducer result item)))
          (if (zero? left) (ensure-reduced result) result)))))

(define* (ttake-while satisfied? #:optional (finish (lambda (result item) result)))
  "Return the transducer that takes items while they are SATISFIED?; the result of
(FINISH RESULT ITEM) is the end."
  (lambda (reducer)
    (define taking? #t)
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item)
       (if (and taking? (satisfied? item))
           (reducer result item)
           (begin
             (set! taking? #f)
             (ensure-reduced (finish result item))))))))

(define (keeping reducer)
  "Return REDUCER as a step within another reduction: its end is the other's end."
  (lambda (result item)
    (let ((result (reducer result item)))
      (if (reduced? result) (reduced result) result))))

(define-stepper (%tconcatenate) (reducer result item) ()
  (reduce-list item (keeping reducer) result))

(define tconcatenate (%tconcatenate))

(define (tappend-map f)
  (let ((map (tmap f)))
    (lambda (reducer)
      (map (tconcatenate reducer)))))

(define (tflatten reducer)
  (define step
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item)
       (if (list? item)
           (reduce-list item (keeping step) result)
           (reducer result item)))))
  step)

(define* (tdelete-neighbor-duplicates #:optional (equal? equal?))
  (lambda (reducer)
    (define last (list 'none))
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item)
       (if (equal? last item)
           result
           (begin
             (set! last item)
             (reducer result item)))))))

(define* (tdelete-duplicates #:optional (equal? equal?))
  (lambda (reducer)
    (define seen '())
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item)
       (if (member item seen (lambda (item other) (equal? other item)))
           result
           (begin
             (set! seen (cons item seen))
             (reducer result item)))))))

(define (grouping full?)
  "Return the transducer of lists of items: one ends where FULL? is true of its
items, last first, and of the item that follows."
  (lambda (reducer)
    (define group '())

    (define (flush result)
      (if (null? group)
          result
          (let ((items (reverse group)))
            (set! group '())
            (reducer result items))))

    (case-lambda
      (() (reducer))
      ((result)
       (reducer (unreduced (flush result))))
      ((result item)
       (if (and (pair? group) (full? group item))
           (let ((result (flush result)))
             (unless (reduced? result)
               (set! group (list item)))
             result)
           (begin
             (set! group (cons item group))
             result))))))

(define (tsegment count)
  (grouping (lambda (group item) (= count (length group)))))

(define (tpartition key)
  (grouping (lambda (group item) (not (equal? (key (car group)) (key item))))))

(define-stepper (tadd-between separator) (reducer result item) ((first? #t))
  (if first?
      (begin
        (set! first? #f)
        (reducer result item))
      (let ((result (reducer result separator)))
        (if (reduced? result)
            result
            (reducer result item)))))

(define* (tenumerate #:optional (start 0))
  (lambda (reducer)
    (define number start)
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item)
       (let ((numbered (cons number item)))
         (set! number (+ 1 number))
         (reducer result numbered))))))

(define* (tlog #:optional (log (lambda (result item)
                                 (write item)
                                 (newline))))
  (lambda (reducer)
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item)
       (log result item)
       (reducer result item)))))
