//! The superblock is the one that mke2fs writes for the same options and size.

use crate::image::{Image, options, superblock};
use std::collections::{BTreeMap, BTreeSet};
use tintype_formats::ext::{Kind, Size};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{command, run};
use tintype_tests::scratch::Scratch;
use tintype_tree::Tree;

/// mke2fs.conf of mke2fs 1.47.0, so that the machine's own does not matter.
const MKE2FS_CONF: &str = "\
[defaults]
base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
default_mntopts = acl,user_xattr
enable_periodic_fsck = 0
blocksize = 4096
inode_size = 256
inode_ratio = 16384
[fs_types]
ext3 = {
features = has_journal
}
ext4 = {
features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize
}
small = {
blocksize = 1024
inode_ratio = 4096
}
floppy = {
blocksize = 1024
inode_ratio = 8192
}
big = {
inode_ratio = 32768
}
huge = {
inode_ratio = 65536
}
news = {
inode_ratio = 4096
}
largefile = {
inode_ratio = 1048576
blocksize = -1
}
largefile4 = {
inode_ratio = 4194304
blocksize = -1
}
hurd = {
blocksize = 4096
inode_size = 128
}
";

/// mke2fs heeds the last -E only: each repeats the seed.
const SEED_AND_ONE_BACKUP: &str = "num_backup_sb=1,hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10";
const SEED_AND_NO_BACKUP: &str = "num_backup_sb=0,hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10";
const SEED_AND_PACKED: &str = "packed_meta_blocks=1,hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10";
const SEED_AND_RESIZE: &str = "resize=100000000,hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10";
const SEED_AND_TEST: &str = "test_fs,hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10";

/// Fields that follow from where things lie, which is ours to choose.
const OURS: [&str; 4] = ["Lifetime writes", "Checksum", "Free blocks", "Journal checksum"];

/// What mke2fs makes of the words, the size in KiB.
fn of_mke2fs(kind: Kind, words: &[&str], kib: u64) -> BTreeMap<String, String> {
    let scratch = Scratch::new("mke2fs");
    let image = scratch.join("image");
    std::fs::File::create(&image).unwrap().set_len(kib << 10).unwrap();
    let conf = scratch.write("mke2fs.conf", MKE2FS_CONF);
    let mut mke2fs = command("mke2fs");
    mke2fs.env("MKE2FS_CONFIG", conf).env("E2FSPROGS_FAKE_TIME", "1700000000");
    mke2fs.args(["-F", "-q", "-t", kind.name()]).args(words).arg(&image);
    run(&mut mke2fs).ok();
    superblock(&image)
}

#[test]
fn superblocks_are_those_of_mke2fs() {
    if !met("ext: mke2fs", &[Need::Tool("mke2fs"), Need::Tool("dumpe2fs")]) {
        return;
    }
    let identity = [
        "-U",
        "00112233-4455-6677-8899-aabbccddeeff",
        "-E",
        "hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10",
    ];
    let sets: [&[&str]; 44] = [
        &[],
        &["-O", "^metadata_csum,^64bit"],
        &["-O", "^metadata_csum"],
        &["-O", "^metadata_csum,uninit_bg,^64bit"],
        &["-O", "^has_journal"],
        &["-O", "^resize_inode"],
        &["-O", "^resize_inode,^sparse_super"],
        &["-O", "^flex_bg"],
        &["-O", "^extent,^64bit"],
        &["-O", "^dir_index,^filetype,^ext_attr,^large_file"],
        &["-O", "none"],
        &["-O", "none,sparse_super"],
        &["-O", "metadata_csum,metadata_csum_seed,large_dir"],
        &["-b", "1024"],
        &["-b", "2048", "-I", "128"],
        &["-b", "4096", "-i", "8192"],
        &["-N", "5000"],
        &["-m", "1.5", "-L", "a label", "-e", "remount-ro", "-M", "/mnt"],
        &["-J", "size=4", "-I", "512"],
        &["-G", "8"],
        &["-T", "news"],
        &["-T", "largefile"],
        // mke2fs heeds the last -E only.
        &[
            "-E",
            "stride=4,stripe_width=16,lazy_itable_init=1,hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10",
        ],
        &["-O", "sparse_super2"],
        &["-b", "1024", "-O", "sparse_super2,^resize_inode", "-E", SEED_AND_ONE_BACKUP],
        &[
            "-b",
            "1024",
            "-O",
            "sparse_super2,^sparse_super,^resize_inode",
            "-E",
            SEED_AND_NO_BACKUP,
        ],
        &["-O", "meta_bg,^resize_inode"],
        &["-b", "1024", "-O", "meta_bg,^resize_inode,^sparse_super"],
        &["-b", "1024", "-E", SEED_AND_PACKED],
        &["-E", SEED_AND_RESIZE],
        &["-b", "1024", "-g", "4096"],
        &["-b", "4096", "-g", "8192", "-O", "^flex_bg"],
        &["-O", "orphan_file"],
        &["-O", "quota"],
        &["-O", "quota,project"],
        &["-O", "quota,project,orphan_file", "-b", "4096"],
        &["-O", "inline_data"],
        &["-O", "encrypt,verity,stable_inodes"],
        &["-E", SEED_AND_TEST],
        &["-I", "1024", "-b", "4096"],
        &["-o", "hurd"],
        &["-o", "GNU", "-b", "1024", "-O", "ext_attr"],
        &["-o", "hurd", "-I", "256", "-O", "inline_data"],
        &["-o", "hurd", "-T", "largefile", "-O", "^dir_index"],
    ];
    let tree = Tree::new();
    let mut differences = Vec::new();
    for kind in [Kind::Ext2, Kind::Ext3, Kind::Ext4] {
        for words in sets {
            let sizes: &[u64] = match kind {
                Kind::Ext4 if words.is_empty() => &[1 << 10, 3000, 5000, 300 << 10, 9 << 20],
                Kind::Ext4 => &[65 << 10, 520 << 10],
                _ => &[100 << 10],
            };
            for kib in sizes.iter().copied() {
                // What mke2fs itself refuses: a journal or so many inodes in a small file system,
                // flex groups without the feature.
                let refused = match words.first() {
                    Some(&"-J") => kib < 16 << 10,
                    Some(&"-N") => kib < 4000,
                    Some(&"-G") => kind != Kind::Ext4,
                    // It gives the Hurd wide blocks there, which its inodes have no room for.
                    Some(&"-o") => kind == Kind::Ext4,
                    _ if words.contains(&SEED_AND_PACKED) => kind != Kind::Ext4,
                    _ if words.iter().any(|word| word.contains("verity")) => kind != Kind::Ext4,
                    _ if words.iter().any(|word| word.contains("orphan")) => kind == Kind::Ext2,
                    _ => false,
                };
                if refused {
                    continue;
                }
                let words = [&identity[..], words].concat();
                let mut options = options(kind, &words);
                options.uuid = *b"\0\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
                options.size = Size::Exact(kib << 10);
                let image = Image::new(&tree, &options);
                let mut ours = image.superblock();
                let mut theirs = of_mke2fs(kind, &words, kib);
                for field in OURS {
                    ours.remove(field);
                    theirs.remove(field);
                }
                let fields = ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>();
                for field in
                    fields.into_iter().filter(|field| ours.get(*field) != theirs.get(*field))
                {
                    differences.push(format!(
                        "{} {} {kib} KiB: {field} is {:?}, mke2fs says {:?}",
                        kind.name(),
                        words[4..].join(" "),
                        ours.get(field),
                        theirs.get(field)
                    ));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
