//! Why a directory or an archive could not be imported.

use crate::spool::SpoolError;
use std::io;
use std::path::PathBuf;

/// Why there is no tree.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What an archive holds cannot be kept while the image is made.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A file of the host could not be read, or the spool not written.
    #[error("{}: {error}", path.display())]
    Host {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The archive is damaged, or holds what cannot be in a tree.
    #[error("{}: {fault} (at byte {offset}{})", archive.display(), if *unpacked { " of the unpacked archive" } else { "" })]
    Archive {
        /// The archive.
        archive: PathBuf,
        /// Where in it: the first byte of what is wrong, or of the entry's header.
        offset: u64,
        /// Whether `offset` counts decompressed bytes.
        unpacked: bool,
        /// What is wrong.
        fault: ArchiveFault,
    },
    /// An image of a container is damaged, or is not the one image that is wanted.
    #[error("{}: {file}: {fault}", archive.display())]
    Container {
        /// The archive or directory.
        archive: PathBuf,
        /// Which file of it.
        file: String,
        /// What is wrong.
        fault: super::ContainerFault,
    },
}

/// What is wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveFault {
    /// No byte.
    #[error("an empty file, not an archive")]
    Empty,
    /// No format that is known.
    #[error("neither a tar archive nor one compressed with gzip, xz, zstd, bzip2 or lzip")]
    Unknown,
    /// The archive stops within an entry.
    #[error("cut off in the middle of an entry; get the archive again")]
    Truncated,
    /// The archive stops after an entry.
    #[error("cut off: the blocks of zeros that end a tar archive are missing")]
    Unclosed,
    /// Something follows the end.
    #[error("something follows the end of the archive")]
    TrailingData,
    /// A header is damaged.
    #[error("damaged header: its checksum is {computed}, but says {stored}")]
    Checksum {
        /// What the header says.
        stored: i64,
        /// The sum of its bytes.
        computed: u32,
    },
    /// A number in a header is none.
    #[error("damaged header: {field} is not a number")]
    Number {
        /// Which field (POSIX.1-2017, pax, "ustar Interchange Format").
        field: &'static str,
    },
    /// An extended header is no list of records.
    #[error("damaged extended header: {0}")]
    ExtendedHeader(&'static str),
    /// The compressed stream is damaged.
    #[error("damaged {format} data: {error}")]
    Compression {
        /// Which compression.
        format: &'static str,
        /// What the decompressor said.
        error: io::Error,
    },
    /// So much comes of so little that it is no archive, but meant to fill the disk.
    #[error(
        "{unpacked} bytes unpacked from {packed}: more than {} times as many are taken for an attack",
        super::compression::RATIO_AT_MOST
    )]
    Bomb {
        /// Bytes read.
        packed: u64,
        /// Bytes that came of them so far.
        unpacked: u64,
    },
    /// One entry cannot be part of the tree.
    #[error("{name}: {fault}")]
    Entry {
        /// The entry's name; what is no UTF-8 is replaced.
        name: String,
        /// Why.
        fault: EntryFault,
    },
}

/// Why an entry of an archive cannot be part of a tree.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EntryFault {
    /// The name is empty.
    #[error("an entry without a name")]
    NoName,
    /// The name or the target of a hard link has `..` in it.
    #[error("`..` in the name would lead out of the tree")]
    Escapes,
    /// A name or target has a NUL byte in it.
    #[error("a NUL byte in the name")]
    NulByte,
    /// A parent is a file, or links that lead to none.
    #[error("a part of the name before it is no directory")]
    NotADirectory,
    /// A file has the name of a directory that is not empty.
    #[error("a {0} cannot replace a directory that has entries")]
    ReplacesDirectory(&'static str),
    /// The root is no directory.
    #[error("the root of the tree must be a directory")]
    RootKind,
    /// A hard link to nothing.
    #[error("a hard link to {0}, which is not in the archive")]
    LinkMissing(String),
    /// A hard link to a directory.
    #[error("a hard link to {0}, which is a directory")]
    LinkToDirectory(String),
    /// A symbolic link without a target.
    #[error("a symbolic link to nothing")]
    NoTarget,
    /// A number that a file cannot have.
    #[error("{field} {value} is out of range")]
    OutOfRange {
        /// Which number.
        field: &'static str,
        /// Its value.
        value: i64,
    },
    /// A type of entry that is not known.
    #[error("an entry of type {:?} cannot be imported", char::from(*.0))]
    Type(u8),
    /// The map of a sparse file is damaged.
    #[error("damaged map of a sparse file: {0}")]
    SparseMap(&'static str),
    /// An extended attribute is damaged.
    #[error("damaged extended attribute {0}")]
    Xattr(String),
    /// An access control list is damaged, or names someone that `etc/passwd` and `etc/group` do not.
    #[error("access control list: {0}")]
    Acl(String),
}
