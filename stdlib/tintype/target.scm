;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Systems, such as "x86_64-linux", and targets: GNU triplets.

(define-module (tintype target)
  #:use-module (tintype host)
  #:use-module (srfi srfi-1)
  #:export (%current-system
            %current-target-system
            nix-system->gnu-triplet
            gnu-triplet->nix-system
            system-hurd?
            system-hurd64?
            target-x86?
            target-x86-32?
            target-x86-64?
            target-x32?
            target-arm?
            target-arm32?
            target-aarch64?
            target-avr?
            target-hurd?
            target-hurd32?
            target-hurd64?
            target-linux?
            target-mingw?
            target-loongarch64?
            target-mips64el?
            target-powerpc?
            target-ppc32?
            target-ppc64le?
            target-riscv64?
            target-64bit?
            target-little-endian?))

(define %current-system
  ;; The system that things are built for, such as "x86_64-linux".
  (make-parameter (host-current-system)))

(define %current-target-system
  ;; The GNU triplet to cross-compile to, or #f.
  (make-parameter #f))

(define* (nix-system->gnu-triplet #:optional (system (%current-system))
                                  (vendor "unknown"))
  "Return the GNU triplet of SYSTEM, such as \"x86_64-linux\", with VENDOR."
  (let* ((dash (string-index system #\-))
         (cpu  (substring system 0 dash))
         (os   (substring system (+ dash 1)))
         (gnu? (string=? os "gnu")))
    (cond ((string=? system "armhf-linux")
           (string-append "arm-" vendor "-linux-gnueabihf"))
          (gnu?
           (string-append cpu "-" vendor "-gnu"))
          (else
           (string-append cpu "-" vendor "-" os "-gnu")))))

(define (gnu-triplet->nix-system triplet)
  "Return the system that TRIPLET, a GNU triplet, names."
  (let ((parts (string-split triplet #\-)))
    (define (cpu)
      (let ((cpu (first parts)))
        (cond ((string-prefix? "arm" cpu) "armhf")
              ((i586? cpu) "i686")
              (else cpu))))
    (cond ((not (memv (length parts) '(3 4)))
           triplet)
          ((member (last parts) '("gnu" "gnu0.9"))
           (if (member "linux" parts)
               (string-append (cpu) "-linux")
               (string-append (first parts) "-gnu")))
          ((member "linux" parts)
           (string-append (cpu) "-linux"))
          (else
           (string-append (first parts) "-" (last parts))))))

(define (i586? cpu)
  (and (= 4 (string-length cpu))
       (char=? #\i (string-ref cpu 0))
       (string-suffix? "86" cpu)))

(define (current-target-or-system)
  (or (%current-target-system) (%current-system)))

(define (cpu-of name)
  (car (string-split name #\-)))

;; Each predicate takes a system or a triplet, by default the current one.

(define* (target-x86-32? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 32-bit x86."
  (and (i586? (cpu-of target)) #t))

(define* (target-x86-64? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 64-bit x86."
  (string-prefix? "x86_64-" target))

(define* (target-x32? #:optional (target (current-target-or-system)))
  "Return true if TARGET is x32."
  (string-suffix? "gnux32" target))

(define* (target-x86? #:optional (target (current-target-or-system)))
  "Return true if TARGET is an x86."
  (or (target-x86-32? target) (target-x86-64? target)))

(define* (target-arm32? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 32-bit ARM."
  (string-prefix? "arm" target))

(define* (target-aarch64? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 64-bit ARM."
  (string-prefix? "aarch64-" target))

(define* (target-arm? #:optional (target (current-target-or-system)))
  "Return true if TARGET is an ARM."
  (or (target-arm32? target) (target-aarch64? target)))

(define* (target-avr? #:optional (target (current-target-or-system)))
  "Return true if TARGET is an AVR."
  (string-prefix? "avr" target))

(define* (target-hurd? #:optional (target (current-target-or-system)))
  "Return true if TARGET is the Hurd."
  (and (string-suffix? "-gnu" target)
       (not (string-contains target "linux"))))

(define* (target-hurd32? #:optional (target (current-target-or-system)))
  "Return true if TARGET is the 32-bit Hurd."
  (and (target-hurd? target) (target-x86-32? target)))

(define* (target-hurd64? #:optional (target (current-target-or-system)))
  "Return true if TARGET is the 64-bit Hurd."
  (and (target-hurd? target) (not (target-hurd32? target))))

(define* (target-linux? #:optional (target (current-target-or-system)))
  "Return true if TARGET is Linux."
  (and (string-contains target "linux") #t))

(define* (target-mingw? #:optional (target (current-target-or-system)))
  "Return true if TARGET is MinGW."
  (string-suffix? "-mingw32" target))

(define* (target-loongarch64? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 64-bit LoongArch."
  (string-prefix? "loongarch64-" target))

(define* (target-mips64el? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a little-endian 64-bit MIPS."
  (string-prefix? "mips64el-" target))

(define* (target-powerpc? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a PowerPC."
  (string-prefix? "powerpc" target))

(define* (target-ppc32? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 32-bit PowerPC."
  (string-prefix? "powerpc-" target))

(define* (target-ppc64le? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a little-endian 64-bit PowerPC."
  (string-prefix? "powerpc64le-" target))

(define* (target-riscv64? #:optional (target (current-target-or-system)))
  "Return true if TARGET is a 64-bit RISC-V."
  (string-prefix? "riscv64-" target))

(define* (target-64bit? #:optional (target (current-target-or-system)))
  "Return true if TARGET has 64-bit words."
  (any (lambda (cpu) (string-prefix? cpu target))
       '("x86_64" "aarch64" "mips64" "powerpc64" "riscv64" "loongarch64")))

(define* (target-little-endian? #:optional (target (current-target-or-system)))
  "Return true if TARGET is little-endian."
  (not (any (lambda (cpu) (string-prefix? cpu target))
            '("powerpc-" "powerpc64-" "or1k"))))

(define* (system-hurd? #:optional (system (%current-system)))
  "Return true if SYSTEM runs the Hurd."
  (target-hurd? system))

(define (system-hurd64?)
  "Return true if the current system is the 64-bit Hurd."
  (target-hurd64? (%current-system)))
