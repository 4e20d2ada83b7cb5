//! Random trees in random file systems come back whole: through our own reader, through debugfs, and
//! through the kernel.

use crate::image::{Image, options};
use crate::trees;
use std::sync::Arc;
use tintype_formats::ext::{self, Error, Kind, Options, Size};
use tintype_tests::lacking::{Need, met};
use tintype_tree::{Device, Extents, HostFile, Kind as NodeKind, Node, NodeId, Timestamp, Tree};

/// How many trees: each with options of its own.
const SEEDS: u64 = if tintype_tests::FULL { 1000 } else { 60 };

/// Numbers that look random and are the same at every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True once in `times`.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// What the options allow a tree to have.
struct Limits {
    block_size: u64,
    /// Whether inodes have room for epochs.
    wide_times: bool,
    xattrs: bool,
}

fn random_options(dice: &mut Dice) -> (Vec<String>, Kind) {
    let kind = dice.pick(&[Kind::Ext2, Kind::Ext3, Kind::Ext4, Kind::Ext4, Kind::Ext4]);
    let block_size = dice.pick(&[1024, 2048, 4096]);
    let inode_size = dice.pick(&[128, 256, 256, 512, 1024]).min(block_size);
    let mut words = vec![format!("-b{block_size}"), format!("-I{inode_size}")];
    let mut features = Vec::new();
    for feature in [
        "^has_journal",
        "^resize_inode",
        "^dir_index",
        "^filetype",
        "^large_file",
        "^huge_file",
        "^flex_bg",
        "^64bit",
        "^metadata_csum",
        "uninit_bg",
        "large_dir",
        "metadata_csum_seed",
        "sparse_super2",
        "meta_bg",
        "orphan_file",
        "inline_data",
        "quota",
        "project",
        "^sparse_super",
        "^extent",
        "verity",
    ] {
        if dice.once_in(5) {
            features.push(feature);
        }
    }
    // Those that need each other, or exclude each other.
    let has = |name: &str| features.contains(&name);
    let extra: Vec<&str> = [
        (has("^extent"), "^64bit,^verity"),
        (has("verity") && kind != Kind::Ext4, "^verity"),
        (has("metadata_csum_seed") || has("large_dir"), "metadata_csum,^uninit_bg,dir_index"),
        (has("meta_bg") || has("^sparse_super"), "^resize_inode"),
        (has("orphan_file"), "has_journal"),
        (inode_size == 128, "^inline_data,^project"),
    ]
    .into_iter()
    .filter_map(|(given, list)| given.then_some(list))
    .collect();
    words.push("-O".into());
    words.push(features.into_iter().chain(extra).collect::<Vec<_>>().join(","));
    if dice.once_in(4) {
        words.push(format!("-g{}", dice.pick(&[256, 1024, 4096, 8192])));
    }
    if dice.once_in(4) {
        words.push(format!("-m{}", dice.below(51)));
    }
    if dice.once_in(4) {
        words.push(format!("-N{}", 1000 + dice.below(5000)));
    }
    if dice.once_in(4) {
        words.push("-Eroot_owner=12:34567".into());
    }
    (words, kind)
}

fn random_name(dice: &mut Dice) -> Vec<u8> {
    let len = match dice.below(4) {
        0 => 1 + dice.below(255),
        _ => 1 + dice.below(20),
    };
    let any = dice.once_in(3);
    let name: Vec<u8> = (0..len)
        .map(|_| match any {
            true => dice.next() as u8,
            false => b'a' + dice.below(26) as u8,
        })
        .map(|byte| if matches!(byte, 0 | b'/') { b'_' } else { byte })
        .collect();
    if matches!(&name[..], b"." | b"..") { b"dots".to_vec() } else { name }
}

fn random_content(dice: &mut Dice, host: &Arc<HostFile>, host_len: u64) -> Extents {
    let mut content = Extents::hole(0);
    if dice.once_in(8) {
        return content;
    }
    let pieces = if dice.once_in(10) { dice.below(400) } else { 1 + dice.below(3) };
    for _ in 0..pieces {
        let at = content.len();
        let at = match dice.below(3) {
            0 => at,
            1 => at + dice.below(30_000),
            _ => (at + dice.below(3) * 4096).next_multiple_of(1024),
        };
        if dice.once_in(3) {
            let len = 1 + dice.below(60_000);
            let offset = dice.below(host_len - len);
            content.put(at, &Extents::from_file(host.clone(), offset, len));
        } else {
            let len = 1 + dice.below(if pieces > 10 { 900 } else { 9_000 });
            content.put_bytes(at, trees::bytes(len as usize, dice.next() as u32));
        }
    }
    if dice.once_in(4) {
        let len = content.len() + dice.below(100_000);
        content.grow(len);
    }
    if dice.once_in(30) {
        content.grow(5 << 30);
    }
    content
}

fn random_kind(dice: &mut Dice, limits: &Limits, host: &Arc<HostFile>, host_len: u64) -> NodeKind {
    match dice.below(12) {
        0 => {
            let longest = if dice.once_in(2) { 80 } else { limits.block_size - 1 };
            let len = 1 + dice.below(longest);
            NodeKind::Symlink((0..len).map(|_| b'a' + dice.below(26) as u8).collect())
        }
        1 => {
            let wide = dice.once_in(2);
            let (majors, minors) = if wide { (1 << 12, 1 << 20) } else { (1 << 8, 1 << 8) };
            let major = 1 + dice.below(majors - 1) as u32;
            let device = Device { major, minor: dice.below(minors) as u32 };
            if dice.once_in(2) {
                NodeKind::CharDevice(device)
            } else {
                NodeKind::BlockDevice(device)
            }
        }
        2 => NodeKind::Fifo,
        3 => NodeKind::Socket,
        _ => NodeKind::Regular(random_content(dice, host, host_len)),
    }
}

fn random_metadata(dice: &mut Dice, limits: &Limits, mut node: Node) -> Node {
    let id = |dice: &mut Dice| match dice.below(4) {
        0 => dice.next() as u32,
        1 => dice.below(70_000) as u32,
        _ => dice.below(3) as u32,
    };
    let latest = i64::from(i32::MAX) + if limits.wide_times { 3 << 32 } else { 0 };
    let span = (latest - i64::from(i32::MIN) + 1) as u64;
    let mut seconds = i64::from(i32::MIN) + dice.below(span) as i64;
    // What lies before 1970 and an old kernel wrote badly looks like the years 2310 to 2378 (epoch 3,
    // negative seconds): e2fsck asks about them.
    if ((3 << 32) + i64::from(i32::MIN)..3 << 32).contains(&seconds) {
        seconds = (seconds as i32).into();
    }
    node.metadata.mode = dice.below(0o10000) as u16;
    node.metadata.uid = id(dice);
    node.metadata.gid = id(dice);
    let nanoseconds = dice.below(1_000_000_000) as u32;
    node.metadata.mtime = Timestamp { seconds, nanoseconds };
    let with_attributes = limits.xattrs && dice.once_in(5);
    let special = !matches!(node.kind, NodeKind::Regular(_) | NodeKind::Directory(_));
    if !with_attributes || special {
        return node;
    }
    let mut xattrs = tintype_tree::Xattrs::new();
    let mut room = 600;
    for _ in 0..1 + dice.below(4) {
        let prefix = dice.pick(&[&b"user."[..], b"trusted.", b"security."]);
        let name: Vec<u8> = (0..1 + dice.below(30)).map(|_| b'a' + dice.below(26) as u8).collect();
        let value = trees::bytes(dice.below(room) as usize, dice.next() as u32);
        room -= (value.len() as u64).min(room - 1);
        xattrs.insert([prefix, &name].concat().into(), value.into());
    }
    if dice.once_in(3) {
        let list = trees::acl(&[
            (1, 6, !0),
            (2, 7, dice.below(9000) as u32),
            (4, 4, !0),
            (16, 7, !0),
            (32, 4, !0),
        ]);
        xattrs.insert(b"system.posix_acl_access"[..].into(), list.into());
    }
    node.metadata.xattrs = Some(Box::new(xattrs));
    node
}

fn random_tree(dice: &mut Dice, limits: &Limits, host: &Arc<HostFile>, host_len: u64) -> Tree {
    let mut tree = Tree::new();
    let root = random_metadata(dice, limits, Node::directory());
    let id = tree.root();
    tree.node_mut(id).metadata = root.metadata;
    let mut directories = vec![tree.root()];
    let mut files: Vec<NodeId> = Vec::new();
    let count = dice.pick(&[0, 3, 40, 40, 150, 400]);
    for _ in 0..count {
        let crowded = directories.len() > 1 && dice.once_in(2);
        let parent = if crowded { directories[1] } else { dice.pick(&directories) };
        let name = random_name(dice);
        if tree.entry(parent, &name).is_some() {
            continue;
        }
        let child = match dice.below(10) {
            0 | 1 => {
                let directory = random_metadata(dice, limits, Node::directory());
                let id = tree.add(directory);
                directories.push(id);
                id
            }
            2 if !files.is_empty() => dice.pick(&files),
            _ => {
                let kind = random_kind(dice, limits, host, host_len);
                let id = tree.add(random_metadata(dice, limits, trees::node(kind)));
                files.push(id);
                id
            }
        };
        tree.link(parent, &name, child);
    }
    if dice.once_in(4) {
        let lost = random_metadata(dice, limits, Node::directory());
        let lost = tree.add(lost);
        let root = tree.root();
        tree.link(root, b"lost+found", lost);
    }
    tree
}

/// A tree and the options for it. What goes wrong names the seed.
#[track_caller]
fn random(seed: u64, host: &Arc<HostFile>, host_len: u64) -> (Tree, Options, String) {
    let mut dice = Dice::new(seed);
    let (words, kind) = random_options(&mut dice);
    let named = format!("seed {seed}: {} {}", kind.name(), words.join(" "));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut options = options(kind, &words);
    let limits = Limits {
        block_size: options.block_size.unwrap_or(4096).into(),
        wide_times: options.inode_size != Some(128),
        xattrs: options.features.has(ext::EXT_ATTR),
    };
    let tree = random_tree(&mut dice, &limits, host, host_len);
    let least = match ext::minimum_size(&tree, &options) {
        // A file with a large hole may not be possible in blocks so small.
        Err(Error::FileTooLarge { .. } | Error::FeatureNeeded { .. }) => {
            options.features = ext::Features::of_kind(Kind::Ext4);
            ext::minimum_size(&tree, &options).unwrap_or_else(|error| panic!("{named}: {error}"))
        }
        least => least.unwrap_or_else(|error| panic!("{named}: {error}")),
    };
    options.size = match dice.below(3) {
        0 => Size::Minimum,
        1 => Size::Exact(least + dice.below(1 << 20)),
        _ => Size::Exact(least + dice.below(300 << 20)),
    };
    if let Size::Exact(bytes) = options.size
        && let Err(Error::TooSmall { needed, .. }) = ext::lay_out(&tree, &options)
    {
        // Where a further group begins, a little more is less.
        assert!(needed > bytes, "{named}");
        options.size = Size::Exact(needed);
    }
    (tree, options, named)
}

#[test]
fn random_trees_come_back_whole() {
    if !met("ext: random trees", &[Need::Tool("e2fsck"), Need::Tool("debugfs")]) {
        return;
    }
    let scratch = tintype_tests::scratch::Scratch::new("random");
    let path = scratch.join("host");
    std::fs::write(&path, trees::bytes(200_000, 77)).unwrap();
    let file = std::fs::File::open(&path).unwrap();
    let host = Arc::new(HostFile::Open { path, file });
    for seed in 0..SEEDS {
        let (tree, options, named) = random(seed, &host, 200_000);
        eprintln!("{named}");
        let image = Image::new(&tree, &options);
        image.is_clean();
        image.read_back(&tree, &options);
        if seed % 4 == 0 {
            crate::debugfs::holds(image.path(), &tree, &options);
        } else {
            image.holds(&tree, &options);
        }
    }
}
