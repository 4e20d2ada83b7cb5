//! The smallest size is exact, and what does not fit says what would.

use crate::image::{Image, options};
use crate::trees;
use tintype_formats::ext::{self, Error, Kind, Size};
use tintype_tests::lacking::{Need, met};
use tintype_tree::{Extents, Kind as NodeKind, Tree};

#[test]
fn the_smallest_size_fits_and_one_block_less_does_not() {
    if !met("ext: smallest sizes", &[Need::Tool("e2fsck")]) {
        return;
    }
    let mut large = trees::ordinary();
    let filling = Extents::from_bytes(trees::bytes(30 << 20, 3));
    trees::add(&mut large, "filling", trees::node(NodeKind::Regular(filling)));
    let mut many = Tree::new();
    for index in 0..9_000 {
        trees::add(&mut many, &format!("{}/{index}", index / 100), trees::file([]));
    }
    let words: [&[&str]; 8] = [
        &[],
        &["-O", "^metadata_csum,^64bit"],
        &["-b", "4096"],
        &["-b", "1024", "-O", "^resize_inode"],
        &["-O", "^flex_bg"],
        &["-O", "^has_journal", "-b", "2048"],
        &["-J", "size=8"],
        &["-N", "20000"],
    ];
    for tree in [&Tree::new(), &trees::ordinary(), &large, &many] {
        for kind in [Kind::Ext2, Kind::Ext4] {
            for words in words {
                if kind == Kind::Ext2 && words.contains(&"-J") {
                    continue;
                }
                let mut options = options(kind, words);
                let least = ext::minimum_size(tree, &options).unwrap();
                let of_minimum = Image::new(tree, &options);
                of_minimum.is_clean();
                assert_eq!(of_minimum.path().metadata().unwrap().len(), least);
                let block: u64 = of_minimum.superblock()["Block size"].parse().unwrap();
                options.size = Size::Exact(least - block);
                let error = ext::lay_out(tree, &options).unwrap_err();
                assert_eq!(error, Error::TooSmall { needed: least, have: least - block });
            }
        }
    }
}

#[test]
fn no_smaller_size_fits_at_all() {
    // A larger file system may hold less: what is found is the first of all that fit.
    let mut many = Tree::new();
    for index in 0..700 {
        trees::add(&mut many, &format!("{}/{index}", index / 50), trees::file([b'x'; 700]));
    }
    for (kind, words) in [
        (Kind::Ext4, &[][..]),
        (Kind::Ext4, &["-b", "1024", "-g", "256", "-i", "1024"]),
        (Kind::Ext4, &["-b", "1024", "-g", "256", "-i", "1024", "-O", "^flex_bg"]),
        (Kind::Ext4, &["-b", "1024", "-g", "256", "-O", "meta_bg,^resize_inode,orphan_file"]),
        (Kind::Ext4, &["-b", "1024", "-O", "inline_data,quota", "-g", "512"]),
        (
            Kind::Ext2,
            &["-b", "1024", "-i", "1024", "-g", "512", "-O", "^sparse_super,^resize_inode"],
        ),
    ] {
        let mut options = options(kind, words);
        let least = ext::minimum_size(&many, &options).unwrap();
        let block = options.block_size.unwrap_or(1024).into();
        for blocks in (1..least.div_ceil(block)).rev() {
            options.size = Size::Exact(blocks * block);
            // What a few sizes say stands for what all of them do: they search from there on.
            let told = blocks % 11 == 0 || blocks * block + (40 << 10) > least;
            if !told {
                continue;
            }
            let error = ext::lay_out(&many, &options).unwrap_err();
            assert_eq!(error, Error::TooSmall { needed: least, have: blocks * block }, "{words:?}");
        }
    }
}

#[test]
fn every_size_above_the_smallest_is_clean() {
    if !met("ext: sizes", &[Need::Tool("e2fsck")]) {
        return;
    }
    let tree = trees::ordinary();
    for (kind, words) in [
        (Kind::Ext4, &[][..]),
        (Kind::Ext4, &["-O", "^metadata_csum,uninit_bg,^flex_bg"]),
        (Kind::Ext2, &["-b", "1024"]),
    ] {
        let mut options = options(kind, words);
        let least = ext::minimum_size(&tree, &options).unwrap();
        // Around the ends of groups of 8192 blocks, where a last group comes and goes.
        let ends = [8, 16, 24, 32, 40, 136].map(|mebibytes| mebibytes << 20);
        let around = [-9_000, -1024, 0, 1024, 5 << 10, 300 << 10, 777_777];
        for end in ends {
            for size in around.map(|distance| (end + distance) as u64) {
                options.size = Size::Exact(size);
                match ext::lay_out(&tree, &options) {
                    Ok(extents) => Image::of_extents(&extents).is_clean(),
                    Err(Error::TooSmall { needed, have }) => {
                        assert!(have == size && needed > size && size < least + (8 << 20));
                        options.size = Size::Exact(needed);
                        Image::new(&tree, &options).is_clean();
                    }
                    Err(error) => panic!("{size}: {error}"),
                }
            }
        }
    }
}

#[test]
fn small_images_waste_little() {
    // 12 blocks of lost+found, the root, a block of 16 inodes and its bitmaps, superblock, descriptors.
    let options = options(Kind::Ext4, &["-O", "^has_journal,^resize_inode"]);
    let least = ext::minimum_size(&Tree::new(), &options).unwrap();
    assert!(least <= 24 << 10, "{least}");
}

#[test]
fn what_is_not_used_is_not_stored() {
    // 16 GiB of groups, inode tables, bitmaps and a journal of 256 MiB.
    let mut options = options(Kind::Ext4, &["-J", "size=256"]);
    options.size = Size::Exact(16 << 30);
    let stored = ext::lay_out(&Tree::new(), &options).unwrap().stored_len();
    assert!(stored < 512 << 10, "{stored}");
    options.features.clear(ext::METADATA_CSUM);
    let stored = ext::lay_out(&Tree::new(), &options).unwrap().stored_len();
    assert!(stored < 2 << 20, "two bitmaps in each of 128 groups, no table: {stored}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let options = options(Kind::Ext4, &[]);
    let bytes = || ext::lay_out(&trees::attributes(), &options).unwrap().to_vec().unwrap();
    assert!(bytes() == bytes());
}
