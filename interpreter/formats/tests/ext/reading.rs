//! The reader on file systems that are not ours, and on damaged ones.

use crate::image::{Image, extents_of, options};
use crate::random::Dice;
use crate::same::same_trees;
use crate::trees;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use tintype_formats::ext::{self, Kind, Size, reader};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{command, run, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, Tree};

/// A directory of the host with what mke2fs can copy from one, attributes aside.
fn host_directory(scratch: &Scratch) -> std::path::PathBuf {
    let directory = scratch.join("tree");
    fs::create_dir(&directory).unwrap();
    let at = |name: &str| directory.join(name);
    fs::create_dir_all(at("a/b/c")).unwrap();
    for (name, len) in
        [("empty", 0), ("tiny", 40), ("small", 150), ("block", 4096), ("big", 3 << 20)]
    {
        fs::write(at("a").join(name), trees::bytes(len, len as u32 + 1)).unwrap();
    }
    for index in 0..700 {
        fs::write(at("a/b").join(format!("{index:050}")), index.to_string()).unwrap();
    }
    let sparse = File::create(at("sparse")).unwrap();
    for block in [0, 3, 12, 300, 5_000, 20_000] {
        sparse.write_all_at(&trees::bytes(4000, 7), block * 4096).unwrap();
    }
    std::os::unix::fs::symlink("a/b", at("short")).unwrap();
    std::os::unix::fs::symlink("x".repeat(100), at("long")).unwrap();
    fs::hard_link(at("a/small"), at("a/b/c/again")).unwrap();
    run_named("mkfifo", [at("fifo")]).ok();
    run_named("setfattr", ["-n", "user.note", "-v", "hello", at("a/tiny").to_str().unwrap()]).ok();
    run_named(
        "setfattr",
        ["-n", "user.more", "-v", &"m".repeat(600), at("a/big").to_str().unwrap()],
    )
    .ok();
    directory
}

#[track_caller]
fn made_by_mke2fs(image: &Path, tree: &Path, kind: Kind, words: &[&str]) {
    File::create(image).unwrap().set_len(64 << 20).unwrap();
    let mut mke2fs = command("mke2fs");
    mke2fs.args(["-F", "-q", "-t", kind.name(), "-d"]).arg(tree).args(words).arg(image);
    run(&mut mke2fs).ok();
}

#[test]
fn what_mke2fs_makes_is_read() {
    let needs = ["mke2fs", "mkfifo", "setfattr"].map(Need::Tool);
    if !met("ext: reading mke2fs's", &needs) {
        return;
    }
    let scratch = Scratch::new("reading");
    let directory = host_directory(&scratch);
    let mut wanted = tintype_tree::import::directory(&directory).unwrap();
    let ids: Vec<_> = wanted.nodes().map(|(id, _)| id).collect();
    // mke2fs leaves out what is less than a second.
    ids.into_iter().for_each(|id| wanted.node_mut(id).metadata.mtime.nanoseconds = 0);
    let image = scratch.join("image");
    for (kind, words) in [
        (Kind::Ext4, &[][..]),
        (Kind::Ext4, &["-O", "inline_data", "-b", "4096"]),
        (Kind::Ext4, &["-O", "^extent,^64bit", "-b", "1024"]),
        (Kind::Ext4, &["-O", "meta_bg,^resize_inode", "-b", "1024"]),
        (Kind::Ext4, &["-O", "bigalloc", "-C", "16384", "-b", "1024"]),
        (Kind::Ext4, &["-O", "sparse_super2,metadata_csum_seed", "-I", "512"]),
        (Kind::Ext3, &["-b", "2048"]),
        (Kind::Ext2, &["-b", "1024", "-O", "none,ext_attr,filetype,sparse_super"]),
    ] {
        made_by_mke2fs(&image, &directory, kind, words);
        let read = reader::read(&extents_of(&image));
        let read = read.unwrap_or_else(|error| panic!("{words:?}: {error}"));
        assert_eq!(read.about.kind(), kind, "{words:?}");
        // The root's time is that of the making.
        let root = wanted.root();
        wanted.node_mut(root).metadata.mtime = read.tree.node(root).metadata.mtime;
        let options = options(kind, &[]);
        same_trees(&wanted, &read.tree, &options);
    }
}

#[test]
fn what_the_kernel_has_written_is_read() {
    let needs = [Need::Tool("mke2fs"), Need::Root, Need::LoopMount, Need::Tool("cp")];
    if !met("ext: reading the kernel's", &needs) {
        return;
    }
    let scratch = Scratch::new("kernel");
    let directory = host_directory(&scratch);
    let image = scratch.join("image");
    let mounted = scratch.join("mounted");
    fs::create_dir(&mounted).unwrap();
    let script = "set -e; mount -o loop \"$1\" \"$2\"
        cp -a --sparse=always \"$3/.\" \"$2\"
        mkdir \"$2/crowd\"; for i in $(seq 2000); do echo $i > \"$2/crowd/$i-with-a-longer-name\"; done
        [ -z \"$4\" ] || setfattr -n user.long -v \"$4\" \"$2/a/big\"
        rm \"$2\"/crowd/1*; fallocate -l 3M \"$2/reserved\" || truncate -s 3M \"$2/reserved\"; umount \"$2\"";
    for words in [
        &[][..],
        &["-O", "inline_data", "-b", "1024"],
        &["-O", "ea_inode"],
        &["-O", "^extent,^64bit", "-b", "1024"],
    ] {
        File::create(&image).unwrap().set_len(64 << 20).unwrap();
        let mut mke2fs = command("mke2fs");
        run(mke2fs.args(["-F", "-q", "-t", "ext4"]).args(words).arg(&image)).ok();
        let paths = [&image, &mounted, &directory].map(|path| path.to_str().unwrap());
        // More than a block of attributes, where a value can have an inode of its own.
        let long = if words.contains(&"ea_inode") { "v".repeat(9000) } else { String::new() };
        run_named("sh", ["-c", script, "sh", paths[0], paths[1], paths[2], &long]).ok();
        let read = reader::read(&extents_of(&image));
        let read = read.unwrap_or_else(|error| panic!("{words:?}: {error}"));
        let found = read.tree;
        let mut wanted = tintype_tree::import::directory(&directory).unwrap();
        if !long.is_empty() {
            let big = wanted.lookup(b"a/big").unwrap();
            let xattrs = wanted.node_mut(big).metadata.xattrs.as_mut().unwrap();
            xattrs.insert(b"user.long"[..].into(), long.into_bytes().into());
        }
        let crowd = found.lookup(b"crowd").unwrap();
        assert_eq!(found.entries(crowd).count(), 889, "{words:?}");
        for (name, id) in found.entries(crowd) {
            let tintype_tree::Kind::Regular(content) = &found.node(id).kind else { panic!() };
            let number = String::from_utf8_lossy(&content.to_vec().unwrap()).trim().to_owned();
            assert!(name.starts_with(format!("{number}-").as_bytes()), "{number}");
        }
        let reserved = found.lookup(b"reserved").unwrap();
        let tintype_tree::Kind::Regular(content) = &found.node(reserved).kind else { panic!() };
        assert_eq!((content.len(), content.stored_len()), (3 << 20, 0), "{words:?}");
        // What the source has not is taken over, so that the rest can be compared.
        for name in [&b"crowd"[..], b"reserved"] {
            let copied = copy(&found, found.lookup(name).unwrap(), &mut wanted);
            let root = wanted.root();
            wanted.link(root, name, copied);
            wanted.node_mut(root).metadata.mtime = found.node(root).metadata.mtime;
        }
        same_trees(&wanted, &found, &options(Kind::Ext4, &[]));
    }
}

fn copy(from: &Tree, id: tintype_tree::NodeId, to: &mut Tree) -> tintype_tree::NodeId {
    let mut node = from.node(id).clone();
    if node.is_directory() {
        node.kind = tintype_tree::Kind::Directory(Default::default());
    }
    let copied = to.add(node);
    for (name, child) in from.entries(id) {
        let child = copy(from, child, to);
        to.link(copied, name, child);
    }
    copied
}

#[test]
fn what_is_no_file_system_is_refused() {
    for bytes in [Vec::new(), vec![0; 500], vec![0; 10_000], trees::bytes(100_000, 1)] {
        let read = reader::read(&Extents::from_bytes(bytes));
        assert!(matches!(read, Err(reader::ReadError::NotExt(_))), "{read:?}");
    }
    let mut unknown =
        ext::lay_out(&Tree::new(), &options(Kind::Ext2, &[])).unwrap().to_vec().unwrap();
    unknown[1024 + 0x60 + 3] = 0x80;
    let read = reader::read(&Extents::from_bytes(unknown));
    let Err(reader::ReadError::Unsupported(features)) = read else { panic!("{read:?}") };
    assert_eq!(features, "incompat:0x80000000");
}

/// Whatever is wrong with an image, reading it ends, without a panic; with checksums, a change of
/// what is read is always noticed.
#[test]
fn damage_is_an_error_and_never_a_panic() {
    let rounds = if tintype_tests::FULL { 20_000 } else { 500 };
    let mut tree = trees::ordinary();
    let content = trees::fragments(400, 9_000);
    trees::add(&mut tree, "fragments", trees::node(tintype_tree::Kind::Regular(content)));
    for (kind, words) in [
        (Kind::Ext4, &["-b", "1024"][..]),
        (Kind::Ext4, &["-b", "4096", "-O", "inline_data,^metadata_csum"]),
        (Kind::Ext2, &["-b", "1024"]),
    ] {
        let mut options = options(kind, words);
        options.size = Size::Minimum;
        let whole = ext::lay_out(&tree, &options).unwrap();
        let bytes = whole.to_vec().unwrap();
        // Damage hits metadata only, and not what is never read from it.
        let metadata: Vec<u64> = whole
            .iter()
            .filter(|extent| extent.start < 1 << 20)
            .flat_map(|extent| (extent.start..extent.end().min(1 << 20)).step_by(7))
            .collect();
        let mut dice = Dice::new(bytes.len() as u64);
        let (mut noticed, mut read_all) = (0, 0);
        for _ in 0..rounds {
            let mut damaged = bytes.clone();
            for _ in 0..1 + dice.below(3) {
                let at = metadata[dice.below(metadata.len() as u64) as usize] as usize;
                damaged[at] = dice.below(256) as u8;
            }
            match reader::read(&Extents::from_bytes(damaged)) {
                Ok(_) => read_all += 1,
                Err(_) => noticed += 1,
            }
        }
        assert!(noticed > rounds / 100 && read_all > 0, "{noticed} of {rounds} noticed");
    }
}

#[test]
fn a_checksum_that_is_wrong_names_the_file() {
    let mut tree = Tree::new();
    trees::add(&mut tree, "dir/file", trees::file(*b"content"));
    let image = Image::new(&tree, &options(Kind::Ext4, &["-b", "1024"]));
    let extents = extents_of(image.path());
    let whole = reader::read(&extents).unwrap();
    assert!(!whole.about.needs_recovery);
    let mut bytes = extents.to_vec().unwrap();
    // The name itself, in its directory: found by its bytes.
    let at = bytes.windows(4).position(|window| window == b"file").unwrap();
    bytes[at] = b'F';
    let error = reader::read(&Extents::from_bytes(bytes)).unwrap_err().to_string();
    assert_eq!(error, "/dir: the checksum of a block of its entries is wrong");
}
