;; Build-side code is looked into, wherever it is written.
(use-modules (gnu) (gnu image) (gnu services shepherd) (guix gexp) (guix modules))

(define %name "x")

(define %whole
  (computed-file "whole"
                 (with-imported-modules '((guix build utils))
                   #~(begin
                       (use-modules (guix build utils) (ice-9 match))
                       (mkdir-pp #$output)
;! 24 Unbound variable: mkdir-pp
;| hint: did you mean 'mkdir-p'?
                       (let ((a)) a)
;! 29 (a): bad let binding
                       (if #$%name)
;! 23 (if #$%name): bad if
                       (match #$%name
                         (#$%name 3)
                         (() 2))))))

;; A module that is nowhere; what it would bind is not known.
(define %nowhere
  (computed-file "nowhere" #~(begin (use-modules (nowhere)) (fooo #$output))))
;! 49 no code for module (nowhere)
;| hint: nowhere.scm was looked for in the standard library and Guix's index; '-L DIR' adds a directory

;; What is inserted as a step may define names, what is inserted as an argument does not.
(define %steps
  (computed-file "steps" #~(begin #$@%whole (mkdir-q #$output))))
(define %argument
  (computed-file "argument" #~(begin (display #$%whole) (mkdir-r #$output))))
;! 57 Unbound variable: mkdir-r
;| hint: did you mean 'mkdir'?

;; Modules that are made for the code.
(define %made
  (with-imported-modules `(((made up) => ,(plain-file "up.scm" "")))
    (computed-file "made" #~(begin (use-modules (made up)) (of-made-up)))))

;; A program that Guile runs has what Guile has.
(define %program
  (program-file "program" #~(begin (sleep 1) (getpwnam "root") (no-such-thing))))
;! 64 Unbound variable: no-such-thing

;; Parts of programs may be given names by what is around them, but not forms of another shape.
(define (part x)
  #~(when #$x (of-the-context) (if)))
;! 31 (if): bad if
(define %clause #~(else (let)))
(define %data #~((if) (let a) (cond 3)))
(define %missing-macro #~(mtch x (() 3)))
(define %misspelt
  #~(begin (use-modules (srfi srfi-1)) (fold-rigt cons '() of-the-context)))
;! 40 Unbound variable: fold-rigt
;| hint: did you mean 'fold-right'?

(define (service)
  (shepherd-service
   (provision '(one))
   (start #~(make-forkexec-constructr (list #$%whole) (let x)))
   (stop #~(make-kill-destructor))))

(define %partition
  (partition
   (size 'guess)
   (label "data")
   (initializer #~(lambda* (root #:key #:allow-other-keys)
                    (mkdir-p root)
                    (unknown-procedure root)))))
;! 21 Unbound variable: unknown-procedure

;; What a macro of the user's puts into code.
(define-syntax-rule (file-of name body ...)
  (computed-file name #~(begin (display #$name) body ...)))
(define %of-a-macro
  (file-of "one" (of-nobody)))
;! 18 Unbound variable: of-nobody

;; A name that may be that of a macro: what follows is not looked at.
(mtch %name (() 3))
;! 1 Unbound variable: mtch
