;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A system that runs from a CD or a memory stick, to install or to rescue others.
;;;
;;;   tintype image -t iso9660 images/examples/live-iso.scm
;;;
;;; What to change: 'packages', and the message that people see first.

(use-modules (gnu))
(use-service-modules networking)

(operating-system
  (host-name "archer")
  (timezone "Etc/UTC")
  (locale "C.UTF-8")

  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("/dev/vda"))
               (timeout 1)
               (serial-unit 0)
               (serial-speed 115200)
               (terminal-outputs '(console serial))))
  (kernel-arguments '("console=tty0" "console=ttyS0,115200"))

  (file-systems (cons (file-system
                        (device (file-system-label "live"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))

  (issue "Log in as root, without a password.\n\n")

  (packages (append (specifications->packages
                     '("parted" "dosfstools" "cryptsetup" "rsync"))
                    %base-packages))

  (services (cons (service dhcpcd-service-type)
                  %base-services)))
