;; Fields of operating systems, what follows from them, and what is refused.
(use-modules (tintype check)
             (guix gexp)
             (guix packages)
             (gnu)
             (gnu system locale)
             (gnu system mapped-devices)
             (gnu system uuid)
             (gnu packages linux)
             (gnu packages nss)
             (ice-9 match)
             (srfi srfi-1))

(define root
  (file-system
    (device (file-system-label "root"))
    (mount-point "/")
    (type "ext4")))

(define os
  (operating-system
    (host-name "x")
    (bootloader (bootloader-configuration
                 (bootloader grub-bootloader)
                 (targets '("/dev/sda"))))
    (file-systems (cons root %base-file-systems))))

;;; Defaults.
(check (operating-system-timezone os) => "Etc/UTC")
(check (operating-system-locale os) => "en_US.utf8")
(check (operating-system-keyboard-layout os) => #f)
(check (operating-system-hurd os) => #f)
(check (operating-system-swap-devices os) => '())
(check (operating-system-setuid-programs os) => '())
(check (operating-system-user-kernel-arguments os)
       => '("modprobe.blacklist=usbmouse,usbkbd" "quiet"))
(check (map package-name (operating-system-firmware os))
       => '("ath9k-htc-ar7010-firmware" "ath9k-htc-ar9271-firmware"
            "openfwwf-firmware"))
(check (map user-group-name (operating-system-groups os))
       => '("root" "wheel" "users" "nogroup" "tty" "dialout" "kmem" "input"
            "video" "audio" "netdev" "lp" "disk" "floppy" "cdrom" "tape" "kvm"
            "sgx"))
(check (first (operating-system-initrd-modules os)) => "ahci")
(check (length (operating-system-initrd-modules os)) => 23)

;;; Fields that depend on others follow the record that inherits them.
(define other-kernel
  (operating-system
    (inherit os)
    (kernel linux-libre-6.12)))

(check (string-append "GNU with Linux-Libre "
                      (package-version linux-libre-6.12))
       => (operating-system-label other-kernel))
(check (string-prefix? "GNU with Linux-Libre " (operating-system-label os))
       => #t)
(check (operating-system-label (operating-system (inherit os) (label "mine")))
       => "mine")

;;; Earlier fields can be named in later ones.
(check (operating-system-label
        (operating-system
          (inherit os)
          (host-name "y")
          (label (string-append "I am " host-name))))
       => "I am y")

;;; Root is added when nobody has user ID 0.
(define (user-names os)
  (map user-account-name (operating-system-user-accounts os)))

(check (user-names os) => '("root" "nobody"))
(check (user-names (operating-system
                     (inherit os)
                     (users (list (user-account
                                   (name "boss")
                                   (uid 0)
                                   (group "root"))))))
       => '("boss"))
(check (user-account-home-directory (user-account (name "a") (group "users")))
       => "/home/a")

;;; Kernel arguments.
(define (root-argument device)
  (filter string?
          (operating-system-kernel-arguments
           (operating-system (inherit os) (kernel-arguments '()))
           device)))

(check (root-argument "/dev/sda1") => '("root=/dev/sda1"))
(check (root-argument "none") => '())
(check (root-argument "tmpfs") => '("rootfstype=tmpfs"))
(check (root-argument (uuid "38af4c98-72ff-63f9-3fc8-097a38af4c98"))
       => '("root=38af4c98-72ff-63f9-3fc8-097a38af4c98"))
;; The kernel takes the bytes of a date as if they were those of a DCE UUID.
(check (root-argument (uuid "1970-01-01-01-18-02-19" 'iso9660))
       => '("root=31393730-3031-3031-3031-313830323139"))
(check (root-argument (file-system-label "root")) => '("root=root"))
(check (match (operating-system-kernel-arguments os "none")
         (((? gexp?) (? gexp?) . user) user))
       => '("modprobe.blacklist=usbmouse,usbkbd" "quiet"))

;;; The file of the kernel is named after the machine.
(check (map system-linux-image-file-name
            '("x86_64-linux" "i686-linux" "armhf-linux" "aarch64-linux"
              "riscv64-linux" "powerpc64le-linux" "mips64el-linux"))
       => '("bzImage" "bzImage" "zImage" "Image" "Image" "bzImage" "vmlinuz"))

;;; File systems.
(check (file-system-mount-point (operating-system-root-file-system os))
       => "/")
(check (file-system-mount-point
        (operating-system-store-file-system
         (operating-system
           (inherit os)
           (file-systems (cons* root
                                (file-system
                                  (device "/dev/sdb1")
                                  (mount-point "/gnu")
                                  (type "ext4"))
                                %base-file-systems)))))
       => "/gnu")

(define rootless
  (operating-system
    (inherit os)
    (file-systems %base-file-systems)))

(check-error (operating-system-root-file-system rootless)
             => "missing root file system")
(check-error (operating-system-services rootless)
             => "missing root file system")

;;; Mapped devices: those below '/' are opened by the RAM disk.
(define (mapped name)
  (mapped-device
   (source (uuid "12345678-1234-1234-1234-123456789abc"))
   (target name)
   (type luks-device-mapping)))

(define encrypted
  (operating-system
    (inherit os)
    (mapped-devices (list (mapped "system") (mapped "home")))
    (file-systems (list (file-system
                          (device "/dev/mapper/system")
                          (mount-point "/")
                          (type "ext4"))
                        (file-system
                          (device "/dev/mapper/home")
                          (mount-point "/home")
                          (type "ext4"))))))

(check (map mapped-device-target
            (operating-system-boot-mapped-devices encrypted))
       => '("system"))
(check (map mapped-device-target
            (operating-system-user-mapped-devices encrypted))
       => '("home"))
(check (map uuid->string
            (operating-system-bootloader-crypto-devices encrypted))
       => '("12345678-1234-1234-1234-123456789abc"))
(check (filter (lambda (name)
                 (memq name '(device-mapping swap)))
               (map (compose service-type-name service-kind)
                    (operating-system-services encrypted)))
       => '(device-mapping))

;;; Locales.
(check-error (operating-system-locale-directory
              (operating-system (inherit os) (locale "nonsense")))
             => "nonsense: invalid locale name")
(check (computed-file? (operating-system-locale-directory
                        (operating-system (inherit os) (locale "de_DE.utf8"))))
       => #t)
(check (locale-definition-source (locale-name->definition "de_DE.utf8@euro"))
       => "de_DE@euro")
(check (locale-definition-charset (locale-name->definition "de_DE.iso88591"))
       => "ISO-8859-1")

;;; Services must be services; nobody looks before they are wanted.
(define bad
  (operating-system (inherit os) (services (list 42))))

(check (operating-system? bad) => #t)
(check-error (operating-system-user-services bad)
             => "'services' field must contain a list of services")

;;; Essential services can be replaced.
(check (map (compose service-type-name service-kind)
            (operating-system-services
             (operating-system
               (inherit os)
               (services '())
               (essential-services '()))))
       => '())

;;; Accounts.
(define (accounts-of . users)
  (fold-services (operating-system-services
                  (operating-system (inherit os) (users users)))
                 #:target-type activation-service-type))

(check-error (accounts-of (user-account (name "a") (group "nowhere")))
             => "primary group 'nowhere' of user 'a' is undeclared")
(check-error (accounts-of (user-account
                           (name "a")
                           (group "users")
                           (supplementary-groups '("wheel" "elsewhere"))))
             => "supplementary group 'elsewhere' of user 'a' is undeclared")

;;; /etc.
(define (etc-of . services)
  (operating-system-etc-directory
   (operating-system (inherit os) (services services))))

(check-error (etc-of (simple-service 'again etc-service-type
                                     `(("issue" ,(plain-file "issue" "")))))
             => "duplicate 'issue' entry for /etc")

;;; Whatever is to be kept goes along with a system.
(check (service-value
        (first (operating-system-user-services
                (operating-system-with-gc-roots os '(a b)))))
       => '(a b))

(check-report)
