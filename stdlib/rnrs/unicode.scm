;;; R6RS: characters and their properties.

(define-module (rnrs unicode)
  #:use-module (tintype native)
  #:re-export
  (char-alphabetic? char-ci<=? char-ci<? char-ci=? char-ci>=? char-ci>? char-downcase
   char-foldcase char-general-category char-lower-case? char-numeric? char-titlecase
   char-upcase char-upper-case? char-whitespace? string-ci<=? string-ci<? string-ci=?
   string-ci>=? string-ci>? string-downcase string-foldcase string-normalize-nfc
   string-normalize-nfd string-normalize-nfkc string-normalize-nfkd string-titlecase
   string-upcase)
  #:export
  (char-title-case?))

(define (char-title-case? character) (char-set-contains? char-set:title-case character))
