;;; POSIX regular expressions.

(define-module (ice-9 regex)
  #:export (fold-matches list-matches regexp-match? regexp-quote match:start match:end
            match:substring match:string match:prefix match:suffix match:count
            string-match regexp-substitute regexp-substitute/global))

;; A match is a vector: the string, then the bounds of the match and of each group.

(define (regexp-match? object)
  (and (vector? object)
       (> (vector-length object) 1)
       (string? (vector-ref object 0))
       (and-map (lambda (bounds)
                  (and (pair? bounds)
                       (exact-integer? (car bounds))
                       (exact-integer? (cdr bounds))))
                (cdr (vector->list object)))))

(define* (%bound part match #:optional (group 0))
  (let ((bound (part (vector-ref match (+ group 1)))))
    (and (not (= bound -1)) bound)))

(define* (match:start match #:optional (group 0)) (%bound car match group))
(define* (match:end match #:optional (group 0)) (%bound cdr match group))

(define* (match:substring match #:optional (group 0))
  (let* ((bounds (vector-ref match (+ group 1))))
    (and (not (= -1 (car bounds)))
         (substring (vector-ref match 0) (car bounds) (cdr bounds)))))

(define (match:string match) (vector-ref match 0))
(define (match:prefix match) (substring (match:string match) 0 (match:start match 0)))
(define (match:suffix match) (substring (match:string match) (match:end match 0)))
(define (match:count match) (- (vector-length match) 1))

(define* (string-match pattern string #:optional (start 0))
  (regexp-exec (make-regexp pattern regexp/extended) string start))

;; The characters that mean something in an extended expression.
(define (regexp-quote text)
  (string-concatenate
   (map (lambda (character)
          (if (string-index "$[*.\\^()?+{|" character)
              (string #\\ character)
              (string character)))
        (string->list text))))

(define* (fold-matches pattern string initial procedure #:optional (flags 0))
  (let ((regexp (if (regexp? pattern) pattern (make-regexp pattern)))
        (end (string-length string)))
    (let loop ((start 0) (result initial))
      (let ((match (and (<= start end)
                        (regexp-exec regexp string start
                                     (if (= start 0) flags (logior flags regexp/notbol))))))
        (cond ((not match) result)
              ;; After an empty match the search goes on a character further.
              ((= (match:start match) (match:end match))
               (loop (+ (match:end match) 1) (procedure match result)))
              (else
               (loop (match:end match) (procedure match result))))))))

(define* (list-matches pattern string #:optional (flags 0))
  (reverse (fold-matches pattern string '() cons flags)))

;; What the items of `regexp-substitute' stand for is written to PORT, or a string if it is #f.
(define (regexp-substitute port match . items)
  (%deliver port
            (lambda (put)
              (for-each (lambda (item) (put (%substitute match item))) items))))

(define (%substitute match item)
  (cond ((string? item) item)
        ((integer? item) (or (match:substring match item) ""))
        ((eq? item 'pre) (match:prefix match))
        ((eq? item 'post) (match:suffix match))
        (else (error "wrong-type-arg" item))))

(define (%deliver port procedure)
  (if port
      (procedure (lambda (text) (display text port)))
      (call-with-output-string
        (lambda (port)
          (procedure (lambda (text) (display text port)))))))

(define (regexp-substitute/global port pattern string . items)
  (%deliver port
            (lambda (put)
              (%substitute-all put pattern string items))))

(define (%substitute-all put pattern string items)
  ;; With `post' among the items the rest is searched as well; without it, only the first match counts.
  (let ((matches (if (memq 'post items)
                     (list-matches pattern string)
                     (let ((first (regexp-exec (if (regexp? pattern)
                                                   pattern
                                                   (make-regexp pattern))
                                               string)))
                       (if first (list first) '())))))
    (if (null? matches)
        (put string)
        (let each ((matches matches) (start 0))
          (if (null? matches)
              (put (substring string start))
              (let ((match (car matches)))
                (let item ((items items))
                  (unless (null? items)
                    (cond ((eq? (car items) 'pre)
                           (put (substring string start (match:start match)))
                           (item (cdr items)))
                          ((eq? (car items) 'post)
                           (each (cdr matches) (match:end match))
                           (item (cdr items)))
                          ((procedure? (car items))
                           (put ((car items) match))
                           (item (cdr items)))
                          (else
                           (put (%substitute match (car items)))
                           (item (cdr items))))))))))))
