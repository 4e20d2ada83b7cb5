;;; A parenthesis too many
(define x 1))
;! 14 unexpected ")"

;;; The wrong kind of parenthesis
(define (f x]
;! 14 mismatched close paren: ]
  x)

;;; A character that does not exist
(list #\nosuch)
;! 15 unknown character name nosuch

;;; An escape that does not exist
(display "a\qb")
;! 14 invalid character in escape sequence: #\q

;;; A # that begins nothing
(list #@foo)
;! 9 Unknown # object: "#@"
