//! What the kernel and resize2fs make of our file systems: written to, grown, shrunk to the minimum,
//! they stay clean, and hold what they held.

use crate::image::{Image, options};
use crate::trees;
use tintype_formats::ext::{self, Kind, Options, Size};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::run_named;
use tintype_tree::Tree;

/// Kinds and options that each change how a file system grows; the first few are enough for a day.
const SETS: [(Kind, &[&str]); 14] = [
    (Kind::Ext4, &["-b", "4096"]),
    (Kind::Ext4, &["-b", "1024", "-O", "^metadata_csum,^64bit"]),
    (Kind::Ext4, &["-b", "1024", "-O", "sparse_super2,orphan_file,inline_data"]),
    (Kind::Ext4, &["-b", "1024", "-O", "meta_bg,^resize_inode"]),
    (Kind::Ext2, &["-b", "1024"]),
    (Kind::Ext3, &["-b", "4096", "-I", "128"]),
    (Kind::Ext4, &["-b", "1024", "-O", "^flex_bg"]),
    (Kind::Ext4, &["-b", "2048", "-O", "^metadata_csum,uninit_bg,large_dir"]),
    (Kind::Ext4, &["-b", "1024", "-O", "^sparse_super,^resize_inode"]),
    (Kind::Ext4, &["-b", "1024", "-E", "packed_meta_blocks"]),
    (Kind::Ext4, &["-b", "1024", "-E", "resize=2g"]),
    (Kind::Ext4, &["-b", "1024", "-g", "2048", "-G", "4"]),
    (Kind::Ext4, &["-b", "4096", "-O", "^has_journal,metadata_csum_seed"]),
    (Kind::Ext4, &["-b", "4096", "-I", "1024", "-O", "^extent,^64bit"]),
];

fn sets() -> &'static [(Kind, &'static [&'static str])] {
    if tintype_tests::FULL { &SETS } else { &SETS[..3] }
}

/// Attribute blocks shared to the limit, full directories, a file in many pieces.
fn tree() -> Tree {
    let mut tree = trees::attributes();
    let crowd = trees::crowded(3_000, 200);
    let directory = tree.make_directories(b"crowd").unwrap();
    for (name, _) in crowd.entries(crowd.lookup(b"crowd").unwrap()) {
        let child = tree.add(trees::file(*b"x"));
        tree.link(directory, name, child);
    }
    let pieces = tintype_tree::Kind::Regular(trees::fragments(2_000, 9_000));
    trees::add(&mut tree, "pieces", trees::node(pieces));
    tree
}

fn with_room(tree: &Tree, kind: Kind, words: &[&str], room: u64) -> (Options, Image) {
    let mut options = options(kind, words);
    options.size = Size::Exact(ext::minimum_size(tree, &options).unwrap() + room);
    let image = Image::new(tree, &options);
    (options, image)
}

#[track_caller]
fn resize(image: &Image, arguments: &[&str]) {
    let path = image.path().to_str().unwrap();
    run_named("e2fsck", ["-fp", path]).ok();
    run_named("resize2fs", [arguments, &[path]].concat()).ok();
    // No error is left. That an extent tree of resize2fs's own could be narrower is none.
    run_named("e2fsck", ["-fn", path]).ok();
}

#[test]
fn grown_and_shrunk_to_the_minimum_it_holds_what_it_held() {
    if !met("ext: growing", &["e2fsck", "resize2fs", "debugfs"].map(Need::Tool)) {
        return;
    }
    let tree = tree();
    for (kind, words) in sets() {
        eprintln!("{} {}", kind.name(), words.join(" "));
        let (options, image) = with_room(&tree, *kind, words, 3 << 20);
        run_named("truncate", ["-s", "+600M", image.path().to_str().unwrap()]).ok();
        resize(&image, &[]);
        image.holds(&tree, &options);
        resize(&image, &["-M"]);
        image.holds(&tree, &options);
    }
}

#[test]
fn the_kernel_can_go_on_from_here() {
    let needs = [Need::Tool("e2fsck"), Need::Tool("resize2fs"), Need::Tool("setfattr"), Need::Root];
    if !met("ext: writing on", &needs) || !met("ext: writing on", &[Need::LoopMount]) {
        return;
    }
    let tree = tree();
    for (kind, words) in sets() {
        eprintln!("{} {}", kind.name(), words.join(" "));
        let (_, image) = with_room(&tree, *kind, words, 64 << 20);
        let directory = image.scratch().join("written");
        std::fs::create_dir(&directory).unwrap();
        let script = "set -e; mount -o loop \"$1\" \"$2\"; cd \"$2\"
            for i in $(seq 500); do echo $i > crowd/new-$i; done
            for i in $(seq 200); do mkdir listed/$i; setfattr -n user.comment -v $i shared/$i; done
            head -c 20000000 /dev/urandom > large; rm -r crowd/0000*; rm pieces
            mv crowd elsewhere; for i in $(seq 300); do ln large elsewhere/$i; done
            sync; cd /; umount \"$2\"";
        let paths = [image.path(), &directory].map(|path| path.to_str().unwrap());
        run_named("sh", ["-c", script, "sh", paths[0], paths[1]]).ok();
        image.is_clean();
        // And it grows, with the descriptor blocks kept for that, and shrinks.
        run_named("truncate", ["-s", "+600M", paths[0]]).ok();
        resize(&image, &[]);
        resize(&image, &["-M"]);
    }
}
