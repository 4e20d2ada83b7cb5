//! squashfs of ours, read by Linux and by unsquashfs.

use std::fs;
use std::path::{Path, PathBuf};
use tintype_formats::squashfs::{self, Error, Options};
use tintype_formats::{output, raw};
use tintype_tests::compare::{Report, trees};
use tintype_tests::fixture::hostile;
use tintype_tests::lacking::{Need, met};
use tintype_tests::mount::Mounted;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tree::{Device, Extents, Kind, Node, NodeId, Spool, Tree, import};

fn lay_out(tree: &Tree, words: &str, threads: usize, scratch: &Scratch) -> Result<Extents, Error> {
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let options = Options::parse(&words).expect("options");
    let mut spool = Spool::new(scratch.path(), Path::new("test.squashfs")).expect("a spool");
    squashfs::lay_out(tree, &options, &mut spool, threads)
}

fn made(tree: &Tree, words: &str, scratch: &Scratch) -> PathBuf {
    let path = scratch.join("test.squashfs");
    let volume = lay_out(tree, words, 2, scratch).unwrap_or_else(|error| panic!("{error}"));
    raw::write(&volume, &path, output::Options::default()).expect("the image");
    path
}

fn regular(content: Extents) -> Node {
    Node { kind: Kind::Regular(content), ..Node::directory() }
}

/// The hostile tree without what squashfs has no place for, which it says.
fn unusual(scratch: &Scratch) -> Tree {
    let mut tree = import::directory(&hostile().directory).expect("the tree");
    let mut left_out = 0;
    loop {
        match lay_out(&tree, "-comp zstd -Xcompression-level 1", 2, scratch) {
            Ok(_) => break,
            Err(Error::Attribute { path, name }) => {
                let id = tree.lookup(path.as_bytes()).expect("the path that was told");
                let xattrs = tree.node_mut(id).metadata.xattrs.as_mut().expect("attributes");
                xattrs.remove(name.as_bytes()).expect("the attribute that was told");
                assert!(name.starts_with("system.posix_acl_"), "{name}");
            }
            Err(Error::Device { path, .. }) => {
                let id = tree.lookup(path.as_bytes()).expect("the path that was told");
                tree.node_mut(id).kind = Kind::Fifo;
            }
            Err(error) => panic!("{error}"),
        }
        left_out += 1;
        assert!(left_out < 10);
    }
    tree
}

/// Differences but for what the format cannot say: fractions of seconds, times outside of 32 bits, ACLs,
/// holes that are no whole blocks.
fn differences(directory: &Path) -> Report {
    let mut report = trees(&hostile().directory, directory, &[]).expect("both can be read");
    report.differences.retain(|line| {
        let Some((_, times)) = line.split_once(": mtime is ") else {
            let known = ["system.posix_acl_", "devices/wide", "holes are lost"];
            return !known.iter().any(|part| line.contains(part));
        };
        let second = |text: &str| -> Option<i64> { text.split(" s + ").next()?.parse().ok() };
        let (found, wanted) = times.split_once(", not ").expect("two times");
        second(found) != second(wanted).map(|time| time.clamp(0, u32::MAX.into()))
    });
    report
}

#[test]
fn linux_reads_everything_unusual() {
    if !met("a squashfs of the hostile tree by mount", &[Need::Root, Need::LoopMount]) {
        return;
    }
    let scratch = Scratch::new("squashfs");
    let tree = unusual(&scratch);
    for words in ["", "-comp zstd -b 1M", "-b 4K"] {
        let image = made(&tree, words, &scratch);
        let mounted = Mounted::squashfs(&image).unwrap_or_else(|error| panic!("{words}: {error}"));
        assert!(differences(mounted.path()).equal().files > 20_200);
    }
}

#[test]
fn unsquashfs_unpacks_everything_unusual() {
    let needs = [Need::Root, Need::Tool("unsquashfs")];
    if !met("a squashfs of the hostile tree by unsquashfs", &needs) {
        return;
    }
    let scratch = Scratch::new("squashfs");
    let image = made(&unusual(&scratch), "-comp zstd", &scratch);
    let directory = scratch.join("made");
    let mut command = program::command("unsquashfs");
    program::run(command.args(["-no-progress", "-d"]).arg(&directory).arg(&image)).ok();
    assert!(differences(&directory).equal().files > 20_200);
}

#[test]
fn the_bytes_do_not_depend_on_threads() {
    let scratch = Scratch::new("squashfs");
    let tree = import::directory(&program_sources()).expect("the sources of this crate");
    let one = lay_out(&tree, "", 1, &scratch).expect("a volume").to_vec().expect("its bytes");
    for threads in [2, 8] {
        let again = lay_out(&tree, "", threads, &scratch).expect("a volume");
        assert!(again.to_vec().expect("its bytes") == one, "{threads} threads");
    }
}

fn program_sources() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn a_large_file_and_a_full_directory_are_kept() {
    if !met("a large squashfs by mount", &[Need::Root, Need::LoopMount]) {
        return;
    }
    let scratch = Scratch::new("squashfs");
    let mut tree = Tree::new();
    let mut content = Extents::hole(5 << 30);
    content.put_bytes((5 << 30) - 3, *b"end");
    content.put_bytes(1 << 32, *b"across");
    tree.insert(b"large", regular(content)).expect("a file");
    for number in 0..100_000u32 {
        let text = number.to_string().into_bytes();
        let name = format!("full/a-name-that-is-not-short-{number:06}");
        tree.insert(name.as_bytes(), regular(Extents::from_bytes(text))).expect("a file");
    }
    let image = made(&tree, "", &scratch);
    let mounted = Mounted::squashfs(&image).unwrap_or_else(|error| panic!("{error}"));
    let read = |start: u64, len: usize| {
        use std::os::unix::fs::FileExt;
        let mut bytes = vec![1; len];
        let file = fs::File::open(mounted.path().join("large")).expect("the large file");
        let metadata = file.metadata().expect("its length");
        assert_eq!(metadata.len(), 5 << 30);
        assert!(std::os::unix::fs::MetadataExt::blocks(&metadata) * 512 < 1 << 20, "holes");
        file.read_exact_at(&mut bytes, start).expect("its content");
        bytes
    };
    assert_eq!(read((1 << 32) - 1, 8), b"\0across\0");
    assert_eq!(read((5 << 30) - 4, 4), b"\0end");
    let full = mounted.path().join("full");
    assert_eq!(fs::read_dir(&full).expect("the directory").count(), 100_000);
    for number in [0, 1, 255, 256, 65_535, 99_999] {
        let name = full.join(format!("a-name-that-is-not-short-{number:06}"));
        assert_eq!(fs::read_to_string(name).expect("a file"), number.to_string());
    }
}

#[test]
fn an_empty_tree_is_a_file_system() {
    if !met("an empty squashfs by mount", &[Need::Root, Need::LoopMount]) {
        return;
    }
    let scratch = Scratch::new("squashfs");
    let image = made(&Tree::new(), "", &scratch);
    let mounted = Mounted::squashfs(&image).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(fs::read_dir(mounted.path()).expect("the root").count(), 0);
}

#[test]
fn what_cannot_be_said_is_named() {
    let scratch = Scratch::new("squashfs");
    let refused = |name: &[u8], node: Node| {
        let mut tree = Tree::new();
        tree.insert(&[b"some/where/", name].concat(), node).expect("a file");
        lay_out(&tree, "", 1, &scratch).expect_err("it has no place").to_string()
    };
    let node = |kind| Node { kind, ..Node::directory() };
    let said = refused(b"device", node(Kind::CharDevice(Device { major: 4096, minor: 0 })));
    assert!(said.starts_with("/some/where/device: device 4096:0 does not fit"), "{said}");
    let said = refused(b"link", node(Kind::Symlink(vec![b'x'; 4096].into())));
    assert!(said.starts_with("/some/where/link: the link has 4096 bytes"), "{said}");
    let said = refused(&[b'n'; 257], node(Kind::Fifo));
    assert!(said.contains("the name has 257 bytes"), "{said}");
    let mut owned = Tree::new();
    let root: NodeId = owned.root();
    for uid in 0..70_000u32 {
        let mut node = node(Kind::Fifo);
        node.metadata.uid = uid;
        let child = owned.add(node);
        owned.link(root, format!("{uid}").as_bytes(), child);
    }
    let said = lay_out(&owned, "", 1, &scratch).expect_err("too many users").to_string();
    assert!(said.contains("65535"), "{said}");
}
