;;; Taking strings apart. Each of the splitting procedures calls its last argument, RECEIVE, with the parts.

(define-module (ice-9 string-fun)
  #:export (split-after-char split-before-char split-discarding-char
            split-after-char-last split-before-char-last split-discarding-char-last
            split-after-predicate split-before-predicate split-discarding-predicate
            separate-fields-discarding-char separate-fields-after-char separate-fields-before-char
            string-prefix-predicate string-prefix=?
            sans-surrounding-whitespace sans-trailing-whitespace sans-leading-whitespace
            sans-final-newline has-trailing-newline?
            string-replace-substring))

;; Parts before and from AT on, without the DISCARDED characters there; all in the first where there is no AT.
(define (%split text at discarded receive)
  (if at
      (receive (substring text 0 at) (substring text (+ at discarded)))
      (receive text "")))
(define (%after index) (and index (+ index 1)))

(define (split-after-char char text receive)
  (%split text (%after (string-index text char)) 0 receive))
(define (split-before-char char text receive)
  (%split text (string-index text char) 0 receive))
(define (split-discarding-char char text receive)
  (%split text (string-index text char) 1 receive))

;; The last character that matches; without one, the first part is empty.
(define (%split-last text at discarded receive)
  (if at
      (%split text at discarded receive)
      (receive "" text)))
(define (split-after-char-last char text receive)
  (%split-last text (%after (string-rindex text char)) 0 receive))
(define (split-before-char-last char text receive)
  (%split-last text (string-rindex text char) 0 receive))
(define (split-discarding-char-last char text receive)
  (%split-last text (string-rindex text char) 1 receive))

(define (split-after-predicate holds? text receive)
  (%split text (%after (string-index text holds?)) 0 receive))
(define (split-before-predicate holds? text receive)
  (%split text (string-index text holds?) 0 receive))
(define (split-discarding-predicate holds? text receive)
  (%split text (string-index text holds?) 1 receive))

(define (separate-fields-discarding-char char text receive)
  (apply receive (string-split text char)))
(define (separate-fields-after-char char text receive)
  (let loop ((rest text) (fields '()))
    (let ((at (string-index rest char)))
      (if at
          (loop (substring rest (+ at 1)) (cons (substring rest 0 (+ at 1)) fields))
          (apply receive (reverse (cons rest fields)))))))
(define (separate-fields-before-char char text receive)
  (let loop ((rest text) (fields '()))
    (let ((at (string-rindex rest char)))
      (if at
          (loop (substring rest 0 at) (cons (substring rest at) fields))
          (apply receive rest fields)))))

(define (string-prefix-predicate same?)
  (lambda (prefix text)
    (and (<= (string-length prefix) (string-length text))
         (same? prefix (substring text 0 (string-length prefix))))))
(define string-prefix=? (string-prefix-predicate string=?))

(define (sans-surrounding-whitespace text) (string-trim-both text))
(define (sans-trailing-whitespace text) (string-trim-right text))
(define (sans-leading-whitespace text) (string-trim text))
(define (sans-final-newline text)
  (if (has-trailing-newline? text)
      (string-drop-right text 1)
      text))
(define (has-trailing-newline? text) (string-suffix? "\n" text))

(define* (string-replace-substring text part replacement
                                   #:optional (start 0) (end (string-length text)))
  (let ((length (string-length part))
        (text (substring text start end)))
    (if (= length 0)
        (error "string-replace-substring: empty substring")
        (let loop ((start 0) (parts '()))
          (let ((found (string-contains text part start)))
            (if found
                (loop (+ found length)
                      (cons* replacement (substring text start found) parts))
                (string-concatenate
                 (reverse (cons (substring text start) parts)))))))))
