;;; A slip in a name that is in scope
(define (greeting name) (string-append "hello " name))
(display (greetnig "world"))

;;; A name that a module exports which is not imported
(define %services
  (list (service openssh-service-type)))

;;; A name that several modules export
(list (take '(1 2 3) 2))

;;; A slip in a name that nobody imported
(list opensh-service-type)

;;; A name that is like no other
(zzyzx 1)

;;; A module that does not exist
(use-modules (gnu services no-such-thing))

;;; A name that a module does not export
(use-modules ((srfi srfi-1) #:select (fold no-such-name)))
