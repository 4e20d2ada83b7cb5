;;; SRFI-98: the environment.

(define-module (srfi srfi-98)
  #:re-export ((getenv . get-environment-variable))
  #:export (get-environment-variables))

(define (get-environment-variables)
  (map (lambda (entry)
         (let ((equals (string-index entry #\=)))
           (cons (substring entry 0 equals) (substring entry (+ equals 1)))))
       (filter (lambda (entry) (string-index entry #\=)) (environ))))
