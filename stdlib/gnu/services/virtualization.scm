;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Programs of other machines.

(define-module (gnu services virtualization)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (qemu-platform?
            qemu-platform-name
            %qemu-platforms
            lookup-qemu-platforms))

(define-record-type <qemu-platform>
  (make-qemu-platform name)
  qemu-platform?
  (name qemu-platform-name))

;; What QEMU's user mode runs.
(define %qemu-platforms
  (map make-qemu-platform
       '("aarch64" "alpha" "arm" "armeb" "hppa" "i386" "i486" "m68k" "mips" "mips64"
         "mips64el" "mipsel" "mipsn32" "mipsn32el" "ppc" "ppc64" "ppc64le" "riscv32"
         "riscv64" "s390x" "sh4" "sh4eb" "sparc" "sparc32plus")))

(define (lookup-qemu-platforms . names)
  "Return those of QEMU's platforms that have NAMES."
  (filter (lambda (platform)
            (member (qemu-platform-name platform) names))
          %qemu-platforms))
