;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Keys by which users log in from elsewhere.

(define-module (tintype services authorized-keys)
  #:use-module (guix gexp)
  #:use-module (ice-9 match)
  #:export (authorized-key-directory))

(define (authorized-key-directory keys)
  "Return the directory that has the keys of each user in a file of that name:
KEYS is a list of (USER FILE ...)."
  (file-union
   "openssh-authorized-keys"
   (map (match-lambda
          ((user . files)
           (list user
                 (computed-file
                  (string-append "authorized-keys-" user)
                  (with-imported-modules '((guix build utils))
                    #~(begin
                        (use-modules (guix build utils))
                        (call-with-output-file #$output
                          (lambda (port)
                            (for-each (lambda (file)
                                        (call-with-input-file file
                                          (lambda (key)
                                            (dump-port key port)))
                                        (newline port))
                                      (list #$@files))))))))))
        keys)))
