;;; Bytevectors, under the names of R6RS.

(define-module (rnrs bytevectors)
  #:use-module (tintype native)
  #:use-module (tintype syntax)
  #:re-export (bytevector? make-bytevector bytevector bytevector-length
               bytevector-u8-ref bytevector-s8-ref bytevector-u8-set! bytevector-s8-set!
               bytevector-u16-ref bytevector-s16-ref bytevector-u32-ref bytevector-s32-ref
               bytevector-u64-ref bytevector-s64-ref
               bytevector-uint-ref bytevector-sint-ref bytevector-uint-set!
               bytevector-sint-set! bytevector->uint-list bytevector->sint-list
               uint-list->bytevector sint-list->bytevector bytevector->u8-list
               u8-list->bytevector bytevector-copy bytevector-copy! bytevector-fill!
               bytevector-append bytevector=? native-endianness utf8->string string->utf8)
  #:export (endianness))

(define-syntax-rule (endianness name) 'name)
