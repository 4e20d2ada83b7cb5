;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Watching what others try.

(define-module (gnu services security)
  #:use-module (gnu services)
  #:export (fail2ban-jail-service))

(define (fail2ban-jail-service type jail)
  "Return TYPE, a service type whose services are watched as JAIL says."
  (service-type
   (inherit type)
   (extensions (append (service-type-extensions type)
                       (list (service-extension fail2ban-service-type
                                                (lambda (value)
                                                  (list jail))))))))
