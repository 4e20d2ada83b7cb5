(define (first)
  (if))
;! 2 (if): bad if

(define (second
  (list 1 2)

(define (third)
  3)
;! 1 unexpected end of input while searching for: )
;| hint: the parenthesis opened at line 4, column 8 is never closed
