//! One file of a tree.

use crate::extents::Extents;
use crate::tree::NodeId;
use std::collections::BTreeMap;

/// Extended attributes: full name (`user.x`, `security.capability`) to value, both bytes.
pub type Xattrs = BTreeMap<Box<[u8]>, Box<[u8]>>;

/// A point in time: seconds since the epoch (negative before 1970) and nanoseconds (0..10⁹) after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds past `seconds`, below 10⁹.
    pub nanoseconds: u32,
}

/// A device number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Which driver.
    pub major: u32,
    /// Which device of that driver.
    pub minor: u32,
}

/// What every file has, whatever its kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Permission bits, set-id bits and the sticky bit: at most `0o7777`.
    pub mode: u16,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Time of last modification.
    pub mtime: Timestamp,
    /// Extended attributes; boxed, since few files have any.
    pub xattrs: Option<Box<Xattrs>>,
}

/// What a file is, with what only that kind has.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Entries by name, in byte order. Two entries (here or elsewhere) of one node are hard links.
    Directory(BTreeMap<Box<[u8]>, NodeId>),
    /// A regular file and its content.
    Regular(Extents),
    /// A symbolic link and its target.
    Symlink(Box<[u8]>),
    /// A character device.
    CharDevice(Device),
    /// A block device.
    BlockDevice(Device),
    /// A named pipe.
    Fifo,
    /// A socket's name.
    Socket,
}

impl Kind {
    /// What to call it in a message.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Directory(_) => "directory",
            Kind::Regular(_) => "regular file",
            Kind::Symlink(_) => "symbolic link",
            Kind::CharDevice(_) => "character device",
            Kind::BlockDevice(_) => "block device",
            Kind::Fifo => "named pipe",
            Kind::Socket => "socket",
        }
    }
}

/// One file.
#[derive(Clone, Debug)]
pub struct Node {
    /// Owner, mode, time, attributes.
    pub metadata: Metadata,
    /// What it is.
    pub kind: Kind,
}

impl Node {
    /// An empty directory of root's, mode 0755, at the epoch.
    pub fn directory() -> Node {
        let metadata = Metadata { mode: 0o755, ..Metadata::default() };
        Node { metadata, kind: Kind::Directory(BTreeMap::new()) }
    }

    /// A file of root's for everyone to read.
    pub fn file(content: Extents) -> Node {
        let metadata = Metadata { mode: 0o644, ..Metadata::default() };
        Node { metadata, kind: Kind::Regular(content) }
    }

    /// A symbolic link of root's.
    pub fn symlink(target: impl Into<Vec<u8>>) -> Node {
        let metadata = Metadata { mode: 0o777, ..Metadata::default() };
        Node { metadata, kind: Kind::Symlink(target.into().into()) }
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory(_))
    }
}
