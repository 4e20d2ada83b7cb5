;;; SRFI-13: strings. All of it is in (guile).

(define-module (srfi srfi-13)
  #:re-export
  (string? string-null? string-every string-any make-string string string-tabulate string->list
   list->string reverse-list->string string-join string-length string-ref string-copy substring/shared
   string-take string-drop string-take-right string-drop-right string-pad string-pad-right
   string-trim string-trim-right string-trim-both
   string= string< string> string<= string>= string-ci= string-ci< string-ci>
   string-prefix-length string-suffix-length string-prefix? string-suffix? string-prefix-ci?
   string-suffix-ci? string-index string-index-right string-skip string-skip-right string-count
   string-contains string-contains-ci string-titlecase string-upcase string-downcase
   string-reverse string-append string-append/shared string-concatenate string-concatenate/shared
   string-concatenate-reverse string-map string-fold string-fold-right string-unfold
   string-unfold-right string-for-each string-for-each-index string-replace string-tokenize
   string-filter string-delete))
