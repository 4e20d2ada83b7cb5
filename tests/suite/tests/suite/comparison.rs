//! The judge is judged: the comparison of trees finds nothing between an original and a true
//! copy of it, and finds every kind of difference that is planted.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use tintype_tests::compare::trees;
use tintype_tests::disk::{check_ext4, compare_ext4};
use tintype_tests::fixture::{debian_root_unpacked, hostile};
use tintype_tests::lacking::Need::{LoopMount, Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::{Diagnostic, diagnostics};

#[test]
fn gnu_tar_keeps_the_hostile_tree() {
    if !met("the hostile tree through GNU tar", &[Root, Tool("tar")]) {
        return;
    }
    let tree = hostile();
    let report = trees(&tree.directory, &tree.unpacked, &[]).expect("both trees can be read");
    let other: Vec<&String> =
        report.differences.iter().filter(|line| !line.contains("/fifo: ")).collect();
    assert!(other.is_empty(), "{other:#?}");
    assert_eq!(
        report.differences.len(),
        4,
        "two names, each with its count and its group: {report}"
    );
    assert!(report.files > 20_200, "{report}");
}

#[test]
fn mke2fs_keeps_a_real_debian_root() {
    let needs = [Root, LoopMount, Tool("mke2fs"), Tool("e2fsck"), Tool("mmdebstrap"), Tool("tar")];
    if !met("a Debian root through mke2fs", &needs) {
        return;
    }
    let scratch = Scratch::new("mke2fs");
    let tree = debian_root_unpacked();
    let image = scratch.join("root.ext4");
    let mut mke2fs = program::command("mke2fs");
    mke2fs.args(["-q", "-t", "ext4", "-d"]).arg(&tree).arg(&image).arg("2G");
    program::run(&mut mke2fs).ok();
    check_ext4(&image);
    // What mke2fs -d of this age does not keep is known: nanoseconds (a release keeps whole
    // seconds only). All else is equal, so what differs is that and nothing else.
    let report = compare_ext4(&image, &tree, &[]);
    let other: Vec<&String> =
        report.differences.iter().filter(|line| !line.contains(": mtime is ")).collect();
    assert!(other.is_empty(), "{other:#?}");
    assert!(report.files > 8_000, "{report}");
}

/// A small tree with one of everything that a plain user can make, and what changes in it must
/// be found.
fn small_tree(root: &Path) {
    fs::create_dir_all(root.join("directory/below")).expect("mkdir");
    fs::write(root.join("file"), "content\n").expect("write");
    fs::write(root.join("other"), "content\n").expect("write");
    fs::hard_link(root.join("file"), root.join("directory/link")).expect("link");
    symlink("file", root.join("symlink")).expect("symlink");
    let holed = fs::File::create(root.join("holed")).expect("create");
    holed.set_len(8 << 20).expect("truncate");
}

/// A change to a tree.
type Change = fn(&Path);

/// Each change, and what the comparison must say of it.
const CHANGES: &[(&str, Change, &str)] = &[
    (
        "a byte",
        |root| fs::write(root.join("file"), "kontent\n").expect("write"),
        "content differs at byte 0",
    ),
    (
        "a last byte",
        |root| fs::write(root.join("other"), "content.").expect("write"),
        "content differs at byte 7",
    ),
    ("a size", |root| fs::write(root.join("other"), "content").expect("write"), "size is 7, not 8"),
    (
        "a byte in a hole",
        |root| byte_at(&root.join("holed"), 5 << 20),
        "content differs at byte 5242880",
    ),
    ("a hole", |root| fill(&root.join("holed")), "holes are lost"),
    ("a mode", |root| mode(&root.join("directory"), 0o700), "mode is 40700, not 40755"),
    ("setuid", |root| mode(&root.join("file"), 0o4644), "mode is 104644, not 100644"),
    ("a nanosecond", |root| one_nanosecond_later(&root.join("other")), "mtime is"),
    (
        "a target",
        |root| replace(root, "symlink", |at| symlink("other", at).expect("symlink")),
        "target is other",
    ),
    (
        "a link",
        |root| replace(root, "directory/link", |at| fs::write(at, "content\n").expect("write")),
        "linked with",
    ),
    ("a name", |root| fs::remove_file(root.join("other")).expect("remove"), "missing"),
    (
        "a name more",
        |root| fs::write(root.join("directory/more"), "").expect("write"),
        "not in the source",
    ),
    ("a type", |root| replace(root, "other", fifo), "mode is 1"),
    ("an attribute", |root| attribute(&root.join("other")), "user.planted=1"),
];

#[test]
fn every_planted_difference_is_found() {
    for (what, change, found) in CHANGES {
        let scratch = Scratch::new("planted");
        let (source, copy) = (scratch.join("source"), scratch.join("copy"));
        small_tree(&source);
        program::run(
            program::command("cp").args(["-a", "--sparse=always"]).arg(&source).arg(&copy),
        )
        .ok();
        trees(&source, &copy, &[]).expect("both trees can be read").equal();
        change(&copy);
        let report = trees(&source, &copy, &[]).expect("both trees can be read");
        let named = report.differences.iter().any(|line| line.contains(found));
        assert!(named, "{what} was changed, and the comparison says: {report}");
    }
}

#[test]
fn owners_and_devices_that_differ_are_found() {
    if !met("owners and devices in the comparison", &[Root]) {
        return;
    }
    let scratch = Scratch::new("planted-as-root");
    let (source, copy) = (scratch.join("source"), scratch.join("copy"));
    for (root, owner, minor) in [(&source, 7, 3), (&copy, 8, 5)] {
        fs::create_dir(root).expect("mkdir");
        fs::write(root.join("file"), "").expect("write");
        chown(root.join("file"), Some(owner), Some(9)).expect("chown");
        device(&root.join("device"), minor);
    }
    let report = trees(&source, &copy, &[]).expect("both trees can be read").to_string();
    assert!(report.contains("file: owner is 8:9, not 7:9"), "{report}");
    assert!(report.contains("device: device is 0x105, not 0x103"), "{report}");
}

fn byte_at(file: &Path, offset: u64) {
    use std::os::unix::fs::FileExt;
    let file = fs::File::options().write(true).open(file).expect("open");
    file.write_all_at(b"x", offset).expect("write");
}

fn fill(file: &Path) {
    let length = fs::metadata(file).expect("stat").len();
    fs::write(file, vec![0; usize::try_from(length).expect("a small file")]).expect("write");
}

fn mode(path: &Path, bits: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(bits)).expect("chmod");
}

fn one_nanosecond_later(path: &Path) {
    let metadata = fs::metadata(path).expect("stat");
    let moment = metadata.modified().expect("mtime") + std::time::Duration::from_nanos(1);
    let file = fs::File::options().write(true).open(path).expect("open");
    file.set_modified(moment).expect("utimensat");
    assert_ne!(metadata.mtime_nsec(), fs::metadata(path).expect("stat").mtime_nsec());
}

fn replace(root: &Path, name: &str, make: impl FnOnce(&Path)) {
    let path = root.join(name);
    fs::remove_file(&path).expect("remove");
    make(&path);
}

fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).expect("a path without NUL")
}

fn fifo(path: &Path) {
    // SAFETY: the path ends in NUL.
    let made = unsafe { libc::mkfifo(c_path(path).as_ptr(), 0o644) };
    assert_eq!(made, 0, "mkfifo");
}

fn device(path: &Path, minor: u32) {
    // SAFETY: the path ends in NUL.
    let made = unsafe {
        libc::mknod(c_path(path).as_ptr(), libc::S_IFCHR | 0o600, libc::makedev(1, minor))
    };
    assert_eq!(made, 0, "mknod");
}

fn attribute(path: &Path) {
    let name = CString::new("user.planted").expect("a name");
    // SAFETY: both strings end in NUL, and the value is one byte long.
    let set =
        unsafe { libc::setxattr(c_path(path).as_ptr(), name.as_ptr(), b"1".as_ptr().cast(), 1, 0) };
    assert_eq!(set, 0, "setxattr");
}

#[test]
fn s_expressions_are_read_and_written() {
    let text = r#"; a comment
        (image (name #f) (label "a \"b\"; \\") (partitions ((partition (size guess)))) 'x)"#;
    let data = Sexp::read_all(text).expect("it reads");
    let image = data[0].find("image").expect("an image");
    assert_eq!(image.field("label"), Some(&Sexp::Text("a \"b\"; \\".to_owned())));
    assert_eq!(
        image.find("partition").expect("a partition").to_string(),
        "(partition (size guess))"
    );
    assert_eq!(
        data[0].to_string(),
        r#"(image (name #f) (label "a \"b\"; \\") (partitions ((partition (size guess)))) (quote x))"#
    );
    for broken in ["(a", "\"a", "a)", "'"] {
        assert!(Sexp::read_all(broken).is_err(), "{broken}");
    }
}

#[test]
fn diagnostics_are_read_with_their_place() {
    let stderr =
        "a:b.scm:2:30: error: no such field: sise\n  2 | (x)\nhint: size\nerror: no place\n";
    let expected = Diagnostic {
        file: "a:b.scm".to_owned(),
        line: 2,
        column: 30,
        text: "no such field: sise".to_owned(),
    };
    assert_eq!(diagnostics(stderr), [expected]);
}

/// The oracle's own files read as what they are.
#[test]
fn the_oracle_is_read() {
    let directory = tintype_tests::fixture::workspace().join("tests/compat/oracle");
    let mut count = 0;
    let mut waiting: Vec<PathBuf> = vec![directory];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).expect("the oracle's directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sexp") {
                let text = fs::read_to_string(&path).expect("an oracle's file");
                let data = Sexp::read_all(&text);
                assert!(data.is_ok_and(|data| !data.is_empty()), "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 40, "only {count} files");
}
