//! What an archive of a directory says is what the directory says: archives made by GNU tar and by
//! bsdtar, in all their formats, with all compressors.

mod fixture;

use fixture::{Kept, Reach, Scratch, assert_same, can_run, make_tree, run, set_time};
use std::path::{Path, PathBuf};
use tintype_tree::{Tree, import};

const ATTRIBUTE_TOOLS: [&str; 3] = ["setfattr", "setcap", "setfacl"];
const NUMBERS_ONLY: Kept = Kept { nanoseconds: false, xattrs: false };
const ALL: Kept = Kept { nanoseconds: true, xattrs: true };

/// A directory with a tree in `tree`, and what it is.
fn scratch(name: &str, reach: Reach) -> (Scratch, Tree) {
    let scratch = Scratch::new(name);
    let top = scratch.join("tree");
    std::fs::create_dir(&top).unwrap();
    make_tree(&top, reach);
    let tree = import::directory(&top).unwrap();
    (scratch, tree)
}

fn import(scratch: &Scratch, archive: &Path) -> Tree {
    import::archive(archive, scratch.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// Makes an archive of `tree` with `program` and compares.
fn check(scratch: &Scratch, expected: &Tree, kept: Kept, program: &str, options: &[&str]) {
    let archive = scratch.join("archive.tar");
    let mut arguments = vec!["-c", "-f", "archive.tar"];
    arguments.extend(options);
    arguments.extend(["-C", "tree", "."]);
    run(scratch.path(), program, &arguments);
    let found = import(scratch, &archive);
    assert_same(expected, &found, kept, &format!("{program} {options:?}"));
    std::fs::remove_file(archive).unwrap();
}

#[test]
fn gnu_tar_s_own_formats_are_read_whole() {
    if !can_run("GNU formats", &[&["tar"][..], &ATTRIBUTE_TOOLS].concat()) {
        return;
    }
    let (scratch, tree) = scratch("gnu", Reach::Whole);
    check(&scratch, &tree, NUMBERS_ONLY, "tar", &["--format=gnu", "--sparse"]);
    check(&scratch, &tree, NUMBERS_ONLY, "tar", &["--format=oldgnu", "--sparse"]);
}

#[test]
fn pax_archives_of_gnu_tar_are_read_whole() {
    if !can_run("pax of GNU tar", &[&["tar"][..], &ATTRIBUTE_TOOLS].concat()) {
        return;
    }
    let (scratch, tree) = scratch("pax", Reach::Whole);
    let options = ["--format=pax", "--xattrs", "--xattrs-include=*", "--acls", "--sparse"];
    for version in ["0.0", "0.1", "1.0"] {
        let version = format!("--sparse-version={version}");
        check(&scratch, &tree, ALL, "tar", &[&options[..], &[&version]].concat());
    }
    let globexthdr = "--pax-option=globexthdr.name=g,comment=global,exthdr.name=%d/x/%f";
    check(&scratch, &tree, ALL, "tar", &[&options[..], &[globexthdr]].concat());
    let times = "--pax-option=delete=atime,delete=ctime";
    check(&scratch, &tree, ALL, "tar", &[&options[..], &[times, "--numeric-owner"]].concat());
}

#[test]
fn pax_archives_of_bsdtar_are_read_whole() {
    if !can_run("pax of bsdtar", &[&["bsdtar"][..], &ATTRIBUTE_TOOLS].concat()) {
        return;
    }
    let (scratch, _) = scratch("bsdtar", Reach::Whole);
    // bsdtar writes -0.75 s as "-1.25", which pax means to be earlier.
    set_time(&scratch.join("tree/hard"), -2, 0);
    set_time(&scratch.join("tree/dangling"), -1, 0);
    let tree = import::directory(&scratch.join("tree")).unwrap();
    check(&scratch, &tree, ALL, "bsdtar", &["--format=pax", "--xattrs", "--acls"]);
    check(
        &scratch,
        &tree,
        ALL,
        "bsdtar",
        &["--format=pax", "--xattrs", "--acls", "--numeric-owner"],
    );
    // Its own choice of a format writes fractions of seconds only beside something else.
    let whole_seconds = Kept { nanoseconds: false, xattrs: true };
    check(&scratch, &tree, whole_seconds, "bsdtar", &["--xattrs", "--acls"]);
}

#[test]
fn dense_archives_of_both_are_read_whole() {
    if !can_run("dense", &[&["tar", "bsdtar"][..], &ATTRIBUTE_TOOLS].concat()) {
        return;
    }
    let (scratch, tree) = scratch("dense", Reach::Dense);
    check(&scratch, &tree, NUMBERS_ONLY, "tar", &["--format=gnu"]);
    check(
        &scratch,
        &tree,
        ALL,
        "tar",
        &["--format=pax", "--xattrs", "--xattrs-include=*", "--acls", "--selinux"],
    );
    // In this format bsdtar cuts late and early times, and writes the owning group's permissions, not
    // the mask, for a list.
    for name in ["empty", "capable", "hard", "dangling"] {
        set_time(&scratch.join("tree").join(name), 1_000_000_000, 0);
    }
    run(&scratch.join("tree"), "setfacl", &["-b", "block"]);
    let tree = import::directory(&scratch.join("tree")).unwrap();
    check(&scratch, &tree, NUMBERS_ONLY, "bsdtar", &["--format=gnutar"]);
}

#[test]
fn ustar_and_v7_archives_are_read_whole() {
    if !can_run("ustar and V7", &["tar", "bsdtar"]) {
        return;
    }
    for (reach, format) in [(Reach::Ustar, "--format=ustar"), (Reach::V7, "--format=v7")] {
        let (scratch, tree) = scratch("ustar", reach);
        check(&scratch, &tree, NUMBERS_ONLY, "tar", &[format]);
        check(&scratch, &tree, NUMBERS_ONLY, "bsdtar", &[format]);
    }
}

#[test]
fn absolute_and_bare_names_mean_the_same() {
    if !can_run("absolute names", &["tar"]) {
        return;
    }
    let (scratch, tree) = scratch("absolute", Reach::Ustar);
    for transform in ["--transform=s,^\\.,,", "--transform=s,^\\./,/,", "--transform=s,^\\./,,"] {
        check(&scratch, &tree, NUMBERS_ONLY, "tar", &["-P", transform]);
    }
}

#[test]
fn every_compressor_s_files_are_read_whole() {
    if !can_run("compressors", &["tar", "gzip", "xz", "zstd", "bzip2"]) {
        return;
    }
    let (scratch, tree) = scratch("packed", Reach::Ustar);
    run(scratch.path(), "tar", &["--format=pax", "-cf", "archive.tar", "-C", "tree", "."]);
    let whole = std::fs::read(scratch.join("archive.tar")).unwrap();
    // The names tell nothing of the compression.
    let (first, second) = whole.split_at(whole.len() / 3);
    std::fs::write(scratch.join("first"), first).unwrap();
    std::fs::write(scratch.join("second"), second).unwrap();
    for shell in [
        "gzip -1 <archive.tar",
        "(gzip -9 <first; gzip -1 <second)",
        "(gzip <archive.tar; head -c 1000 /dev/zero)",
        "xz -0 <archive.tar",
        "xz -0 -T2 --block-size=200KiB <archive.tar",
        "(xz -0 <first; head -c 8 /dev/zero; xz -1 -C sha256 <second)",
        "zstd -1 <archive.tar",
        "zstd -1 --long=27 --no-check <archive.tar",
        "(zstd -1 <first; zstd -3 <second)",
        "(printf '\\120\\052\\115\\030\\004\\000\\000\\000skip'; zstd -1 <archive.tar)",
        "bzip2 -1 <archive.tar",
        "(bzip2 -1 <first; bzip2 -9 <second)",
    ] {
        run(scratch.path(), "sh", &["-c", &format!("{shell} >packed")]);
        let found = import(&scratch, &scratch.join("packed"));
        assert_same(&tree, &found, Kept { nanoseconds: true, xattrs: false }, shell);
    }
    let spooled: Vec<PathBuf> =
        std::fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(spooled.iter().all(|path| !path.to_string_lossy().contains("spool")), "{spooled:?}");
}

#[test]
fn an_archive_may_come_through_a_pipe() {
    if !can_run("pipe", &["tar", "mkfifo", "zstd"]) {
        return;
    }
    let (scratch, tree) = scratch("pipe", Reach::Ustar);
    for shell in ["tar -cf- --format=pax -C tree .", "tar -cf- --format=pax -C tree . | zstd -1"] {
        run(scratch.path(), "mkfifo", &["through"]);
        let writer = format!("{shell} >through");
        let writing = std::process::Command::new("sh")
            .args(["-c", &writer])
            .current_dir(scratch.path())
            .spawn()
            .unwrap();
        let found = import(&scratch, &scratch.join("through"));
        assert!(writing.wait_with_output().unwrap().status.success());
        assert_same(&tree, &found, Kept { nanoseconds: true, xattrs: false }, shell);
        std::fs::remove_file(scratch.join("through")).unwrap();
    }
}
