;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Systems with the Hurd in place of Linux.

(define-module (gnu system hurd)
  #:use-module (guix gexp)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader grub)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services hurd)
  #:use-module (gnu system)
  #:use-module (gnu system privilege)
  #:use-module ((gnu packages admin)
                #:select (inetutils net-base shadow shepherd-1.0 sudo))
  #:use-module ((gnu packages base)
                #:select (coreutils diffutils findutils glibc/hurd grep patch
                          sed tar which))
  #:use-module ((gnu packages bash) #:select (bash))
  #:use-module ((gnu packages compression)
                #:select (bzip2 gzip lzip xz zstd))
  #:use-module ((gnu packages file) #:select (file))
  #:use-module ((gnu packages gawk) #:select (gawk))
  #:use-module ((gnu packages guile) #:select (guile-3.0-latest guile-readline))
  #:use-module ((gnu packages guile-xyz) #:select (guile-colorized))
  #:use-module ((gnu packages hurd) #:select (gnumach hurd netdde))
  #:use-module ((gnu packages less) #:select (less))
  #:use-module ((gnu packages linux) #:select (procps))
  #:use-module ((gnu packages nss) #:select (nss-certs))
  #:use-module ((gnu packages texinfo) #:select (info-reader))
  #:export (%base-packages/hurd
            %base-services/hurd
            %base-services+qemu-networking/hurd
            %desktop-services/hurd
            %hurd-default-operating-system
            %hurd-default-operating-system-kernel
            %hurd64-default-operating-system
            %hurd64-default-operating-system-kernel
            %setuid-programs/hurd))

(define %hurd-default-operating-system-kernel
  gnumach)

(define %hurd64-default-operating-system-kernel
  %hurd-default-operating-system-kernel)

(define %base-packages/hurd
  (list shepherd-1.0 hurd netdde bash coreutils file findutils grep sed
        diffutils patch gawk tar gzip bzip2 xz lzip zstd
        guile-3.0-latest guile-colorized guile-readline
        net-base nss-certs inetutils less procps shadow sudo which
        info-reader))

(define %base-services/hurd
  `(,(service hurd-console-service-type)
    ,(service guix-service-type
              (guix-configuration
               (extra-options '("--disable-chroot"
                                "--disable-deduplication"))))
    ,(service special-files-service-type
              `(("/bin/sh" ,(file-append bash "/bin/sh"))
                ("/usr/bin/env" ,(file-append coreutils "/bin/env"))))
    ,(service syslog-service-type)
    ,@(map (lambda (name)
             (service hurd-getty-service-type
                      (hurd-getty-configuration (tty name))))
           '("tty1" "tty2" "tty3" "tty4" "tty5" "tty6"))))

;; The Hurd names network devices by their files.
(define %base-services+qemu-networking/hurd
  (cons (service static-networking-service-type
                 (list %loopback-static-networking
                       (static-networking
                        (inherit %qemu-static-networking)
                        (addresses
                         (map (lambda (address)
                                (network-address
                                 (inherit address)
                                 (device "/dev/eth0")))
                              (static-networking-addresses
                               %qemu-static-networking))))))
        %base-services/hurd))

;; Nothing graphical runs on the Hurd yet.
(define %desktop-services/hurd
  %base-services/hurd)

(define %setuid-programs/hurd
  (map file-like->setuid-program
       (list (file-append shadow "/bin/passwd")
             (file-append shadow "/bin/sg")
             (file-append shadow "/bin/su")
             (file-append shadow "/bin/newgrp")
             (file-append shadow "/bin/newuidmap")
             (file-append shadow "/bin/newgidmap")
             (file-append sudo "/bin/sudo")
             (file-append sudo "/bin/sudoedit"))))

(define %hurd-default-operating-system
  (operating-system
    (kernel %hurd-default-operating-system-kernel)
    (kernel-arguments '())
    (hurd hurd)
    (bootloader (bootloader-configuration
                 (bootloader grub-minimal-bootloader)
                 (targets '("/dev/vda"))))
    ;; The Hurd boots without a RAM disk and has drivers of its own.
    (initrd #f)
    (initrd-modules '())
    (firmware '())
    (host-name "guixygnu")
    (file-systems '())
    (packages %base-packages/hurd)
    (timezone "GNUrope")
    (locale-libcs (list glibc/hurd))
    (name-service-switch #f)
    (essential-services (hurd-default-essential-services
                         this-operating-system))
    (privileged-programs '())
    (setuid-programs %setuid-programs/hurd)))

(define %hurd64-default-operating-system
  (operating-system
    (inherit %hurd-default-operating-system)
    (kernel %hurd64-default-operating-system-kernel)))
