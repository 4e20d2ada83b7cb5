//! Laid-out file systems as files, and what other programs say of them.

use crate::same::same_trees;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_formats::ext::{self, Kind, Options, Size};
use tintype_tests::compare::data_ranges;
use tintype_tests::mount::Mounted;
use tintype_tests::program::run_named;
use tintype_tests::scratch::Scratch;
use tintype_tests::xattr;
use tintype_tree::{Extents, HostFile, Kind as NodeKind, NodeId, Source, Tree};

/// The options of mke2fs words, with a UUID and a time of their own.
#[track_caller]
pub fn options(kind: Kind, words: &[&str]) -> Options {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let options = Options::parse(kind, &words).unwrap_or_else(|error| panic!("{error}"));
    Options { uuid: *b"\x12\x34\x56\x78tintype-ext4", time: 1_700_000_000, ..options }
}

/// An image file that is removed with its directory.
pub struct Image {
    scratch: Scratch,
    path: PathBuf,
}

impl Image {
    /// Lays out `tree` and writes it to a sparse file.
    #[track_caller]
    pub fn new(tree: &Tree, options: &Options) -> Image {
        let extents = ext::lay_out(tree, options).unwrap_or_else(|error| panic!("{error}"));
        if let Size::Exact(size) = options.size {
            assert_eq!(extents.len(), size);
        }
        Image::of_extents(&extents)
    }

    /// Writes `extents` to a sparse file.
    #[track_caller]
    pub fn of_extents(extents: &Extents) -> Image {
        let scratch = Scratch::new("ext");
        let path = scratch.join("image");
        let file = File::create(&path).unwrap();
        file.set_len(extents.len()).unwrap();
        let mut buffer = vec![0; 1 << 20];
        for extent in extents.iter() {
            if let Source::Memory { bytes, offset } = &extent.source {
                let bytes = &bytes[*offset as usize..][..extent.len as usize];
                file.write_all_at(bytes, extent.start).unwrap();
                continue;
            }
            let mut at = extent.start;
            while at < extent.end() {
                let len = (extent.end() - at).min(buffer.len() as u64) as usize;
                extents.read_at(at, &mut buffer[..len]).unwrap();
                file.write_all_at(&buffer[..len], at).unwrap();
                at += len as u64;
            }
        }
        Image { scratch, path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// e2fsck looks at everything and has nothing to say but its headings and its summary.
    #[track_caller]
    pub fn is_clean(&self) {
        let outcome = run_named("e2fsck", [Path::new("-fn"), self.path()]);
        let text = outcome.text();
        let expected = |line: &&str| {
            line.is_empty()
                || line.starts_with("Pass ")
                || line.contains(" files (") && line.ends_with(" blocks")
        };
        let strange: Vec<&str> = text.lines().filter(|line| !expected(line)).collect();
        assert!(outcome.code() == Some(0) && strange.is_empty(), "{strange:#?}\n{outcome}");
    }

    /// What dumpe2fs tells of the superblock and, with `groups`, of the groups: field to value.
    #[track_caller]
    pub fn superblock(&self) -> BTreeMap<String, String> {
        superblock(&self.path)
    }

    /// Our own reader finds exactly the tree in the file.
    #[track_caller]
    pub fn read_back(&self, tree: &Tree, options: &Options) {
        let read = ext::reader::read(&extents_of(&self.path));
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.about.uuid, options.uuid);
        same_trees(tree, &read.tree, options);
    }

    /// The kernel finds exactly the tree, and every byte and attribute of it; where no file system can
    /// be mounted, debugfs does. So does our own reader.
    #[track_caller]
    pub fn holds(&self, tree: &Tree, options: &Options) {
        self.read_back(tree, options);
        if tintype_tests::mount::probe().is_err() {
            return crate::debugfs::holds(&self.path, tree, options);
        }
        let mounted = Mounted::ext4(&self.path).unwrap_or_else(|error| panic!("{error}"));
        let mut compared =
            Compared { tree, options, root: mounted.path(), inodes: BTreeMap::new() };
        tree.walk(|path, id| {
            compared.file(path, id);
            Ok::<(), ()>(())
        })
        .unwrap();
        assert!(mounted.path().join("lost+found").is_dir());
    }
}

/// The bytes of the file at `path`.
pub fn extents_of(path: &Path) -> Extents {
    let file = File::open(path).unwrap();
    let len = file.metadata().unwrap().len();
    let host = HostFile::Open { path: path.to_path_buf(), file };
    Extents::from_file(Arc::new(host), 0, len)
}

/// What dumpe2fs tells of a superblock: field to value.
#[track_caller]
pub fn superblock(image: &Path) -> BTreeMap<String, String> {
    let text = run_named("dumpe2fs", [Path::new("-h"), image]).ok().text();
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    fields.map(|(field, value)| (field.to_owned(), value.trim().to_owned())).collect()
}

struct Compared<'a> {
    tree: &'a Tree,
    options: &'a Options,
    root: &'a Path,
    /// The node of each inode seen: hard links, and only they, share one.
    inodes: BTreeMap<u64, NodeId>,
}

impl Compared<'_> {
    #[track_caller]
    fn file(&mut self, path: &[u8], id: NodeId) {
        let found = self.root.join(std::ffi::OsStr::from_bytes(path));
        let shown = String::from_utf8_lossy(path);
        let node = self.tree.node(id);
        let stat = fs::symlink_metadata(&found).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let wanted = &node.metadata;
        let mut owner = (wanted.uid, wanted.gid);
        if path.is_empty() {
            owner = self.options.root_owner.unwrap_or(owner);
        }
        assert_eq!((stat.uid(), stat.gid()), owner, "{shown}");
        assert_eq!(stat.mode() & 0o7777, u32::from(wanted.mode), "{shown}");
        let nanoseconds = match self.options.inode_size {
            Some(128) => 0,
            _ => i64::from(wanted.mtime.nanoseconds),
        };
        let times = [
            (stat.mtime(), stat.mtime_nsec()),
            (stat.ctime(), stat.ctime_nsec()),
            (stat.atime(), stat.atime_nsec()),
        ];
        assert_eq!(times, [(wanted.mtime.seconds, nanoseconds); 3], "{shown}");
        let attributes = xattr::read(&found).unwrap();
        let wanted_attributes = wanted.xattrs.iter().flat_map(|xattrs| xattrs.iter());
        let wanted_attributes: BTreeMap<Vec<u8>, Vec<u8>> =
            wanted_attributes.map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        assert_eq!(attributes, wanted_attributes, "{shown}");
        let first = *self.inodes.entry(stat.ino()).or_insert(id);
        assert_eq!(first, id, "{shown}: shares an inode with a file that it is no link of");
        self.kind(&found, &shown, &stat, id);
    }

    #[track_caller]
    fn kind(&self, found: &Path, shown: &str, stat: &fs::Metadata, id: NodeId) {
        let file_type = stat.file_type();
        let device = |major: u32, minor: u32| libc_makedev(major, minor);
        match &self.tree.node(id).kind {
            NodeKind::Directory(entries) => {
                let mut names: Vec<Vec<u8>> = fs::read_dir(found)
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().as_bytes().to_vec())
                    .collect();
                names.sort();
                let mut wanted: Vec<Vec<u8>> = entries.keys().map(|name| name.to_vec()).collect();
                if id == self.tree.root() && !entries.contains_key(&b"lost+found"[..]) {
                    wanted.push(b"lost+found".to_vec());
                    wanted.sort();
                }
                assert!(names == wanted, "{shown}: {} names, not {}", names.len(), wanted.len());
            }
            NodeKind::Regular(content) => {
                assert!(file_type.is_file(), "{shown}");
                assert_eq!(stat.len(), content.len(), "{shown}");
                same_content(found, shown, content);
            }
            NodeKind::Symlink(target) => {
                assert_eq!(
                    fs::read_link(found).unwrap().as_os_str().as_bytes(),
                    &**target,
                    "{shown}"
                );
            }
            NodeKind::CharDevice(wanted) => {
                assert!(file_type.is_char_device(), "{shown}");
                assert_eq!(stat.rdev(), device(wanted.major, wanted.minor), "{shown}");
            }
            NodeKind::BlockDevice(wanted) => {
                assert!(file_type.is_block_device(), "{shown}");
                assert_eq!(stat.rdev(), device(wanted.major, wanted.minor), "{shown}");
            }
            NodeKind::Fifo => assert!(file_type.is_fifo(), "{shown}"),
            NodeKind::Socket => assert!(file_type.is_socket(), "{shown}"),
        }
    }
}

/// The kernel's `dev_t`, as glibc packs it.
fn libc_makedev(major: u32, minor: u32) -> u64 {
    let (major, minor) = (u64::from(major), u64::from(minor));
    (major & 0xfff) << 8 | minor & 0xff | (minor & !0xff) << 12 | (major & !0xfff) << 32
}

/// Every byte that is stored on either side is the same, and what is a hole here takes no blocks there.
#[track_caller]
fn same_content(found: &Path, shown: &str, content: &Extents) {
    let file = File::open(found).unwrap();
    let block_size = file.metadata().unwrap().blksize();
    let mut ranges = data_ranges(&file, content.len()).unwrap();
    let stored: u64 = ranges.iter().map(|(start, end)| end - start).sum();
    let pieces = content.iter().count() as u64;
    assert!(stored <= content.stored_len() + 2 * block_size * pieces, "{shown}: holes are filled");
    ranges.extend(content.iter().map(|extent| (extent.start, extent.end())));
    let (mut left, mut right) = (vec![0; 1 << 18], vec![0; 1 << 18]);
    for (start, end) in ranges {
        let mut at = start;
        while at < end.min(content.len()) {
            let len = (end.min(content.len()) - at).min(1 << 18) as usize;
            content.read_at(at, &mut left[..len]).unwrap();
            file.read_exact_at(&mut right[..len], at).unwrap_or_else(|e| panic!("{shown}: {e}"));
            assert!(left[..len] == right[..len], "{shown}: differs within {at}+{len}");
            at += len as u64;
        }
    }
}
