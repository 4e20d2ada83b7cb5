//! Disks of every format, table and file system, judged by programs that are not ours.

use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::disk::{self, Partition, check_ext4, check_fat, extract, partitions};
use tintype_tests::fixture::{debian_root, text};
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, names_in};
use tintype_tests::scratch::Scratch;
use tintype_tests::studio::{SYSTEM, Studio, byte_counts, studio};
use tintype_tests::tintype;

const MIB: u64 = 1 << 20;

/// What `qemu-img` says of the image `path`, which it finds no fault with and which has the bytes of
/// `raw`.
#[track_caller]
fn qemu_info(path: &Path, raw: &Path) -> String {
    let checked = program::run(program::command("qemu-img").arg("check").arg(path)).ok();
    assert!(checked.text().contains("No errors were found"), "{checked}");
    let mut compare = program::command("qemu-img");
    compare.args(["compare", "-f", "raw", "-F", "qcow2"]).arg(raw).arg(path);
    let compared = program::run(&mut compare).ok();
    assert!(compared.text().contains("Images are identical"), "{compared}");
    let info = program::run(program::command("qemu-img").arg("info").arg(path)).ok().text();
    let len = fs::metadata(raw).expect("the raw image").len();
    assert!(info.contains(&format!("({len} bytes)")), "{info}");
    info
}

/// `tintype image -o OUT` of a studio with `niepce` in the image `fields`.
#[track_caller]
fn image_of(fields: &str, name: &str) -> (Studio, PathBuf) {
    let mut studio = studio(&format!("(image {fields} (operating-system niepce))"));
    studio.output = studio.scratch.join(name);
    studio.image(&[]).ok();
    let output = studio.output.clone();
    (studio, output)
}

#[test]
fn a_debian_root_as_qcow2() {
    if !met("qcow2 of a Debian root", &[Tool("mmdebstrap"), Tool("qemu-img")]) {
        return;
    }
    let scratch = Scratch::new("debian-qcow2");
    let file = scratch.write("debian.scm", &text("debian-root.scm"));
    fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    let (raw, image) = (scratch.join("disk.img"), scratch.join("disk.qcow2"));
    for (kind, path) in [("efi-raw", &raw), ("qcow2", &image)] {
        let mut command = tintype::command();
        command.args(["image", "-t", kind, "-o"]).arg(path).arg(&file);
        program::run(&mut command).ok();
    }
    let info = qemu_info(&image, &raw);
    assert!(info.contains("compression type: zstd"), "{info}");
    let (packed, whole) = (fs::metadata(&image).expect("qcow2").len(), 2 * 1024 * MIB);
    assert!(packed < whole / 4, "{packed} bytes");
    assert_eq!(names_in(scratch.path()), ["debian.scm", "disk.img", "disk.qcow2", "rootfs.tar"]);
}

#[test]
fn every_way_to_write_a_qcow2() {
    if !met("every way to write a qcow2", &[Tool("qemu-img")]) {
        return;
    }
    let (mut studio, raw) = image_of("(inherit efi-disk-image)", "disk.img");
    for (format, options, cluster_size, words) in [
        ("qcow2", "", "65536", "compression type: zlib"),
        ("qcow2", "\"cluster_size=4K\"", "4096", "compression type: zlib"),
        ("compressed-qcow2", "", "65536", "compression type: zstd"),
        ("compressed-qcow2", "\"compression_type=zlib\"", "65536", "compression type: zlib"),
        (
            "compressed-qcow2",
            "\"cluster_size=2M\" \"compression_level=9\"",
            "2097152",
            "compression type: zstd",
        ),
    ] {
        let fields =
            format!("(inherit efi-disk-image) (format '{format}) (format-options '({options}))");
        let definition = format!("{SYSTEM}\n(image {fields} (operating-system niepce))\n");
        fs::write(&studio.definition, definition).expect("write");
        studio.output = studio.scratch.join("disk.qcow2");
        studio.image(&[]).ok();
        let info = qemu_info(&studio.output, &raw);
        assert!(info.contains(&format!("cluster_size: {cluster_size}")), "{fields}: {info}");
        assert!(info.contains(words), "{fields}: {info}");
    }
}

#[test]
fn options_of_formats_and_file_systems_that_are_not_understood_are_named() {
    let refuses = |fields: &str, words: &[&str]| {
        let fields = format!("(image {fields}\n (operating-system niepce))");
        let outcome = studio(&fields).refuses(&[]);
        for word in words {
            assert!(outcome.stderr.contains(word), "{word} is not in {outcome}");
        }
    };
    let format = "(inherit efi-disk-image) (format 'compressed-qcow2)";
    refuses(
        &format!("{format} (format-options '(\"lazy_refcounts=on\"))"),
        &["lazy_refcounts=on", "cluster_size"],
    );
    refuses(&format!("{format} (format-options '(\"cluster_size=3K\"))"), &["power of two"]);
    refuses("(inherit efi-disk-image) (format-options '(\"a=b\"))", &["a=b", "no options"]);
    let with = |partition: &str| {
        format!(
            "(inherit mbr-disk-image) (partitions (list root-partition (partition {partition})))"
        )
    };
    let fat = with("(label \"DATA\") (file-system \"fat32\") (file-system-options '(\"-X\"))");
    refuses(&fat, &["-X", "mkfs.fat"]);
    refuses(&with("(label \"a.b\") (file-system \"fat32\")"), &["a.b", "'.'"]);
    refuses(&with("(label \"x\") (file-system \"btrfs\")"), &["btrfs", "ext4", "swap"]);
    refuses(&with("(label \"x\") (file-system \"f2fs\")"), &["f2fs", "supported are"]);
    refuses(&with("(label \"x\") (file-system \"swap\")"), &["swap", "size in bytes"]);
    refuses(&with("(label \"x\") (file-system \"swap\") (size 4096)"), &["40960 bytes"]);
}

#[test]
fn what_is_too_small_says_how_much_is_needed() {
    let studio = studio("niepce");
    let outcome = studio.refuses(&["--image-size=8MiB"]);
    let counts = byte_counts(&outcome.stderr);
    let needed = counts.iter().copied().max().expect("a number of bytes");
    assert!(needed > 24 * MIB, "{outcome}");
    studio.image(&[&format!("--image-size={needed}")]).ok();
}

#[test]
fn the_minimum_is_less_than_what_is_guessed() {
    let len_of = |size: &str| {
        let fields = format!(
            "(inherit efi-disk-image) (partitions
               (list esp-partition (partition (inherit root-partition) (size '{size}))))"
        );
        let (_studio, image) = image_of(&fields, "disk.img");
        fs::metadata(image).expect("the image").len()
    };
    let (minimum, guessed) = (len_of("minimum"), len_of("guess"));
    assert!(minimum + 5 * MIB < guessed, "{minimum} {guessed}");
    let mut studio = studio("(image-with-os efi-disk-image niepce)");
    studio.output = studio.scratch.join("disk.img");
    studio.image(&["--image-size=minimum"]).ok();
    assert_eq!(fs::metadata(&studio.output).expect("the image").len(), minimum);
}

/// The partitions of `image` as `(start, len, type)` in MiB.
#[track_caller]
fn in_mib(image: &Path) -> Vec<(u64, u64, String)> {
    let mib = |sectors: u64| sectors * disk::SECTOR / MIB;
    let shown = |one: &Partition| (mib(one.start), mib(one.sectors), one.kind.clone());
    partitions(image).iter().map(shown).collect()
}

#[test]
fn six_partitions_in_an_mbr() {
    if !met(
        "six partitions in an MBR",
        &[Tool("sfdisk"), Tool("swaplabel"), Tool("fsck.fat"), Tool("e2fsck")],
    ) {
        return;
    }
    let data = |label: &str| {
        format!(
            "(partition (label \"{label}\") (size (* 8 (expt 2 20))) (file-system \"fat16\") (initializer #~initialize-efi-partition))"
        )
    };
    let fields = format!(
        "(inherit efi-disk-image) (partitions (list esp-partition
          (partition (inherit root-partition) (size (* 64 (expt 2 20))))
          {} {}
          (partition (label \"aside\") (size (* 4 (expt 2 20))) (file-system \"swap\")
                     (uuid (uuid \"5b193300-fc78-40cd-8002-e86c45580b47\")))
          {}))",
        data("ONE"),
        data("TWO"),
        data("THREE"),
    );
    let (studio, image) = image_of(&fields, "disk.img");
    let found = in_mib(&image);
    let kinds: Vec<&str> = found.iter().map(|(_, _, kind)| kind.as_str()).collect();
    assert_eq!(kinds, ["ef", "83", "e", "f", "e", "82", "e"], "{found:?}");
    // Each logical partition has a mebibyte before it for its record.
    let places: Vec<(u64, u64)> = found.iter().map(|(start, len, _)| (*start, *len)).collect();
    let expected = [(1, 40), (41, 64), (105, 8), (113, 23), (114, 8), (123, 4), (128, 8)];
    assert_eq!(places, expected);
    let table = partitions(&image);
    let part = studio.scratch.join("part");
    for index in [0, 2, 4, 6] {
        extract(&image, &table[index], &part).expect("the partition can be copied");
        check_fat(&part);
    }
    extract(&image, &table[1], &part).expect("the root can be copied");
    check_ext4(&part);
    extract(&image, &table[5], &part).expect("the swap space can be copied");
    let swap = program::run(program::command("swaplabel").arg(&part)).ok().text();
    assert!(
        swap.contains("aside") && swap.contains("5b193300-fc78-40cd-8002-e86c45580b47"),
        "{swap}"
    );
}

#[test]
fn a_hybrid_table_and_partitions_without_a_file_system() {
    if !met("a hybrid table", &[Tool("sgdisk"), Tool("sfdisk")]) {
        return;
    }
    let fields = "(inherit efi-disk-image) (partition-table-type 'hybrid-gpt) (partitions (list
          (partition (label \"grub\") (size (expt 2 20)) (file-system \"unformatted\")
                     (uuid (uuid \"21686148-6449-6e6f-744e-656564454649\")))
          (partition (inherit esp-partition) (offset 0)) root-partition))";
    let (_studio, image) = image_of(fields, "disk.img");
    let sgdisk = program::run(program::command("sgdisk").args(["-v"]).arg(&image)).ok();
    assert!(sgdisk.text().contains("No problems found"), "{sgdisk}");
    let printed = program::run(program::command("sgdisk").args(["-p"]).arg(&image)).ok().text();
    assert!(printed.contains("EF02") && printed.contains("grub"), "{printed}");
    let mut nested = program::command("sfdisk");
    let dos = program::run(nested.args(["--label-nested", "dos", "-d"]).arg(&image)).ok().text();
    assert!(dos.contains("type=ee") && dos.contains("type=ef"), "{dos}");
    assert!(dos.contains("type=83, bootable"), "{dos}");
}

#[test]
fn a_disk_of_sectors_of_4096_bytes() {
    let needs = [Root, Tool("losetup"), Tool("sfdisk"), Tool("fsck.fat"), Tool("e2fsck")];
    if !met("a disk of sectors of 4096 bytes", &needs) {
        return;
    }
    let fields = "(inherit efi-disk-image) (partition-table-type 'gpt) (sector-size 4096) \
                  (partitions (list (partition (inherit esp-partition) (size (* 300 (expt 2 20)))) root-partition))";
    let (studio, image) = image_of(fields, "disk.img");
    let mut attach = program::command("losetup");
    attach.args(["--find", "--show", "--sector-size", "4096"]).arg(&image);
    let device = program::run(&mut attach).ok().text();
    let verified = program::run(program::command("sfdisk").arg("--verify").arg(device.trim()));
    let dump = program::run(program::command("sfdisk").arg("--dump").arg(device.trim()));
    program::run(program::command("losetup").args(["-d", device.trim()])).ok();
    assert!(verified.ok().text().contains("No errors detected"));
    let dump = dump.ok().text();
    assert!(dump.contains("sector-size: 4096") && dump.contains("start=         256"), "{dump}");
    let part = studio.scratch.join("part");
    let esp = Partition { start: 2048, sectors: 300 * 2048, kind: String::new(), bootable: false };
    extract(&image, &esp, &part).expect("the ESP can be copied");
    check_fat(&part);
    let boot_sector = fs::read(&part).expect("the ESP");
    assert_eq!(&boot_sector[11..13], 4096u16.to_le_bytes());
}

#[test]
fn a_root_on_fat_has_a_serial_number_that_follows_from_its_uuid() {
    if !met("a root on FAT", &[Tool("fsck.fat"), Tool("sfdisk")]) {
        return;
    }
    let fields = "(inherit mbr-disk-image) (partitions (list
        (partition (inherit root-partition) (file-system \"fat32\") (file-system-options '())
                   (size (* 64 (expt 2 20))))))";
    let (studio, image) = image_of(fields, "disk.img");
    let part = studio.scratch.join("part");
    extract(&image, &partitions(&image)[0], &part).expect("the root can be copied");
    check_fat(&part);
    let serial = &fs::read(&part).expect("the volume")[0x43..0x47];
    let serial: String = serial.iter().map(|byte| format!("{byte:02x}")).collect();
    let plan = studio.image(&["--dry-run"]).ok().text();
    assert!(plan.contains(&serial), "{serial}: {plan}");
}

#[test]
fn names_on_fat_that_differ_only_by_case_are_told() {
    let fields = "(inherit mbr-disk-image) (partitions (list root-partition
        (partition (label \"DATA\") (file-system \"fat32\") (size (* 64 (expt 2 20))))))";
    let studio = studio(&format!("(image {fields} (operating-system niepce))"));
    studio.scratch.write("tree/etc/MOTD", "a portrait\n");
    let outcome = studio.image(&[]).ok();
    assert!(outcome.stderr.contains("/etc/MOTD and /etc/motd differ only by case"), "{outcome}");
}
