;;; A parenthesis too many
(define x 1))

;;; The wrong kind of parenthesis
(define (f x]
  x)

;;; A character that does not exist
(list #\nosuch)

;;; An escape that does not exist
(display "a\qb")

;;; A # that begins nothing
(list #@foo)
