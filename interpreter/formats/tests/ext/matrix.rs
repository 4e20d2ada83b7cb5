//! Every combination of features, block sizes and inode sizes is clean.

use crate::image::{Image, options};
use crate::trees;
use tintype_formats::ext::{self, Kind, Size};
use tintype_tests::lacking::{Need, met};
use tintype_tree::Tree;

#[track_caller]
fn clean(tree: &Tree, kind: Kind, words: &[&str], size: Option<u64>) {
    let mut options = options(kind, words);
    let least = ext::minimum_size(tree, &options).unwrap_or_else(|e| panic!("{words:?}: {e}"));
    options.size = Size::Exact(size.unwrap_or(least));
    let image = std::panic::catch_unwind(|| {
        let image = Image::new(tree, &options);
        image.is_clean();
    });
    assert!(image.is_ok(), "{} {} {:?}", kind.name(), words.join(" "), options.size);
}

#[test]
fn every_combination_of_features_is_clean() {
    if !met("ext: features", &[Need::Tool("e2fsck")]) {
        return;
    }
    let tree = trees::ordinary();
    let toggled = ["metadata_csum", "64bit", "has_journal", "resize_inode", "flex_bg", "dir_index"];
    for set in 0_u32..1 << toggled.len() {
        let off: Vec<String> = toggled
            .iter()
            .enumerate()
            .filter(|(bit, _)| set >> bit & 1 == 1)
            .map(|(_, feature)| format!("^{feature}"))
            .collect();
        let list = off.join(",");
        clean(&tree, Kind::Ext4, &["-O", &list], Some(24 << 20));
        clean(&tree, Kind::Ext4, &["-O", &list, "-O", "^metadata_csum,uninit_bg"], Some(24 << 20));
        if set % 4 >= 2 {
            clean(&tree, Kind::Ext4, &["-O", &list, "-O", "^extent"], Some(24 << 20));
        }
    }
}

#[test]
fn every_shape_of_tree_in_every_size_of_block_and_inode_is_clean() {
    if !met("ext: block and inode sizes", &[Need::Tool("e2fsck")]) {
        return;
    }
    let mut deep = Tree::new();
    trees::add(&mut deep, &"d/".repeat(60), tintype_tree::Node::directory());
    let shapes = [Tree::new(), trees::ordinary(), deep, trees::crowded(2_000, 255)];
    let kinds: [(Kind, &[&str]); 5] = [
        (Kind::Ext2, &[]),
        (Kind::Ext2, &["-o", "hurd"]),
        (Kind::Ext3, &[]),
        (Kind::Ext4, &[]),
        (Kind::Ext4, &["-O", "^metadata_csum,^64bit"]),
    ];
    for tree in &shapes {
        for block_size in ["1024", "2048", "4096"] {
            for inode_size in ["128", "256"] {
                for (kind, words) in kinds {
                    let words = [&["-b", block_size, "-I", inode_size], words].concat();
                    clean(tree, kind, &words, None);
                }
            }
        }
    }
}

#[test]
fn every_feature_that_can_be_asked_for_is_clean_with_every_block_size() {
    if !met("ext: features asked for", &[Need::Tool("e2fsck")]) {
        return;
    }
    let tree = trees::ordinary();
    for block_size in ["1024", "2048", "4096"] {
        for words in [
            &["-O", "sparse_super2"][..],
            &["-O", "sparse_super2,^resize_inode", "-E", "num_backup_sb=1"],
            &["-O", "sparse_super2,^resize_inode", "-E", "num_backup_sb=0"],
            &["-O", "meta_bg,^resize_inode"],
            &["-O", "meta_bg,^resize_inode,^flex_bg"],
            &["-O", "orphan_file"],
            &["-O", "orphan_file", "-E", "orphan_file_size=100"],
            &["-O", "inline_data"],
            &["-O", "inline_data", "-I", "1024"],
            &["-O", "quota"],
            &["-O", "quota", "-E", "quotatype=grpquota"],
            &["-O", "quota,project,orphan_file"],
            &["-O", "encrypt,verity,stable_inodes"],
            &["-O", "metadata_csum_seed,large_dir"],
            &["-E", "packed_meta_blocks"],
            &["-E", "resize=4g"],
            &["-E", "stride=16,stripe_width=64,test_fs,lazy_itable_init=0"],
            &["-g", "1024"],
            &["-g", "1024", "-G", "32", "-O", "^resize_inode"],
            &["-g", "256", "-O", "^flex_bg"],
        ] {
            let words = [&["-b", block_size], words].concat();
            clean(&tree, Kind::Ext4, &words, None);
            clean(&tree, Kind::Ext4, &words, Some(70 << 20));
        }
    }
}
