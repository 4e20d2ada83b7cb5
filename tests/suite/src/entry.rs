//! What there is to know of one file in a tree, but for its content.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The metadata of one file, as the kernel gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Type and permissions, `st_mode`.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Seconds and nanoseconds since 1970.
    pub mtime: (i64, i64),
    /// Bytes in a regular file.
    pub size: u64,
    /// Bytes that have a place on the disk.
    pub allocated: u64,
    /// Device number of a device, `st_rdev`.
    pub device: u64,
    /// Target of a symlink.
    pub target: Vec<u8>,
    /// Extended attributes, ACLs among them.
    pub xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Number of names, for what is no directory.
    pub names: u64,
    /// Which inode of which file system; equal for two names of one file.
    pub inode: (u64, u64),
}

impl Entry {
    /// The entry of the file at `path`, itself and not what it points to.
    ///
    /// # Errors
    /// Those of the kernel, with the path.
    pub fn read(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        let kind = metadata.mode() & libc::S_IFMT;
        let regular = kind == libc::S_IFREG;
        let device = kind == libc::S_IFCHR || kind == libc::S_IFBLK;
        Ok(Self {
            mode: metadata.mode(),
            uid: metadata.uid(),
            gid: metadata.gid(),
            mtime: (metadata.mtime(), metadata.mtime_nsec()),
            size: if regular { metadata.size() } else { 0 },
            allocated: if regular { metadata.blocks() * 512 } else { 0 },
            device: if device { metadata.rdev() } else { 0 },
            target: if kind == libc::S_IFLNK {
                fs::read_link(path)?.as_os_str().as_bytes().to_vec()
            } else {
                Vec::new()
            },
            xattrs: crate::xattr::read(path)?,
            names: if kind == libc::S_IFDIR { 1 } else { metadata.nlink() },
            inode: (metadata.dev(), metadata.ino()),
        })
    }

    /// True for a directory.
    pub fn is_directory(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFDIR
    }

    /// True for a regular file.
    pub fn is_regular(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFREG
    }
}

/// All files below `root` and `root` itself (the empty path), sorted by the bytes of their
/// paths, which are relative to `root`.
///
/// # Errors
/// The kernel's, for the first file that cannot be read, with its path.
pub fn tree(root: &Path) -> io::Result<BTreeMap<PathBuf, Entry>> {
    let mut entries = BTreeMap::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(path) = waiting.pop() {
        let place = root.join(&path);
        let with_place = |error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", place.display()))
        };
        let entry = Entry::read(&place).map_err(with_place)?;
        if entry.is_directory() {
            for child in fs::read_dir(&place).map_err(with_place)? {
                waiting.push(path.join(child.map_err(with_place)?.file_name()));
            }
        }
        entries.insert(path, entry);
    }
    Ok(entries)
}
