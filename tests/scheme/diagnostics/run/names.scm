;;; A slip in a name that is in scope
(define (greeting name) (string-append "hello " name))
(display (greetnig "world"))
;! 10 Unbound variable: greetnig
;| hint: did you mean 'greeting'?

;;; A name that a module exports which is not imported
(define %services
  (list (service openssh-service-type)))
;! 17 Unbound variable: openssh-service-type
;| hint: 'openssh-service-type' is exported by (gnu services ssh): add it to use-modules

;;; A name that several modules export
(list (take '(1 2 3) 2))
;! 7 Unbound variable: take
;| hint: 'take' is exported by (srfi srfi-1): add it to use-modules

;;; A slip in a name that nobody imported
(list opensh-service-type)
;! 6 Unbound variable: opensh-service-type
;| hint: did you mean 'openssh-service-type'? It is exported by (gnu services ssh): add it to use-modules

;;; A name that is like no other
(zzyzx 1)
;! 1 Unbound variable: zzyzx

;;; A module that does not exist
(use-modules (gnu services no-such-thing))
;! 13 no code for module (gnu services no-such-thing)
;| hint: gnu/services/no-such-thing.scm was looked for in the standard library and Guix's index; '-L DIR' adds a directory

;;; A name that a module does not export
(list (@ (srfi srfi-1) no-such-name))
;! 23 no binding `no-such-name' in module (srfi srfi-1)
