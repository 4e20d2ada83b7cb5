;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A distribution for the Windows Subsystem for Linux, which brings its own
;;; kernel and boots nothing: the system is started with the first login.

(define-module (gnu system images wsl2)
  #:use-module (guix build-system trivial)
  #:use-module (guix gexp)
  #:use-module ((guix licenses) #:select (fsdg-compatible))
  #:use-module (guix packages)
  #:use-module (gnu bootloader)
  #:use-module (gnu image)
  #:use-module (gnu packages admin)
  #:use-module (gnu packages base)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages guile)
  #:use-module (gnu packages linux)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system image)
  #:use-module (gnu system shadow)
  #:export (wsl-boot-program
            wsl-os
            wsl2-image))

(define (wsl-boot-program user)
  "Return root's shell: a program that boots the system, unless it runs, and
becomes the login shell of USER."
  (program-file
   "wsl-boot-program"
   #~(let* ((system    (readlink "/var/guix/profiles/system"))
            (directory (if (absolute-file-name? system)
                           system
                           (string-append "/var/guix/profiles/" system)))
            (socket    "/var/run/shepherd/socket")
            (account   (getpwnam #$user))
            (run-time  (string-append "/run/user/"
                                      (number->string (passwd:uid account)))))
       (unless (file-exists? "/run/current-system")
         (when (file-exists? socket)
           (delete-file socket))
         (when (zero? (primitive-fork))
           (let ((target (readlink directory)))
             (setenv "GUIX_NEW_SYSTEM" target)
             (execl #$(file-append guile-3.0 "/bin/guile") "guile"
                    "--no-auto-compile" (string-append target "/boot"))))
         ;; The Shepherd takes requests once its socket is there.
         (let wait ()
           (unless (file-exists? socket)
             (sleep 1)
             (wait))))

       ;; Programs of Windows are found on the path that WSL sets.
       (setenv "WSLPATH" (getenv "PATH"))
       ;; WSL mounts /run without set-user-ID programs.
       (system* #$(file-append util-linux "/bin/mount")
                "-o" "remount,suid" "/run")
       (unless (file-exists? run-time)
         (mkdir run-time)
         (chown run-time (passwd:uid account) (passwd:gid account)))
       (setenv "XDG_RUNTIME_DIR" run-time)
       (apply execl #$(file-append sudo "/bin/sudo") "sudo"
              "--preserve-env=WSLPATH,XDG_RUNTIME_DIR" "-u" #$user "--"
              (passwd:shell account) "-l"
              (cdr (command-line))))))

;; What an operating system must have and WSL does not use.
(define dummy-package
  (package
    (name "dummy")
    (version "0")
    (source #f)
    (build-system trivial-build-system)
    (home-page #f)
    (synopsis #f)
    (description #f)
    (license (fsdg-compatible "dummy"))))

(define dummy-bootloader
  (bootloader
   (name 'dummy-bootloader)
   (package dummy-package)
   (installer #~(const #t))
   (configuration-file "/dev/null")
   (configuration-file-generator
    (lambda _
      (plain-file "dummy-bootloader" "")))))

(define (dummy-initrd . _)
  (plain-file "dummy-initrd" ""))

(define wsl-os
  (operating-system
    (host-name "gnu")
    (timezone "Etc/UTC")
    (bootloader (bootloader-configuration
                 (bootloader dummy-bootloader)))
    (kernel dummy-package)
    (initrd dummy-initrd)
    (initrd-modules '())
    (firmware '())
    (file-systems '())
    (users (cons* (user-account
                   (name "guest")
                   (group "users")
                   (supplementary-groups '("wheel"))
                   (password "")
                   (comment "Guest of GNU"))
                  (user-account
                   (inherit %root-account)
                   (shell (wsl-boot-program "guest")))
                  %base-user-accounts))
    (services
     (list (service guix-service-type)
           (service special-files-service-type
                    `(("/bin/sh" ,(file-append bash "/bin/bash"))
                      ("/bin/mount" ,(file-append util-linux "/bin/mount"))
                      ("/usr/bin/env" ,(file-append coreutils "/bin/env"))))))))

(define wsl2-image
  (image
   (inherit (os->image wsl-os #:type wsl2-image-type))
   (name 'wsl2-image)))

wsl2-image
