//! The trees that the file systems are made from.

use std::collections::BTreeMap;
use std::sync::Arc;
use tintype_tree::{Device, Extents, Kind, Metadata, Node, Source, Timestamp, Tree, Xattrs};

/// A node of root's, mode 0644, of a time with nanoseconds.
pub fn node(kind: Kind) -> Node {
    let mtime = Timestamp { seconds: 1_600_000_000, nanoseconds: 123_456_789 };
    Node { metadata: Metadata { mode: 0o644, mtime, ..Metadata::default() }, kind }
}

pub fn file(content: impl Into<Arc<[u8]>>) -> Node {
    node(Kind::Regular(Extents::from_bytes(content)))
}

pub fn symlink(target: &[u8]) -> Node {
    let mut link = node(Kind::Symlink(target.into()));
    link.metadata.mode = 0o777;
    link
}

#[track_caller]
pub fn add(tree: &mut Tree, path: &str, node: Node) {
    tree.insert(path.as_bytes(), node).unwrap_or_else(|error| panic!("{error}"));
}

pub fn with_xattrs(mut node: Node, xattrs: &[(&str, &[u8])]) -> Node {
    let boxed = |(name, value): &(&str, &[u8])| (Box::from(name.as_bytes()), Box::from(*value));
    let xattrs: Xattrs = xattrs.iter().map(boxed).collect::<BTreeMap<_, _>>();
    node.metadata.xattrs = Some(Box::new(xattrs));
    node
}

/// Bytes that differ from place to place.
pub fn bytes(len: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as u8
    };
    (0..len).map(|_| next()).collect()
}

/// A content of `fragments` pieces of a few bytes each, `stride` bytes apart.
pub fn fragments(fragments: u64, stride: u64) -> Extents {
    let pattern: Arc<[u8]> = bytes(4096, 5).into();
    let mut content = Extents::hole(fragments * stride + 17);
    for fragment in 0..fragments {
        let len = 1 + fragment % 700;
        let source = Source::Memory { bytes: pattern.clone(), offset: fragment % 3000 };
        content.put_source(fragment * stride + fragment % 900, len, source);
    }
    content
}

/// A POSIX access control list as programs see it.
pub fn acl(entries: &[(u16, u16, u32)]) -> Vec<u8> {
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend(tag.to_le_bytes());
        list.extend(permissions.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    list
}

/// A version 2 `security.capability` value: CAP_NET_RAW, effective.
pub fn capability() -> Vec<u8> {
    let words = [0x0200_0001_u32, 1 << 13, 0, 0, 0];
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// What a root file system has, small: every kind of file, some of each.
pub fn ordinary() -> Tree {
    let mut tree = Tree::new();
    let root = tree.root();
    tree.node_mut(root).metadata.mtime = Timestamp { seconds: 1_234_567_890, nanoseconds: 5 };
    for index in 0..120 {
        let path = format!("usr/share/doc/package-{}/file-{index}", index / 7);
        add(&mut tree, &path, file(bytes(index * 97, index as u32)));
    }
    add(&mut tree, "etc/empty", file([]));
    add(&mut tree, "etc/one", file([b'x']));
    add(&mut tree, "usr/lib/large.so", file(bytes(777_777, 9)));
    add(&mut tree, "bin", symlink(b"usr/bin"));
    add(&mut tree, "var/run/socket", node(Kind::Socket));
    add(&mut tree, "var/run/fifo", node(Kind::Fifo));
    add(&mut tree, "dev/null", node(Kind::CharDevice(Device { major: 1, minor: 3 })));
    add(&mut tree, "dev/sda", node(Kind::BlockDevice(Device { major: 8, minor: 0 })));
    add(&mut tree, "dev/far", node(Kind::BlockDevice(Device { major: 259, minor: 70_000 })));
    let mut owned = file(*b"somebody's");
    owned.metadata.mode = 0o4755;
    (owned.metadata.uid, owned.metadata.gid) = (100_000, 4_000_000_000);
    add(&mut tree, "home/somebody/file", owned);
    let linked = tree.lookup(b"usr/lib/large.so").unwrap();
    tree.insert_link(b"usr/lib/large.so.1", linked).unwrap();
    tree.insert_link(b"usr/lib/large.so.1.2", linked).unwrap();
    let socket = tree.lookup(b"var/run/socket").unwrap();
    tree.insert_link(b"var/run/socket2", socket).unwrap();
    tree
}

/// Extended attributes of every sort and size.
pub fn attributes() -> Tree {
    let mut tree = Tree::new();
    let shared: &[(&str, &[u8])] = &[("user.comment", &[b'c'; 300]), ("trusted.t", b"t")];
    for index in 0..1100 {
        add(&mut tree, &format!("shared/{index}"), with_xattrs(file([]), shared));
    }
    let access =
        acl(&[(1, 6, !0), (2, 7, 1000), (4, 4, !0), (8, 5, 70_000), (0x10, 7, !0), (0x20, 4, !0)]);
    let default = acl(&[(1, 7, !0), (4, 5, !0), (0x20, 0, !0)]);
    let mut directory = Node::directory();
    directory.metadata.mode = 0o674;
    add(
        &mut tree,
        "listed",
        with_xattrs(
            directory,
            &[("system.posix_acl_access", &access), ("system.posix_acl_default", &default)],
        ),
    );
    let mut ping = with_xattrs(file(*b"ping"), &[("security.capability", &capability())]);
    ping.metadata.mode = 0o755;
    add(&mut tree, "ping", ping);
    let link = with_xattrs(symlink(b"short"), &[("trusted.of-a-link", &[b'l'; 200])]);
    add(&mut tree, "link", link);
    let long = format!("user.{}", "n".repeat(250));
    add(
        &mut tree,
        "many",
        with_xattrs(
            file(*b"x"),
            &[
                ("user.empty", b""),
                ("user.a", b"1"),
                ("user.zz", b"22"),
                ("user.b", b"333"),
                ("trusted.b", b"4444"),
                ("security.b", b"55555"),
                ("user.h\u{f6}her", b"666666"),
                (&long, &[b'v'; 99]),
            ],
        ),
    );
    add(&mut tree, "big", with_xattrs(file(*b"y"), &[("user.big", &bytes(900, 1))]));
    tree
}

/// What goes wrong elsewhere: large holes, many fragments, far times, long names and links.
pub fn hostile() -> Tree {
    let mut tree = Tree::new();
    let mut sparse = Extents::hole(6 << 30);
    sparse.put_bytes(5, *b"near the start");
    sparse.put_bytes((4 << 30) - 3, *b"across four gibibytes");
    sparse.put_bytes((6 << 30) - 1, *b"!");
    add(&mut tree, "sparse", node(Kind::Regular(sparse)));
    add(&mut tree, "hole", node(Kind::Regular(Extents::hole(5 << 30))));
    add(&mut tree, "fragments", node(Kind::Regular(fragments(3_000, 9_000))));
    for (name, seconds, nanoseconds) in [
        ("1901", i64::from(i32::MIN), 0),
        ("1969", -1, 999_999_999),
        ("1970", 0, 1),
        ("2038", i64::from(i32::MAX) + 1, 500_000_000),
        ("2106", 1 << 32, 7),
        ("2446", i64::from(i32::MAX) + (3 << 32), 999_999_999),
    ] {
        let mut dated = file(name.as_bytes());
        dated.metadata.mtime = Timestamp { seconds, nanoseconds };
        add(&mut tree, &format!("dates/{name}"), dated);
    }
    for len in [1, 59, 60, 61, 1000] {
        add(&mut tree, &format!("links/{len}"), symlink(&vec![b'l'; len]));
    }
    let deep = "deeper/".repeat(60);
    add(&mut tree, &format!("{deep}bottom"), file(*b"bottom"));
    add(&mut tree, &"\u{e4}".repeat(127), file(*b"long name"));
    add(&mut tree, "new\nline \u{fffd} \"quoted\" ", file(*b"odd name"));
    let mut lost = Node::directory();
    lost.metadata.mode = 0o750;
    lost.metadata.uid = 7;
    add(&mut tree, "lost+found", lost);
    add(&mut tree, "lost+found/#123", file(*b"found"));
    tree
}

/// One directory of `count` names of `name_len` bytes, all links to a few files.
pub fn crowded(count: usize, name_len: usize) -> Tree {
    let mut tree = Tree::new();
    let directory = tree.make_directories(b"crowd").unwrap();
    let mut target = tree.add(file([]));
    for index in 0..count {
        if index % 60_000 == 59_999 {
            target = tree.add(file([]));
        }
        tree.link(directory, format!("{index:0name_len$}").as_bytes(), target);
    }
    tree
}
