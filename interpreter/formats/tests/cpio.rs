//! cpio archives of ours, unpacked by programs that are not.

use std::fs;
use std::path::Path;
use tintype_formats::cpio::{self, Error, Options};
use tintype_formats::output::Options as Output;
use tintype_formats::raw;
use tintype_tests::compare::trees;
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, Kind, Metadata, Node, Timestamp, Tree, import};

/// What an initrd holds, and more: links, devices, a pipe, owners, modes, a long and an odd name.
fn make(root: &Path) {
    let script = r#"
        set -e
        umask 022
        mkdir -p usr/bin dev proc empty run
        printf '#!/bin/sh\n' >init
        chmod 755 init
        printf 12345 >usr/bin/five
        ln usr/bin/five usr/bin/again
        ln usr/bin/five a-first-name
        ln -s usr/bin bin
        mknod dev/console c 5 1
        mknod dev/sda b 8 0
        mkfifo dev/pipe
        : >nothing
        printf x >"$(printf 'n%.0s' $(seq 250))"
        printf y >"$(printf '\377\376')"
        chown 1000:65536 usr/bin/five
        chmod 4711 usr/bin/five
        chmod 1777 run
        head -c 300000 /dev/zero >zeros
        find . -exec touch -h -d @1234567890 {} +
        touch -d @4294967295 nothing
    "#;
    fs::create_dir(root).expect("mkdir");
    program::run(program::command("sh").args(["-c", script]).current_dir(root)).ok();
}

/// Compares, but for the times of directories, which cpio(1) does not restore, nor bsdtar that of `.`.
#[track_caller]
fn same_but_for_times_of(directories: &[&str], source: &Path, made: &Path) {
    let mut report = trees(source, made, &[]).unwrap();
    report.differences.retain(|line| {
        !directories.iter().any(|directory| line.starts_with(&format!("{directory}: mtime")))
    });
    report.equal();
}

#[test]
fn cpio_and_bsdtar_unpack_all_of_it() {
    let needs = [Root, Tool("cpio"), Tool("bsdtar")];
    if !met("cpio archives", &needs) {
        return;
    }
    let scratch = Scratch::new("cpio");
    let source = scratch.join("source");
    make(&source);
    let tree = import::directory(&source).unwrap();
    let archive = scratch.join("archive");
    let laid = cpio::lay_out(&tree, &Options::default()).unwrap();
    assert_eq!(laid.len() % 512, 0);
    raw::write(&laid, &archive, Output::default()).unwrap();

    let made = scratch.join("cpio");
    fs::create_dir(&made).unwrap();
    let mut cpio = program::command("cpio");
    cpio.args(["-idm", "--quiet", "-F"]).arg(&archive).current_dir(&made);
    let outcome = program::run(&mut cpio).ok();
    assert_eq!(outcome.stderr, "", "{outcome}");
    same_but_for_times_of(&["the root", "bin", "dev", "usr", "usr/bin"], &source, &made);

    let made = scratch.join("bsdtar");
    fs::create_dir(&made).unwrap();
    let mut bsdtar = program::command("bsdtar");
    bsdtar.args(["-xpf"]).arg(&archive).args(["--numeric-owner", "-C"]).arg(&made);
    program::run(&mut bsdtar).ok();
    same_but_for_times_of(&["the root"], &source, &made);

    let listed = run_named("bsdtar", [Path::new("-tf"), &archive]).ok();
    assert!(listed.text().starts_with(".\n"), "{listed}");
}

#[test]
fn what_the_format_has_no_room_for_is_an_error() {
    let with = |change: fn(&mut Node)| {
        let metadata = Metadata { mode: 0o644, ..Metadata::default() };
        let mut node = Node { metadata, kind: Kind::Regular(Extents::hole(0)) };
        change(&mut node);
        let mut tree = Tree::new();
        tree.insert(b"etc/file", node).unwrap();
        tree
    };
    let fault = |change| cpio::lay_out(&with(change), &Options::default()).unwrap_err();
    assert_eq!(
        fault(|node| node.metadata.mtime = Timestamp { seconds: -1, nanoseconds: 0 }).to_string(),
        "etc/file: a cpio archive holds no modification time of -1"
    );
    assert_eq!(
        fault(|node| node.kind = Kind::Regular(Extents::hole(1 << 32))).to_string(),
        "etc/file: a cpio archive holds no size of 4294967296"
    );
    let mark = |node: &mut Node| {
        let xattrs = [((*b"user.mark").into(), (*b"1").into())].into();
        node.metadata.xattrs = Some(Box::new(xattrs));
    };
    let error = fault(mark);
    assert!(matches!(&error, Error::Xattrs { names, .. } if names == "user.mark"), "{error}");
    let options = Options { without_xattrs: true, ..Options::default() };
    assert!(cpio::lay_out(&with(mark), &options).is_ok());
}

#[test]
fn later_times_are_capped() {
    let mut tree = Tree::new();
    let metadata =
        Metadata { mtime: Timestamp { seconds: 1 << 40, nanoseconds: 0 }, ..Metadata::default() };
    tree.insert(b"f", Node { metadata, kind: Kind::Fifo }).unwrap();
    let latest = Some(Timestamp { seconds: 1, nanoseconds: 0 });
    let laid = cpio::lay_out(&tree, &Options { latest, ..Options::default() }).unwrap();
    let text = String::from_utf8(laid.to_vec().unwrap()).unwrap();
    // The root's header, its name, then the pipe's: fields of 8 digits, the time the sixth.
    let pipe = text.match_indices("070701").nth(1).unwrap().0;
    assert_eq!(&text[pipe + 6 + 5 * 8..][..8], "00000001");
}
