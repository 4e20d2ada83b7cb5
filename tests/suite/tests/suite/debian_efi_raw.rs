//! A real Debian root becomes a disk that other people's programs accept and that holds all of
//! it, with an MBR and with a GPT.

use std::fs;
use std::path::PathBuf;

use tintype_tests::disk::{
    self, Partition, check_ext4, check_fat, compare_ext4, extract, partitions, superblock,
};
use tintype_tests::fixture::{debian_root, debian_root_unpacked, text, workspace};
use tintype_tests::lacking::Need::{File, LoopMount, Root, Tool};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{self, names_in};
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype;

const NEEDS: [Need; 9] = [
    Root,
    LoopMount,
    Tool("mmdebstrap"),
    Tool("tar"),
    Tool("sfdisk"),
    Tool("e2fsck"),
    Tool("fsck.fat"),
    Tool("guile"),
    File("/usr/lib/grub/x86_64-efi/kernel.img"),
];

const MIB: u64 = 1 << 20;

/// The disk that `definition`, a file of `tests/fixtures`, makes of the Debian root.
struct Built {
    scratch: Scratch,
    image: PathBuf,
}

#[track_caller]
fn build(definition: &str) -> Built {
    let scratch = Scratch::new("debian");
    let file = scratch.write("debian.scm", &text(definition));
    fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    let image = scratch.join("disk.img");
    let mut command = tintype::command();
    command.args(["image", "-t", "efi-raw", "-o"]).arg(&image).arg(&file);
    let outcome = program::run(&mut command).ok();
    assert_eq!(outcome.text().trim_end(), image.display().to_string(), "the path written");
    assert_eq!(names_in(scratch.path()), ["debian.scm", "disk.img", "rootfs.tar"]);
    Built { scratch, image }
}

/// The UUID that the original computes for the system in the definition: it hashes the file
/// systems, the host name and the services. The oracle states it for a system that differs in
/// the host name alone; that word is taken from Guile's own `hash`.
#[track_caller]
fn uuid_that_guix_computes(host_name: &str) -> String {
    let oracle = workspace().join("tests/compat/oracle/negative/noroot.sexp");
    let data = Sexp::read_all(&fs::read_to_string(oracle).expect("the oracle")).expect("it reads");
    let Some(Sexp::List(uuid)) = data[0].find("root-uuid").and_then(|found| found.list().get(1))
    else {
        panic!("the oracle states no root-uuid");
    };
    let Some(Sexp::Text(stated)) = uuid.get(2) else { panic!("no text in {uuid:?}") };
    let program = format!("(display (hash \"{host_name}\" (- (expt 2 32) 1)))");
    let hash = program::run_named("guile", ["-c", program.as_str()]).ok().text();
    let word: u32 = hash.parse().expect("a hash");
    let [a, b, c, d] = word.to_le_bytes();
    // Words in memory order: file systems, host name, services, file systems.
    format!("{}{a:02x}{b:02x}-{c:02x}{d:02x}{}", &stated[..9], &stated[18..])
}

/// Checks both partitions and every file of the second.
#[track_caller]
fn check(built: &Built, esp: &Partition, root: &Partition) {
    let esp_file = built.scratch.join("esp");
    extract(&built.image, esp, &esp_file).expect("the ESP can be copied");
    check_fat(&esp_file);

    let root_file = built.scratch.join("root");
    extract(&built.image, root, &root_file).expect("the root partition can be copied");
    check_ext4(&root_file);
    assert_eq!(superblock(&root_file, "Filesystem volume name"), "Guix_image");
    assert_eq!(superblock(&root_file, "Filesystem UUID"), uuid_that_guix_computes("daguerre"));
    let features = superblock(&root_file, "Filesystem features");
    let has = |name: &str| features.split_whitespace().any(|feature| feature == name);
    for wanted in ["has_journal", "extent", "dir_index", "ext_attr", "filetype"] {
        assert!(has(wanted), "{wanted} is not among {features}");
    }
    for unwanted in ["metadata_csum", "64bit"] {
        assert!(!has(unwanted), "{unwanted} is among {features}, but -O ^{unwanted} was asked for");
    }
    let report =
        compare_ext4(&root_file, &debian_root_unpacked(), &["boot/grub", "boot/tintype"]).equal();
    assert!(report.files > 8_000, "{report}");
}

#[test]
fn the_uuid_of_the_oracles_own_system_is_found() {
    if !met("operating-system-uuid", &[Tool("guile")]) {
        return;
    }
    assert_eq!(uuid_that_guix_computes("x"), "38af4c98-0f2e-46eb-009b-584238af4c98");
}

#[test]
fn efi_raw_with_an_mbr() {
    if !met("efi-raw of a Debian root, MBR", &NEEDS) {
        return;
    }
    let built = build("debian-root.scm");
    let table = partitions(&built.image);
    let [esp, root] = table.as_slice() else { panic!("two partitions are wanted: {table:?}") };
    assert_eq!((esp.start * disk::SECTOR, esp.sectors * disk::SECTOR), (MIB, 40 * MIB));
    assert_eq!((esp.kind.as_str(), esp.bootable), ("ef", false));
    assert_eq!((root.kind.as_str(), root.bootable), ("83", true));
    assert_eq!(root.start * disk::SECTOR, 41 * MIB);
    check(&built, esp, root);
}

#[test]
fn efi_raw_with_a_gpt() {
    let mut needs = NEEDS.to_vec();
    needs.push(Tool("sgdisk"));
    if !met("efi-raw of a Debian root, GPT", &needs) {
        return;
    }
    let built = build("debian-root-gpt.scm");
    let verified = program::run(program::command("sgdisk").arg("--verify").arg(&built.image)).ok();
    assert!(verified.text().contains("No problems found"), "{verified}");
    let table = partitions(&built.image);
    let [esp, root] = table.as_slice() else { panic!("two partitions are wanted: {table:?}") };
    assert_eq!((esp.start * disk::SECTOR, esp.sectors * disk::SECTOR), (MIB, 40 * MIB));
    assert_eq!(esp.kind, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system partition");
    assert_eq!(root.kind, "0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux file system data");
    check(&built, esp, root);
}

/// The same tree in every form of archive, and as a directory, gives the same disk.
#[cfg(feature = "full")]
#[test]
fn every_form_of_archive_gives_the_same_disk() {
    use tintype_tests::compare::first_difference;

    let mut needs = NEEDS.to_vec();
    needs.extend([Tool("gzip"), Tool("xz"), Tool("zstd"), Tool("bzip2")]);
    if !met("efi-raw of a Debian root in every form of archive", &needs) {
        return;
    }
    let plain = build("debian-root.scm");
    let scratch = Scratch::new("debian-forms");
    for (compressor, suffix) in [("gzip", "gz"), ("xz", "xz"), ("zstd", "zst"), ("bzip2", "bz2")] {
        let name = format!("rootfs.tar.{suffix}");
        let archive = fs::File::create(scratch.join(&name)).expect("create");
        let mut compress = program::command(compressor);
        compress.args(["-1", "-c"]).arg(debian_root()).stdout(archive);
        let status = compress.status().expect("the compressor starts");
        assert!(status.success(), "{compressor}");
        let definition = text("debian-root.scm").replace("rootfs.tar", &name);
        let file = scratch.write("debian.scm", &definition);
        let image = scratch.join("disk.img");
        let mut command = tintype::command();
        program::run(command.args(["image", "-o"]).arg(&image).arg(&file)).ok();
        let (_, differs) = first_difference(&plain.image, &image).expect("both can be read");
        assert_eq!(differs, None, "{name} gives another disk");
        fs::remove_file(scratch.join(&name)).expect("remove");
    }
    let definition = text("debian-root.scm")
        .replace("(local-file \"rootfs.tar\")", "(local-file \"tree\" #:recursive? #t)");
    std::os::unix::fs::symlink(debian_root_unpacked(), scratch.join("tree")).expect("symlink");
    let file = scratch.write("debian.scm", &definition);
    let image = scratch.join("disk.img");
    program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(&file)).ok();
    let (_, differs) = first_difference(&plain.image, &image).expect("both can be read");
    assert_eq!(differs, None, "the directory gives another disk");
}
