;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (guix memoization)
  #:export (memoize
            mlambda
            mlambdaq
            invalidate-memoization!))

(define (make-memoized proc same?)
  ;; A list, most recent first: the procedures that are memoized here are
  ;; called with few different arguments.
  (let ((results '()))
    (define (same-arguments? a b)
      (cond ((null? a) (null? b))
            ((null? b) #f)
            (else (and (same? (car a) (car b))
                       (same-arguments? (cdr a) (cdr b))))))
    (lambda arguments
      (let loop ((entries results))
        (cond ((null? entries)
               (let ((result (apply proc arguments)))
                 (set! results (cons (cons arguments result) results))
                 result))
              ((same-arguments? arguments (caar entries))
               (cdar entries))
              (else
               (loop (cdr entries))))))))

(define (memoize proc)
  "Return a procedure like PROC that computes each result once.  Arguments are
compared with 'equal?'."
  (make-memoized proc equal?))

(define-syntax-rule (mlambda formals body ...)
  (make-memoized (lambda formals body ...) equal?))

(define-syntax-rule (mlambdaq formals body ...)
  (make-memoized (lambda formals body ...) eq?))

(define (invalidate-memoization! proc)
  "Do nothing: results of memoized procedures depend on their arguments alone."
  *unspecified*)
