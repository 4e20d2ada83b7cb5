;; The images of the boards, and their operating systems, are those of the
;; original.
(use-modules (tintype check)
             (tintype commands)
             (tintype syntax)
             (ice-9 match)
             (srfi srfi-1))

(define (oracle name)
  (call-with-input-file
      (string-append (or (current-source-directory) ".")
                     "/../../compat/oracle/guix150--images-"
                     (symbol->string name) ".scm.sexp")
    read))

(define (board-image name)
  (module-ref (resolve-interface `(gnu system images ,name))
              (string->symbol
               (string-append (symbol->string name) "-barebones-raw-image"))))

(define (check-section name section ours theirs)
  ;; Field by field, so that a failure is short.
  (for-each (lambda (field)
              (match field
                ((field-name . _)
                 (check (list name section (assq field-name ours))
                        => (list name section field)))))
            theirs)
  (check (list name section (map car ours)) => (list name section (map car theirs))))

(for-each
 (lambda (name)
   (let ((ours   (cdr (show (board-image name))))
         (theirs (cdr (oracle name))))
     (for-each (lambda (section)
                 (check-section name section
                                (assq-ref ours section)
                                (assq-ref theirs section)))
               '(image operating-system derived))))
 '(novena pine64 pinebook-pro rock64))

(check-report)
