;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Bootloaders made to order.  The packages of this module are made from the index
;;; of Guix's interface.

(define-module (gnu packages bootloaders)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:export (make-u-boot-package
            make-u-boot-sunxi64-package
            make-u-boot-bin-package))

(define* (make-u-boot-package board triplet
                              #:key
                              defconfig configs name-suffix append-description
                              (u-boot u-boot)
                              #:allow-other-keys)
  "Return U-Boot for BOARD as a package of that name.  Nothing is built from source
here."
  (package
    (inherit u-boot)
    (name (string-append (downstream-package-name "u-boot-" board)
                         (or name-suffix "")))))

(define* (make-u-boot-sunxi64-package board triplet firmware
                                      #:key defconfig configs)
  "Return U-Boot for BOARD, a 64-bit Allwinner board, with FIRMWARE."
  (make-u-boot-package board triplet #:defconfig defconfig #:configs configs))

(define* (make-u-boot-bin-package u-boot-package
                                  #:key (u-boot-bin "u-boot.bin"))
  "Return the package of the file U-BOOT-BIN of U-BOOT-PACKAGE alone."
  (package
    (inherit u-boot-package)
    (name (string-append (package-name u-boot-package) "-bin"))))
