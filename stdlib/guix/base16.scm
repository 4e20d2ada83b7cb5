;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Bytes as hexadecimal digits.

(define-module (guix base16)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (bytevector->base16-string
            base16-string->bytevector))

(define (bytevector->base16-string bytes)
  "Return the digits of BYTES, two for each."
  (string-concatenate
   (map (lambda (byte)
          (string-pad (number->string byte 16) 2 #\0))
        (bytevector->u8-list bytes))))

(define (base16-string->bytevector str)
  "Return the bytes whose digits STR has."
  (define (digit->integer digit)
    (or (string->number (string digit) 16)
        (error "not a hexadecimal digit" digit)))

  (define (byte index)
    (+ (* 16 (digit->integer (string-ref str (* 2 index))))
       (digit->integer (string-ref str (+ 1 (* 2 index))))))

  (unless (even? (string-length str))
    (error "an odd number of hexadecimal digits" str))
  (u8-list->bytevector (map byte (iota (quotient (string-length str) 2)))))
