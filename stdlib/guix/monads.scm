;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Monads: ways to chain computations.

(define-module (guix monads)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (tintype native)
  #:export (define-monad
            monad?
            monad-bind
            monad-return
            with-monad
            >>=
            return
            mlet
            mlet*
            mbegin
            mwhen
            munless
            lift0
            lift1
            lift2
            lift3
            lift4
            lift5
            lift6
            lift7
            lift
            listm
            foldm
            mapm
            sequence
            anym

            %identity-monad

            %state-monad
            state-return
            state-bind
            current-state
            set-current-state
            state-push
            state-pop
            state-with-parameters
            state-parameterize
            mparameterize
            run-with-state))

(define-record-type <monad>
  (make-monad bind return)
  monad?
  (bind   monad-bind)
  (return monad-return))

(define-syntax define-monad
  (syntax-rules (bind return)
    ((_ name (bind b) (return r))
     (define name (make-monad b r)))))

;; Inside (with-monad MONAD BODY ...), 'return' and '>>=' are those of MONAD.
(define-syntax-parameter return
  (syntax-rules ()
    ((_ . _) (error "return used outside of 'with-monad'"))))

(define-syntax-parameter >>=
  (syntax-rules ()
    ((_ . _) (error ">>= used outside of 'with-monad'"))))

(define-syntax-rule (with-monad monad body ...)
  (let ((m monad))
    (syntax-parameterize ((return (syntax-rules ()
                                    ((_ exp) ((monad-return m) exp))))
                          (>>= (syntax-rules ()
                                 ((_ value . procs)
                                  (bind-all m value . procs)))))
      body ...)))

(define (bind-all monad value . procs)
  (fold (lambda (proc value)
          ((monad-bind monad) value proc))
        value
        procs))

;; (mlet* MONAD ((VAR MVALUE) (VAR -> VALUE) ...) BODY ...)
(define-syntax mlet*
  (syntax-rules (->)
    ((_ monad () body ...)
     (with-monad monad body ...))
    ((_ monad ((var -> value) clause ...) body ...)
     (let ((var value))
       (mlet* monad (clause ...) body ...)))
    ((_ monad ((var mvalue) clause ...) body ...)
     (let ((m monad))
       (bind-all m (with-monad m mvalue)
                 (lambda (var)
                   (mlet* m (clause ...) body ...)))))))

;; Like 'mlet*', but no clause sees the variables of another.
(define-syntax mlet
  (syntax-rules ()
    ((_ monad clauses body ...)
     (mlet-bind monad clauses () body ...))))

(define-syntax mlet-bind
  (syntax-rules (->)
    ((_ monad () ((var tmp) ...) body ...)
     (let ((var tmp) ...)
       (with-monad monad body ...)))
    ((_ monad ((var -> value) clause ...) (pair ...) body ...)
     (let ((tmp value))
       (mlet-bind monad (clause ...) (pair ... (var tmp)) body ...)))
    ((_ monad ((var mvalue) clause ...) (pair ...) body ...)
     (let ((m monad))
       (bind-all m (with-monad m mvalue)
                 (lambda (tmp)
                   (mlet-bind m (clause ...) (pair ... (var tmp)) body ...)))))))

;; Chain monadic values; the last one is the result.
(define-syntax mbegin
  (syntax-rules (%current-monad)
    ((_ %current-monad mvalue)
     mvalue)
    ((_ %current-monad mvalue rest ...)
     (>>= mvalue (lambda (ignored) (mbegin %current-monad rest ...))))
    ((_ monad mvalue ...)
     (with-monad monad (mbegin %current-monad mvalue ...)))))

(define-syntax-rule (mwhen condition mvalue ...)
  (if condition
      (mbegin %current-monad mvalue ...)
      (return *unspecified*)))

(define-syntax-rule (munless condition mvalue ...)
  (mwhen (not condition) mvalue ...))

(define (lift proc monad)
  "Return PROC made to return values of MONAD."
  (lambda arguments
    ((monad-return monad) (apply proc arguments))))

(define lift0 lift)
(define lift1 lift)
(define lift2 lift)
(define lift3 lift)
(define lift4 lift)
(define lift5 lift)
(define lift6 lift)
(define lift7 lift)

(define (foldm monad proc init lst)
  "Fold PROC, which returns values of MONAD, over LST."
  (with-monad monad
    (let loop ((lst lst) (result init))
      (if (null? lst)
          (return result)
          (>>= (proc (car lst) result)
               (lambda (result) (loop (cdr lst) result)))))))

(define (mapm monad proc lst)
  "Map PROC, which returns values of MONAD, over LST."
  (mlet* monad ((reversed (foldm monad
                                 (lambda (item result)
                                   (mlet* monad ((value (proc item)))
                                     (return (cons value result))))
                                 '()
                                 lst)))
    (return (reverse reversed))))

(define (sequence monad mvalues)
  "Turn MVALUES, a list of values of MONAD, into a value that is their list."
  (mapm monad (lambda (mvalue) mvalue) mvalues))

(define-syntax-rule (listm monad mvalue ...)
  (sequence monad (list mvalue ...)))

(define (anym monad proc lst)
  "Return the first true value that PROC gives for an item of LST, or #f."
  (with-monad monad
    (let loop ((lst lst))
      (if (null? lst)
          (return #f)
          (>>= (proc (car lst))
               (lambda (value)
                 (if value (return value) (loop (cdr lst)))))))))


;;;
;;; The identity and state monads.
;;;

(define-monad %identity-monad
  (bind (lambda (value proc) (proc value)))
  (return (lambda (value) value)))

;; A value of the state monad is a procedure from a state to two values: the
;; value proper and the new state.
(define (state-return value)
  "Return VALUE in the state monad."
  (lambda (state) (values value state)))

(define (state-bind mvalue mproc)
  "Call MPROC with the value of MVALUE, in the state that it leaves."
  (lambda (state)
    (call-with-values (lambda () (mvalue state))
      (lambda (value state)
        ((mproc value) state)))))

(define-monad %state-monad
  (bind state-bind)
  (return state-return))

(define (current-state)
  "Return the current state as a value."
  (lambda (state) (values state state)))

(define (set-current-state value)
  "Set the state to VALUE and return the previous one."
  (lambda (state) (values state value)))

(define (state-push value)
  "Push VALUE on the state, a list."
  (lambda (state) (values state (cons value state))))

(define (state-pop)
  "Pop a value from the state, a list."
  (lambda (state) (values (car state) (cdr state))))

(define* (run-with-state mvalue #:optional (state '()))
  "Return the value and the state that MVALUE gives, starting from STATE."
  (mvalue state))

;; Parameters hold while a value of the state monad is computed, not while it is put together.

(define (state-with-parameters parameters values mvalue)
  "Return MVALUE computed with PARAMETERS bound to VALUES."
  (lambda (state)
    (%parameterize parameters values (lambda () (mvalue state)))))

(define-syntax-rule (state-parameterize ((parameter value) ...) body ...)
  (state-with-parameters (list parameter ...) (list value ...)
                         (lambda (state)
                           ((mbegin %state-monad body ...) state))))

;; The same for a monad that is given.
(define-syntax-rule (mparameterize monad ((parameter value) ...) body ...)
  (if (eq? monad %identity-monad)
      (parameterize ((parameter value) ...)
        (mbegin %identity-monad body ...))
      (state-parameterize ((parameter value) ...) body ...)))
