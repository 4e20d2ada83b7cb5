//! A directory of the host is imported as find(1) and getfattr(1) tell it.

mod fixture;

use fixture::{Reach, Scratch, can_run, link_devices, make_tree};
use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use tintype_tree::{Kind, NodeId, Tree, Xattrs, import};

/// What find(1) says of one name.
struct Found {
    kind: u8,
    mode: u16,
    owner: (u32, u32),
    mtime: String,
    links: u32,
    inode: String,
    len: u64,
    target: Vec<u8>,
}

fn find(top: &Path) -> BTreeMap<Vec<u8>, Found> {
    let format = "%P\\0%y\\0%m\\0%U\\0%G\\0%T@\\0%n\\0%i\\0%s\\0%l\\0";
    let output =
        Command::new("find").args([".", "-printf", format]).current_dir(top).output().unwrap();
    assert!(output.status.success());
    let fields: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
    let text = |field: &[u8]| String::from_utf8(field.to_vec()).unwrap();
    let all = fields.chunks_exact(10).map(|field| {
        let found = Found {
            kind: field[1][0],
            mode: u16::from_str_radix(&text(field[2]), 8).unwrap(),
            owner: (text(field[3]).parse().unwrap(), text(field[4]).parse().unwrap()),
            mtime: text(field[5]),
            links: text(field[6]).parse().unwrap(),
            inode: text(field[7]),
            len: text(field[8]).parse().unwrap(),
            target: field[9].to_vec(),
        };
        (field[0].to_vec(), found)
    });
    all.collect()
}

/// find(1) prints ten digits of what comes after the whole seconds, before 1970 too.
fn shown_time(node: &tintype_tree::Node) -> String {
    let time = node.metadata.mtime;
    format!("{}.{:09}0", time.seconds, time.nanoseconds)
}

fn kind_letter(kind: &Kind) -> u8 {
    match kind {
        Kind::Directory(_) => b'd',
        Kind::Regular(_) => b'f',
        Kind::Symlink(_) => b'l',
        Kind::CharDevice(_) => b'c',
        Kind::BlockDevice(_) => b'b',
        Kind::Fifo => b'p',
        Kind::Socket => b's',
    }
}

fn names(tree: &Tree) -> BTreeMap<Vec<u8>, NodeId> {
    let mut names = BTreeMap::new();
    let walked = tree.walk(|path, id| {
        names.insert(path.to_vec(), id);
        Ok::<(), ()>(())
    });
    walked.unwrap();
    names
}

#[test]
fn names_and_metadata_are_those_that_find_prints() {
    if !can_run("directory", &["find", "setfattr", "setcap", "setfacl"]) {
        return;
    }
    let scratch = Scratch::new("directory");
    make_tree(scratch.path(), Reach::Whole);
    link_devices(scratch.path());
    let _socket = std::os::unix::net::UnixListener::bind(scratch.join("socket")).unwrap();
    let tree = import::directory(scratch.path()).unwrap();
    let expected = find(scratch.path());
    let names = names(&tree);
    assert_eq!(names.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    let counts = tree.link_counts();
    let mut inodes = BTreeMap::new();
    for (name, found) in &expected {
        let id = names[name];
        let node = tree.node(id);
        let what = String::from_utf8_lossy(name);
        assert_eq!(kind_letter(&node.kind), found.kind, "{what}");
        assert_eq!(node.metadata.mode, found.mode, "{what}");
        assert_eq!((node.metadata.uid, node.metadata.gid), found.owner, "{what}");
        assert_eq!(shown_time(node), found.mtime, "{what}");
        assert_eq!(counts[id.index()], found.links, "{what}");
        assert_eq!(inodes.entry(&found.inode).or_insert(id), &id, "{what}");
        match &node.kind {
            Kind::Symlink(target) => assert_eq!(**target, *found.target, "{what}"),
            Kind::Regular(content) => {
                assert_eq!(content.len(), found.len, "{what}");
                if found.len < 1 << 30 {
                    let path = scratch.path().join(OsStr::from_bytes(name));
                    assert!(content.to_vec().unwrap() == fs::read(path).unwrap(), "{what}");
                }
            }
            _ => {}
        }
    }
    let statistics = tree.statistics();
    assert_eq!(statistics.names, expected.len() as u64 - 1);
    assert_eq!(statistics.inodes, inodes.len() as u64);
    let Kind::Regular(sparse) = &tree.node(names[&b"sparse"[..]]).kind else { panic!() };
    assert_eq!((sparse.len(), sparse.stored_len()), (6 << 30, 4 * 4096));
    let Kind::Regular(fragments) = &tree.node(names[&b"3000 fragments"[..]]).kind else { panic!() };
    assert_eq!(fragments.iter().count(), 3000);
}

#[test]
fn attributes_are_those_that_getfattr_prints() {
    if !can_run("attributes", &["getfattr", "setfattr", "setcap", "setfacl"]) {
        return;
    }
    let scratch = Scratch::new("attributes");
    make_tree(scratch.path(), Reach::Dense);
    let tree = import::directory(scratch.path()).unwrap();
    let mut seen = 0;
    for (name, id) in names(&tree) {
        let path = scratch.path().join(OsStr::from_bytes(&name));
        let output = Command::new("getfattr")
            .args(["-h", "-d", "-m", "-", "-e", "hex", "--absolute-names", "--"])
            .arg(path)
            .output()
            .unwrap();
        let expected: Xattrs = output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.starts_with(b"#") && !line.is_empty())
            .map(|line| {
                // getfattr writes `=` in a name as an octal escape.
                let line = String::from_utf8(line.to_vec()).unwrap().replace("\\075", "\u{1}");
                let (name, value) = line.split_once('=').unwrap_or((&line, ""));
                let digits = value.strip_prefix("0x").unwrap_or(value);
                let value = (0..digits.len() / 2)
                    .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap());
                let name = name.replace('\u{1}', "=");
                (name.as_bytes().into(), value.collect())
            })
            .collect();
        let found = tree.node(id).metadata.xattrs.clone().map(|xattrs| *xattrs);
        assert_eq!(found.unwrap_or_default(), expected, "{}", String::from_utf8_lossy(&name));
        seen += expected.len();
    }
    assert!(seen >= 12, "only {seen} attributes");
}

#[test]
fn paths_longer_than_the_kernel_takes_at_once_are_imported_and_read() {
    let scratch = Scratch::new("deep");
    let name = "d".repeat(60);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY;
    let mut directory = openat(CWD, scratch.path(), flags, Mode::empty()).unwrap();
    for _ in 0..200 {
        mkdirat(&directory, &name, Mode::from_raw_mode(0o755)).unwrap();
        directory = openat(&directory, &name, flags, Mode::empty()).unwrap();
    }
    let flags = OFlags::WRONLY | OFlags::CREATE;
    let file = openat(&directory, "bottom", flags, Mode::from_raw_mode(0o644)).unwrap();
    let mut file = File::from(file);
    file.write_all(b"far down").unwrap();
    let attribute = b"of the bottom";
    rustix::fs::fsetxattr(&file, "user.deep", attribute, rustix::fs::XattrFlags::empty()).unwrap();
    drop(file);
    let tree = import::directory(scratch.path()).unwrap();
    assert_eq!(tree.statistics().directories, 201);
    let path = format!("{}bottom", format!("{name}/").repeat(200));
    let node = tree.node(tree.lookup(path.as_bytes()).unwrap());
    let Kind::Regular(content) = &node.kind else { panic!() };
    assert_eq!(content.to_vec().unwrap(), b"far down");
    let xattrs = node.metadata.xattrs.as_ref().unwrap();
    assert_eq!(xattrs[&b"user.deep"[..]][..], attribute[..]);
}

#[test]
fn a_directory_of_100_000_entries_is_imported_in_byte_order() {
    let scratch = Scratch::new("wide");
    for index in 0..100_000 {
        File::create(scratch.join(&format!("{index:x}"))).unwrap();
    }
    let tree = import::directory(scratch.path()).unwrap();
    assert_eq!(tree.statistics().names, 100_000);
    let ids: Vec<_> = tree.entries(tree.root()).map(|(_, id)| id.index()).collect();
    assert!(ids.is_sorted(), "nodes are made in the order of names, not of the host");
}

#[test]
fn what_is_no_directory_is_an_error_that_names_it() {
    let scratch = Scratch::new("none");
    fs::write(scratch.join("file"), b"").unwrap();
    for name in ["missing", "file"] {
        let error = import::directory(&scratch.join(name)).unwrap_err().to_string();
        assert!(error.contains(&format!("/{name}: ")), "{error}");
    }
}

#[test]
fn a_file_that_changes_after_its_import_is_an_error_when_it_is_read() {
    let scratch = Scratch::new("changed");
    fs::write(scratch.join("file"), b"one").unwrap();
    let tree = import::directory(scratch.path()).unwrap();
    fs::write(scratch.join("file"), b"longer").unwrap();
    let Kind::Regular(content) = &tree.node(tree.lookup(b"file").unwrap()).kind else { panic!() };
    let error = content.to_vec().unwrap_err().to_string();
    assert!(error.contains("file: changed while"), "{error}");
}
