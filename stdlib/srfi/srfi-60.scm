;;; SRFI-60: integers as bits.

(define-module (srfi srfi-60)
  #:re-export (logand logior logxor logtest logcount integer-length logbit? ash
               (logand . bitwise-and)
               (logior . bitwise-ior)
               (logxor . bitwise-xor)
               (lognot . bitwise-not)
               (logtest . any-bits-set?)
               (logbit? . bit-set?)
               (bit-extract . bit-field)
               (ash . arithmetic-shift))
  #:export (bitwise-if bitwise-merge log2-binary-factors first-set-bit copy-bit copy-bit-field
            rotate-bit-field reverse-bit-field integer->list list->integer booleans->integer)
  #:replace (bit-count))

(define (bit-count number) (logcount number))

(define (bitwise-if mask first second)
  (logior (logand mask first) (logand (lognot mask) second)))
(define bitwise-merge bitwise-if)

(define (log2-binary-factors number)
  (if (= number 0)
      -1
      (let loop ((number number) (count 0))
        (if (odd? number)
            count
            (loop (ash number -1) (+ count 1))))))
(define first-set-bit log2-binary-factors)

(define (copy-bit index number set?)
  (let ((bit (ash 1 index)))
    (if set?
        (logior number bit)
        (logand number (lognot bit)))))

(define (%mask width) (- (ash 1 width) 1))

(define (copy-bit-field to from start end)
  (let ((mask (ash (%mask (- end start)) start)))
    (bitwise-if mask (ash from start) to)))

(define (rotate-bit-field number count start end)
  (let ((width (- end start)))
    (if (> width 1)
        (let* ((count (modulo count width))
               (field (bit-extract number start end))
               (rotated (logior (logand (ash field count) (%mask width))
                                (ash field (- count width)))))
          (copy-bit-field number rotated start end))
        number)))

(define (reverse-bit-field number start end)
  (let loop ((index start) (reversed 0))
    (if (= index end)
        (copy-bit-field number reversed start end)
        (loop (+ index 1)
              (logior (ash reversed 1) (if (logbit? index number) 1 0))))))

(define* (integer->list number #:optional (width (integer-length number)))
  (let loop ((index 0) (bits '()))
    (if (= index width)
        bits
        (loop (+ index 1) (cons (logbit? index number) bits)))))
(define (list->integer bits)
  (let loop ((rest bits) (number 0))
    (if (null? rest)
        number
        (loop (cdr rest) (+ (* 2 number) (if (car rest) 1 0))))))
(define (booleans->integer . bits) (list->integer bits))
