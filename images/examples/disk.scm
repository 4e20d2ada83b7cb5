;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A directory as a disk: the tree in rootfs/, beside this file, becomes the root
;;; file system.
;;;
;;;   tintype image -t efi-raw -o disk.img images/examples/disk.scm

(use-modules (gnu))

(operating-system
  (host-name "daguerre")
  (timezone "Europe/Paris")
  (locale "fr_FR.utf8")
  (bootloader (bootloader-configuration
               (bootloader grub-efi-bootloader)
               (targets '("/boot/efi"))))
  (file-systems (cons (file-system
                        (device (file-system-label "Guix_image"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))
  ;; A directory, as here, or an archive: "rootfs.tar.zst", a .deb, an image of
  ;; a container.  Several are merged, the first one first.
  (packages (list (local-file "rootfs" #:recursive? #t))))
