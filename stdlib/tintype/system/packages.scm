;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The packages of every system, and the programs among them that run with more
;;; rights than their user has.

(define-module (tintype system packages)
  #:use-module (guix gexp)
  #:use-module (gnu system privilege)
  #:use-module ((gnu packages admin)
                #:select (inetutils isc-dhcp shadow sudo))
  #:use-module ((gnu packages base)
                #:select (coreutils diffutils findutils grep patch sed tar
                          which))
  #:use-module ((gnu packages bash) #:select (bash))
  #:use-module ((gnu packages compression)
                #:select (bzip2 gzip lzip xz zstd))
  #:use-module ((gnu packages firmware)
                #:select (ath9k-htc-ar7010-firmware ath9k-htc-ar9271-firmware
                          openfwwf-firmware))
  #:use-module ((gnu packages gawk) #:select (gawk))
  #:use-module ((gnu packages guile) #:select (guile-3.0-latest guile-readline))
  #:use-module ((gnu packages guile-xyz) #:select (guile-colorized))
  #:use-module ((gnu packages less) #:select (less))
  #:use-module ((gnu packages linux)
                #:select (e2fsprogs eudev fuse iproute iw kbd kmod procps psmisc
                          usbutils util-linux util-linux+udev wireless-tools))
  #:use-module ((gnu packages man) #:select (man-db))
  #:use-module ((gnu packages nss) #:select (nss-certs))
  #:use-module ((gnu packages nvi) #:select (nvi))
  #:use-module ((gnu packages package-management)
                #:select (guix-backgrounds guix-icons))
  #:use-module ((gnu packages pciutils) #:select (pciutils))
  #:use-module ((gnu packages texinfo) #:select (info-reader))
  #:use-module ((gnu packages text-editors) #:select (mg nano))
  #:use-module ((gnu packages wget) #:select (wget))
  #:use-module (srfi srfi-1)
  #:export (%base-packages
            %base-packages-artwork
            %base-packages-disk-utilities
            %base-packages-interactive
            %base-packages-linux
            %base-packages-networking
            %base-packages-utils
            %base-firmware
            %default-privileged-programs
            %setuid-programs))

(define %base-packages-interactive
  (list less mg nano nvi man-db info-reader kbd sudo
        guile-readline guile-colorized))

(define %base-packages-linux
  (list pciutils usbutils util-linux+udev kmod eudev))

(define %base-packages-networking
  (list inetutils isc-dhcp iproute wget nss-certs iw wireless-tools))

(define %base-packages-utils
  (list procps psmisc which shadow e2fsprogs guile-3.0-latest bash coreutils
        findutils grep sed diffutils patch gawk tar gzip bzip2 lzip xz zstd))

;; Tools for file systems used to be listed by hand; now they come with the file
;; systems of a definition.
(define %base-packages-disk-utilities
  '())

(define %base-packages-artwork
  (list guix-backgrounds guix-icons))

(define %base-packages
  (append %base-packages-interactive
          %base-packages-linux
          %base-packages-networking
          %base-packages-utils))

(define %base-firmware
  (list ath9k-htc-ar7010-firmware
        ath9k-htc-ar9271-firmware
        openfwwf-firmware))

(define %default-privileged-programs
  (append
   (map (lambda (program)
          (privileged-program
           (program program)
           (capabilities "cap_net_raw=ep")))
        (list (file-append inetutils "/bin/ping")
              (file-append inetutils "/bin/ping6")))
   (map file-like->setuid-program
        (list (file-append shadow "/bin/passwd")
              (file-append shadow "/bin/chfn")
              (file-append shadow "/bin/sg")
              (file-append shadow "/bin/su")
              (file-append shadow "/bin/newgrp")
              (file-append shadow "/bin/newuidmap")
              (file-append shadow "/bin/newgidmap")
              (file-append sudo "/bin/sudo")
              (file-append sudo "/bin/sudoedit")
              (file-append fuse "/bin/fusermount")
              (file-append fuse "/bin/fusermount3")
              (file-append util-linux "/bin/mount")
              (file-append util-linux "/bin/umount")))))

;; Those of the field that came before 'privileged-programs'.
(define %setuid-programs
  '())
