;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A system for a board, with the boot loader where its ROM looks for it.
;;;
;;;   tintype image -t pine64-raw -s aarch64-linux images/examples/board.scm
;;;
;;; What to change: the image type ('tintype types'), the boot loader of the board,
;;; and the console.

(use-modules (gnu) (gnu bootloader u-boot))
(use-service-modules networking ssh)

(operating-system
  (host-name "vignole")
  (timezone "Europe/Paris")
  (locale "C.UTF-8")

  (bootloader (bootloader-configuration
               (bootloader u-boot-pine64-lts-bootloader)
               (targets '("/dev/mmcblk0"))))
  (initrd-modules '())
  (kernel-arguments '("console=ttyS0,115200"))

  (file-systems (cons (file-system
                        (device (file-system-label "root"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))

  (users (cons (user-account
                (name "vignole")
                (group "users")
                (supplementary-groups '("wheel"))
                ;; The password is "collodion".
                (password (crypt "collodion" "$6$tintype")))
               %base-user-accounts))

  (services (cons* (service dhcpcd-service-type)
                   (service openssh-service-type)
                   %base-services)))
