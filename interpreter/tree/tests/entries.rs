//! What single entries mean, in archives made by hand: names, links, owners, fields.

mod writer;

use tintype_tree::import::Owners;
use tintype_tree::{Device, Kind, Timestamp, Tree};
use writer::{Archive, Header, bytes, fault, import_as, node};

/// The tree in the archive: the same, plain and compressed.
fn import(archive: &mut Archive) -> Tree {
    let bytes = archive.end();
    let tree = import_as(&bytes, Owners::ByNumber).unwrap_or_else(|error| panic!("{error}"));
    let packed = zstd::encode_all(&bytes[..], 1).unwrap();
    let spooled = import_as(&packed, Owners::ByNumber).unwrap_or_else(|error| panic!("{error}"));
    let list = |tree: &Tree| {
        let mut names = Vec::new();
        let walked = tree.walk(|path, id| {
            names.push((path.to_vec(), id, tree.node(id).metadata.clone()));
            Ok::<(), ()>(())
        });
        walked.map(|()| names)
    };
    assert_eq!(list(&tree), list(&spooled));
    tree
}

#[test]
fn the_last_entry_of_a_name_counts() {
    let tree = import(Archive::default().file("a", "one").file("b", "").file("./a", "two"));
    assert_eq!(bytes(&tree, "a"), b"two");
    let tree = import(Archive::default().symlink("a", "b").directory("a/").file("a/x", ""));
    assert!(node(&tree, "a").is_directory());
    let tree = import(Archive::default().directory("a").file("a", "file"));
    assert_eq!(bytes(&tree, "a"), b"file");
    assert_eq!(
        fault(Archive::default().file("a/b", "").symlink("a", "c")),
        "made.tar: a: a symbolic link cannot replace a directory that has entries (at byte 512)"
    );
}

#[test]
fn directories_may_come_after_what_is_in_them() {
    let tree = import(Archive::default().file("a/b/c", "x").directory("a/b").directory("./"));
    assert_eq!(node(&tree, "a").metadata.mode, 0o755);
    assert_eq!(node(&tree, "a/b").metadata.mode, 0o644);
    let root = &tree.node(tree.root()).metadata;
    assert_eq!((root.mode, root.uid, root.gid, root.mtime.seconds), (0o644, 1, 2, 1000));
}

#[test]
fn names_lead_to_the_same_whatever_stands_before_them() {
    let tree = import(
        Archive::default().file("/a", "1").file("././b", "2").file("c//./d", "3").directory("e/"),
    );
    for (path, text) in [("a", "1"), ("b", "2"), ("c/d", "3")] {
        assert_eq!(bytes(&tree, path), text.as_bytes());
    }
    assert_eq!(tree.statistics().names, 5);
    // V7 has no type for directories: a slash tells.
    let mut v7 = Header::new(b"old/", 0, 0);
    v7.put(257, &[0; 8]);
    assert!(node(&import(Archive::default().add(&v7, b"")), "old").is_directory());
}

#[test]
fn a_name_that_leaves_the_tree_is_an_error() {
    for name in ["..", "../a", "a/../../b", "/a/..", "a/.."] {
        assert_eq!(
            fault(Archive::default().file("x", "1").file(name, "")),
            format!("made.tar: {name}: `..` in the name would lead out of the tree (at byte 1024)")
        );
    }
    assert!(fault(Archive::default().hard_link("a", "../b")).contains("lead out of the tree"));
    assert!(
        fault(Archive::default().extended(b'x', &[("path", b"a\0b")]).file("a", ""))
            .contains("NUL byte")
    );
    assert!(fault(Archive::default().file("", "")).contains("without a name"));
    assert!(fault(Archive::default().file("./", "").symlink(".", "a")).contains("root"));
}

#[test]
fn a_path_through_a_symbolic_link_follows_it_inside_the_tree() {
    let tree = import(
        Archive::default()
            .symlink("up", "../../..")
            .symlink("lib", "usr/lib")
            .file("up/etc/passwd", "inside")
            .file("lib/x", "x")
            .hard_link("y", "lib/x"),
    );
    assert_eq!(bytes(&tree, "etc/passwd"), b"inside");
    assert_eq!(bytes(&tree, "usr/lib/x"), b"x");
    assert_eq!(tree.lookup(b"y"), tree.lookup(b"usr/lib/x"));
    assert!(fault(Archive::default().symlink("a", "a").file("a/b", "")).contains("no directory"));
    assert!(fault(Archive::default().file("a", "").file("a/b", "")).contains("no directory"));
}

#[test]
fn hard_links_may_come_before_their_file() {
    let tree = import(
        Archive::default()
            .hard_link("c", "b")
            .hard_link("b", "./a")
            .hard_link("d/e", "/a")
            .file("a", "text")
            .hard_link("z", "c"),
    );
    let id = tree.lookup(b"a");
    for path in ["b", "c", "d/e", "z"] {
        assert_eq!(tree.lookup(path.as_bytes()), id, "{path}");
    }
    assert_eq!(tree.link_counts()[id.unwrap().index()], 5);
    // An entry after the link takes its name.
    let tree = import(Archive::default().hard_link("b", "a").file("b", "own").file("a", "other"));
    assert_eq!(bytes(&tree, "b"), b"own");
    // A link keeps the file that had the name when the link came.
    let tree = import(Archive::default().file("a", "1").hard_link("b", "a").file("a", "2"));
    assert_eq!((bytes(&tree, "a"), bytes(&tree, "b")), (b"2".to_vec(), b"1".to_vec()));
}

#[test]
fn a_hard_link_to_nothing_or_to_a_directory_is_an_error() {
    assert_eq!(
        fault(Archive::default().file("x", "1").hard_link("a", "no/such")),
        "made.tar: a: a hard link to no/such, which is not in the archive (at byte 1024)"
    );
    for archive in [
        Archive::default().hard_link("a", "b").hard_link("b", "a"),
        Archive::default().hard_link("a", "a"),
    ] {
        assert!(fault(archive).contains("is not in the archive"));
    }
    for archive in [
        Archive::default().directory("d").hard_link("a", "d"),
        Archive::default().hard_link("a", "d").directory("d"),
        Archive::default().hard_link("a", "."),
    ] {
        assert!(fault(archive).contains("which is a directory"));
    }
}

#[test]
fn devices_keep_their_numbers() {
    let mut disk = Header::new(b"disk", b'4', 0);
    disk.put(329, b"0000403\0").put(337, b"0001750\0");
    let mut console = Header::new(b"console", b'3', 0);
    console.put(329, &[0x80, 0, 0, 0, 0, 1, 0, 0]).put(337, b"0000001\0");
    let tree = import(Archive::default().add(&disk, b"").add(&console, b""));
    let Kind::BlockDevice(device) = node(&tree, "disk").kind else { panic!() };
    assert_eq!(device, Device { major: 259, minor: 1000 });
    let Kind::CharDevice(device) = node(&tree, "console").kind else { panic!() };
    assert_eq!(device, Device { major: 65536, minor: 1 });
}

#[test]
fn numbers_may_be_binary_and_below_zero() {
    let mut header = Header::new(b"a", b'0', 0);
    header.put(136, &[0xff; 12]).put(108, &[0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe]);
    header.put(124, &[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    let tree = import(Archive::default().add(&header, b"abc"));
    let metadata = &node(&tree, "a").metadata;
    assert_eq!(metadata.mtime, Timestamp { seconds: -1, nanoseconds: 0 });
    assert_eq!(metadata.uid, u32::MAX - 1);
    assert_eq!(bytes(&tree, "a"), b"abc");
    header.put(108, &[0x80, 0, 0, 1, 0, 0, 0, 0]);
    assert!(
        fault(Archive::default().add(&header, b"abc")).contains("uid 4294967296 is out of range")
    );
    header.put(108, b"12x4567\0");
    assert!(fault(Archive::default().add(&header, b"abc")).contains("uid is not a number"));
}

#[test]
fn a_checksum_of_signed_bytes_is_right_too() {
    let header = Header::new(b"\xe4\xf6\xfc", b'0', 0);
    let mut block = header.block();
    block[148..156].fill(b' ');
    let sum: i32 = block.iter().map(|byte| i32::from(*byte as i8)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let tree = import(Archive::default().blocks(&block));
    assert!(tree.lookup(b"\xe4\xf6\xfc").is_some());
    block[148..156].copy_from_slice(format!("{:06o}\0 ", sum + 1).as_bytes());
    assert!(fault(Archive::default().blocks(&block)).contains("damaged header: its checksum is"));
}

#[test]
fn extended_headers_go_before_the_fields() {
    let tree = import(
        Archive::default()
            .extended(b'g', &[("uid", b"77"), ("gid", b"88"), ("hdrcharset", b"BINARY")])
            .extended(
                b'x',
                &[
                    ("path", b"long/\xff"),
                    ("uid", b"3000000000"),
                    ("mtime", b"-1.25"),
                    ("size", b"4"),
                    ("LIBARCHIVE.xattr.user.%C3%A4", b"AP8"),
                    ("SCHILY.xattr.user.x", b"\0\n=\xff"),
                ],
            )
            .add(&Header::new(b"short", b'0', 0), b"four")
            .symlink("after", "short"),
    );
    let file = tree.lookup(b"long/\xff").unwrap();
    let metadata = &tree.node(file).metadata;
    assert_eq!((metadata.uid, metadata.gid), (3_000_000_000, 88));
    assert_eq!(metadata.mtime, Timestamp { seconds: -2, nanoseconds: 750_000_000 });
    let xattrs = metadata.xattrs.as_ref().unwrap();
    assert_eq!(xattrs["user.ä".as_bytes()][..], [0, 0xff]);
    assert_eq!(xattrs[&b"user.x"[..]][..], *b"\0\n=\xff");
    let after = &node(&tree, "after").metadata;
    assert_eq!((after.uid, after.gid, &after.xattrs), (77, 88, &None));
}

#[test]
fn prefixes_are_as_long_as_the_dialect_says() {
    let mut header = Header::new(b"name", b'0', 0);
    header.put(345, &[b'p'; 155]);
    let tree = import(Archive::default().add(&header, b""));
    assert!(tree.lookup(&[&[b'p'; 155][..], b"/name"].concat()).is_some());
    let mut star = Header::new(b"name", b'0', 0);
    star.put(345, b"prefix").put(476, b"00000001750 00000001750 ").put(508, b"tar\0");
    assert!(import(Archive::default().add(&star, b"")).lookup(b"prefix/name").is_some());
    // GNU tar keeps times there, and no prefix.
    let mut gnu = Header::new(b"name", b'0', 0);
    gnu.gnu().put(345, b"00000001750\0");
    assert!(import(Archive::default().add(&gnu, b"")).lookup(b"name").is_some());
}

#[test]
fn owners_by_name_are_those_of_the_archive_s_own_accounts() {
    let mut known = Header::new(b"known", b'0', 0);
    known.owners(b"alice", b"staff");
    let mut unknown = Header::new(b"unknown", b'0', 0);
    unknown.owners(b"bob", b"");
    let mut archive = Archive::default();
    archive
        .add(&known, b"")
        .add(&unknown, b"")
        .symlink("etc/passwd", "../usr/passwd")
        .file("usr/passwd", "broken\nroot:x:0:0::/:\nalice:x:1234:5::/:/bin/sh\nalice:x:9:9::\n")
        .file("etc/group", "staff:x:4321:alice\n");
    let owner = |tree: &Tree, path: &str| {
        let metadata = &node(tree, path).metadata;
        (metadata.uid, metadata.gid)
    };
    for bytes in [archive.end(), zstd::encode_all(&archive.end()[..], 1).unwrap()] {
        let tree = import_as(&bytes, Owners::ByName).unwrap();
        assert_eq!(owner(&tree, "known"), (1234, 4321));
        assert_eq!(owner(&tree, "unknown"), (1, 2));
        let tree = import_as(&bytes, Owners::ByNumber).unwrap();
        assert_eq!(owner(&tree, "known"), (1, 2));
    }
}

#[test]
fn names_in_access_control_lists_are_those_of_the_archive_s_own_accounts() {
    let list = b"user::rw-\nuser:alice:r--\ngroup::r--\nmask::r--\nother::---\n";
    let mut archive = Archive::default();
    archive
        .extended(b'x', &[("SCHILY.acl.access", list)])
        .file("file", "")
        .file("etc/passwd", "alice:x:258:5::/:/bin/sh\n");
    let tree = import(&mut archive);
    let metadata = &node(&tree, "file").metadata;
    let value = &metadata.xattrs.as_ref().unwrap()[&b"system.posix_acl_access"[..]];
    let entry = |tag: u16, permissions: u16, id: u32| {
        [&tag.to_le_bytes()[..], &permissions.to_le_bytes(), &id.to_le_bytes()].concat()
    };
    let expected = [
        2u32.to_le_bytes().to_vec(),
        entry(0x01, 6, u32::MAX),
        entry(0x02, 4, 258),
        entry(0x04, 4, u32::MAX),
        entry(0x10, 4, u32::MAX),
        entry(0x20, 0, u32::MAX),
    ];
    assert_eq!(value[..], expected.concat());
    assert_eq!(metadata.mode, 0o640);
    let mut stranger = Archive::default();
    stranger.extended(b'x', &[("SCHILY.acl.access", b"user:eve:r--")]).file("file", "");
    assert!(fault(&mut stranger).contains("file: access control list: `user:eve:r--`"));
}

#[test]
fn what_is_not_known_is_an_error_that_names_the_entry() {
    assert_eq!(
        fault(Archive::default().add(&Header::new(b"part", b'M', 0), b"")),
        "made.tar: part: an entry of type 'M' cannot be imported (at byte 0)"
    );
    assert!(fault(Archive::default().symlink("a", "")).contains("a symbolic link to nothing"));
    // A volume's name is no entry; the list in a directory of an incremental archive is none either.
    let mut label = Header::new(b"volume", b'V', 0);
    let mut incremental = Header::new(b"d/", b'D', 5);
    let tree = import(
        Archive::default().add(label.gnu(), b"").add(incremental.gnu(), b"Yabc\0").file("a", "1"),
    );
    assert_eq!(tree.statistics().names, 2);
}
