;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Records with named fields.  The forms themselves are core keywords of the
;;; expander; here are the procedures around them.

(define-module (guix records)
  #:use-module (tintype syntax)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 rdelim)
  #:re-export (define-record-type*
               this-record
               match-record
               match-record-lambda)
  #:export (alist->record
            object->fields
            recutils->alist))

(define* (alist->record alist make keys #:optional (multiple-value-keys '()))
  "Call MAKE with the values that ALIST holds for KEYS, in that order.  A key
that is also in MULTIPLE-VALUE-KEYS gives the list of all its values."
  (define (values-of key)
    (filter-map (lambda (entry)
                  (and (equal? (car entry) key) (cdr entry)))
                alist))

  (define (argument key)
    (if (member key multiple-value-keys)
        (values-of key)
        (let ((entry (assoc key alist)))
          (and entry (cdr entry)))))

  (apply make (map argument keys)))

(define (object->fields object fields port)
  "Write OBJECT to PORT as one 'NAME: VALUE' line per field.  FIELDS is a list
of (NAME . GETTER) pairs."
  (for-each (lambda (field)
              (display (car field) port)
              (display ": " port)
              (display ((cdr field) object) port)
              (newline port))
            fields))

(define (recutils->alist port)
  "Read one record in recutils format from PORT and return it as a list of
(NAME . VALUE) pairs of strings: empty lines end the record, lines that start
with '#' are comments, and a line that starts with '+' continues the value
above it."
  (define (finish fields)
    (map (lambda (field)
           (cons (car field) (string-join (reverse (cdr field)) "\n")))
         (reverse fields)))

  (define (without-leading-space str)
    (if (string-prefix? " " str) (substring str 1) str))

  ;; FIELDS is reversed; each element is (NAME LINE ...), lines reversed too.
  (let loop ((fields '()))
    (let ((line (read-line port)))
      (cond ((eof-object? line)
             (finish fields))
            ((string-null? (string-trim-both line))
             (if (null? fields) (loop fields) (finish fields)))
            ((string-prefix? "#" line)
             (loop fields))
            ((and (string-prefix? "+" line) (pair? fields))
             (let ((field (car fields)))
               (loop (cons (cons* (car field)
                                  (without-leading-space (substring line 1))
                                  (cdr field))
                           (cdr fields)))))
            ((string-index line #\:)
             => (lambda (colon)
                  (loop (cons (list (substring line 0 colon)
                                    (without-leading-space
                                     (substring line (+ colon 1))))
                              fields))))
            (else
             (error "unmatched line" line))))))
