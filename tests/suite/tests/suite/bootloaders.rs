//! What stands in the way of booting is said before anything is written; what boards start from is
//! where their boot ROMs look for it.

use std::fs;

use tintype_tests::lacking::Need::{File, Tool};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program;
use tintype_tests::studio::{Studio, studio_of};

const BIOS: Need = File("/usr/lib/grub/i386-pc/kernel.img");
const EFI: Need = File("/usr/lib/grub/x86_64-efi/kernel.img");

/// A studio whose tree has a kernel. `bootloader` is its bootloader, on line 7; `rest`, from line 17
/// on, makes an image of the operating system `talbot`.
fn studio(bootloader: &str, rest: &str) -> Studio {
    let studio = studio_of(&format!(
        "(use-modules (gnu) (gnu image) (gnu system image) (gnu bootloader u-boot)
             (gnu system uuid) (guix gexp))
(define talbot
  (operating-system
    (host-name \"talbot\")
    (timezone \"Etc/UTC\")
    (bootloader (bootloader-configuration (bootloader {bootloader})
                                          (targets '(\"/dev/vda\"))))
    (file-systems (cons (file-system
                          (device (file-system-label \"my-root\"))
                          (mount-point \"/\")
                          (type \"ext4\"))
                        %base-file-systems))
    (packages (list (local-file \"tree\" #:recursive? #t)))
    (services %base-services)))

{rest}
"
    ));
    studio.scratch.write("tree/boot/vmlinuz-6.1", "a kernel");
    studio.scratch.write("tree/boot/initrd.img-6.1", "its RAM disk");
    studio
}

/// GRUB from the host's files.
fn of_the_host(bootloader: &str) -> String {
    format!(
        "(bootloader (inherit {bootloader})
         (package (local-file \"/usr/lib/grub\" #:recursive? #t)))"
    )
}

/// A file of the root file system that begins at `offset` of the image.
fn file_at(studio: &Studio, offset: u64, path: &str) -> String {
    let mut debugfs = program::command("debugfs");
    debugfs.args(["-R", &format!("cat {path}")]);
    debugfs.arg(format!("{}?offset={offset}", studio.output.display()));
    program::run(&mut debugfs).ok().text()
}

#[test]
fn a_kernel_without_grub_is_refused() {
    let studio = studio("grub-efi-bootloader", "talbot");
    let words =
        ["no GRUB for x86_64-efi in the packages", "grub-efi-amd64-bin", "--package-source"];
    studio.refuses_at(4, &words, &[]);
    studio.refuses_at(4, &["no GRUB for i386-efi in the packages"], &["-t", "efi32-raw"]);
}

/// An operating system with the RAM disk of its packages.
const TREE_INITRD: &str = "(use-modules (tintype initrd))
(operating-system (inherit talbot) (initrd tree-initrd))";

#[test]
fn a_kernel_without_the_ram_disk_that_it_is_said_to_have_is_refused() {
    if !met("a kernel without a RAM disk", &[EFI]) {
        return;
    }
    let studio = studio(&of_the_host("grub-efi-bootloader"), TREE_INITRD);
    studio.image(&[]).ok();
    fs::remove_file(studio.scratch.join("tree/boot/initrd.img-6.1")).expect("remove");
    fs::remove_file(&studio.output).expect("remove");
    let words = ["/boot/vmlinuz-6.1 has no initial RAM disk", "leave (initrd tree-initrd) out"];
    studio.refuses_at(19, &words, &[]);
    studio.refuses_at(19, &["a volatile root needs"], &["--volatile"]);
}

#[test]
fn a_kernel_without_the_driver_of_the_root_is_refused() {
    let studio = studio(&of_the_host("grub-efi-bootloader"), "talbot");
    // Its drivers are modules, and there are none.
    let configuration = studio.scratch.write("tree/boot/config-6.1", "CONFIG_EXT4_FS=m\n");
    let words = [
        "/boot/vmlinuz-6.1 keeps its driver for the root's file system, ext4, in a module",
        "lib/modules/6.1",
    ];
    studio.refuses_at(4, &words, &[]);
    fs::write(configuration, "CONFIG_EXT4_FS=y\n").expect("write");
    studio.scratch.write("tree/lib/modules/6.1/kernel/fat.ko", "");
    studio.scratch.write("tree/lib/modules/6.1/modules.dep.bin", "");
    studio.scratch.write("tree/lib/modules/6.1/modules.dep", "kernel/fat.ko:\n");
    let words = [
        "/boot/vmlinuz-6.1 has no driver for the root's file system, ext4",
        "lib/modules/6.1",
        "choose another file system or another kernel",
    ];
    studio.refuses_at(4, &words, &[]);
    studio.scratch.write("tree/lib/modules/6.1/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
    studio.refuses_at(4, &["no driver for a volatile root, overlay"], &["--volatile"]);
}

#[test]
fn a_file_system_that_is_encrypted_and_needed_for_boot_is_refused() {
    let encrypted = "(use-modules (gnu system mapped-devices))
(operating-system
  (inherit talbot)
  (mapped-devices (list (mapped-device (source \"/dev/sda2\") (target \"secret\")
                                       (type luks-device-mapping))))
  (file-systems (cons (file-system (device \"/dev/mapper/secret\") (mount-point \"/var\")
                                   (type \"ext4\") (needed-for-boot? #t)
                                   (dependencies mapped-devices))
                      (operating-system-file-systems talbot))))";
    let studio = studio(&of_the_host("grub-efi-bootloader"), encrypted);
    studio.refuses_at(19, &["on a mapped device", "(initrd tree-initrd)"], &[]);
}

#[test]
fn grub_for_another_machine_is_refused() {
    if !met("GRUB for another machine", &[BIOS, EFI]) {
        return;
    }
    let studio = studio("grub-bootloader", "talbot");
    let place = studio.scratch.join("tree/usr/lib/grub/i386-pc");
    fs::create_dir_all(&place).expect("mkdir");
    for name in ["kernel.img", "moddep.lst"] {
        fs::copy(format!("/usr/lib/grub/x86_64-efi/{name}"), place.join(name)).expect("copy");
    }
    let words = ["usr/lib/grub/i386-pc/kernel.img is for another machine"];
    studio.refuses_at(4, &words, &["-t", "mbr-raw"]);
    // Nothing but a platform that the image does not start by.
    fs::rename(&place, studio.scratch.join("tree/usr/lib/grub/x86_64-efi")).expect("rename");
    let words = ["no GRUB for i386-pc in the packages, which has it for x86_64-efi"];
    studio.refuses_at(4, &words, &["-t", "mbr-raw"]);
}

#[test]
fn a_gap_that_is_too_small_is_refused() {
    if !met("a gap that is too small for GRUB", &[BIOS]) {
        return;
    }
    let studio = studio(
        &of_the_host("grub-bootloader"),
        "(image
          (inherit mbr-disk-image)
          (operating-system talbot)
          (partitions (list (partition (inherit root-partition) (offset (* 512 40))))))",
    );
    let words = [
        "GRUB's core image takes ",
        " sectors of 512 bytes, and the gap before the first partition has 39",
        "begin at 1 MiB",
    ];
    studio.refuses_at(4, &words, &[]);
}

#[test]
fn grub_for_bios_is_not_put_on_a_disk_whose_sectors_it_cannot_read() {
    if !met("GRUB for BIOS on sectors of 4096 bytes", &[BIOS, EFI]) {
        return;
    }
    let studio = studio(
        &of_the_host("grub-bootloader"),
        "(image
          (inherit mbr-disk-image)
          (sector-size 4096)
          (operating-system talbot))",
    );
    let words = ["counts sectors of 512 bytes", "4096", "grub-efi-bootloader"];
    studio.refuses_at(4, &words, &[]);
}

#[test]
fn a_gpt_without_a_bios_boot_partition_is_refused() {
    if !met("a GPT without a BIOS boot partition", &[BIOS, EFI]) {
        return;
    }
    let studio = studio(
        &of_the_host("grub-bootloader"),
        "(image
          (inherit mbr-disk-image)
          (partition-table-type 'gpt)
          (operating-system talbot))",
    );
    let words = ["needs a BIOS boot partition", "21686148-6449-6e6f-744e-656564454649"];
    studio.refuses_at(4, &words, &[]);
}

#[test]
fn a_root_without_a_kernel_starts_nothing_and_says_so() {
    let studio = studio("grub-bootloader", "talbot");
    fs::remove_file(studio.scratch.join("tree/boot/vmlinuz-6.1")).expect("remove");
    let outcome = studio.image(&["-t", "mbr-raw"]).ok();
    assert!(outcome.stderr.contains("note: there is no kernel in the packages"), "{outcome}");
    let first = &fs::read(&studio.output).expect("the image")[..440];
    assert!(first.iter().all(|byte| *byte == 0), "there is code in the first sector");
    let outcome = tintype_tests::tintype::run(&["boot".into(), studio.output.into_os_string()]);
    let said = tintype_tests::tintype::refused(&outcome);
    assert!(said.contains("nothing in it starts by BIOS or UEFI"), "{outcome}");
}

/// U-Boot from the directory `u-boot`.
const BOARD: &str = "(bootloader (inherit u-boot-a20-olinuxino-lime-bootloader)
         (package (local-file \"u-boot\" #:recursive? #t)))";

#[test]
fn u_boot_goes_where_the_board_looks_for_it() {
    if !met("U-Boot on an image", &[Tool("debugfs")]) {
        return;
    }
    let studio = studio(BOARD, "talbot");
    let loader: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
    studio.scratch.write("u-boot/libexec/README", "");
    let file = studio.scratch.join("u-boot/libexec/u-boot-sunxi-with-spl.bin");
    fs::write(&file, &loader).expect("write");
    studio.scratch.write("tree/usr/lib/linux-image-6.1/a20.dtb", "a tree");
    studio.image(&["-t", "mbr-raw"]).ok();
    let image = fs::read(&studio.output).expect("the image");
    assert!(image[8192..8192 + loader.len()] == loader, "U-Boot is at 8 KiB");
    assert!(image[8192 + loader.len()..1 << 20].iter().all(|byte| *byte == 0));
    let menu = file_at(&studio, 1 << 20, "/boot/extlinux/extlinux.conf");
    let lines: Vec<&str> = menu.lines().map(str::trim).collect();
    for wanted in [
        "KERNEL /boot/vmlinuz-6.1",
        "INITRD /boot/tintype/initrd-6.1",
        "FDTDIR /usr/lib/linux-image-6.1",
    ] {
        assert!(lines.contains(&wanted), "no {wanted} in\n{menu}");
    }
    let append = lines.iter().find(|line| line.starts_with("APPEND ")).expect("arguments");
    assert!(append.contains(" root=UUID="), "{append}");
    assert!(!append.contains("gnu.system"), "{append}");

    // A loader that reaches into the partition, and one over a partition table.
    fs::write(&file, vec![1; 1 << 20]).expect("write");
    let words = [
        "libexec/u-boot-sunxi-with-spl.bin takes the bytes 8192 to 1056768 of the disk",
        "where partition Guix_image is",
    ];
    studio.refuses_at(4, &words, &["-t", "mbr-raw"]);
    fs::write(&file, &loader).expect("write");
    let gpt = studio_with_gpt(&loader);
    gpt.refuses_at(4, &["takes the bytes 8192 to 308192", "where the partition table is"], &[]);

    fs::remove_file(&file).expect("remove");
    let words = ["no libexec/u-boot-sunxi-with-spl.bin in the package", "--package-source"];
    studio.refuses_at(4, &words, &["-t", "mbr-raw"]);
}

fn studio_with_gpt(loader: &[u8]) -> Studio {
    let studio = studio(
        BOARD,
        "(image
          (inherit mbr-disk-image)
          (partition-table-type 'gpt)
          (operating-system talbot))",
    );
    studio.scratch.write("u-boot/libexec/README", "");
    let file = studio.scratch.join("u-boot/libexec/u-boot-sunxi-with-spl.bin");
    fs::write(file, loader).expect("write");
    studio
}
