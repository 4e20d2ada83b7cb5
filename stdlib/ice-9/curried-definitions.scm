;;; define with a procedure's procedure: (define ((f x) y) ...).

(define-module (ice-9 curried-definitions)
  #:replace ((curried-define . define)
             (curried-define* . define*)
             (curried-define-public . define-public)
             (curried-define*-public . define*-public)))

(define-syntax curried-define
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (curried-define (head . outer) (lambda inner body ...)))
    ((_ (name . parameters) body ...)
     (define (name . parameters) body ...))
    ((_ name value ...)
     (define name value ...))))

(define-syntax curried-define*
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (curried-define* (head . outer) (lambda* inner body ...)))
    ((_ (name . parameters) body ...)
     (define* (name . parameters) body ...))
    ((_ name value ...)
     (define name value ...))))

(define-syntax curried-define-public
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (curried-define-public (head . outer) (lambda inner body ...)))
    ((_ (name . parameters) body ...)
     (define-public (name . parameters) body ...))
    ((_ name value ...)
     (define-public name value ...))))

(define-syntax curried-define*-public
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (curried-define*-public (head . outer) (lambda* inner body ...)))
    ((_ (name . parameters) body ...)
     (begin (define* (name . parameters) body ...) (export name)))
    ((_ name value ...)
     (define-public name value ...))))
