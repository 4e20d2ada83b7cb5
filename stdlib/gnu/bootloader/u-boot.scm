;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; U-Boot, board by board.  Boards differ in the files of their package that go
;;; onto the disk, and in where their boot ROM looks for them.

(define-module (gnu bootloader u-boot)
  #:use-module (guix gexp)
  #:use-module (gnu bootloader)
  #:use-module (gnu bootloader extlinux)
  #:use-module (gnu packages bootloaders)
  #:export (u-boot-a20-olinuxino-lime-bootloader
            u-boot-a20-olinuxino-lime2-bootloader
            u-boot-a20-olinuxino-micro-bootloader
            u-boot-bananapi-m2-ultra-bootloader
            u-boot-beaglebone-black-bootloader
            u-boot-bootloader
            u-boot-cubietruck-bootloader
            u-boot-firefly-rk3399-bootloader
            u-boot-mx6cuboxi-bootloader
            u-boot-nanopi-r4s-rk3399-bootloader
            u-boot-nintendo-nes-classic-edition-bootloader
            u-boot-novena-bootloader
            u-boot-orangepi-r1-plus-lts-rk3328-bootloader
            u-boot-orangepi-zero2w-bootloader
            u-boot-pine64-lts-bootloader
            u-boot-pine64-plus-bootloader
            u-boot-pinebook-bootloader
            u-boot-pinebook-pro-rk3399-bootloader
            u-boot-puma-rk3399-bootloader
            u-boot-qemu-riscv64-bootloader
            u-boot-rock-4c-plus-rk3399-bootloader
            u-boot-rock64-rk3328-bootloader
            u-boot-rockpro64-rk3399-bootloader
            u-boot-sifive-unmatched-bootloader
            u-boot-starfive-visionfive2-bootloader
            u-boot-ts7970-q-2g-1000mhz-c-bootloader
            u-boot-wandboard-bootloader))

(define u-boot-bootloader
  (bootloader
   (name 'u-boot)
   (package #f)
   (installer #f)
   (disk-image-installer
    #~(lambda (bootloader root-index image)
        (if bootloader
            (error "Failed to install U-Boot"))))
   (configuration-file "/boot/extlinux/extlinux.conf")
   (configuration-file-generator extlinux-configuration-file)))

(define (board package* writes)
  "Return U-Boot from PACKAGE* for boards that want WRITES on the disk: a list of
(FILE OFFSET SIZE), FILE being relative to the package, OFFSET in bytes from
the start of the disk, and SIZE the number of bytes, or #f for the whole file."
  (bootloader
   (inherit u-boot-bootloader)
   (package package*)
   (disk-image-installer #~(write-package-files '#$writes))))

;; Allwinner: one file, 8 KiB into the disk.
(define %allwinner-writes
  '(("libexec/u-boot-sunxi-with-spl.bin" 8192 #f)))

(define u-boot-a20-olinuxino-lime-bootloader
  (board u-boot-a20-olinuxino-lime %allwinner-writes))

(define u-boot-a20-olinuxino-lime2-bootloader
  (board u-boot-a20-olinuxino-lime2 %allwinner-writes))

(define u-boot-a20-olinuxino-micro-bootloader
  (board u-boot-a20-olinuxino-micro %allwinner-writes))

(define u-boot-bananapi-m2-ultra-bootloader
  (board u-boot-bananapi-m2-ultra %allwinner-writes))

(define u-boot-cubietruck-bootloader
  (board u-boot-cubietruck %allwinner-writes))

(define u-boot-nintendo-nes-classic-edition-bootloader
  (board u-boot-nintendo-nes-classic-edition %allwinner-writes))

(define u-boot-orangepi-zero2w-bootloader
  (board u-boot-orangepi-zero2w %allwinner-writes))

(define u-boot-pine64-lts-bootloader
  (board u-boot-pine64-lts %allwinner-writes))

;; Allwinner, 64 bits: the loader, then U-Boot proper.
(define %allwinner64-writes
  '(("libexec/u-boot-sunxi-with-spl.bin" 8192 #f)
    ("libexec/u-boot-sunxi-with-spl.fit.itb" 40960 #f)))

(define u-boot-pine64-plus-bootloader
  (board u-boot-pine64-plus %allwinner64-writes))

(define u-boot-pinebook-bootloader
  (board u-boot-pinebook %allwinner64-writes))

;; NXP i.MX.
(define %imx-writes
  '(("libexec/SPL" 1024 #f)
    ("libexec/u-boot.img" 70656 #f)))

(define u-boot-mx6cuboxi-bootloader
  (board u-boot-mx6cuboxi %imx-writes))

(define u-boot-novena-bootloader
  (board u-boot-novena %imx-writes))

(define u-boot-wandboard-bootloader
  (board u-boot-wandboard %imx-writes))

;; TI AM335x.
(define %beaglebone-black-writes
  '(("libexec/MLO" 131072 131072)
    ("libexec/u-boot.img" 524288 393216)))

(define u-boot-beaglebone-black-bootloader
  (board u-boot-am335x-boneblack %beaglebone-black-writes))

;; Rockchip.
(define %rockchip-writes
  '(("libexec/idbloader.img" 32768 #f)
    ("libexec/u-boot.itb" 8388608 #f)))

(define u-boot-firefly-rk3399-bootloader
  (board u-boot-firefly-rk3399 %rockchip-writes))

(define u-boot-nanopi-r4s-rk3399-bootloader
  (board u-boot-nanopi-r4s-rk3399 %rockchip-writes))

(define u-boot-orangepi-r1-plus-lts-rk3328-bootloader
  (board u-boot-orangepi-r1-plus-lts-rk3328 %rockchip-writes))

(define u-boot-pinebook-pro-rk3399-bootloader
  (board u-boot-pinebook-pro-rk3399 %rockchip-writes))

(define u-boot-rock-4c-plus-rk3399-bootloader
  (board u-boot-rock-4c-plus-rk3399 %rockchip-writes))

(define u-boot-rock64-rk3328-bootloader
  (board u-boot-rock64-rk3328 %rockchip-writes))

(define u-boot-rockpro64-rk3399-bootloader
  (board u-boot-rockpro64-rk3399 %rockchip-writes))

;; Rockchip, with U-Boot proper nearer to the start.
(define %puma-rk3399-writes
  '(("libexec/idbloader.img" 32768 #f)
    ("libexec/u-boot.itb" 262144 #f)))

(define u-boot-puma-rk3399-bootloader
  (board u-boot-puma-rk3399 %puma-rk3399-writes))

;; SiFive: into the first two partitions.
(define %sifive-unmatched-writes
  '(("libexec/spl/u-boot-spl.bin" 17408 #f)
    ("libexec/u-boot.itb" 1065984 #f)))

(define u-boot-sifive-unmatched-bootloader
  (board u-boot-sifive-unmatched %sifive-unmatched-writes))

;; StarFive: into the first two partitions.
(define %starfive-visionfive2-writes
  '(("libexec/spl/u-boot-spl.bin.normal.out" 17408 #f)
    ("libexec/u-boot.itb" 1065984 #f)))

;; This board's own environment names the wrong device tree.
(define %visionfive2-environment
  "boot_targets=mmc1 nvme0 mmc0 dhcp
bootcmd_mmc1=bootflow scan
fdtfile=starfive/jh7110-starfive-visionfive-2-v1.3b.dtb")

(define u-boot-starfive-visionfive2-bootloader
  (bootloader
   (inherit (board u-boot-starfive-visionfive2 %starfive-visionfive2-writes))
   (installer
    #~(install-files
       '(("/boot/uEnv.txt"
          #$(plain-file "uEnv.txt" %visionfive2-environment)))))))

;; These two are started from a file.
(define u-boot-qemu-riscv64-bootloader
  (bootloader
   (inherit u-boot-bootloader)
   (package u-boot-qemu-riscv64)
   (installer #~(install-package-files '(("/boot" "libexec/u-boot.bin"))))
   (disk-image-installer #f)))

(define u-boot-ts7970-q-2g-1000mhz-c-bootloader
  (bootloader
   (inherit u-boot-bootloader)
   (package u-boot-ts7970-q-2g-1000mhz-c)
   (installer #~(install-package-files '(("/boot" "libexec/u-boot.imx"))))
   (disk-image-installer #f)))
