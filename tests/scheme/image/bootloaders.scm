;; Bootloaders have the names, packages and files that the original's have, and
;; U-Boot goes where the boot ROM of each board looks for it.
(use-modules (tintype check)
             (tintype plan)
             (guix gexp)
             (guix packages)
             (gnu bootloader)
             (gnu bootloader depthcharge)
             (gnu bootloader extlinux)
             (gnu bootloader grub)
             (gnu bootloader u-boot)
             (gnu system file-systems)
             (gnu system uuid)
             (ice-9 match)
             (srfi srfi-1))

(define-syntax-rule (check-bootloaders (variable name package file) ...)
  (begin
    (check (list (bootloader-name variable)
                 (and=> (bootloader-package variable) package-name)
                 (bootloader-configuration-file variable))
           => '(name package file))
    ...))

(check-bootloaders
 (depthcharge-bootloader depthcharge #f
  "/boot/depthcharge/vmlinux.kpart")
 (extlinux-bootloader extlinux "syslinux"
  "/boot/extlinux/extlinux.conf")
 (extlinux-bootloader-gpt extlinux "syslinux"
  "/boot/extlinux/extlinux.conf")
 (grub-bootloader grub "grub-pc"
  "/boot/grub/grub.cfg")
 (grub-efi-bootloader grub-efi "grub-efi"
  "/boot/grub/grub.cfg")
 (grub-efi-netboot-bootloader grub-efi-netboot-bootloader "grub-efi-netboot-bootloader"
  "/boot/grub/grub.cfg")
 (grub-efi-netboot-removable-bootloader grub-efi-netboot-removable-bootloader "grub-efi-netboot-removable-bootloader"
  "/boot/grub/grub.cfg")
 (grub-efi-removable-bootloader grub-efi-removable-bootloader "grub-efi"
  "/boot/grub/grub.cfg")
 (grub-efi32-bootloader grub-efi32 "grub-efi32"
  "/boot/grub/grub.cfg")
 (grub-efi32-removable-bootloader grub-efi32-removable-bootloader "grub-efi32"
  "/boot/grub/grub.cfg")
 (grub-minimal-bootloader grub "grub-minimal"
  "/boot/grub/grub.cfg")
 (grub-mkrescue-bootloader grub-efi "grub-hybrid"
  "/boot/grub/grub.cfg")
 (u-boot-a20-olinuxino-lime-bootloader u-boot "u-boot-a20-olinuxino-lime"
  "/boot/extlinux/extlinux.conf")
 (u-boot-a20-olinuxino-lime2-bootloader u-boot "u-boot-a20-olinuxino-lime2"
  "/boot/extlinux/extlinux.conf")
 (u-boot-a20-olinuxino-micro-bootloader u-boot "u-boot-a20-olinuxino-micro"
  "/boot/extlinux/extlinux.conf")
 (u-boot-bananapi-m2-ultra-bootloader u-boot "u-boot-bananapi-m2-ultra"
  "/boot/extlinux/extlinux.conf")
 (u-boot-beaglebone-black-bootloader u-boot "u-boot-am335x-boneblack"
  "/boot/extlinux/extlinux.conf")
 (u-boot-bootloader u-boot #f
  "/boot/extlinux/extlinux.conf")
 (u-boot-cubietruck-bootloader u-boot "u-boot-cubietruck"
  "/boot/extlinux/extlinux.conf")
 (u-boot-firefly-rk3399-bootloader u-boot "u-boot-firefly-rk3399"
  "/boot/extlinux/extlinux.conf")
 (u-boot-mx6cuboxi-bootloader u-boot "u-boot-mx6cuboxi"
  "/boot/extlinux/extlinux.conf")
 (u-boot-nanopi-r4s-rk3399-bootloader u-boot "u-boot-nanopi-r4s-rk3399"
  "/boot/extlinux/extlinux.conf")
 (u-boot-nintendo-nes-classic-edition-bootloader u-boot "u-boot-nintendo-nes-classic-edition"
  "/boot/extlinux/extlinux.conf")
 (u-boot-novena-bootloader u-boot "u-boot-novena"
  "/boot/extlinux/extlinux.conf")
 (u-boot-orangepi-r1-plus-lts-rk3328-bootloader u-boot "u-boot-orangepi-r1-plus-lts-rk3328"
  "/boot/extlinux/extlinux.conf")
 (u-boot-orangepi-zero2w-bootloader u-boot "u-boot-orangepi-zero2w"
  "/boot/extlinux/extlinux.conf")
 (u-boot-pine64-lts-bootloader u-boot "u-boot-pine64-lts"
  "/boot/extlinux/extlinux.conf")
 (u-boot-pine64-plus-bootloader u-boot "u-boot-pine64-plus"
  "/boot/extlinux/extlinux.conf")
 (u-boot-pinebook-bootloader u-boot "u-boot-pinebook"
  "/boot/extlinux/extlinux.conf")
 (u-boot-pinebook-pro-rk3399-bootloader u-boot "u-boot-pinebook-pro-rk3399"
  "/boot/extlinux/extlinux.conf")
 (u-boot-puma-rk3399-bootloader u-boot "u-boot-puma-rk3399"
  "/boot/extlinux/extlinux.conf")
 (u-boot-qemu-riscv64-bootloader u-boot "u-boot-qemu-riscv64"
  "/boot/extlinux/extlinux.conf")
 (u-boot-rock-4c-plus-rk3399-bootloader u-boot "u-boot-rock-4c-plus-rk3399"
  "/boot/extlinux/extlinux.conf")
 (u-boot-rock64-rk3328-bootloader u-boot "u-boot-rock64-rk3328"
  "/boot/extlinux/extlinux.conf")
 (u-boot-rockpro64-rk3399-bootloader u-boot "u-boot-rockpro64-rk3399"
  "/boot/extlinux/extlinux.conf")
 (u-boot-sifive-unmatched-bootloader u-boot "u-boot-sifive-unmatched"
  "/boot/extlinux/extlinux.conf")
 (u-boot-starfive-visionfive2-bootloader u-boot "u-boot-starfive-visionfive2"
  "/boot/extlinux/extlinux.conf")
 (u-boot-ts7970-q-2g-1000mhz-c-bootloader u-boot "u-boot-ts7970-q-2g-1000mhz-c"
  "/boot/extlinux/extlinux.conf")
 (u-boot-wandboard-bootloader u-boot "u-boot-wandboard"
  "/boot/extlinux/extlinux.conf"))

(define-syntax-rule (check-writes (variable writes ...) ...)
  (begin
    (check (installer->plan (bootloader-disk-image-installer variable))
           => '(write-package-files (writes ...)))
    ...))

;; (FILE OFFSET SIZE), #f being the size of the file.
(check-writes
 (u-boot-a20-olinuxino-lime-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-a20-olinuxino-lime2-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-a20-olinuxino-micro-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-bananapi-m2-ultra-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-beaglebone-black-bootloader
  ("libexec/MLO" 131072 131072) ("libexec/u-boot.img" 524288 393216))
 (u-boot-cubietruck-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-firefly-rk3399-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-mx6cuboxi-bootloader
  ("libexec/SPL" 1024 #f) ("libexec/u-boot.img" 70656 #f))
 (u-boot-nanopi-r4s-rk3399-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-nintendo-nes-classic-edition-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-novena-bootloader
  ("libexec/SPL" 1024 #f) ("libexec/u-boot.img" 70656 #f))
 (u-boot-orangepi-r1-plus-lts-rk3328-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-orangepi-zero2w-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-pine64-lts-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f))
 (u-boot-pine64-plus-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f) ("libexec/u-boot-sunxi-with-spl.fit.itb" 40960 #f))
 (u-boot-pinebook-bootloader
  ("libexec/u-boot-sunxi-with-spl.bin" 8192 #f) ("libexec/u-boot-sunxi-with-spl.fit.itb" 40960 #f))
 (u-boot-pinebook-pro-rk3399-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-puma-rk3399-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 262144 #f))
 (u-boot-rock-4c-plus-rk3399-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-rock64-rk3328-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-rockpro64-rk3399-bootloader
  ("libexec/idbloader.img" 32768 #f) ("libexec/u-boot.itb" 8388608 #f))
 (u-boot-sifive-unmatched-bootloader
  ("libexec/spl/u-boot-spl.bin" 17408 #f) ("libexec/u-boot.itb" 1065984 #f))
 (u-boot-starfive-visionfive2-bootloader
  ("libexec/spl/u-boot-spl.bin.normal.out" 17408 #f) ("libexec/u-boot.itb" 1065984 #f))
 (u-boot-wandboard-bootloader
  ("libexec/SPL" 1024 #f) ("libexec/u-boot.img" 70656 #f)))

(check (installer->plan (bootloader-installer grub-bootloader)) => 'install-grub)
(check (installer->plan (bootloader-disk-image-installer grub-bootloader))
       => 'install-grub-disk-image)
(check (map bootloader-disk-image-installer
            (list grub-efi-bootloader grub-mkrescue-bootloader
                  extlinux-bootloader u-boot-qemu-riscv64-bootloader))
       => '(#f #f #f #f))
(check (installer->plan (bootloader-installer u-boot-qemu-riscv64-bootloader))
       => '(install-package-files (("/boot" "libexec/u-boot.bin"))))

;; Where it is installed to.
(define-syntax-rule (targets-of field ...)
  (bootloader-configuration-targets
   (bootloader-configuration (bootloader grub-bootloader) field ...)))

(check (targets-of) => '(#f))
(check (targets-of (targets '("/dev/vda" "/dev/vdb"))) => '("/dev/vda" "/dev/vdb"))
(check (targets-of (target "/dev/vda")) => '("/dev/vda"))

;; Menus.
(define entry
  (menu-entry
   (label "One \"and\" two")
   (device (uuid "6b700d61-5550-48a1-874c-a3d86998990e"))
   (linux "/boot/vmlinuz")
   (linux-arguments '("root=LABEL=x" "quiet"))
   (initrd "/boot/initrd")))

(define (generated bootloader* . fields)
  (match (lower-object
          ((bootloader-configuration-file-generator bootloader*)
           (bootloader-configuration
            (bootloader bootloader*)
            (timeout 3)
            (terminal-outputs '(console))
            (serial-unit 0)
            (serial-speed 115200))
           (list entry)))
    (('mixed-text-file name parts)
     (cons name (string-split (string-concatenate parts) #\newline)))))

(define (lines-between first last lines)
  (let* ((from (member first lines))
         (rest (and from (member last from))))
    (and rest (take from (+ 1 (- (length from) (length rest)))))))

(define grub.cfg (generated grub-bootloader))
(check (first grub.cfg) => "grub.cfg")
(check (lines-between "menuentry \"One \\\"and\\\" two\" {" "}" grub.cfg)
       => '("menuentry \"One \\\"and\\\" two\" {"
            "  search --fs-uuid --set 6b700d61-5550-48a1-874c-a3d86998990e"
            "  linux /boot/vmlinuz root=LABEL=x quiet"
            "  initrd  /boot/initrd"
            "}"))
(check (filter (lambda (line)
                 (any (lambda (prefix) (string-prefix? prefix line))
                      '("set timeout" "set default" "serial" "terminal_")))
               grub.cfg)
       => '("serial --unit=0 --speed=115200"
            "terminal_output console"
            "set default=0"
            "set timeout=3"))

(check (filter (lambda (line) (not (string-null? line)))
               (generated u-boot-bootloader))
       => '("extlinux.conf"
            "UI menu.c32"
            "PROMPT 1"
            "TIMEOUT 30"
            "LABEL One \"and\" two"
            "  MENU LABEL One \"and\" two"
            "  KERNEL /boot/vmlinuz"
            "  FDTDIR /boot/lib/dtbs"
            "  INITRD /boot/initrd"
            "  APPEND root=LABEL=x quiet"))

;; Menu entries survive the way to data and back.
(define (round-trip entry)
  (menu-entry->sexp (sexp->menu-entry (menu-entry->sexp entry))))

(check (round-trip entry) => (menu-entry->sexp entry))
(check (menu-entry->sexp entry)
       => '(menu-entry (version 0)
                       (label "One \"and\" two")
                       (device (uuid dce "6b700d61-5550-48a1-874c-a3d86998990e"))
                       (device-mount-point #f)
                       (linux "/boot/vmlinuz")
                       (linux-arguments ("root=LABEL=x" "quiet"))
                       (initrd "/boot/initrd")))
(check (round-trip (menu-entry
                    (label "chain")
                    (device (file-system-label "ESP"))
                    (chain-loader "/EFI/x.efi")))
       => '(menu-entry (version 0)
                       (label "chain")
                       (device (label "ESP"))
                       (device-mount-point #f)
                       (chain-loader "/EFI/x.efi")))

(check (bootloader-name (lookup-bootloader-by-name 'grub-efi32)) => 'grub-efi32)
(check-error (lookup-bootloader-by-name 'lilo) => "lilo: no such bootloader")

(check-report)
