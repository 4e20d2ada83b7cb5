;;; Ports: Guile's own, under their module's name.

(define-module (ice-9 ports)
  #:re-export (call-with-port unread-char unread-string truncate-file
               with-error-to-file OPEN_BOTH OPEN_READ OPEN_WRITE
               call-with-input-file call-with-input-string call-with-output-file
               call-with-output-string char-ready? close close-input-port close-output-port
               close-port current-error-port current-input-port current-output-port
               current-warning-port eof-object? flush-all-ports force-output
               input-port? open-file open-input-file open-input-string open-output-file
               open-output-string output-port? peek-char port-closed? port-column
               port-filename port-line port? read-char set-current-error-port
               set-current-input-port set-current-output-port set-port-encoding!
               with-error-to-port with-error-to-string with-input-from-file
               with-input-from-port with-input-from-string with-output-to-file
               with-output-to-port with-output-to-string))
