;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A server that administrators reach by SSH, in terms of services.
;;;
;;;   tintype show images/examples/server.scm

(use-modules (gnu))
(use-service-modules networking ssh)
(use-package-modules screen ssh)

(operating-system
  (host-name "cameron")
  (timezone "Asia/Colombo")
  (locale "en_US.utf8")

  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("/dev/vda"))
               (terminal-outputs '(serial))))
  (kernel-arguments (cons "console=ttyS0,115200"
                          %default-kernel-arguments))

  (file-systems (cons* (file-system
                         (device (file-system-label "root"))
                         (mount-point "/")
                         (type "ext4"))
                       (file-system
                         (device "tmpfs")
                         (mount-point "/tmp")
                         (type "tmpfs")
                         (check? #f))
                       %base-file-systems))

  (users (cons (user-account
                (name "julia")
                (comment "Julia Margaret")
                (group "users")
                (supplementary-groups '("wheel" "netdev")))
               %base-user-accounts))

  (packages (cons screen %base-packages))

  (services
   (cons* (service dhcpcd-service-type)
          (service ntp-service-type)
          (service openssh-service-type
                   (openssh-configuration
                    (openssh openssh-sans-x)
                    (password-authentication? #f)))
          ;; Nobody sits in front of it: one terminal will do.
          (modify-services %base-services
            (delete mingetty-service-type)
            (delete console-font-service-type)
            (agetty-service-type configuration =>
                                 (agetty-configuration
                                  (inherit configuration)
                                  (tty "ttyS0")))))))
