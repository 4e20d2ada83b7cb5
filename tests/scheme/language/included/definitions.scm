;; Included by modules.scm at its top level.
(define included-value 42)
(define-syntax-rule (included-macro x) (list 'included x (basename (current-filename))))
