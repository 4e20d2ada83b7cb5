;; What the services of Guix 1.5.0's example bare-bones.tmpl come to when folded, and the orders of services
;; in variants of it.  Computed from the original.  (etc (NAME TEXT?) ...): TEXT without comment lines.
((container
   (dummy-networking
     dhcpcd
     openssh
     login
     virtual-terminal
     shepherd-system-log
     etc-bashrc-d
     urandom-seed
     guix
     nscd
     log-rotation
     shepherd-timer
     shepherd-transient
     log-cleanup
     udev
     sysctl
     special-files
     system
     linux-builder
     boot
     cleanup
     activate
     shepherd-root
     pam
     privileged-program
     account
     etc
     etc-hosts
     fstab
     session-environment
     host-name
     user-processes
     root-file-system
     profile
     boot-file-system-utilities
     file-systems))
 (shared-network-container
   (dummy-networking
     openssh
     login
     virtual-terminal
     shepherd-system-log
     etc-bashrc-d
     urandom-seed
     guix
     nscd
     log-rotation
     shepherd-timer
     shepherd-transient
     log-cleanup
     udev
     sysctl
     special-files
     system
     linux-builder
     boot
     cleanup
     activate
     shepherd-root
     pam
     privileged-program
     account
     etc
     fstab
     session-environment
     host-name
     user-processes
     root-file-system
     profile
     boot-file-system-utilities
     file-systems))
 (virtual-machine
   (dhcpcd
     openssh
     login
     virtual-terminal
     console-fonts
     shepherd-system-log
     agetty
     mingetty
     mingetty
     mingetty
     mingetty
     mingetty
     mingetty
     etc-bashrc-d
     static-networking
     urandom-seed
     guix
     nscd
     log-rotation
     shepherd-timer
     shepherd-transient
     log-cleanup
     udev
     sysctl
     special-files
     system
     linux-builder
     boot
     cleanup
     activate
     shepherd-root
     pam
     privileged-program
     account
     etc
     etc-hosts
     fstab
     session-environment
     host-name
     user-processes
     root-file-system
     profile
     boot-file-system-utilities
     file-systems
     linux-bare-metal
     firmware))
 (etc (("os-release"
        "NAME=\"Guix System\"\nID=guix\nPRETTY_NAME=\"Guix System\"\nLOGO=guix-icon\nHOME_URL=\"https://guix.gnu.org\"\nDOCUMENTATION_URL=\"https://guix.gnu.org/en/manual\"\nSUPPORT_URL=\"https://guix.gnu.org/en/help\"\nBUG_REPORT_URL=\"https://lists.gnu.org/mailman/listinfo/bug-guix\"\n")
       ("services")
       ("protocols")
       ("rpc")
       ("login.defs"
        "ENV_PATH    /run/privileged/bin:/run/current-system/profile/bin:/run/current-system/profile/sbin\nENV_SUPATH  /run/privileged/bin:/run/current-system/profile/bin:/run/current-system/profile/sbin\n\nCHFN_RESTRICT   frwh\n")
       ("issue" "\nThis is the GNU system.  Welcome.\n")
       ("nsswitch.conf"
        "group:\tfiles\nhosts:\tfiles dns [!UNAVAIL=return]\nnetworks:\tfiles dns [!UNAVAIL=return]\npasswd:\tfiles\nshadow:\tfiles\n")
       ("profile")
       ("bashrc")
       ("hostname" "komputilo")
       ("timezone" "Europe/Berlin\n")
       ("localtime")
       ("sudoers")
       ("environment")
       ("fstab"
        "\nLABEL=my-root\t/\text4\tdefaults\t\n")
       ("hosts"
        "127.0.0.1\tlocalhost\tkomputilo\n::1\tlocalhost\tkomputilo\n")
       ("skel")
       ("shells")
       ("pam.d")
       ("udev")
       ("bashrc.d")))
 (shepherd
   (((file-systems)
     (requirement
       root-file-system
       file-system-/dev/pts
       file-system-/sys/kernel/debug
       file-system-/dev/shm
       file-system-/sys/firmware/efi/efivars
       file-system-/gnu/store))
    ((user-file-systems) (requirement file-systems))
    ((file-system-/dev/pts)
     (requirement root-file-system udev))
    ((file-system-/sys/kernel/debug)
     (requirement root-file-system udev))
    ((file-system-/dev/shm)
     (requirement root-file-system udev))
    ((file-system-/sys/firmware/efi/efivars)
     (requirement root-file-system udev))
    ((file-system-/gnu/store)
     (requirement root-file-system udev))
    ((root-file-system) (requirement) (respawn? #f))
    ((user-processes)
     (requirement
       file-systems
       user-file-systems
       user-homes
       urandom-seed)
     (respawn? #f))
    ((host-name) (requirement) (one-shot? #t))
    ((user-homes)
     (requirement file-systems)
     (one-shot? #t))
    ((pam) (requirement))
    ((sysctl) (requirement) (one-shot? #t))
    ((udev)
     (requirement root-file-system)
     (respawn? #f))
    ((log-cleanup) (requirement user-processes))
    ((transient) (requirement user-processes))
    ((timer) (requirement user-processes))
    ((log-rotation) (requirement user-processes))
    ((nscd) (requirement user-processes syslogd))
    ((guix-ownership)
     (requirement user-processes user-homes)
     (one-shot? #t))
    ((guix-daemon)
     (requirement user-processes guix-ownership))
    ((urandom-seed) (requirement file-systems udev))
    ((loopback) (requirement) (respawn? #f))
    ((term-tty6)
     (requirement
       user-processes
       host-name
       udev
       virtual-terminal))
    ((term-tty5)
     (requirement
       user-processes
       host-name
       udev
       virtual-terminal))
    ((term-tty4)
     (requirement
       user-processes
       host-name
       udev
       virtual-terminal))
    ((term-tty3)
     (requirement
       user-processes
       host-name
       udev
       virtual-terminal))
    ((term-tty2)
     (requirement
       user-processes
       host-name
       udev
       virtual-terminal))
    ((term-tty1)
     (requirement
       user-processes
       host-name
       udev
       virtual-terminal))
    ((term-console)
     (requirement
       user-processes
       host-name
       udev
       syslogd))
    ((system-log syslogd)
     (requirement root-file-system))
    ((console-font-tty1)
     (requirement term-tty1)
     (respawn? #f))
    ((console-font-tty2)
     (requirement term-tty2)
     (respawn? #f))
    ((console-font-tty3)
     (requirement term-tty3)
     (respawn? #f))
    ((console-font-tty4)
     (requirement term-tty4)
     (respawn? #f))
    ((console-font-tty5)
     (requirement term-tty5)
     (respawn? #f))
    ((console-font-tty6)
     (requirement term-tty6)
     (respawn? #f))
    ((virtual-terminal)
     (requirement root-file-system))
    ((ssh-daemon ssh sshd)
     (requirement
       user-processes
       pam
       syslogd
       loopback
       networking))
    ((networking) (requirement user-processes udev))))
 (profile
   ("screen"
    "less"
    "mg"
    "nano"
    "nvi"
    "man-db"
    "info-reader"
    "kbd"
    "sudo"
    "guile-readline"
    "guile-colorized"
    "pciutils"
    "usbutils"
    "util-linux-with-udev"
    "kmod"
    "eudev"
    "inetutils"
    "isc-dhcp"
    "iproute2"
    "wget"
    "nss-certs"
    "iw"
    "wireless-tools"
    "procps"
    "psmisc"
    "which"
    "shadow"
    "e2fsprogs"
    "guile"
    "bash"
    "coreutils"
    "findutils"
    "grep"
    "sed"
    "diffutils"
    "patch"
    "gawk"
    "tar"
    "gzip"
    "bzip2"
    "lzip"
    "xz"
    "zstd"
    "e2fsprogs"
    "shepherd"
    "guix"
    "openssh-sans-x"))
 (accounts
   ((skeleton . ".bash_profile")
    (skeleton . ".zprofile")
    (skeleton . ".nanorc")
    (skeleton . ".Xdefaults")
    (skeleton . ".guile")
    (skeleton . ".gdbinit")
    (skeleton . "guix-home-config.scm")
    (user . "root")
    (user . "alice")
    (user . "nobody")
    (group . "root")
    (group . "wheel")
    (group . "users")
    (group . "nogroup")
    (group . "tty")
    (group . "dialout")
    (group . "kmem")
    (group . "input")
    (group . "video")
    (group . "audio")
    (group . "netdev")
    (group . "lp")
    (group . "disk")
    (group . "floppy")
    (group . "cdrom")
    (group . "tape")
    (group . "kvm")
    (group . "sgx")
    (group . "guixbuild")
    (user . "guixbuilder01")
    (user . "guixbuilder02")
    (user . "guixbuilder03")
    (user . "guixbuilder04")
    (user . "guixbuilder05")
    (user . "guixbuilder06")
    (user . "guixbuilder07")
    (user . "guixbuilder08")
    (user . "guixbuilder09")
    (user . "guixbuilder10")
    (group . "sshd")
    (user . "sshd")
    (group . "dhcpcd")
    (user . "dhcpcd")))
 (privileged-programs
   (("inetutils" "/bin/ping" #f "cap_net_raw=ep")
    ("inetutils" "/bin/ping6" #f "cap_net_raw=ep")
    ("shadow" "/bin/passwd" #t #f)
    ("shadow" "/bin/chfn" #t #f)
    ("shadow" "/bin/sg" #t #f)
    ("shadow" "/bin/su" #t #f)
    ("shadow" "/bin/newgrp" #t #f)
    ("shadow" "/bin/newuidmap" #t #f)
    ("shadow" "/bin/newgidmap" #t #f)
    ("sudo" "/bin/sudo" #t #f)
    ("sudo" "/bin/sudoedit" #t #f)
    ("fuse" "/bin/fusermount" #t #f)
    ("fuse" "/bin/fusermount3" #t #f)
    ("util-linux" "/bin/mount" #t #f)
    ("util-linux" "/bin/umount" #t #f)
    ("linux-pam" "/sbin/unix_chkpwd" #t #f)))
 (environment
   ("LANG"
    "TZDIR"
    "LINUX_MODULE_DIRECTORY"
    "SSL_CERT_DIR"
    "SSL_CERT_FILE"
    "GIT_SSL_CAINFO"
    "GTK_DATA_PREFIX"
    "DBUS_FATAL_WARNINGS"))
 (activation-count 9))
