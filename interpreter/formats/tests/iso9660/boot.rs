//! What firmware looks for.

use crate::volume::{Image, options, small};
use tintype_formats::iso9660::{Boot, Compressed, Hybrid, Options};
use tintype_formats::{fat, mbr};
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program::run_named;
use tintype_tree::{Extents, Kind, Metadata, Node, Tree};

/// A tree with something to boot, and how it does.
fn bootable() -> (Tree, Boot) {
    let mut tree = small();
    let kind = Kind::Regular(Extents::from_bytes(vec![0xf4; 5000]));
    tree.insert(b"boot/grub/eltorito.img", Node { metadata: Metadata::default(), kind })
        .expect("a path");
    let mut system = Tree::new();
    let kind = Kind::Regular(Extents::from_bytes(*b"MZ, or not"));
    system
        .insert(b"EFI/BOOT/BOOTX64.EFI", Node { metadata: Metadata::default(), kind })
        .expect("a path");
    let size = fat::Size::Exact(1 << 21);
    let options = fat::Options { size, ..fat::Options::default() };
    let partition = fat::lay_out(&system, &options).expect("a FAT");
    let boot = Boot {
        bios: Some(b"boot/grub/eltorito.img"[..].into()),
        efi: Some(partition),
        hybrid: Some(Hybrid { disk_signature: 0x1234_5678, boot_code: [0; mbr::BOOT_CODE_LEN] }),
    };
    (tree, boot)
}

#[test]
fn the_catalog_has_both_kinds_of_firmware() {
    if !met("an ISO's boot catalog by xorriso", &[Tool("xorriso")]) {
        return;
    }
    let (tree, boot) = bootable();
    let none = Compressed::new();
    let image = Image::new(&tree, &Options { boot, ..options(&none) });
    image.is_clean();
    let path = image.path.to_str().expect("a path");
    let arguments = ["-indev", path, "-report_el_torito", "plain", "-report_system_area", "plain"];
    let said = run_named("xorriso", arguments).ok().text();
    for part in [
        "El Torito boot img :   1  BIOS  y   none  0x0000  0x00      4",
        "El Torito boot img :   2  UEFI  y   none  0x0000  0x00   4096",
        "El Torito img path :   1  /boot/grub/eltorito.img",
        "El Torito img opts :   1  boot-info-table grub2-boot-info",
        "System area summary: MBR",
        "MBR partition      :   1   0x80  0xcd           64",
        "MBR partition      :   2   0x00  0xef",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

#[test]
fn the_volume_is_a_disk_too() {
    if !met("an ISO as a disk", &[Tool("sfdisk"), Tool("sgdisk"), Tool("mdir")]) {
        return;
    }
    let (tree, boot) = bootable();
    let none = Compressed::new();
    let image = Image::new(&tree, &Options { boot, ..options(&none) });
    let path = image.path.to_str().expect("a path");
    let verified = run_named("sfdisk", ["--verify", path]).ok();
    assert!(verified.text().contains("No errors detected"), "{verified}");
    let dump = run_named("sfdisk", ["--json", path]).ok().text();
    assert!(dump.contains("\"id\": \"0x12345678\""), "{dump}");
    let start: u64 = dump
        .rsplit("\"start\": ")
        .next()
        .and_then(|rest| rest.split(',').next()?.parse().ok())
        .expect("where the second partition begins");
    let listed = run_named("mdir", ["-b", "-i", &format!("{path}@@{}", start * 512), "::EFI/BOOT"]);
    assert!(listed.ok().text().contains("BOOTX64.EFI"));
    let verified = run_named("sgdisk", ["-v", path]).ok();
    assert!(verified.text().contains("No problems found."), "{verified}");
}
