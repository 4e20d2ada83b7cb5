//! Tar archives of ours, unpacked and read by programs that are not.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use tintype_formats::output::Options as Output;
use tintype_formats::raw;
use tintype_formats::tar::{self, Options, OwnerNames};
use tintype_tests::compare::{Report, trees};
use tintype_tests::fixture::hostile;
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program::{self, Outcome, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Device, Extents, Kind, Metadata, Node, Source, Timestamp, Tree, import};

/// Every name of every file of an archive as Python's tarfile sees it, one line each.
const LIST: &str = "
import sys, tarfile
with tarfile.open(sys.argv[1], errors='surrogateescape') as archive:
    for m in archive:
        name = m.name.encode('utf-8', 'surrogateescape')
        link = m.linkname.encode('utf-8', 'surrogateescape')
        data = archive.extractfile(m).read() if m.isreg() and m.size < 100 else b''
        print(name, m.type, oct(m.mode), m.uid, m.gid, m.size, m.mtime, link, m.uname, m.gname,
              m.devmajor, m.devminor, data)
";

/// Compares an archive with a directory: all that tarfile says of each member with what the kernel
/// says of the file of its name. tarfile itself restores no extended attributes: their records are
/// compared. It has times as floating-point numbers.
const COMPARE: &str = "
import os, stat, sys, tarfile
root = os.fsencode(sys.argv[2])
seen, bad = set(), []
kinds = {tarfile.DIRTYPE: stat.S_IFDIR, tarfile.REGTYPE: stat.S_IFREG, tarfile.SYMTYPE: stat.S_IFLNK,
         tarfile.CHRTYPE: stat.S_IFCHR, tarfile.BLKTYPE: stat.S_IFBLK, tarfile.FIFOTYPE: stat.S_IFIFO,
         tarfile.GNUTYPE_SPARSE: stat.S_IFREG}
files = {}
with tarfile.open(sys.argv[1], errors='surrogateescape') as archive:
    for m in archive:
        name = m.name.encode('utf-8', 'surrogateescape')
        path = os.path.join(root, name)
        seen.add(os.path.normpath(path))
        s = os.lstat(path)
        def same(what, a, b):
            if a != b: bad.append((name, what, a, b))
        if m.type == tarfile.LNKTYPE:
            target = os.lstat(os.path.join(root, m.linkname.encode('utf-8', 'surrogateescape')))
            same('inode', target.st_ino, s.st_ino)
            continue
        same('first name', files.setdefault(s.st_ino, name) if not m.isdir() else name, name)
        same('type', kinds[m.type], stat.S_IFMT(s.st_mode))
        same('mode', m.mode, stat.S_IMODE(s.st_mode))
        same('owner', (m.uid, m.gid), (s.st_uid, s.st_gid))
        if abs(float(m.mtime) - s.st_mtime_ns / 1e9) > 1e-5: bad.append((name, 'mtime', m.mtime, s.st_mtime_ns))
        if m.issym(): same('target', m.linkname.encode('utf-8', 'surrogateescape'), os.readlink(path))
        if m.ischr() or m.isblk(): same('device', (m.devmajor, m.devminor), (os.major(s.st_rdev), os.minor(s.st_rdev)))
        prefix = 'SCHILY.xattr.'
        found = {k[len(prefix):] for k in m.pax_headers if k.startswith(prefix)}
        same('xattrs', found, set(os.listxattr(path, follow_symlinks=False)))
        for key in found:
            value = m.pax_headers[prefix + key].encode('utf-8', 'surrogateescape')
            same(key, value, os.getxattr(path, key, follow_symlinks=False))
        if m.isreg():
            same('size', m.size, s.st_size)
            with archive.extractfile(m) as mine, open(path, 'rb') as theirs:
                at = 0
                while at < s.st_size:
                    # Whole gibibytes of zeros are no use: a hole of the file is looked at by its ends.
                    try: data = os.lseek(theirs.fileno(), at, os.SEEK_DATA)
                    except OSError: data = s.st_size
                    if data > at + (1 << 22):
                        for probe in (at, data - 65536):
                            mine.seek(probe)
                            same('hole', mine.read(65536).strip(b'\\0'), b'')
                        at = data
                        continue
                    mine.seek(at); theirs.seek(at)
                    if mine.read(1 << 20) != theirs.read(1 << 20): bad.append((name, 'content', at)); break
                    at += 1 << 20
for directory, names, others in os.walk(root):
    for name in names + others:
        path = os.path.normpath(os.path.join(directory, name))
        if path not in seen: bad.append((path, 'missing'))
for line in bad[:40]: print(*line)
print(len(seen), 'names,', len(bad), 'differences')
sys.exit(bool(bad))
";

fn archive_of(tree: &Tree, options: &Options, path: &Path) {
    let archive = tar::lay_out(tree, options);
    assert!(archive.left_out.is_empty(), "{:?}", archive.left_out);
    raw::write(&archive.extents, path, Output::default()).expect("the archive can be written");
}

fn dot_slash() -> Options {
    Options { dot_slash: true, ..Options::default() }
}

/// Unpacks the archive of the tree of everything unusual with `reader` and compares.
#[track_caller]
fn unpacked_by(reader: &str, arguments: &[&str]) -> Report {
    let tree = hostile().directory;
    let scratch = Scratch::new("tar");
    let archive = scratch.join("hostile.tar");
    archive_of(&import::directory(&tree).expect("the tree"), &dot_slash(), &archive);
    let made = scratch.join("made");
    fs::create_dir(&made).expect("mkdir");
    let mut command = program::command(reader);
    // In a locale of its own kind: bsdtar converts names that are UTF-8.
    command.env("LC_ALL", "C.UTF-8").args(arguments).arg("-f").arg(&archive).arg("-C").arg(&made);
    let outcome = program::run(&mut command).ok();
    assert_eq!(outcome.stderr, "", "{outcome}");
    trees(&tree, &made, &[]).expect("both can be read")
}

#[test]
fn gnu_tar_unpacks_everything_unusual() {
    if met("the hostile tree by GNU tar", &[Root, Tool("tar"), Tool("python3")]) {
        let flags = ["-xp", "--numeric-owner", "--xattrs", "--xattrs-include=*", "--acls", "-S"];
        let flags = [&flags[..], &["--warning=no-timestamp"]].concat();
        assert!(unpacked_by("tar", &flags).equal().files > 20_200);
    }
}

#[test]
fn bsdtar_unpacks_everything_unusual() {
    if met("the hostile tree by bsdtar", &[Root, Tool("bsdtar"), Tool("python3")]) {
        let flags = ["-xp", "--numeric-owner", "--xattrs", "--acls", "-S"];
        let mut report = unpacked_by("bsdtar", &flags);
        // It leaves `.` as it finds it, and reads the time -0.876543211 as if it were not negative.
        report.differences.retain(|line| {
            !["the root: mtime", "dates/date-03: mtime is 0 s"]
                .iter()
                .any(|is| line.starts_with(is))
        });
        assert!(report.equal().files > 20_200);
    }
}

#[test]
fn python_reads_everything_unusual() {
    if !met("the hostile tree by tarfile", &[Root, Tool("python3")]) {
        return;
    }
    let tree = hostile().directory;
    let scratch = Scratch::new("tar");
    let archive = scratch.join("hostile.tar");
    archive_of(&import::directory(&tree).expect("the tree"), &dot_slash(), &archive);
    let mut python = program::command("python3");
    let outcome = program::run(python.args(["-c", COMPARE]).arg(&archive).arg(&tree)).ok();
    assert!(outcome.text().contains(" 0 differences"), "{outcome}");
}

fn file(len: u64) -> Node {
    let metadata = Metadata { mode: 0o644, ..Metadata::default() };
    Node { metadata, kind: Kind::Regular(Extents::from_bytes(vec![b'x'; len as usize])) }
}

fn listed(archive: &Path) -> Vec<String> {
    let mut python = program::command("python3");
    let outcome: Outcome = program::run(python.args(["-c", LIST]).arg(archive)).ok();
    outcome.text().lines().map(str::to_owned).collect()
}

#[test]
fn what_a_field_has_no_room_for_is_read_all_the_same() {
    if !met("extended headers by tarfile", &[Tool("python3"), Tool("tar"), Tool("bsdtar")]) {
        return;
    }
    let mut tree = Tree::new();
    let long = format!("{}/{}/{}", "d".repeat(150), "e".repeat(150), "f".repeat(200));
    tree.insert(long.as_bytes(), file(3)).unwrap();
    let split = format!("{}/{}", "g".repeat(150), "h".repeat(100));
    tree.insert(split.as_bytes(), file(1)).unwrap();
    let mut early = file(0);
    early.metadata.mtime = Timestamp { seconds: -86_401, nanoseconds: 500_000_000 };
    (early.metadata.uid, early.metadata.gid) = (4_000_000_000, 2_097_152);
    tree.insert(b"early", early).unwrap();
    let mut late = file(0);
    late.metadata.mtime = Timestamp { seconds: 1 << 33, nanoseconds: 0 };
    (late.metadata.uid, late.metadata.gid) = (2_097_151, 1000);
    let late = tree.insert(b"late", late).unwrap();
    tree.insert_link(long.replace('f', "i").as_bytes(), late).unwrap();
    let device = Device { major: 4_095, minor: 1_048_575 };
    let kind = Kind::CharDevice(device);
    tree.insert(b"device", Node { metadata: Metadata::default(), kind }).unwrap();
    let kind = Kind::Symlink("t".repeat(300).into_bytes().into());
    tree.insert(b"link", Node { metadata: Metadata::default(), kind }).unwrap();
    tree.insert(b"\xff\xfe", file(2)).unwrap();
    tree.insert(b"etc/passwd", {
        let text = format!("root:x:0:0::/:\n{}:x:1000:\nboss:x:0:\n", "n".repeat(40));
        Node { kind: Kind::Regular(Extents::from_bytes(text.clone().into_bytes())), ..file(0) }
    })
    .unwrap();
    tree.insert(b"etc/group", {
        let text = "wheel:x:0:\nstaff:x:1000:\n".to_owned();
        Node { kind: Kind::Regular(Extents::from_bytes(text.into_bytes())), ..file(0) }
    })
    .unwrap();
    let scratch = Scratch::new("tar");
    let archive = scratch.join("fields.tar");
    let owners = OwnerNames::of(&tree).unwrap();
    archive_of(&tree, &Options { owners, ..Options::default() }, &archive);

    let lines = listed(&archive);
    let line = |name: &str| {
        let wanted = format!("b'{name}' ");
        let found = lines.iter().find_map(|line| line.strip_prefix(&wanted));
        found.unwrap_or_else(|| panic!("no {name} in {lines:#?}"))
    };
    assert_eq!(line(&long), "b'0' 0o644 0 0 3 0 b'' root wheel 0 0 b'xxx'");
    assert_eq!(line(&split), "b'0' 0o644 0 0 1 0 b'' root wheel 0 0 b'x'");
    assert_eq!(line("early"), "b'0' 0o644 4000000000 2097152 0 -86400.5 b''   0 0 b''");
    assert_eq!(
        line("late"),
        format!(
            "b'1' 0o644 2097151 1000 0 8589934592.0 b'{}'  staff 0 0 b''",
            long.replace('f', "i")
        )
    );
    assert_eq!(line("device"), "b'3' 0o0 0 0 0 0 b'' root wheel 4095 1048575 b''");
    assert_eq!(line("link"), format!("b'2' 0o0 0 0 0 0 b'{}' root wheel 0 0 b''", "t".repeat(300)));
    assert_eq!(line("\\xff\\xfe"), "b'0' 0o644 0 0 2 0 b'' root wheel 0 0 b'xx'");
    assert_eq!(lines.len(), 14, "{lines:#?}");

    // GNU tar and bsdtar find the same names.
    for reader in ["tar", "bsdtar"] {
        let outcome = run_named(reader, [Path::new("-tf"), &archive]).ok();
        assert_eq!(outcome.text().lines().count(), 14, "{outcome}");
        assert!(outcome.text().contains(&long), "{outcome}");
        assert_eq!(outcome.stderr, "", "{outcome}");
    }

    // What is read back is laid out as it was.
    let read = import::archive(&archive, scratch.path()).unwrap();
    let owners = OwnerNames::of(&read).unwrap();
    let again = tar::lay_out(&read, &Options { owners, ..Options::default() });
    assert!(again.extents.to_vec().unwrap() == fs::read(&archive).unwrap());
}

/// The archive of one file of `len` bytes that are no hole; the bytes themselves are left to the
/// host's file system, as a hole.
#[test]
fn nine_gibibytes_are_listed_by_every_reader() {
    if !met("9 GiB in an archive", &[Tool("python3"), Tool("tar"), Tool("bsdtar")]) {
        return;
    }
    let len = 9 << 30;
    let scratch = Scratch::new("tar");
    let host = File::create_new(scratch.join("host")).unwrap();
    host.set_len(len).unwrap();
    let host = tintype_tree::HostFile::Open { path: "host".into(), file: host };
    let mut tree = Tree::new();
    let content = Extents::from_file(host.into(), 0, len);
    tree.insert(b"large", Node { kind: Kind::Regular(content), ..file(0) }).unwrap();
    tree.insert(b"next", file(5)).unwrap();
    let laid = tar::lay_out(&tree, &Options::default()).extents;
    let path = scratch.join("large.tar");
    let archive = File::create_new(&path).unwrap();
    archive.set_len(laid.len()).unwrap();
    for extent in laid.iter() {
        if let Source::Memory { bytes, offset } = &extent.source {
            let bytes = &bytes[*offset as usize..][..extent.len as usize];
            archive.write_all_at(bytes, extent.start).unwrap();
        }
    }
    let lines = listed(&path);
    assert_eq!(lines[0], format!("b'large' b'0' 0o644 0 0 {len} 0 b'' root root 0 0 b''"));
    assert_eq!(lines[1], "b'next' b'0' 0o644 0 0 5 0 b'' root root 0 0 b'xxxxx'");
    for reader in ["tar", "bsdtar"] {
        let outcome = run_named(reader, [Path::new("-tvf"), &path]).ok();
        assert!(outcome.text().contains(&format!(" {len} ")), "{outcome}");
        assert!(outcome.text().contains("next"), "{outcome}");
    }
}

#[test]
fn sockets_are_named_and_later_times_capped() {
    let mut tree = Tree::new();
    let socket = Node { metadata: Metadata::default(), kind: Kind::Socket };
    tree.insert(b"run/socket", socket).unwrap();
    let mut late = file(0);
    late.metadata.mtime = Timestamp { seconds: 2_000_000_000, nanoseconds: 5 };
    tree.insert(b"run/file", late).unwrap();
    let latest = Timestamp { seconds: 1, nanoseconds: 0 };
    let options = Options { latest: Some(latest), ..Options::default() };
    let archive = tar::lay_out(&tree, &options);
    assert_eq!(archive.left_out, [b"run/socket"]);
    let scratch = Scratch::new("tar");
    raw::write(&archive.extents, &scratch.join("a.tar"), Output::default()).unwrap();
    let read = import::archive(&scratch.join("a.tar"), scratch.path()).unwrap();
    let file = read.lookup(b"run/file").unwrap();
    assert_eq!(read.node(file).metadata.mtime, latest);
    assert_eq!(read.statistics().names, 2);
}
