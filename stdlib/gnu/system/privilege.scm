;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Programs that run with more rights than their user has.

(define-module (gnu system privilege)
  #:use-module (guix records)
  #:export (<privileged-program>
            privileged-program
            privileged-program?
            privileged-program-program
            privileged-program-setuid?
            privileged-program-setgid?
            privileged-program-user
            privileged-program-group
            privileged-program-capabilities
            file-like->setuid-program))

(define-record-type* <privileged-program>
  privileged-program make-privileged-program
  privileged-program?
  (program      privileged-program-program)       ;file-like
  (setuid?      privileged-program-setuid?
                (default #f))
  (setgid?      privileged-program-setgid?
                (default #f))
  (user         privileged-program-user           ;string | integer
                (default 0))
  (group        privileged-program-group          ;string | integer
                (default 0))
  ;; As setcap(8) takes them, such as "cap_net_raw=ep".
  (capabilities privileged-program-capabilities
                (default #f)))

(define (file-like->setuid-program program)
  "Return the privileged program that runs PROGRAM as its owner, root."
  (privileged-program
   (program program)
   (setuid? #t)))
