;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A machine that shows one program and nothing else: its user is logged in at once
;;; and the program is started again when it ends.
;;;
;;;   tintype image images/examples/kiosk.scm
;;;
;;; What to change: %program, and the package that it comes from.  Changes on disk
;;; are lost with 'tintype image --volatile'.

(use-modules (gnu) (guix gexp))
(use-service-modules shepherd)
(use-package-modules ncurses)

;; A program of the definition's own: it has the first terminal.
(define %program
  (program-file "show"
                #~(let loop ()
                    (display "Please touch the screen.\n")
                    (sleep 3600)
                    (loop))))

(define kiosk-service-type
  (shepherd-service-type
   'kiosk
   (lambda (program)
     (shepherd-service
      (documentation "Show one program.")
      (provision '(kiosk))
      (requirement '(user-processes))
      (start #~(make-forkexec-constructor
                (list #$program)
                #:user "guest"
                #:environment-variables '("TERM=linux")
                #:log-file "/var/log/kiosk.log"))
      (stop #~(make-kill-destructor))))
   (description "Show one program.")))

(operating-system
  (host-name "talbot")
  (timezone "Europe/London")
  (locale "C.UTF-8")

  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("/dev/vda"))
               (timeout 0)))
  (kernel-arguments '("quiet" "console=ttyS0,115200"))

  (file-systems (cons (file-system
                        (device (file-system-label "root"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))

  (users (cons (user-account
                (name "guest")
                (group "users"))
               %base-user-accounts))

  (services
   (cons (service kiosk-service-type %program)
         (modify-services %base-services
           (delete mingetty-service-type)))))
