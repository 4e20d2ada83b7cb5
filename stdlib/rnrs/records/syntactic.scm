;;; R6RS: records, by a definition.

(define-module (rnrs records syntactic)
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (rnrs records procedural)
  #:export
  (define-record-type record-type-descriptor record-constructor-descriptor))

;; The name of a record type is a variable that holds its constructor descriptor.
(define-syntax-rule (record-constructor-descriptor name) name)
(define-syntax-rule (record-type-descriptor name)
  ((@@ (rnrs records procedural) %constructor-type) name))

(define-syntax define-record-type
  (lambda (form)
    (define (text part)
      (let ((datum (syntax->datum part)))
        (if (string? datum) datum (symbol->string datum))))
    (define (name-in context . parts)
      (datum->syntax context (string->symbol (apply string-append (map text parts)))))

    ;; The clause that begins with WORD, without the word; #f if there is none.
    (define (clause word clauses)
      (let loop ((clauses clauses))
        (and (pair? clauses)
             (syntax-case (car clauses) ()
               ((head . rest)
                (if (eq? word (syntax->datum #'head)) #'rest (loop (cdr clauses))))))))
    (define (argument word clauses default)
      (let ((found (clause word clauses)))
        (if found
            (syntax-case found ()
              ((value) #'value))
            default)))

    ;; (KIND FIELD ACCESSOR MUTATOR), the mutator #f for an immutable field.
    (define (parse-field field type)
      (define (accessor name) (name-in type type "-" name))
      (define (mutator name) (name-in type type "-" name "-set!"))
      (syntax-case field ()
        ((kind name)
         (if (eq? 'mutable (syntax->datum #'kind))
             (list #'kind #'name (accessor #'name) (mutator #'name))
             (list #'kind #'name (accessor #'name) #f)))
        ((kind name get) (list #'kind #'name #'get #f))
        ((kind name get set) (list #'kind #'name #'get #'set))
        (name (list #'immutable #'name (accessor #'name) #f))))

    (define (numbered fields)
      (let loop ((index 0) (fields fields))
        (if (null? fields)
            '()
            (cons (cons index (car fields)) (loop (+ index 1) (cdr fields))))))

    (define (expand type constructor predicate clauses)
      (let ((fields (numbered (map (lambda (field) (parse-field field type))
                                   (syntax-case (or (clause 'fields clauses) #'()) ()
                                     ((field ...) #'(field ...))))))
            (parent (argument 'parent clauses #f))
            (parents (clause 'parent-rtd clauses))
            (nongenerative (clause 'nongenerative clauses)))
        (with-syntax
            ((type type)
             (constructor constructor)
             (predicate predicate)
             (protocol (argument 'protocol clauses #'#f))
             (sealed? (argument 'sealed clauses #'#f))
             (opaque? (argument 'opaque clauses #'#f))
             (parent-type (cond (parent #`(record-type-descriptor #,parent))
                                (parents (syntax-case parents () ((rtd rcd) #'rtd)))
                                (else #'#f)))
             (parent-constructor (cond (parent)
                                       (parents (syntax-case parents () ((rtd rcd) #'rcd)))
                                       (else #'#f)))
             (uid (if nongenerative
                      (syntax-case nongenerative ()
                        ((uid) #''uid)
                        (() #`'#,(datum->syntax type (gensym "uid-"))))
                      #'#f))
             (((kind field) ...)
              (map (lambda (field) (list (cadr field) (caddr field))) fields))
             (((accessor accessor-index) ...)
              (map (lambda (field) (list (cadddr field) (car field))) fields))
             (((mutator mutator-index) ...)
              (filter-map* (lambda (field)
                             (let ((mutator (list-ref field 4)))
                               (and mutator (list mutator (car field)))))
                           fields)))
          #'(begin
              (define type
                (make-record-constructor-descriptor
                 (make-record-type-descriptor 'type parent-type uid sealed? opaque?
                                              '#((kind field) ...))
                 parent-constructor protocol))
              (define constructor (record-constructor type))
              (define predicate (record-predicate (record-type-descriptor type)))
              (define accessor (record-accessor (record-type-descriptor type) accessor-index)) ...
              (define mutator (record-mutator (record-type-descriptor type) mutator-index)) ...))))

    (define (filter-map* procedure items)
      (filter (lambda (item) item) (map procedure items)))

    (syntax-case form ()
      ((_ (type constructor predicate) clause ...)
       (expand #'type #'constructor #'predicate #'(clause ...)))
      ((_ type clause ...)
       (expand #'type (name-in #'type "make-" #'type) (name-in #'type #'type "?")
               #'(clause ...))))))
