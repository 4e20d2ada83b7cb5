;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Kernels made to order.  The packages of this module are made from the index of
;;; Guix's interface.

(define-module (gnu packages linux)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:export (customize-linux
            make-defconfig
            system->defconfig))

(define* (customize-linux #:key name
                          (linux linux-libre)
                          source
                          defconfig
                          modconfig
                          (configs "")
                          extra-version)
  "Return LINUX as a package called NAME, with SOURCE if it is given.  Nothing is
built from source here, so what the kernel is to be configured with is kept among
the arguments of the package."
  (let ((name* name)
        (source* source))
    (package
      (inherit linux)
      (name (or name* (package-name linux)))
      (source (or source* (package-source linux)))
      (arguments
       `(#:defconfig ,defconfig
         #:modconfig ,modconfig
         #:configs ,configs
         #:extra-version ,extra-version
         ,@(package-arguments linux))))))

(define (make-defconfig uri sha256-as-base32)
  "Return the file at URI, which SHA256-AS-BASE32 is the hash of."
  (origin
    (method #f)
    (uri uri)
    (sha256 (base32 sha256-as-base32))))

(define (system->defconfig system)
  "Return the name of the default configuration of Linux on SYSTEM."
  (let ((cpu (car (string-split system #\-))))
    (cond ((string=? cpu "powerpc")
           "pmac32_defconfig")
          ((member cpu '("powerpc64" "powerpc64le"))
           "ppc64_defconfig")
          (else
           "defconfig"))))
