;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; How far the packages of an image are configured when it is made.

(define-module (tintype services packages)
  #:use-module (guix i18n)
  #:use-module (gnu services)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (package-configuration-service-type
            package-configuration))

;; The value is a symbol:
;;
;;   known       packages whose scripts are known are ready; the first boot runs
;;               the scripts of the others;
;;   sealed      all are taken for ready, and no script ever runs;
;;   first-boot  the first boot runs the scripts of all;
;;   none        all stay unpacked, until somebody runs 'dpkg --configure -a'.
(define package-configuration-service-type
  (service-type
   (name 'package-configuration)
   (extensions '())
   (default-value 'known)
   (description "How far the packages of an image are configured when it is
made: 'known', 'sealed', 'first-boot' or 'none'.")))

(define (package-configuration services)
  "Return what the service of that type among SERVICES says, or 'known'."
  (let loop ((services services))
    (cond ((null? services) 'known)
          ((eq? package-configuration-service-type
                (service-kind (car services)))
           (let ((value (service-value (car services))))
             (if (memq value '(known sealed first-boot none))
                 value
                 (raise (condition
                         (&message
                          (message
                           (G_ "the package configuration is one of 'known', \
'sealed', 'first-boot' and 'none'"))))))))
          (else (loop (cdr services))))))
