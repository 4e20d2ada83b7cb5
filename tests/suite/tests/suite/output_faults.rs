//! Where the image cannot be written, the error names the place, the old image stays, and nothing
//! is left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, names_in};
use tintype_tests::studio::{as_nobody, byte_counts, open_studio, studio};
use tintype_tests::tintype::{self, refused};

/// On a disk of 16 MiB, in a mount namespace that ends with the program.
#[test]
fn a_full_disk_leaves_the_old_image() {
    if !met("a full disk", &[Root, Tool("unshare"), Tool("mount")]) {
        return;
    }
    let studio = studio("niepce");
    let small = studio.scratch.join("small");
    fs::create_dir(&small).expect("mkdir");
    for old in ["", "the old image"] {
        let mut command = program::command("unshare");
        command.args(["--mount", "sh", "-c"]).arg(
            "mount -t tmpfs -o size=16m tmpfs \"$1\" || exit 99
             [ -z \"$4\" ] || printf %s \"$4\" >\"$1/disk.img\"
             \"$2\" image -o \"$1/disk.img\" \"$3\"
             status=$?
             ls -A \"$1\"
             [ -z \"$4\" ] || cat \"$1/disk.img\"
             exit $status",
        );
        command.arg("sh").args([&small, &tintype::binary(), &studio.definition]).arg(old);
        let outcome = program::run(&mut command);
        assert_eq!(outcome.code(), Some(1), "{outcome}");
        let left = if old.is_empty() { String::new() } else { format!("disk.img\n{old}") };
        assert_eq!(outcome.text(), left, "nothing is written but what was there: {outcome}");
        assert!(outcome.stderr.contains("small"), "where the room lacks: {outcome}");
        assert!(outcome.stderr.contains("No space left on device"), "{outcome}");
        let counts = byte_counts(&outcome.stderr);
        assert!(counts.iter().any(|count| *count > 16 << 20), "what was needed: {outcome}");
        assert!(counts.iter().any(|count| *count <= 16 << 20), "what there was: {outcome}");
    }
}

#[test]
fn a_directory_as_output() {
    let studio = studio("niepce");
    fs::create_dir(&studio.output).expect("mkdir");
    let before = names_in(studio.scratch.path());
    let outcome = studio.image(&[]);
    assert!(refused(&outcome).contains("disk.img"), "{outcome}");
    assert!(outcome.stderr.to_lowercase().contains("is a directory"), "{outcome}");
    assert_eq!(names_in(studio.scratch.path()), before);
    assert!(names_in(&studio.output).is_empty());
}

#[test]
fn an_output_directory_that_is_not_there() {
    let mut studio = studio("niepce");
    studio.output = studio.scratch.join("nowhere/disk.img");
    let before = names_in(studio.scratch.path());
    let outcome = studio.image(&[]);
    assert!(refused(&outcome).contains("nowhere"), "{outcome}");
    assert_eq!(names_in(studio.scratch.path()), before);
}

#[test]
fn an_output_directory_without_rights() {
    if !met("an output directory without rights", &[Root, Tool("setpriv")]) {
        return;
    }
    let studio = open_studio();
    let closed = studio.scratch.join("closed");
    fs::write(&studio.output, "the old image").expect("write");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("chmod");
    let arguments = [
        "image".into(),
        "-o".into(),
        studio.output.clone().into(),
        studio.definition.clone().into(),
    ];
    let outcome = as_nobody(studio.scratch.path(), &arguments);
    assert!(refused(&outcome).contains("closed"), "{outcome}");
    assert!(outcome.stderr.contains("Permission denied"), "{outcome}");
    assert_eq!(names_in(&closed), ["disk.img"]);
    assert_eq!(fs::read(&studio.output).expect("the old image"), b"the old image");
}
