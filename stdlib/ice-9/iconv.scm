;;; Strings to bytes and back.

(define-module (ice-9 iconv)
  #:use-module (rnrs bytevectors)
  #:export (string->bytevector bytevector->string call-with-encoded-output-string))

(define (%check-encoding who encoding)
  (unless (member (string-upcase encoding) '("UTF-8" "UTF8" "US-ASCII" "ASCII"))
    (scm-error 'misc-error who "the only encoding here is UTF-8, not ~S" (list encoding) #f)))

(define* (string->bytevector string encoding #:optional strategy)
  (%check-encoding "string->bytevector" encoding)
  (string->utf8 string))
(define* (bytevector->string bytes encoding #:optional strategy)
  (%check-encoding "bytevector->string" encoding)
  (utf8->string bytes))
(define* (call-with-encoded-output-string encoding procedure #:optional strategy)
  (string->bytevector (call-with-output-string procedure) encoding))
