;;; Replacing parts of strings.

(define-module (ice-9 string-fun)
  #:export (string-replace-substring))

(define* (string-replace-substring string substring replacement
                                   #:optional (start 0) (end (string-length string)))
  (let ((length (string-length substring))
        (text (string-copy string start end)))
    (if (= length 0)
        (error "string-replace-substring: empty substring")
        (let loop ((start 0) (parts '()))
          (let ((found (string-contains text substring start)))
            (if found
                (loop (+ found length)
                      (cons* replacement (string-copy text start found) parts))
                (string-concatenate
                 (reverse (cons (string-copy text start) parts)))))))))
