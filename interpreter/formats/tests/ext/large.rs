//! Much of everything: files, entries, bytes, depth. The longest forms run with `--full`.

use crate::image::{Image, options};
use crate::trees;
use std::fs::File;
use std::process::Command;
use std::sync::Arc;
use tintype_formats::ext::{self, Kind, Options, Size, reader};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::run;
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, HostFile, Kind as NodeKind, NodeId, Tree};

const NEEDS: [Need; 2] = [Need::Tool("e2fsck"), Need::Tool("debugfs")];

/// `count` files of a few bytes, `in_each` to a directory.
fn small_files(count: usize, in_each: usize) -> Tree {
    let mut tree = Tree::new();
    let contents: Vec<Arc<[u8]>> = (1..50).map(|len| vec![len as u8; 13 * len].into()).collect();
    let mut directory = tree.root();
    for index in 0..count {
        if index % in_each == 0 {
            directory =
                tree.make_directories(format!("{:05}", index / in_each).as_bytes()).unwrap();
        }
        let file = tree.add(trees::file(contents[index % contents.len()].clone()));
        tree.link(directory, format!("file-{index:07}.txt").as_bytes(), file);
    }
    tree
}

/// The largest resident set of this process so far, in MiB.
fn peak_mebibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
}

/// Lays the tree out, writes it, has it checked and read back.
#[track_caller]
fn whole(tree: &Tree, options: &Options) -> Image {
    let image = Image::new(tree, options);
    image.is_clean();
    image.read_back(tree, options);
    image
}

#[test]
fn a_hundred_thousand_small_files() {
    if !met("ext: 100,000 files", &NEEDS) {
        return;
    }
    let tree = small_files(100_000, 1000);
    whole(&tree, &options(Kind::Ext4, &["-b", "4096"]));
    if tintype_tests::FULL {
        whole(&tree, &options(Kind::Ext4, &["-b", "4096", "-O", "inline_data"]));
        whole(&small_files(100_000, 100_000), &options(Kind::Ext3, &["-b", "1024"]));
    }
}

/// In the program that a test runs to be alone in it.
const ALONE: &str = "TINTYPE_EXT_ALONE";

/// Memory is that of the tree and of the metadata on disk: less than 1 KiB for each entry.
#[test]
fn a_million_entries_in_less_than_a_gibibyte() {
    if !tintype_tests::FULL || !met("ext: 1,000,000 entries", &NEEDS) {
        return;
    }
    // What is measured is a process: it must be that of this test alone.
    if std::env::var_os(ALONE).is_none() {
        let mut alone = Command::new(std::env::current_exe().unwrap());
        alone.args(["--exact", "large::a_million_entries_in_less_than_a_gibibyte", "--nocapture"]);
        let outcome = run(alone.env(ALONE, "yes")).ok();
        assert!(outcome.text().contains("1 passed"), "{outcome}");
        return;
    }
    let tree = small_files(1_000_000, 20_000);
    let with_tree = peak_mebibytes();
    let options = options(Kind::Ext4, &["-b", "4096"]);
    let extents = ext::lay_out(&tree, &options).unwrap();
    let with_layout = peak_mebibytes();
    eprintln!("tree {with_tree} MiB, with its layout {with_layout} MiB, {} bytes", extents.len());
    assert!(with_layout < 1024, "{with_layout} MiB");
    let image = Image::of_extents(&extents);
    drop(extents);
    image.is_clean();
    image.read_back(&tree, &options);
}

#[test]
fn a_file_of_twenty_gibibytes() {
    if !met("ext: 20 GiB", &NEEDS) {
        return;
    }
    // A host file that is a hole itself: no byte of it is looked at to lay it out.
    let scratch = Scratch::new("twenty-gib");
    let path = scratch.join("host");
    let file =
        File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
    let len = 20 << 30;
    file.set_len(len).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, b"the end", len - 7).unwrap();
    let host = Arc::new(HostFile::Open { path, file });
    let mut tree = Tree::new();
    let content = NodeKind::Regular(Extents::from_file(host, 0, len));
    trees::add(&mut tree, "twenty", trees::node(content));
    for kind in [Kind::Ext4, Kind::Ext2] {
        let options = options(kind, &["-b", "4096"]);
        let extents = ext::lay_out(&tree, &options).unwrap();
        assert!((len..len + (1 << 30)).contains(&extents.len()), "{}", extents.len());
        let ends_well = |extents: &Extents| {
            let read = reader::read(extents).unwrap();
            let twenty = read.tree.lookup(b"twenty").unwrap();
            let NodeKind::Regular(content) = &read.tree.node(twenty).kind else { panic!() };
            let mut end = [0; 10];
            content.read_at(len - 10, &mut end).unwrap();
            assert_eq!((content.len(), &end), (len, b"\0\0\0the end"));
        };
        ends_well(&extents);
        // Written, it takes as much room on the disk.
        if tintype_tests::FULL && kind == Kind::Ext4 {
            let target = scratch.join("image");
            tintype_formats::raw::write(&extents, &target, Default::default()).unwrap();
            ends_well(&crate::image::extents_of(&target));
            let path = target.to_str().unwrap();
            let outcome = tintype_tests::program::run_named("e2fsck", ["-fn", path]);
            assert_eq!(outcome.code(), Some(0), "{outcome}");
        }
    }
}

#[test]
fn file_systems_up_to_sixteen_tebibytes() {
    if !met("ext: 16 TiB", &NEEDS) {
        return;
    }
    let mut tree = trees::ordinary();
    let mut content = Extents::hole(8 << 40);
    content.put_bytes((8 << 40) - 5, *b"ended");
    trees::add(&mut tree, "sparse", trees::node(NodeKind::Regular(content)));
    let sizes: &[u64] = if tintype_tests::FULL { &[1 << 40, 16 << 40] } else { &[1 << 40] };
    for size in sizes {
        for words in [&[][..], &["-O", "^metadata_csum"], &["-O", "meta_bg,^resize_inode"]] {
            let mut options = options(Kind::Ext4, words);
            // As many inodes as a file system for large files has: e2fsck looks at each bitmap.
            options.bytes_per_inode = Some(4 << 20);
            options.size = Size::Exact(*size);
            let extents = ext::lay_out(&tree, &options).unwrap();
            assert_eq!(extents.len(), *size);
            let stored = extents.stored_len() >> 20;
            eprintln!("{} TiB {words:?}: {stored} MiB stored", size >> 40);
            // Descriptors and their backups, and without checksums bitmaps in each group.
            assert!(stored < size >> 26, "{stored} MiB");
            let read = reader::read(&extents).unwrap();
            crate::same::same_trees(&tree, &read.tree, &options);
            if *size == 1 << 40 && (words.is_empty() || tintype_tests::FULL) {
                Image::of_extents(&extents).is_clean();
            }
        }
    }
}

#[test]
fn paths_of_sixty_directories_and_of_thousands_of_bytes() {
    if !met("ext: deep paths", &NEEDS) {
        return;
    }
    let mut tree = Tree::new();
    let mut directory: NodeId = tree.root();
    for depth in 0..60 {
        let child = tree.add(tintype_tree::Node::directory());
        tree.link(directory, &[b'a' + depth % 26; 200], child);
        directory = child;
    }
    let bottom = tree.add(trees::file(*b"bottom"));
    tree.link(directory, b"bottom", bottom);
    whole(&tree, &options(Kind::Ext4, &["-b", "4096"]));
    whole(&tree, &options(Kind::Ext2, &["-b", "1024"]));
}
