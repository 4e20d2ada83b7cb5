//! What the kernel reads from a mounted file system is the tree, whole.

use crate::image::{Image, options};
use crate::trees;
use std::sync::Arc;
use tintype_formats::ext::{self, Kind, Size};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::run_named;
use tintype_tree::{Extents, Kind as NodeKind, Node, Tree};

const NEEDS: [Need; 2] = [Need::Tool("e2fsck"), Need::Tool("debugfs")];

/// Clean and equal, as small as can be and with room to spare.
#[track_caller]
fn kept(tree: &Tree, kind: Kind, words: &[&str], room: &[u64]) {
    let mut options = options(kind, words);
    let least = ext::minimum_size(tree, &options).unwrap_or_else(|error| panic!("{error}"));
    for room in room {
        options.size = Size::Exact(least + room);
        let image = Image::new(tree, &options);
        image.is_clean();
        image.holds(tree, &options);
    }
}

#[test]
fn every_kind_of_file_is_kept() {
    if met("ext: ordinary files", &NEEDS) {
        kept(&trees::ordinary(), Kind::Ext4, &[], &[0, 40 << 20]);
        kept(&trees::ordinary(), Kind::Ext4, &["-O", "^metadata_csum,^64bit"], &[0, 700 << 20]);
        kept(&trees::ordinary(), Kind::Ext3, &["-b", "2048", "-I", "128"], &[0]);
        kept(&trees::ordinary(), Kind::Ext2, &["-E", "root_owner=3:4"], &[0, 100 << 20]);
        kept(&trees::ordinary(), Kind::Ext4, &["-I", "1024", "-b", "4096"], &[0]);
    }
}

#[test]
fn an_empty_tree_is_a_file_system() {
    if met("ext: an empty tree", &NEEDS) {
        for kind in [Kind::Ext2, Kind::Ext3, Kind::Ext4] {
            kept(&Tree::new(), kind, &[], &[0, 1024, 1 << 20, 600 << 20]);
        }
    }
}

#[test]
fn extended_attributes_are_kept() {
    if met("ext: attributes", &NEEDS) {
        kept(&trees::attributes(), Kind::Ext4, &["-b", "4096"], &[0]);
        kept(&trees::attributes(), Kind::Ext4, &["-O", "^metadata_csum"], &[0]);
        kept(&trees::attributes(), Kind::Ext2, &["-b", "2048", "-I", "128"], &[0]);
    }
}

#[test]
fn the_hostile_tree_is_kept() {
    if met("ext: the hostile tree", &NEEDS) {
        kept(&trees::hostile(), Kind::Ext4, &[], &[0, 1 << 30]);
        kept(&trees::hostile(), Kind::Ext4, &["-O", "^metadata_csum,^64bit", "-b", "1024"], &[0]);
        kept(&trees::hostile(), Kind::Ext3, &["-b", "4096"], &[0]);
        kept(&trees::hostile(), Kind::Ext2, &["-b", "1024"], &[0]);
    }
}

#[test]
fn a_file_larger_than_groups_and_extents_is_kept() {
    if met("ext: a large file", &NEEDS) {
        // With blocks of 1 KiB, groups without a backup follow each other for longer than an extent
        // can be, and a file of this length meets several backups as well.
        let piece: Arc<[u8]> = trees::bytes(1 << 20, 8).into();
        let mut content = Extents::hole((150 << 20) + 1);
        for start in (0..150 << 20).step_by(1 << 20) {
            content.put_bytes(start, piece.clone());
        }
        let mut tree = Tree::new();
        trees::add(&mut tree, "a", trees::file(*b"before"));
        trees::add(&mut tree, "large", trees::node(NodeKind::Regular(content)));
        trees::add(&mut tree, "z", trees::file(*b"after"));
        kept(&tree, Kind::Ext4, &["-b", "1024"], &[0]);
        kept(&tree, Kind::Ext3, &["-b", "2048", "-O", "^sparse_super,^resize_inode"], &[0]);
    }
}

#[test]
fn a_directory_of_the_host_is_kept() {
    if met("ext: a host directory", &NEEDS) {
        let source = tintype_tests::fixture::workspace().join("interpreter");
        let tree = tintype_tree::import::directory(&source).unwrap();
        kept(&tree, Kind::Ext4, &[], &[0]);
    }
}

#[test]
fn many_fragments_take_a_deep_tree() {
    if met("ext: fragments", &NEEDS) {
        let mut tree = Tree::new();
        let count = if tintype_tests::FULL { 100_000 } else { 20_000 };
        let content = trees::fragments(count, 2_600);
        trees::add(&mut tree, "fragments", trees::node(NodeKind::Regular(content)));
        kept(&tree, Kind::Ext4, &["-b", "1024"], &[0]);
        kept(&tree, Kind::Ext4, &["-b", "1024", "-O", "^metadata_csum"], &[0]);
        kept(&tree, Kind::Ext2, &["-b", "1024"], &[0]);
    }
}

#[test]
fn block_maps_reach_the_triple_table() {
    if met("ext: block maps", &NEEDS) {
        let mut content = Extents::hole(16 << 30);
        // The last direct block, each kind of table's first and last, the last possible block.
        let n = 256_u64;
        for block in [0, 11, 12, 12 + n - 1, 12 + n, 12 + n + n * n - 1, 12 + n + n * n, 16_000_000]
        {
            content.put_bytes(block * 1024 + 100, block.to_le_bytes());
        }
        let mut tree = Tree::new();
        trees::add(&mut tree, "file", trees::node(NodeKind::Regular(content)));
        kept(&tree, Kind::Ext2, &["-b", "1024"], &[0]);
    }
}

#[test]
fn large_directories_are_indexed_and_found_by_name() {
    if met("ext: large directories", &NEEDS) {
        let shapes = [
            (10_000, 255, &["-b", "4096"][..], 2),
            (2_000, 255, &["-b", "1024", "-O", "^metadata_csum,^64bit"], 2),
            (300, 20, &["-b", "4096", "-O", "^filetype"], 1),
            (20_000, 255, &["-O", "^metadata_csum,^64bit", "-b", "4096"], 2),
            (20_000, 255, &["-b", "1024"], 2),
            (100_000, 16, &["-b", "4096"], 2),
            (40_000, 250, &["-b", "1024", "-O", "large_dir"], 2),
        ];
        let some = if tintype_tests::FULL { shapes.len() } else { 3 };
        for (count, name_len, words, levels) in shapes.into_iter().take(some) {
            let tree = trees::crowded(count, name_len);
            let options = options(Kind::Ext4, words);
            let image = Image::new(&tree, &options);
            image.is_clean();
            image.holds(&tree, &options);
            let dump =
                run_named("debugfs", ["-R", "htree_dump /crowd", image.path().to_str().unwrap()]);
            let dump = dump.text();
            let told = dump.lines().find_map(|line| line.trim().strip_prefix("Indirect levels: "));
            assert_eq!(told, Some((levels - 1).to_string().as_str()), "{count} x {name_len}");
        }
    }
}

#[test]
fn names_without_room_in_an_index_are_kept_in_a_plain_directory() {
    if met("ext: a full index", &NEEDS) {
        let tree = trees::crowded(60_000, 255);
        let options = options(Kind::Ext4, &["-b", "1024"]);
        let image = Image::new(&tree, &options);
        image.is_clean();
        image.read_back(&tree, &options);
        if tintype_tests::FULL {
            image.holds(&tree, &options);
            kept(&tree, Kind::Ext4, &["-b", "1024", "-O", "large_dir"], &[0]);
        }
    }
}

#[test]
fn more_subdirectories_than_links_can_count() {
    if met("ext: subdirectories", &[Need::Tool("e2fsck")]) {
        let mut tree = Tree::new();
        let many = tree.make_directories(b"many").unwrap();
        for index in 0..65_100 {
            let child = tree.add(Node::directory());
            tree.link(many, format!("{index}").as_bytes(), child);
        }
        let image = Image::new(&tree, &options(Kind::Ext4, &["-b", "1024"]));
        image.is_clean();
    }
}
