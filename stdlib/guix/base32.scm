;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The base-32 notation of hashes: 32 characters without 'e', 'o', 't' and 'u',
;;; digits of 5 bits, the last one first.

(define-module (guix base32)
  #:use-module (rnrs bytevectors)
  #:export (nix-base32-string->bytevector
            bytevector->nix-base32-string))

(define %digits "0123456789abcdfghijklmnpqrsvwxyz")

(define (nix-base32-string->bytevector str)
  "Return the bytes that STR writes."
  (define size (quotient (* 5 (string-length str)) 8))

  (let loop ((chars (string->list str)) (value 0))
    (if (null? chars)
        (let ((bv (make-bytevector size)))
          (let fill ((index 0) (value value))
            (if (= index size)
                bv
                (begin
                  (bytevector-u8-set! bv index (modulo value 256))
                  (fill (+ index 1) (quotient value 256))))))
        (let ((digit (string-index %digits (car chars))))
          (unless digit
            (error "invalid base32 character" (car chars)))
          (loop (cdr chars) (+ (* 32 value) digit))))))

(define (bytevector->nix-base32-string bv)
  "Return BV in base-32 notation."
  (define size (bytevector-length bv))

  (define value
    (let loop ((index (- size 1)) (value 0))
      (if (< index 0)
          value
          (loop (- index 1)
                (+ (* 256 value) (bytevector-u8-ref bv index))))))

  (let loop ((count (quotient (+ (* 8 size) 4) 5)) (value value) (chars '()))
    (if (zero? count)
        (list->string chars)
        (loop (- count 1)
              (quotient value 32)
              (cons (string-ref %digits (modulo value 32)) chars)))))
