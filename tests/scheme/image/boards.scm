;; The images in 'images/', and their operating systems, are those of the original.
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

(define* (board-image name #:optional
                      (variable (string-append (symbol->string name)
                                               "-barebones-raw-image")))
  (module-ref (resolve-interface `(gnu system images ,name))
              (string->symbol variable)))

(define (check-section name section ours theirs)
  ;; Field by field, so that a failure is short.
  (for-each (lambda (field)
              (match field
                ((field-name . _)
                 (check (list name section (assq field-name ours))
                        => (list name section field)))))
            theirs)
  (check (list name section (map car ours)) => (list name section (map car theirs))))

(define (check-image name image)
  (let ((ours   (cdr (show image)))
        (theirs (cdr (oracle name))))
    (for-each (lambda (section)
                (check-section name section
                               (assq-ref ours section)
                               (assq-ref theirs section)))
              '(image operating-system derived))))

(check-image 'hurd (board-image 'hurd "hurd-barebones-qcow2-image"))
(check-image 'wsl2 (board-image 'wsl2 "wsl2-image"))
(for-each
 (lambda (name)
   (check-image name (board-image name)))
 '(novena orangepi-r1-plus-lts-rk3328 pine64 pinebook-pro rock-4c-plus rock64
   unmatched visionfive2))

(check-report)
