//! Boots that take their time, or need more than one kind of machine.

use super::{booted, make, make_with, needs};
use std::fs::{self, File};
use tintype_tests::fixture::{debian_package, debian_root, text};
use tintype_tests::lacking::{Need, met};
use tintype_tests::machine::{
    self, BIOS_NEEDS, Firmware, Machine, SECURE_OVMF, UEFI_NEEDS, started,
};
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

#[test]
fn a_gpt_by_bios_and_uefi() {
    if !met("a GPT disk boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make("efi-raw", "everywhere");
    let found = made.started_by(Firmware::Bios);
    assert_eq!(found, "machine=x86_64 firmware=bios root=/dev/vda3,ext4,rw");
    let found = made.started_by(Firmware::Uefi);
    assert_eq!(found, "machine=x86_64 firmware=efi64 root=/dev/vda3,ext4,rw");
}

/// The same file is a CD and a disk, and both kinds of firmware start it. Its files are compressed.
#[test]
fn an_iso_as_a_cd_and_as_a_disk_by_bios_and_uefi() {
    if !met("an ISO boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make("iso9660", "talbot");
    for (firmware, word) in [(Firmware::Bios, "bios"), (Firmware::Uefi, "efi64")] {
        let expected = format!("machine=x86_64 firmware={word} root=volatile-root,overlay,rw");
        assert_eq!(started(&Machine::with_cd(firmware, &made.image).run()), expected);
        assert_eq!(made.started_by(firmware), expected);
    }
}

#[test]
fn a_compressed_qcow2_by_bios() {
    if !met("qcow2 boots", &needs(&BIOS_NEEDS)) {
        return;
    }
    let made = make(
        "efi-raw",
        "(image (inherit mbr-disk-image) (format 'compressed-qcow2) (operating-system talbot))",
    );
    let console = machine::watch(booted(&made, &["--firmware=bios"]));
    assert_eq!(started(&console), "machine=x86_64 firmware=bios root=/dev/vda1,ext4,rw");
}

/// A Debian system as it is, with the RAM disk that Debian made for it.
#[test]
fn a_debian_root_by_bios_and_uefi() {
    if !met("a Debian root boots", &[needs(&UEFI_NEEDS), vec![Need::Tool("mmdebstrap")]].concat()) {
        return;
    }
    let scratch = Scratch::new("boots");
    fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    // What is installed has no init: this is one.
    scratch.write_program(
        "tree/usr/sbin/init",
        "#!/bin/sh
mount -t proc proc /proc
[ -d /sys/firmware/efi ] && firmware=uefi || firmware=bios
echo \"STARTED $(. /etc/os-release; echo $ID) firmware=$firmware\"
sync
echo o >/proc/sysrq-trigger
sleep 60
",
    );
    let definition = text("small.scm").replace(
        "(local-file \"rootfs.tar\")",
        "(local-file \"rootfs.tar\") (local-file \"tree\" #:recursive? #t)",
    );
    let definition = definition.replace(
        "(bootloader grub-bootloader)",
        "(bootloader (bootloader (inherit grub-bootloader)
                                 (package (local-file \"/usr/lib/grub\" #:recursive? #t))))",
    );
    let definition = scratch.write("debian.scm", &format!("{definition}\neverywhere\n"));
    let image = scratch.join("disk.img");
    let mut command = tintype::command();
    program::run(command.args(["image", "-o"]).arg(&image).arg(&definition)).ok();
    for (firmware, name) in [(Firmware::Bios, "bios"), (Firmware::Uefi, "uefi")] {
        let mut machine = Machine::new(firmware, &image);
        machine.options.extend(["-m", "1024"].map(str::to_owned));
        assert_eq!(started(&machine.run()), format!("debian firmware={name}"));
    }
}

/// The operating system, started by GRUB of UEFI, with its messages on `console`.
fn by_uefi(console: &str) -> String {
    format!(
        "(operating-system
          (inherit talbot)
          (kernel-arguments '(\"console={console}\"))
          (bootloader (bootloader-configuration
                       (inherit (operating-system-bootloader talbot))
                       (bootloader grub-efi-bootloader)
                       (terminal-outputs '(console)))))"
    )
}

#[test]
fn a_compressed_qcow2_by_uefi_with_the_ram_disk_of_its_packages() {
    if !met("qcow2 boots by UEFI", &needs(&UEFI_NEEDS)) {
        return;
    }
    let system = by_uefi("ttyS0,115200");
    let made = make(
        "qcow2-gpt",
        &format!(
            "(use-modules (tintype initrd))
             (operating-system (inherit {system}) (initrd tree-initrd))"
        ),
    );
    let console = machine::watch(booted(&made, &["--firmware=uefi"]));
    assert_eq!(started(&console), "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4,ro");
}

#[test]
fn an_ia32_efi() {
    let firmware = Need::File("/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd");
    if !met("efi32-raw boots", &needs(&[Need::Tool("qemu-system-x86_64"), firmware])) {
        return;
    }
    let made = make("efi32-raw", &by_uefi("ttyS0,115200"));
    let console = machine::watch(booted(&made, &[]));
    assert_eq!(started(&console), "machine=x86_64 firmware=efi32 root=/dev/vda2,ext4,rw");
}

#[test]
fn an_arm64_by_uefi() {
    let machine = [Need::Tool("qemu-system-aarch64"), Need::File("/usr/share/AAVMF/AAVMF_CODE.fd")];
    if !met("an arm64 image boots", &needs(&machine)) {
        return;
    }
    let options = ["-t", "efi-raw", "--system=aarch64-linux"];
    let made = make_with(&options, "arm64", "true", &by_uefi("ttyAMA0"));
    let console = machine::watch(booted(&made, &[]));
    let found = started(&console);
    assert!(found.starts_with("machine=aarch64 firmware=efi64 root=/dev/vda2,ext4,"), "{found}");
}

#[test]
fn a_riscv64_by_u_boot_and_uefi() {
    let firmware = Need::File("/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin");
    if !met("a riscv64 image boots", &needs(&[Need::Tool("qemu-system-riscv64"), firmware])) {
        return;
    }
    let options = ["-t", "efi-raw", "--system=riscv64-linux"];
    let made = make_with(&options, "riscv64", "true", &by_uefi("ttyS0"));
    let console = machine::watch(booted(&made, &[]));
    let found = started(&console);
    assert!(found.starts_with("machine=riscv64 firmware=efi64 root=/dev/vda2,ext4,"), "{found}");
}

#[test]
fn a_disk_with_sectors_of_4096_bytes() {
    if !met("a 4Kn disk boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make(
        "efi-raw",
        &format!(
            "(image (inherit efi-disk-image) (partition-table-type 'gpt) (sector-size 4096)
                    (operating-system {}))",
            by_uefi("ttyS0,115200")
        ),
    );
    let machine = Machine { sector: 4096, ..Machine::new(Firmware::Uefi, &made.image) };
    let expected = "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4,rw";
    assert_eq!(started(&machine.run()), expected);
}

/// What cannot be said on a serial port is written to a second disk.
#[test]
fn a_machine_without_a_serial_port() {
    if !met("a machine without a serial port boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let script = "uname -m >/dev/vdb; sync";
    for (firmware, options, rest) in [
        (Firmware::Uefi, ["-t", "efi-raw"], by_uefi("tty0")),
        (Firmware::Bios, ["-t", "mbr-raw"], "talbot".to_owned()),
    ] {
        let made = make_with(&options, "amd64", script, &rest);
        let told = made.scratch.join("told.img");
        File::create(&told).and_then(|file| file.set_len(1 << 20)).expect("a disk");
        let mut machine = Machine::new(firmware, &made.image);
        machine.disks.push((told.clone(), "raw"));
        (machine.has_serial, machine.keeps) = (false, true);
        assert_eq!(machine.run(), "");
        let told = fs::read(told).expect("the disk");
        assert!(told.starts_with(b"x86_64\n"), "{firmware:?}: {:?}", &told[..16]);
    }
}

#[test]
fn what_others_have_signed_starts_by_secure_boot() {
    let firmware = [Need::Tool("qemu-system-x86_64"), Need::File(SECURE_OVMF)];
    if !met("secure boot", &needs(&firmware)) {
        return;
    }
    let packages = ["shim-signed", "shim-signed-common", "grub-efi-amd64-signed"];
    let packages = packages.map(|name| debian_package("amd64", name));
    let trees = packages.map(|tree| format!("(local-file \"{}\" #:recursive? #t)", tree.display()));
    let made = make_with(
        &["-t", "efi-raw"],
        "amd64",
        "dmesg | grep -i 'secure boot'",
        &format!(
            "(use-modules (tintype secure-boot))
             (operating-system
               (inherit {})
               (bootloader (bootloader-configuration
                            (inherit (operating-system-bootloader talbot))
                            (bootloader grub-efi-signed-bootloader)
                            (terminal-outputs '(console))))
               (packages (append (operating-system-packages talbot) (list {}))))",
            by_uefi("ttyS0,115200"),
            trees.join(" ")
        ),
    );
    let console = Machine::new(Firmware::SecureUefi, &made.image).run();
    let expected = "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4,rw";
    assert_eq!(started(&console), expected);
    assert!(console.contains("Secure boot enabled"), "{console}");
}

/// A root that is not there is waited for; then it is told what is.
#[test]
fn a_root_that_is_missing_is_told() {
    if !met("a missing root is told", &needs(&BIOS_NEEDS)) {
        return;
    }
    let made = make(
        "mbr-raw",
        "(operating-system (inherit talbot)
          (kernel-arguments '(\"console=ttyS0,115200\" \"root=LABEL=nowhere\" \"panic=1\")))",
    );
    let console = Machine::new(Firmware::Bios, &made.image).run();
    for said in [
        "tintype: no root file system LABEL=nowhere: not found within seconds: 30",
        "tintype:   vda1: ext4 LABEL=Guix_image UUID=",
        "its driver may be missing; add it to (initrd-modules ...)",
        "tintype: no system was started (root: LABEL=nowhere)",
        "tintype: the machine starts again in seconds: 1",
    ] {
        assert!(console.contains(said), "no {said:?} in\n{console}");
    }
}
