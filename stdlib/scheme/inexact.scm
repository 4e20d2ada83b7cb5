;;; R7RS: inexact numbers.

(define-module (scheme inexact)
  #:use-module (tintype native)
  #:re-export
  (acos asin atan cos exact exp finite? inexact sin sqrt tan nan? (inf? . infinite?))
  #:replace ((log-in-base . log)))

;; (log Z) or (log Z BASE).
(define* (log-in-base number #:optional base)
  (if base
      (/ (log number) (log base))
      (log number)))
