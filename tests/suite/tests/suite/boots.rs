//! Images boot: each on a machine that QEMU emulates, until the booted system says so.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tintype_tests::fixture::{small_root, text};
use tintype_tests::lacking::{Need, met};
use tintype_tests::machine::{self, BIOS_NEEDS, Firmware, Machine, OVMF, UEFI_NEEDS, started};
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

/// An image made for a test.
struct Made {
    _scratch: Scratch,
    image: PathBuf,
}

impl Made {
    #[track_caller]
    fn started_by(&self, firmware: Firmware) -> String {
        started(&Machine::new(firmware, &self.image).run()).to_owned()
    }
}

/// The image of type `image_type` of what `rest` makes of the definition `small.scm`.
#[track_caller]
fn make(image_type: &str, rest: &str) -> Made {
    let scratch = Scratch::new("boots");
    let definition = scratch.write("small.scm", &format!("{}\n{rest}\n", text("small.scm")));
    fs::hard_link(small_root(), scratch.join("rootfs.tar")).expect("link");
    let image = scratch.join("disk.img");
    let mut command = tintype::command();
    command.args(["image", "-t", image_type, "-o"]).arg(&image).arg(&definition);
    program::run(&mut command).ok();
    Made { _scratch: scratch, image }
}

fn needs(of_firmware: &[Need]) -> Vec<Need> {
    let tools = ["apt-get", "dpkg-deb", "depmod", "cpio", "gzip", "tar"].map(Need::Tool);
    [of_firmware, &tools].concat()
}

#[test]
fn an_mbr_with_an_esp_by_bios_and_uefi() {
    if !met("mbr-hybrid-raw boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make("mbr-hybrid-raw", "talbot");
    let found = made.started_by(Firmware::Bios);
    assert_eq!(found, "machine=x86_64 firmware=bios root=/dev/vda2,ext4");
    let found = made.started_by(Firmware::Uefi);
    assert_eq!(found, "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4");
}

#[test]
fn a_gpt_by_bios_and_uefi() {
    if !met("a GPT disk boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make("efi-raw", "everywhere");
    let found = made.started_by(Firmware::Bios);
    assert_eq!(found, "machine=x86_64 firmware=bios root=/dev/vda3,ext4");
    let found = made.started_by(Firmware::Uefi);
    assert_eq!(found, "machine=x86_64 firmware=efi64 root=/dev/vda3,ext4");
}

/// The disk is found by what it is, not by where it is: it is the second one here, and its
/// partition has another label than the original knows.
#[test]
fn a_relabelled_root_on_the_second_disk() {
    if !met("mbr-raw boots from the second disk", &needs(&BIOS_NEEDS)) {
        return;
    }
    let made = make(
        "efi-raw",
        "(image
          (inherit mbr-disk-image)
          (operating-system talbot)
          (partitions (list (partition (inherit root-partition)
                                       (label \"another\")
                                       (file-system \"ext2\")
                                       (file-system-options '())))))",
    );
    let empty = made._scratch.join("empty.img");
    fs::File::create(&empty).and_then(|file| file.set_len(16 << 20)).expect("a disk");
    let mut machine = Machine::new(Firmware::Bios, &made.image);
    machine.disks.insert(0, (empty, "raw"));
    machine.starts = 1;
    let console = machine.run();
    assert_eq!(started(&console), "machine=x86_64 firmware=bios root=/dev/vdb1,ext2");
}

/// The same file is a CD and a disk, and both kinds of firmware start it. Its files are compressed.
#[test]
fn an_iso_as_a_cd_and_as_a_disk_by_bios_and_uefi() {
    if !met("an ISO boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    // The busybox of its RAM disk finds a volume by its label only.
    let made = make(
        "iso9660",
        "(operating-system (inherit talbot)
      (kernel-arguments '(\"console=ttyS0,115200\" \"root=LABEL=GUIX_IMAGE\")))",
    );
    for (firmware, word) in [(Firmware::Bios, "bios"), (Firmware::Uefi, "efi64")] {
        let by_cd = Machine::with_cd(firmware, &made.image).run();
        let expected = format!("machine=x86_64 firmware={word} root=/dev/sr0,iso9660");
        assert_eq!(started(&by_cd), expected);
        let expected = format!("machine=x86_64 firmware={word} root=/dev/vda,iso9660");
        assert_eq!(made.started_by(firmware), expected);
    }
}

/// `tintype boot` finds out from the image what starts it.
#[test]
fn the_command_that_tintype_prints_boots_the_image() {
    if !met("tintype boot", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make(
        "efi-raw",
        "(operating-system (inherit talbot)
      (bootloader (bootloader-configuration
                   (inherit (operating-system-bootloader talbot))
                   (bootloader grub-efi-bootloader))))",
    );
    let mut command = tintype::command();
    let refused = program::run(command.args(["boot", "--firmware=bios"]).arg(&made.image));
    assert!(tintype::refused(&refused).contains("nothing in it is started by a BIOS"), "{refused}");
    let printed = program::run(tintype::command().arg("boot").arg(&made.image)).ok().text();
    assert!(printed.starts_with("qemu-system-x86_64 -machine q35,accel=kvm:tcg "), "{printed}");
    assert!(printed.contains(OVMF), "{printed}");
    let console = machine::watch(booted(&made, &[]));
    assert_eq!(started(&console), "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4");
}

#[test]
fn a_compressed_qcow2() {
    if !met("qcow2 boots", &needs(&BIOS_NEEDS)) {
        return;
    }
    let made = make(
        "efi-raw",
        "(image (inherit mbr-disk-image) (format 'compressed-qcow2) (operating-system talbot))",
    );
    let console = machine::watch(booted(&made, &["--firmware=bios"]));
    assert_eq!(started(&console), "machine=x86_64 firmware=bios root=/dev/vda1,ext4");
}

/// `tintype boot --exec OPTIONS`, in software: not every host's own machine can be used.
fn booted(made: &Made, options: &[&str]) -> Command {
    let mut command = tintype::command();
    command.args(["boot", "--exec"]).args(options).arg(&made.image);
    command.args(["--", "-machine", "accel=tcg", "-nic", "none"]);
    command
}

/// A Debian system as it is, with the RAM disk that Debian made for it.
#[cfg(feature = "full")]
#[test]
fn a_debian_root_by_bios_and_uefi() {
    use std::os::unix::fs::PermissionsExt;
    use tintype_tests::fixture::debian_root;

    if !met("a Debian root boots", &[needs(&UEFI_NEEDS), vec![Need::Tool("mmdebstrap")]].concat()) {
        return;
    }
    let scratch = Scratch::new("boots");
    fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    // What is installed has no init: this is one.
    let init = scratch.write(
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
    fs::set_permissions(&init, fs::Permissions::from_mode(0o755)).expect("chmod");
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
