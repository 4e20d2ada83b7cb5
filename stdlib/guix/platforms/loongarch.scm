;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; LoongArch platforms.

(define-module (guix platforms loongarch)
  #:use-module (guix platform)
  #:use-module (guix records)
  #:export (loongarch64-linux))

(define loongarch64-linux
  (platform
   (target "loongarch64-linux-gnu")
   (system #f)
   (linux-architecture "loongarch")
   (rust-target "loongarch64-unknown-linux-gnu")
   (glibc-dynamic-linker "/lib/ld-linux-loongarch-lp64d.so.1")))
