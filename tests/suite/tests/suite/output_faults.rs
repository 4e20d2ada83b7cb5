//! Where the image cannot be written, the error names the place, the old image stays, and nothing
//! is left behind.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

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

/// Calls that put an image where it is to be, and the errors that each is given.
const FAULTS: [(&str, &str, &str); 6] = [
    ("write,pwrite64,writev,pwritev", "EIO", "Input/output error"),
    ("write,pwrite64,writev,pwritev", "ENOSPC", "No space left on device"),
    ("copy_file_range,fallocate,ftruncate", "EIO", "Input/output error"),
    ("fsync,fdatasync", "EIO", "Input/output error"),
    ("mkdir", "EIO", "Input/output error"),
    ("link,linkat,rename,renameat,renameat2", "EIO", "Input/output error"),
];

/// What is in a file, or in a directory with all below.
fn content(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    if path.is_file() {
        return vec![(path.to_owned(), fs::read(path).expect("a file"))];
    }
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut found: Vec<_> =
        entries.flat_map(|entry| content(&entry.expect("an entry").path())).collect();
    found.sort();
    found
}

/// Every call in turn fails once: archives, directories and discs are there whole or not at all, and the
/// error names the output. Disks have such a test of their own, beside their writers.
#[test]
fn every_write_that_fails_leaves_nothing() {
    if !met("writes that fail", &[Tool("strace")]) {
        return;
    }
    for image_type in ["tarball", "docker", "oci", "oci-directory", "iso9660"] {
        every_write_of(image_type);
    }
}

#[track_caller]
fn every_write_of(image_type: &str) {
    let studio = studio("niepce");
    fs::write(studio.scratch.join("tree/blob"), [7; 300_000]).expect("write");
    let out = studio.scratch.join("out");
    fs::create_dir(&out).expect("mkdir");
    let (target, log) = (out.join("image"), studio.scratch.join("strace.log"));
    let program = tintype::binary();
    let arguments = ["image", "-t", image_type, "-o"].map(OsString::from);
    let arguments = arguments.into_iter().chain([target.clone().into(), studio.definition.into()]);
    let arguments: Vec<OsString> = arguments.collect();
    program::run(tintype::command().args(&arguments)).ok();
    let whole = content(&target);
    for (calls, errno, told) in FAULTS {
        for number in 1.. {
            let _ = fs::remove_file(&target);
            let _ = fs::remove_dir_all(&target);
            let mut strace = program::command("strace");
            strace.args(["-f", "-o"]).arg(&log).arg("-e");
            strace.arg(format!("inject={calls}:error={errno}:when={number}"));
            let outcome = program::run(strace.arg(&program).args(&arguments));
            let is_injected = fs::read_to_string(&log).unwrap_or_default().contains("(INJECTED)");
            let place = format!("{image_type}: {calls} {number}: {outcome}");
            if outcome.status.success() {
                assert!(content(&target) == whole, "a fault that was passed over: {place}");
            } else {
                // The write that failed may have been that of the message.
                let is_told = outcome.stderr.contains(told) && outcome.stderr.contains("image");
                assert!(is_told || outcome.stderr.is_empty(), "{place}");
                // Once it has its name, only that this may not last can still be told.
                assert!(
                    names_in(&out).is_empty() || content(&target) == whole,
                    "litter, {:?}: {place}",
                    names_in(&out)
                );
            }
            if !is_injected {
                assert!(outcome.status.success(), "{place}");
                break;
            }
        }
    }
}
