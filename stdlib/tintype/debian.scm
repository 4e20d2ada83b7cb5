;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Operating systems that are made of Debian's packages: the plan of a root file
;;; system, as far as it does not depend on what is in the packages.

(define-module (tintype debian)
  #:use-module (tintype debian essentials)
  #:use-module (tintype debian services)
  #:use-module (tintype lowering)
  #:use-module (tintype plan)
  #:use-module ((tintype services file-systems)
                #:select (fstab-device fstab-options))
  #:use-module ((tintype services graph) #:select (final-values))
  #:use-module ((tintype services index) #:select (%contributions-matter?))
  #:use-module (tintype services packages)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu bootloader)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system accounts)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system nss)
  #:use-module (gnu system shadow)
  #:use-module (gnu system uuid)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (debian-system->plan))

;; What every system has, beside what Debian calls required.
(define %packages
  '("systemd-sysv" "udev" "dbus" "libpam-systemd" "tzdata" "netbase"))

;; Parts of Guix that its lists of packages name, and that Debian has nothing like.
(define %packages-of-guix
  '("guix" "guile-colorized" "guix-icons" "guix-backgrounds" "shepherd"))

;; The files of /etc that Debian's packages bring, with its own paths in them.
(define %etc-of-packages
  '("os-release" "services" "protocols" "rpc" "login.defs" "profile" "bashrc"
    "localtime" "environment" "pam.d" "fstab" "shells" "skel" "sudoers" "udev"
    "dbus-1" "polkit-1" "ssl" "modprobe.d" "nsswitch.conf" "bashrc.d"
    "profile.d" "guix" "nscd.conf" "alsa" "login" "X11" "security"
    "logind.conf" "elogind" "UPower" "modules-load.d"))

(define (etc-file path file)
  `(file ,(string-append "/etc/" path) #o644 "root" "root"
         ,(lower-object file)))

(define (etc->contributions os entries)
  (append
   (filter-map (match-lambda
                 ((name file . _)
                  (and (not (member name %etc-of-packages))
                       (etc-file name file))))
               entries)
   (let ((switch (operating-system-name-service-switch os)))
     (if (or (not switch) (eq? switch %default-nss))
         '()
         (list (etc-file "nsswitch.conf"
                         (plain-file "nsswitch.conf"
                                     (name-service-switch->string switch))))))
   (match (operating-system-sudoers-file os)
     (#f '())
     ((? string? text)
      `((file "/etc/sudoers" #o440 "root" "root"
              (plain-file "sudoers" ,text))))
     (file
      `((file "/etc/sudoers" #o440 "root" "root" ,(lower-object file)))))
   `((link "/etc/localtime"
           ,(string-append "/usr/share/zoneinfo/"
                           (operating-system-timezone os))))))


;;;
;;; File systems.
;;;

;; Those that systemd mounts, and those that only Guix has.
(define (mounted-by-the-system? fs)
  (or (member (file-system-type fs)
              '("devpts" "sysfs" "proc" "devtmpfs" "debugfs" "efivarfs"
                "securityfs" "cgroup" "cgroup2" "binfmt_misc"))
      (member (file-system-mount-point fs) '("/dev/shm" "/gnu/store"))))

(define (fstab-line fs)
  (define root?
    (string=? "/" (file-system-mount-point fs)))

  (define more
    (append (if (file-system-mount? fs) '() '("noauto"))
            (if (or (file-system-mount-may-fail? fs)
                    (and (not root?)
                         (string=? "vfat" (file-system-type fs))))
                '("nofail")
                '())))

  (string-append (fstab-device (file-system-device fs)) "\t"
                 (file-system-mount-point fs) "\t"
                 (file-system-type fs) "\t"
                 (fstab-options fs more)
                 "\t0\t"
                 (cond ((not (file-system-check? fs)) "0")
                       (root? "1")
                       (else "2"))
                 "\n"))

(define (swap-line swap)
  (let ((target (if (swap-space? swap) (swap-space-target swap) swap)))
    (string-append (fstab-device target) "\tnone\tswap\tsw\t0\t0\n")))

(define (fstab->contribution os)
  `(file "/etc/fstab" #o644 "root" "root"
         (plain-file
          "fstab"
          ,(string-append
            "# Made from the definition of the operating system.\n"
            (string-concatenate
             (map fstab-line
                  (remove mounted-by-the-system?
                          (operating-system-file-systems os))))
            (string-concatenate
             (map swap-line (operating-system-swap-devices os)))))))


;;;
;;; Locale and keyboard.
;;;

;; glibc has this one by itself; all others have to be compiled.
(define %built-in-locale "C.UTF-8")

(define (locale->contributions os packages)
  (define locale (operating-system-locale os))

  (define compiled?
    (any (lambda (package)
           (and (package? package)
                (member (package-name package)
                        '("glibc-locales" "glibc-utf8-locales"
                          "locales-all"))))
         packages))

  (define (locale-file locale)
    `(file "/etc/default/locale" #o644 "root" "root"
           (plain-file "locale" ,(string-append "LANG=" locale "\n"))))

  (cond (compiled? (list (locale-file locale)))
        ((member locale (list %built-in-locale "C.utf8" "C" "POSIX"))
         (list (locale-file locale)))
        (else
         `(,(locale-file %built-in-locale)
           (note ,(string-append
                   "the locale is " %built-in-locale ", not " locale
                   ", which is not compiled: the package glibc-locales \
has all locales"))))))

(define (keyboard->contributions layout)
  (define (line key value)
    (string-append key "=\"" (or value "") "\"\n"))

  (if layout
      (match (keyboard-layout->plan layout)
        ((name variant model options)
         `((file "/etc/default/keyboard" #o644 "root" "root"
                 (plain-file "keyboard"
                             ,(string-append
                               (line "XKBMODEL" (or model "pc105"))
                               (line "XKBLAYOUT" name)
                               (line "XKBVARIANT" variant)
                               (line "XKBOPTIONS" (string-join options ","))
                               (line "BACKSPACE" "guess"))))
           (debian "console-setup"))))
      '()))


;;;
;;; Accounts.
;;;

;; Those that Guix's daemon builds packages as.
(define (build-account? account)
  (cond ((user-account? account)
         (string-prefix? "guixbuild" (user-account-name account)))
        ((user-group? account)
         (member (user-group-name account) '("guixbuild" "guix-daemon")))
        (else #f)))

(define (accounts->plan things)
  "Return the fields of THINGS, the value of the account service."
  (let ((accounts (remove build-account? (delete-duplicates things eq?))))
    `((users ,(map user-account->plan (filter user-account? accounts)))
      (groups ,(map user-group->plan (filter user-group? accounts))))))


;;;
;;; The whole.
;;;

(define (wanted-package? thing)
  (and (package? thing)
       (not (member (package-name thing) %packages-of-guix))))

(define (bootloader-packages os)
  (append-map (lambda (configuration)
                (filter package?
                        (list (bootloader-package
                               (bootloader-configuration-bootloader
                                configuration)))))
              (filter bootloader-configuration?
                      (list (operating-system-bootloader os)))))

(define (final-value services type)
  (match (final-values services type)
    ((value) value)))

(define* (debian-system->plan os #:key (bootable? #t) (packages '()))
  "Return the plan of OS as a system of Debian's packages, or #f if none of its
packages is to come from an archive.  It has a kernel and a bootloader if
BOOTABLE? is true, and PACKAGES, lowered, as well."
  (and (any package? (map package-of (operating-system-packages os)))
       ;; What services need is what packages bring, or else told of.
       (parameterize ((%contributions-matter? #f))
         (system->plan os bootable? packages))))

(define (system->plan os bootable? packages)
  (define services
    (operating-system-services os))

  (define own-packages
    (append (map package-of (final-value services profile-service-type))
            (if bootable?
                (cons (operating-system-kernel os)
                      (append (operating-system-firmware os)
                              (bootloader-packages os)))
                '())))

  (define (listed type)
    (concatenate (final-values services type)))

  (call-with-values
      (lambda () (services->contributions services))
    (lambda (contributions unrealised)
      `((packages ,(append (lower-object
                            (delete-duplicates
                             (filter wanted-package? own-packages)
                             eq?))
                           packages))
        (debian-packages
         ,(append %packages (listed debian-packages-service-type)))
        (names ,(listed debian-names-service-type))
        (configuration ,(package-configuration services))
        (contributions
         ,(append (etc->contributions os
                                      (final-value services etc-service-type))
                  (list (fstab->contribution os))
                  (locale->contributions os own-packages)
                  (keyboard->contributions
                   (operating-system-keyboard-layout os))
                  (essentials->contributions os services
                                             (own-types services))
                  contributions))
        (unrealised ,(map symbol->string unrealised))
        ,@(accounts->plan (final-value services account-service-type))))))
