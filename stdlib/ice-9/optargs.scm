;;; Optional and keyword arguments.

(define-module (ice-9 optargs)
  #:use-module (tintype syntax)
  #:re-export (lambda* define*)
  #:export (defmacro* defmacro*-public define*-public let-optional let-optional* let-keywords let-keywords*))

(define-syntax define*-public
  (syntax-rules ()
    ((_ (name . parameters) body ...)
     (begin (define* (name . parameters) body ...) (export name)))
    ((_ name value)
     (define-public name value))))

(define-syntax-rule (let-optional rest (binding ...) body ...)
  (let-optional* rest (binding ...) body ...))
(define-syntax let-optional*
  (syntax-rules ()
    ((_ rest (binding ...) body ...)
     (apply (lambda* (#:optional binding ... #:rest others) body ...) rest))))

(define-syntax-rule (let-keywords rest allow-other-keys? (binding ...) body ...)
  (let-keywords* rest allow-other-keys? (binding ...) body ...))
(define-syntax let-keywords*
  (syntax-rules ()
    ((_ rest #f (binding ...) body ...)
     (apply (lambda* (#:key binding ...) body ...) rest))
    ((_ rest allow (binding ...) body ...)
     (apply (lambda* (#:key binding ... #:allow-other-keys) body ...) rest))))

(define-syntax-rule (defmacro* name parameters body ...)
  (define-macro name (lambda* parameters body ...)))
(define-syntax-rule (defmacro*-public name parameters body ...)
  (begin (defmacro* name parameters body ...) (export name)))
