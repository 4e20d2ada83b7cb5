;;; R6RS: integers as bits.

(define-module (rnrs arithmetic bitwise)
  #:use-module (srfi srfi-60)
  #:re-export
  (bitwise-and bitwise-ior bitwise-xor bitwise-not bitwise-if (integer-length .
   bitwise-length) (first-set-bit . bitwise-first-bit-set) (bit-extract . bitwise-bit-field)
   (ash . bitwise-arithmetic-shift) (ash . bitwise-arithmetic-shift-left))
  #:export
  (bitwise-bit-set? bitwise-copy-bit bitwise-copy-bit-field bitwise-arithmetic-shift-right
   bitwise-reverse-bit-field bitwise-rotate-bit-field bitwise-bit-count))

(define (bitwise-bit-set? number index) (logbit? index number))
(define (bitwise-bit-count number) (bit-count number))
(define (bitwise-copy-bit number index bit) (copy-bit index number (= bit 1)))
(define (bitwise-copy-bit-field to start end from) (copy-bit-field to from start end))
(define (bitwise-arithmetic-shift-right number count) (ash number (- count)))
(define (bitwise-rotate-bit-field number start end count) (rotate-bit-field number count start end))
(define (bitwise-reverse-bit-field number start end) (reverse-bit-field number start end))
