;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (guix combinators)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (fold2
            fold-tree
            fold-tree-leaves
            compile-time-value))

(define fold2
  (case-lambda
    ((proc a b lst)
     (let loop ((a a) (b b) (lst lst))
       (if (null? lst)
           (values a b)
           (call-with-values (lambda () (proc (car lst) a b))
             (lambda (a b)
               (loop a b (cdr lst)))))))
    ((proc a b lst1 lst2)
     (let loop ((a a) (b b) (lst1 lst1) (lst2 lst2))
       (if (or (null? lst1) (null? lst2))
           (values a b)
           (call-with-values (lambda () (proc (car lst1) (car lst2) a b))
             (lambda (a b)
               (loop a b (cdr lst1) (cdr lst2)))))))))

(define (fold-tree proc init children roots)
  "Fold PROC over ROOTS and all that CHILDREN, a procedure, reaches from them,
each node once."
  (let loop ((nodes roots) (seen '()) (result init))
    (cond ((null? nodes) result)
          ((memq (car nodes) seen) (loop (cdr nodes) seen result))
          (else (loop (append (cdr nodes) (children (car nodes)))
                      (cons (car nodes) seen)
                      (proc (car nodes) result))))))

(define (fold-tree-leaves proc init children roots)
  "Like 'fold-tree', for the nodes without children only."
  (fold-tree (lambda (node result)
               (if (null? (children node)) (proc node result) result))
             init children roots))

(define-syntax-rule (compile-time-value exp)
  exp)
