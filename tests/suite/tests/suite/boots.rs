//! Images boot: each on a machine that QEMU emulates, until the booted system says so. Those that a
//! change must pass are here, the others in `full`.

#[cfg(feature = "full")]
mod full;

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
    scratch: Scratch,
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
    make_with(&["-t", image_type], "amd64", "true", rest)
}

/// The same, with more options; the root for `architecture` runs `script` when it has started.
#[track_caller]
fn make_with(options: &[&str], architecture: &str, script: &str, rest: &str) -> Made {
    let scratch = Scratch::new("boots");
    let definition = scratch.write("small.scm", &format!("{}\n{rest}\n", text("small.scm")));
    fs::hard_link(small_root(architecture), scratch.join("rootfs.tar")).expect("link");
    scratch.write_program("tree/etc/rc", &format!("#!/bin/sh\n{script}\n"));
    let image = scratch.join("disk.img");
    let mut command = tintype::command();
    command.arg("image").args(options).arg("-o").arg(&image).arg(&definition);
    program::run(&mut command).ok();
    Made { scratch, image }
}

/// What making and booting needs.
fn needs(of_machine: &[Need]) -> Vec<Need> {
    let tools = ["apt-get", "dpkg-deb", "depmod", "cpio", "gzip", "tar", "xz"].map(Need::Tool);
    [of_machine, &tools].concat()
}

#[test]
fn an_mbr_with_an_esp_by_bios_and_uefi() {
    if !met("mbr-hybrid-raw boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make("mbr-hybrid-raw", "talbot");
    let found = made.started_by(Firmware::Bios);
    assert_eq!(found, "machine=x86_64 firmware=bios root=/dev/vda2,ext4,rw");
    let found = made.started_by(Firmware::Uefi);
    assert_eq!(found, "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4,rw");
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
    let empty = made.scratch.join("empty.img");
    fs::File::create(&empty).and_then(|file| file.set_len(16 << 20)).expect("a disk");
    let mut machine = Machine::new(Firmware::Bios, &made.image);
    machine.disks.insert(0, (empty, "raw"));
    machine.starts = 1;
    let console = machine.run();
    assert_eq!(started(&console), "machine=x86_64 firmware=bios root=/dev/vdb1,ext2,rw");
}

/// The same file is a CD and a disk. Its files are compressed, and its root is volatile.
#[test]
fn an_iso_as_a_cd_and_as_a_disk() {
    if !met("an ISO boots", &needs(&UEFI_NEEDS)) {
        return;
    }
    let made = make("iso9660", "talbot");
    let by_cd = Machine::with_cd(Firmware::Bios, &made.image).run();
    let root = "root=volatile-root,overlay,rw";
    assert_eq!(started(&by_cd), format!("machine=x86_64 firmware=bios {root}"));
    let expected = format!("machine=x86_64 firmware=efi64 {root}");
    assert_eq!(made.started_by(Firmware::Uefi), expected);
}

/// A live system: the root is a file of the volume.
#[test]
fn a_root_in_a_file_of_an_iso() {
    if !met("an ISO with a squashfs boots", &needs(&BIOS_NEEDS)) {
        return;
    }
    let made = make(
        "iso9660",
        "(image
          (inherit iso9660-image)
          (operating-system talbot)
          (partitions (list (partition (inherit root-partition)
                                       (label \"live\")
                                       (file-system \"squashfs\")
                                       (file-system-options '(\"-comp\" \"zstd\"))))))",
    );
    let console = Machine::with_cd(Firmware::Bios, &made.image).run();
    let found = started(&console);
    assert_eq!(found, "machine=x86_64 firmware=bios root=volatile-root,overlay,rw");
}

/// Tells whether a file is there that an earlier boot has written, and writes it.
const VISIT: &str =
    "[ -e /root/visited ] && echo VISITED || echo NEW; echo yes >/root/visited; sync";

/// What [`VISIT`] said at the first boot and at the second.
#[track_caller]
fn visits(options: &[&str]) -> [bool; 2] {
    let made = make_with(options, "amd64", VISIT, "talbot");
    let machine = Machine { keeps: true, ..Machine::new(Firmware::Bios, &made.image) };
    [(); 2].map(|()| {
        let console = machine.run();
        let (is_visited, is_new) = (console.contains("VISITED"), console.contains("NEW"));
        assert!(is_visited != is_new, "{console}");
        is_visited
    })
}

#[test]
fn what_is_written_stays_or_is_gone() {
    if !met("a root keeps what is written", &needs(&BIOS_NEEDS)) {
        return;
    }
    assert_eq!(visits(&["-t", "mbr-raw"]), [false, true]);
    assert_eq!(visits(&["-t", "mbr-raw", "--volatile"]), [false, false]);
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
    assert_eq!(started(&console), "machine=x86_64 firmware=efi64 root=/dev/vda2,ext4,rw");
}

/// `tintype boot --exec OPTIONS`, in software: not every host's own machine can be used.
fn booted(made: &Made, options: &[&str]) -> Command {
    let mut command = tintype::command();
    command.args(["boot", "--exec"]).args(options).arg(&made.image);
    command.args(["--", "-machine", "accel=tcg", "-nic", "none"]);
    command
}
