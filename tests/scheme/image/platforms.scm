;; Platforms are those of the original, and are found by system and by target.
(use-modules (tintype check)
             (guix platform)
             (guix platforms arm)
             (guix platforms avr)
             (guix platforms loongarch)
             (guix platforms mips)
             (guix platforms or1k)
             (guix platforms powerpc)
             (guix platforms riscv)
             (guix platforms x86)
             (guix platforms xtensa))

(define (facts platform)
  (list (platform-target platform)
        (platform-system platform)
        (platform-linux-architecture platform)
        (platform-rust-target platform)
        (platform-glibc-dynamic-linker platform)))

(define-syntax-rule (check-platforms (variable fact ...) ...)
  (begin
    (check (facts variable) => '(fact ...))
    ...
    (check (length (platforms)) => (length '(variable ...)))))

(check-platforms
 (aarch64-linux
  "aarch64-linux-gnu" "aarch64-linux" "arm64" "aarch64-unknown-linux-gnu" "/lib/ld-linux-aarch64.so.1")
 (armv7-linux
  "arm-linux-gnueabihf" "armhf-linux" "arm" "armv7-unknown-linux-gnueabihf" "/lib/ld-linux-armhf.so.3")
 (avr
  "avr" #f #f #f #f)
 (i586-gnu
  "i586-pc-gnu" "i586-gnu" #f "i686-unknown-hurd-gnu" "/lib/ld.so.1")
 (i686-linux
  "i686-linux-gnu" "i686-linux" "i386" "i686-unknown-linux-gnu" "/lib/ld-linux.so.2")
 (i686-mingw
  "i686-w64-mingw32" #f #f "i686-pc-windows-gnu" #f)
 (loongarch64-linux
  "loongarch64-linux-gnu" #f "loongarch" "loongarch64-unknown-linux-gnu" "/lib/ld-linux-loongarch-lp64d.so.1")
 (mips64-linux
  "mips64el-linux-gnu" "mips64el-linux" "mips" "mips64el-unknown-linux-gnuabi64" "/lib/ld.so.1")
 (or1k-elf
  "or1k-elf" #f #f #f #f)
 (powerpc-linux
  "powerpc-linux-gnu" "powerpc-linux" "powerpc" "powerpc-unknown-linux-gnu" "/lib/ld.so.1")
 (powerpc64-linux
  "powerpc64-linux-gnu" #f "powerpc" "powerpc64-unknown-linux-gnu" "/lib/ld64.so.1")
 (powerpc64le-linux
  "powerpc64le-linux-gnu" "powerpc64le-linux" "powerpc" "powerpc64le-unknown-linux-gnu" "/lib/ld64.so.2")
 (riscv64-linux
  "riscv64-linux-gnu" "riscv64-linux" "riscv" "riscv64gc-unknown-linux-gnu" "/lib/ld-linux-riscv64-lp64d.so.1")
 (x86_64-gnu
  "x86_64-pc-gnu" "x86_64-gnu" #f "x86_64-unknown-hurd-gnu" "/lib/ld-x86-64.so.1")
 (x86_64-linux
  "x86_64-linux-gnu" "x86_64-linux" "x86_64" "x86_64-unknown-linux-gnu" "/lib/ld-linux-x86-64.so.2")
 (x86_64-linux-x32
  "x86_64-linux-gnux32" #f "x86_64" "x86_64-unknown-linux-gnux32" "/lib/ld-linux-x32.so.2")
 (x86_64-mingw
  "x86_64-w64-mingw32" #f #f "x86_64-pc-windows-gnu" #f)
 (xtensa-ath9k-elf
  "xtensa-ath9k-elf" #f #f #f #f))

(check (sort (systems) string<?)
       => '("aarch64-linux" "armhf-linux" "i586-gnu" "i686-linux"
            "mips64el-linux" "powerpc-linux" "powerpc64le-linux"
            "riscv64-linux" "x86_64-gnu" "x86_64-linux"))
(check (length (targets)) => 18)

(check (platform-system->target "armhf-linux") => "arm-linux-gnueabihf")
(check (platform-target->system "x86_64-linux-gnu") => "x86_64-linux")
(check (lookup-platform-by-target-or-system "riscv64-linux") => riscv64-linux)
(check (lookup-platform-by-target-or-system "avr") => avr)
(check (false-if-platform-not-found (lookup-platform-by-system "vax")) => #f)
(check-error (lookup-platform-by-target "vax") => "vax: no such platform")

(check-report)
