;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A whole system with little in it: a disk that boots to a login prompt, on the
;;; screen and on the serial line.
;;;
;;;   tintype image images/examples/bare-bones.scm
;;;   tintype image -s aarch64-linux images/examples/bare-bones.scm
;;;
;;; What to change: the host's name, the time zone, the user and the password
;;; below; 'packages' and 'services' for what else it is to have.

(use-modules (gnu))
(use-service-modules networking)

(operating-system
  (host-name "niepce")
  (timezone "Europe/Paris")
  (locale "C.UTF-8")

  (bootloader (bootloader-configuration
               (bootloader grub-efi-bootloader)
               (targets '("/boot/efi"))
               (timeout 1)
               (serial-unit 0)
               (serial-speed 115200)
               (terminal-outputs '(console serial))))
  ;; Screens, and serial lines of ARM machines and of PCs; messages go to all, and
  ;; the last one has the first word.
  (kernel-arguments '("console=tty0" "console=ttyAMA0"
                      "console=ttyS0,115200"))

  (file-systems (cons (file-system
                        (device (file-system-label "root"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))

  ;; Members of 'wheel' may do what root may, with sudo.
  (users (cons (user-account
                (name "nicephore")
                (comment "Nicéphore")
                (group "users")
                (supplementary-groups '("wheel" "audio" "video"))
                ;; The password is "heliography".
                (password (crypt "heliography" "$6$tintype")))
               %base-user-accounts))

  (services (cons (service dhcpcd-service-type)
                  %base-services)))
