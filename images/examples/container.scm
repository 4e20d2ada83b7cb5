;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A system for containers, without a kernel.
;;;
;;;   tintype image -t docker images/examples/container.scm
;;;
;;; What to change: 'packages'; 'services' if its init is to start some.

(use-modules (gnu))

(operating-system
  (host-name "herschel")
  (timezone "Etc/UTC")
  (locale "C.UTF-8")

  ;; Containers have neither; the record wants them.
  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("none"))))
  (file-systems (list (file-system
                        (device "none")
                        (mount-point "/")
                        (type "none"))))

  (packages (append (specifications->packages '("curl" "python"))
                    %base-packages))
  (services '()))
