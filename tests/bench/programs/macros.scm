;; Definitions by macros of the user's own.
(define-syntax define-settings
  (syntax-rules ()
    ((_ name (key default) ...)
     (define* (name #:key (key default) ...)
       (list (cons 'key key) ...)))))

(define-settings server (host "localhost") (port 80) (root "/srv") (index "index.html"))
(define-settings client (retries 3) (delay 10))

(write (server #:port 8080)) (newline)
(write (client)) (newline)
