;;; Delimited continuations and hooks.
;;;
;;; The engine has whole continuations only. A prompt's body therefore does not return to its own rest: the
;;; frames of the prompts that are entered are kept in a list, and a body that ends takes its frame from there.
;;; A continuation that is composed with others puts frames back in front of what is there then.

(define-module (tintype library prompts)
  #:pure
  #:use-module (tintype syntax)
  #:use-module (tintype native)
  #:use-module (tintype library lists)
  #:use-module (tintype library control)
  #:export
  (call-with-prompt abort-to-prompt make-prompt-tag default-prompt-tag
   make-hook hook? hook-empty? hook->list add-hook! remove-hook! reset-hook! run-hook))

;; (ID TAG HANDLER CONTINUATION) of each prompt entered, innermost first.
(define %frames (make-fluid '()))

(define (%frame-id frame) (car frame))
(define (%frame-tag frame) (cadr frame))
(define (%frame-handler frame) (caddr frame))
;; Runs a thunk where the prompt was entered.
(define (%resume frame thunk) ((cadddr frame) thunk))

(define* (make-prompt-tag #:optional (stem "prompt")) (list stem))
(define %default-tag (make-prompt-tag))
(define default-prompt-tag (make-parameter %default-tag))

;; Ends the body of the prompt ID: frames left by an escape out of inner prompts go with it.
(define (%leave id results)
  (let loop ((frames (fluid-ref %frames)))
    (if (eq? id (%frame-id (car frames)))
        (begin
          (fluid-set! %frames (cdr frames))
          (%resume (car frames) (lambda () (apply values results))))
        (loop (cdr frames)))))

(define (call-with-prompt tag thunk handler)
  ((call-with-current-continuation
    (lambda (continuation)
      (let ((id (list 'prompt)))
        (fluid-set! %frames
                    (cons (list id tag handler continuation) (fluid-ref %frames)))
        (call-with-values thunk
          (lambda results (%leave id results))))))))

(define (abort-to-prompt tag . arguments)
  (let search ((frames (fluid-ref %frames)) (inner '()))
    (cond ((null? frames)
           (scm-error 'misc-error "abort" "Abort to unknown prompt" '() #f))
          ((eq? tag (%frame-tag (car frames)))
           (call-with-current-continuation
            (lambda (here)
              (fluid-set! %frames (cdr frames))
              (%resume (car frames)
                       (lambda ()
                         (apply (%frame-handler (car frames))
                                (%composable here (%frame-id (car frames)) (reverse inner))
                                arguments))))))
          (else (search (cdr frames) (cons (car frames) inner))))))

;; The rest of the prompt ID's body from HERE, as a procedure that returns.
(define (%composable here id inner)
  (lambda arguments
    ((call-with-current-continuation
      (lambda (continuation)
        (fluid-set! %frames
                    (append inner
                            (list (list id #f #f continuation))
                            (fluid-ref %frames)))
        (apply here arguments))))))

;; Hooks.

(define <hook> (make-record-type 'hook '(arity procedures)))
(define %make-hook (record-constructor <hook>))
(define hook? (record-predicate <hook>))
(define %hook-arity (record-accessor <hook> 'arity))
(define hook->list (record-accessor <hook> 'procedures))
(define %set-hook! (record-modifier <hook> 'procedures))

(define* (make-hook #:optional (arity 0)) (%make-hook arity '()))
(define (hook-empty? hook) (null? (hook->list hook)))
(define* (add-hook! hook procedure #:optional append?)
  (let ((others (delq procedure (hook->list hook))))
    (%set-hook! hook (if append?
                         (append others (list procedure))
                         (cons procedure others)))))
(define (remove-hook! hook procedure)
  (%set-hook! hook (delq procedure (hook->list hook))))
(define (reset-hook! hook) (%set-hook! hook '()))
(define (run-hook hook . arguments)
  (unless (= (length arguments) (%hook-arity hook))
    (scm-error 'misc-error "run-hook" "Hook ~S requires ~A arguments"
               (list hook (%hook-arity hook)) #f))
  (for-each (lambda (procedure) (apply procedure arguments)) (hook->list hook)))
