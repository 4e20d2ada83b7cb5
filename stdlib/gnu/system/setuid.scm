;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Old names of what is in (gnu system privilege).

(define-module (gnu system setuid)
  #:use-module (gnu system privilege)
  #:use-module (ice-9 match)
  #:re-export (file-like->setuid-program)
  #:export (setuid-program
            setuid-program?
            setuid-program-program
            setuid-program-setuid?
            setuid-program-setgid?
            setuid-program-user
            setuid-program-group))

;; A program with the set-user-ID bit, unless FIELD ... says otherwise.
(define-syntax setuid-program
  (syntax-rules ()
    ((_ field ...)
     (privileged-program
      (inherit (file-like->setuid-program #f))
      field ...))))

(define (setuid-program? object)
  "Return true if OBJECT is a program that runs as its owner or group."
  (and (privileged-program? object)
       (or (privileged-program-setuid? object)
           (privileged-program-setgid? object))))

(define (setuid-program-program program)
  (privileged-program-program program))
(define (setuid-program-setuid? program)
  (privileged-program-setuid? program))
(define (setuid-program-setgid? program)
  (privileged-program-setgid? program))
(define (setuid-program-user program)
  (privileged-program-user program))
(define (setuid-program-group program)
  (privileged-program-group program))
