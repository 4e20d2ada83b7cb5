//! What cannot be had is refused, with what was wrong and where.

use crate::image::options;
use crate::trees;
use tintype_formats::ext::{self, Error, Kind, OptionError, Options, Size};
use tintype_tree::{Device, Extents, Kind as NodeKind, Timestamp, Tree};

fn parse(words: &str) -> Result<Options, OptionError> {
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    Options::parse(Kind::Ext4, &words)
}

#[track_caller]
fn refused(words: &str) -> String {
    parse(words).expect_err(words).to_string()
}

#[test]
fn options_that_are_not_known_are_named() {
    assert_eq!(refused("-X"), "mke2fs option -X is not known");
    assert_eq!(
        refused("-E packed_meta_block"),
        "mke2fs option -E packed_meta_block is not known; was packed_meta_blocks meant?"
    );
    assert_eq!(refused("-E moonlight"), "mke2fs option -E moonlight is not known");
    assert_eq!(refused("-J siez=4"), "mke2fs option -J siez is not known; was size meant?");
    assert_eq!(refused("-L"), "mke2fs option -L needs a value");
    assert_eq!(refused("-E root_owner"), "mke2fs option -E root_owner needs a value");
    assert_eq!(parse("/dev/sda"), Err(OptionError::StrayWord("/dev/sda".into())));
    assert_eq!(
        refused("-O ^metadta_csum"),
        "file system feature \"metadta_csum\" is not known; was metadata_csum meant?"
    );
    assert_eq!(refused("-O moonlight"), "file system feature \"moonlight\" is not known");
}

#[test]
fn what_mke2fs_has_and_a_layout_has_not_says_why() {
    for (words, option) in [
        ("-c", "-c"),
        ("-C 65536", "-C"),
        ("-d /tree", "-d"),
        ("-n", "-n"),
        ("-J device=/dev/sda", "-J device"),
        ("-J location=7", "-J location"),
        ("-E encoding=utf8", "-E encoding"),
        ("-E offset=512", "-E offset"),
        ("-Obigalloc", "-O bigalloc"),
        ("-O casefold", "-O casefold"),
        ("-O mmp", "-O mmp"),
    ] {
        let said = refused(words);
        assert!(said.starts_with(&format!("mke2fs option {option} cannot be had: ")), "{said}");
    }
    assert!(parse("-O ^bigalloc,^orphan_file").is_ok());
}

#[test]
fn values_that_cannot_be_are_named() {
    assert_eq!(
        refused("-m 60"),
        "mke2fs option -m cannot be \"60\": it is a percentage from 0 to 50"
    );
    for words in [
        "-b 1000",
        "-b 3072",
        "-b 65536",
        "-I 100",
        "-I 192",
        "-b 1024 -I 2048",
        "-i 12",
        "-N many",
        "-m NaN",
        "-G 3",
        "-J size=0",
        "-E root_owner=root",
        "-E hash_seed=x",
        "-U random",
        "-E lazy_itable_init=yes",
        "-o freebsd",
        "-o hurd -O filetype",
        "-o hurd -O 64bit",
        "-t ext2",
        "-T tiny",
        "-e ignore",
        "-r 0",
        "-O ^extent",
        "-O ^sparse_super",
        "-O ^flex_bg -G 8",
        "-g 255",
        "-g 300",
        "-b 1024 -g 16384",
        "-E resize=many",
        "-E resize=5z",
        "-E resize=99999999999t",
        "-E num_backup_sb=3",
        "-E quotatype=usrquota",
        "-O quota -E quotatype=all",
        "-O quota -E quotatype=prjquota",
        "-E orphan_file_size=1m",
        "-E desc_size=128",
        "-E packed_meta_blocks=2",
        "-E packed_meta_blocks -O ^flex_bg",
        "-O meta_bg",
        "-O orphan_file,^has_journal",
        "-O inline_data -I 128",
        "-O project -I 128",
        "-O metadata_csum_seed,^metadata_csum",
    ] {
        refused(words);
    }
    let label = "-L seventeen-letters";
    assert_eq!(
        refused(label),
        "the label has 17 bytes, the file system has room for 16: shorten it"
    );
    assert!(parse("-L sixteen-letters-").is_ok());
    let options = Options { label: vec![b'x'; 17], ..Options::new(Kind::Ext2) };
    assert!(matches!(ext::lay_out(&Tree::new(), &options), Err(Error::Options(_))));
}

#[test]
fn options_may_be_written_together() {
    let apart =
        parse("-F -q -b 1024 -m 0 -O ^64bit -E hash_seed=00000000-0000-0000-0000-000000000001");
    let together = parse("-Fqb1024 -m0 -O^64bit -Ehash_seed=00000000-0000-0000-0000-000000000001");
    assert_eq!(apart.unwrap(), together.unwrap());
}

/// The error of laying out a tree with one file, `dir/file`.
#[track_caller]
fn fault(words: &[&str], change: impl FnOnce(&mut Tree)) -> Error {
    let mut tree = Tree::new();
    trees::add(&mut tree, "dir/file", trees::file(*b"content"));
    change(&mut tree);
    ext::lay_out(&tree, &options(Kind::Ext4, words)).unwrap_err()
}

#[test]
fn files_that_do_not_fit_are_named() {
    let set =
        |kind: NodeKind| move |tree: &mut Tree| trees::add(tree, "dir/file", trees::node(kind));
    let dated = |seconds| {
        move |tree: &mut Tree| {
            let id = tree.lookup(b"dir/file").unwrap();
            tree.node_mut(id).metadata.mtime = Timestamp { seconds, nanoseconds: 0 };
        }
    };
    let attributed = |name: &'static str, len: usize| {
        move |tree: &mut Tree| {
            let value = vec![b'v'; len];
            trees::add(tree, "dir/file", trees::with_xattrs(trees::file([]), &[(name, &value)]));
        }
    };
    let path = || String::from("dir/file");
    assert_eq!(
        fault(&["-b", "1024"], set(NodeKind::Symlink([b'l'; 1024][..].into()))),
        Error::Symlink { path: path(), len: 1024, limit: 1023 }
    );
    let empty = set(NodeKind::Symlink(Box::default()));
    assert!(matches!(fault(&[], empty), Error::Symlink { len: 0, .. }));
    let device = NodeKind::CharDevice(Device { major: 4096, minor: 0 });
    assert_eq!(fault(&[], set(device)), Error::Device { path: path(), major: 4096, minor: 0 });
    let huge = NodeKind::Regular(Extents::hole(1 << 44));
    assert!(matches!(fault(&["-b", "4096"], set(huge)), Error::FileTooLarge { .. }));
    assert!(matches!(fault(&[], dated(1 << 34)), Error::Time { .. }));
    assert!(matches!(fault(&[], dated(i64::from(i32::MIN) - 1)), Error::Time { .. }));
    assert!(matches!(fault(&["-I", "128"], dated(1 << 31)), Error::Time { .. }));
    assert_eq!(
        fault(&["-b", "1024"], attributed("user.long", 2000)),
        Error::XattrsTooLarge { path: path(), needed: 2020, available: 988 }
    );
    assert!(matches!(fault(&[], attributed("btrfs.compression", 4)), Error::XattrName { .. }));
    assert!(matches!(fault(&[], attributed("user.", 4)), Error::XattrName { .. }));
    assert!(matches!(fault(&[], attributed("system.posix_acl_access", 9)), Error::Acl { .. }));
    let without = fault(&["-O", "^ext_attr"], attributed("user.a", 1));
    assert!(matches!(without, Error::FeatureNeeded { feature: "ext_attr", .. }));
    let long = fault(&[], |tree| {
        let root = tree.root();
        let id = tree.lookup(b"dir/file").unwrap();
        tree.link(root, &[b'n'; 256], id);
    });
    assert_eq!(long, Error::NameTooLong { path: "n".repeat(256), len: 256 });
}

#[test]
fn trees_that_are_none_are_refused() {
    let cycle = fault(&[], |tree| {
        let (root, dir) = (tree.root(), tree.lookup(b"dir").unwrap());
        tree.link(dir, b"up", root);
    });
    assert_eq!(cycle, Error::DirectoryTwice { path: "dir/up".into() });
    let twice = fault(&[], |tree| {
        let (root, dir) = (tree.root(), tree.lookup(b"dir").unwrap());
        tree.link(root, b"other", dir);
    });
    assert_eq!(twice, Error::DirectoryTwice { path: "other".into() });
    let lost = fault(&[], |tree| trees::add(tree, "lost+found", trees::file([])));
    assert_eq!(lost, Error::LostAndFound);
    let links = fault(&[], |tree| {
        let (dir, id) = (tree.lookup(b"dir").unwrap(), tree.lookup(b"dir/file").unwrap());
        for index in 0..65_000 {
            tree.link(dir, format!("{index}").as_bytes(), id);
        }
    });
    assert!(matches!(links, Error::TooManyLinks { limit: 65_000, .. }));
    let subdirectories = fault(&["-O", "^dir_nlink"], |tree| {
        let dir = tree.lookup(b"dir").unwrap();
        for index in 0..65_000 {
            let child = tree.add(tintype_tree::Node::directory());
            tree.link(dir, format!("{index}").as_bytes(), child);
        }
    });
    assert!(matches!(subdirectories, Error::FeatureNeeded { feature: "dir_nlink", .. }));
}

#[test]
fn a_journal_that_the_kernel_does_not_take_is_refused() {
    for words in [["-b4096", "-Jsize=3"], ["-b1024", "-Jsize=10001"]] {
        let error = ext::minimum_size(&Tree::new(), &options(Kind::Ext4, &words));
        assert!(matches!(error, Err(Error::Options(OptionError::Conflict(_)))), "{words:?}");
    }
    let least = ext::minimum_size(&Tree::new(), &options(Kind::Ext4, &["-b4096", "-Jsize=4"]));
    assert!((8 << 20..9 << 20).contains(&least.unwrap()));
}

#[test]
fn a_size_too_small_says_what_is_needed() {
    let mut tree = Tree::new();
    trees::add(&mut tree, "file", trees::file(trees::bytes(3 << 20, 1)));
    for have in [0, 1, 1023, 1024, 4096, 100_000, 1 << 20, 3 << 20] {
        let mut options = options(Kind::Ext4, &[]);
        options.size = Size::Exact(have);
        let error = ext::lay_out(&tree, &options).unwrap_err();
        let Error::TooSmall { needed, have: told } = error else { panic!("{error}") };
        assert!(told == have && (3 << 20..5 << 20).contains(&needed), "{needed}");
    }
    let mut options = options(Kind::Ext4, &["-N", "11"]);
    assert_eq!(
        ext::minimum_size(&tree, &options),
        Err(Error::TooFewInodes { needed: 12, have: 11 })
    );
    options = Options { features: options.features, ..Options::new(Kind::Ext2) };
    options.features.clear(ext::WIDE_BLOCKS);
    options.size = Size::Exact(1 << 45);
    assert_eq!(ext::lay_out(&tree, &options).err(), Some(Error::TooLarge { have: 1 << 45 }));
}
