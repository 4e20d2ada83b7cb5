//! What trees seldom hold, a disk holds all the same: from a directory, and from an archive.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use tintype_tests::disk::{check_ext4, check_fat, compare_ext4, extract, partitions};
use tintype_tests::fixture::{hostile, text};
use tintype_tests::lacking::Need::{LoopMount, Root, Tool};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

const NEEDS: [Need; 7] = [
    Root,
    LoopMount,
    Tool("python3"),
    Tool("tar"),
    Tool("sfdisk"),
    Tool("e2fsck"),
    Tool("fsck.fat"),
];

/// Builds the disk of `definition`, beside which `name` stands for `input`, and checks that it
/// holds all of `source`.
#[track_caller]
fn holds(definition: &str, name: &str, input: &Path, source: &Path) {
    let scratch = Scratch::new("hostile");
    let file = scratch.write("definition.scm", definition);
    symlink(input, scratch.join(name)).expect("symlink");
    let image = scratch.join("disk.img");
    program::run(tintype::command().args(["image", "-o"]).arg(&image).arg(&file)).ok();

    let written = fs::metadata(&image).expect("stat");
    assert!(written.len() < 2 << 30, "holes take no room in the image: {} bytes", written.len());
    assert!(written.blocks() * 512 < 512 << 20, "nor on the host: {}", written.blocks() * 512);

    let table = partitions(&image);
    let [esp, root] = table.as_slice() else { panic!("two partitions are wanted: {table:?}") };
    extract(&image, esp, &scratch.join("esp")).expect("the ESP can be copied");
    check_fat(&scratch.join("esp"));
    extract(&image, root, &scratch.join("root")).expect("the root can be copied");
    check_ext4(&scratch.join("root"));
    let report = compare_ext4(&scratch.join("root"), source, &[]).equal();
    assert!(report.files > 20_200, "{report}");
}

#[test]
fn a_directory_of_everything_unusual() {
    if !met("the hostile tree, from a directory", &NEEDS) {
        return;
    }
    let tree = hostile();
    holds(&text("tree.scm"), "tree", &tree.directory, &tree.directory);
}

#[test]
fn an_archive_of_everything_unusual() {
    if !met("the hostile tree, from an archive", &NEEDS) {
        return;
    }
    let tree = hostile();
    holds(&text("debian-root.scm"), "rootfs.tar", &tree.archive, &tree.unpacked);
}

/// Without `^metadata_csum,^64bit`, every block of metadata carries a checksum, and block numbers
/// are twice as long.
#[test]
fn an_archive_of_everything_unusual_with_checksums() {
    if !met("the hostile tree, with metadata_csum and 64bit", &NEEDS) {
        return;
    }
    let tree = hostile();
    let definition = text("debian-root-gpt.scm").replace(
        "(partition-table-type 'gpt)",
        "(partition-table-type 'mbr)
  (partitions (list esp-partition
                    (partition
                      (inherit root-partition)
                      (file-system-options (list \"-O\" \"metadata_csum,64bit\")))))",
    );
    holds(&definition, "rootfs.tar", &tree.archive, &tree.unpacked);
}
