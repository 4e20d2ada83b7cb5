//! ext2, ext3 and ext4 as a layout: a tree becomes the extents of a whole file system, what mke2fs
//! would make of it, without reading any file's content.
//!
//! The modules follow the sections of the kernel's documentation of the disk layout ("ext4 Data
//! Structures and Algorithms"); fields have the kernel's names. A size is cut up by `geometry`, the
//! tree is taken stock of by `inventory`, `placement` joins the two, `layout` writes what they say.

mod acl;
mod backups;
mod block_map;
mod checksum;
mod command_line;
mod directory;
mod extended;
mod extent_tree;
mod features;
mod geometry;
mod group;
mod hash;
mod hidden;
mod htree;
mod inode;
mod inventory;
mod journal;
mod layout;
mod little_endian;
mod mapping;
mod nearest;
mod numbering;
mod options;
mod orphan_file;
mod placement;
mod profile;
mod quota;
pub mod reader;
mod resize_inode;
mod size;
mod space;
mod superblock;
mod xattr;

pub use features::{
    DIR_INDEX, DIR_NLINK, ENCRYPT, EXT_ATTR, EXTENT, EXTRA_ISIZE, FILETYPE, FLEX_BG, Feature,
    Features, HAS_JOURNAL, HUGE_FILE, INLINE_DATA, LARGE_DIR, LARGE_FILE, META_BG, METADATA_CSUM,
    METADATA_CSUM_SEED, ORPHAN_FILE, PROJECT, QUOTA, RESIZE_INODE, SPARSE_SUPER, SPARSE_SUPER2,
    STABLE_INODES, UNINIT_BG, VERITY, WIDE_BLOCKS,
};
pub use options::{
    Amount, Creator, ErrorBehaviour, Kind, LABEL_LIMIT, LAST_MOUNTED_LIMIT, OptionError, Options,
    QuotaTypes, Size,
};

use size::{Fit, Fitting};
use tintype_tree::{Extents, NodeId, Timestamp, Tree};

/// Why a tree cannot be laid out as this file system.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Error {
    /// The options do not go together.
    #[error(transparent)]
    Options(#[from] OptionError),
    /// The size is too small.
    #[error("the files need a file system of {needed} bytes, it has {have}")]
    TooSmall {
        /// The next larger size in bytes that is enough.
        needed: u64,
        /// The size in bytes that was asked for.
        have: u64,
    },
    /// The size cannot be described with the features.
    #[error(
        "a file system of {have} bytes cannot be described with these features: 64bit, meta_bg (with ^resize_inode) or larger blocks (-b) can describe more"
    )]
    TooLarge {
        /// The size in bytes.
        have: u64,
    },
    /// `-N` allows fewer inodes than there are files.
    #[error("the files need {needed} inodes, -N allows {have}")]
    TooFewInodes {
        /// Inodes that the tree needs, the reserved ones included.
        needed: u64,
        /// Inodes asked for.
        have: u32,
    },
    /// A name of more than 255 bytes.
    #[error("{path}: the name has {len} bytes, a file system entry has at most 255")]
    NameTooLong {
        /// The path in the tree.
        path: String,
        /// Length of the name in bytes.
        len: usize,
    },
    /// A file of more blocks than can be mapped.
    #[error("{path}: the file has {len} bytes, this file system allows {limit}")]
    FileTooLarge {
        /// The path in the tree.
        path: String,
        /// Its length in bytes.
        len: u64,
        /// The largest length in bytes.
        limit: u64,
    },
    /// A symbolic link whose target is empty or does not fit in one block.
    #[error("{path}: the link's target has {len} bytes, this file system allows 1 to {limit}")]
    Symlink {
        /// The path in the tree.
        path: String,
        /// Length of the target in bytes.
        len: usize,
        /// The longest target in bytes.
        limit: usize,
    },
    /// A time that inodes of this size cannot tell.
    #[error(
        "{path}: the time {} is outside of what these inodes can tell ({earliest} to {latest} \
         seconds since 1970); 256-byte inodes (-I 256) reach to the year 2446",
        .time.seconds
    )]
    Time {
        /// The path in the tree.
        path: String,
        /// The time of last modification.
        time: Timestamp,
        /// The earliest second.
        earliest: i64,
        /// The latest second.
        latest: i64,
    },
    /// A device number that the kernel cannot have.
    #[error("{path}: device {major}:{minor} is no device number (at most 4095:1048575)")]
    Device {
        /// The path in the tree.
        path: String,
        /// Its major number.
        major: u32,
        /// Its minor number.
        minor: u32,
    },
    /// More hard links than an inode can count.
    #[error("{path}: a file has at most {limit} names")]
    TooManyLinks {
        /// The path of the first name too many.
        path: String,
        /// How many names there may be.
        limit: u32,
    },
    /// A directory with two names.
    #[error("{path}: a directory has one name only, this one has another already")]
    DirectoryTwice {
        /// The path of the second name.
        path: String,
    },
    /// `/lost+found` is something else than a directory.
    #[error("lost+found: this name belongs to a directory that e2fsck fills")]
    LostAndFound,
    /// An extended attribute whose name the file system has no way to write.
    #[error(
        "{path}: extended attribute {name} cannot be stored: its prefix is not user., trusted., \
             security. or system."
    )]
    XattrName {
        /// The path in the tree.
        path: String,
        /// The attribute's name.
        name: String,
    },
    /// An access control list that is none.
    #[error("{path}: {name} is no access control list")]
    Acl {
        /// The path in the tree.
        path: String,
        /// The attribute's name.
        name: String,
    },
    /// More extended attributes than fit in the inode and one block.
    #[error("{path}: extended attributes need {needed} bytes in a block that has {available}")]
    XattrsTooLarge {
        /// The path in the tree.
        path: String,
        /// Bytes that do not fit in the inode.
        needed: usize,
        /// Bytes that a block has for them.
        available: usize,
    },
    /// A small file that is to lie in its inode, and cannot be read.
    #[error("{path}: cannot be read: {error}")]
    Content {
        /// The path in the tree.
        path: String,
        /// What the system says.
        error: String,
    },
    /// A file that needs a feature which was switched off.
    #[error("{path}: {why} needs the file system feature {feature}, which is switched off")]
    FeatureNeeded {
        /// The path in the tree.
        path: String,
        /// The feature.
        feature: &'static str,
        /// What needs it.
        why: &'static str,
    },
}

/// Lays `tree` out as a file system. The extents have the length of [`Options::size`]; what they
/// leave out is zeros, unused inode tables and the journal among it. File contents are not read.
///
/// The same tree and options give the same bytes, always.
///
/// # Errors
/// [`Error`]: options that do not go together, a size too small (with the one that is needed), files
/// that this file system cannot hold (with their path).
pub fn lay_out(tree: &Tree, options: &Options) -> Result<Extents, Error> {
    let options = settled(options)?;
    let mut fitting = Fitting::new(tree, &options);
    let fit = match options.size {
        Size::Minimum => fitting.smallest(0)?,
        Size::Exact(have) => match fitting.try_size(have)? {
            Some(fit) => fit,
            None => {
                let needed = fitting.smallest(have + 1)?.bytes;
                return Err(Error::TooSmall { needed, have });
            }
        },
    };
    let Fit { bytes, geometry, placement } = fit;
    let inventory = fitting.inventory(profile::profile(&options, bytes))?;
    Ok(layout::lay_out(inventory, &geometry, &placement, bytes))
}

/// The size in bytes, a whole number of blocks, of the smallest file system of these options (their
/// own size aside) that holds `tree`: one block less is [`Error::TooSmall`].
///
/// # Errors
/// Those of [`lay_out`], but for a size too small.
pub fn minimum_size(tree: &Tree, options: &Options) -> Result<u64, Error> {
    let options = settled(options)?;
    Ok(Fitting::new(tree, &options).smallest(0)?.bytes)
}

fn settled(options: &Options) -> Result<Options, Error> {
    let mut options = options.clone();
    options.settle()?;
    Ok(options)
}

/// A path or name as text for a message.
fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

/// A path that leads to `wanted`, for a message.
fn path_of(tree: &Tree, wanted: NodeId) -> String {
    let found = tree.walk(|path, id| if id == wanted { Err(shown(path)) } else { Ok(()) });
    match found {
        Err(path) if !path.is_empty() => path,
        _ => "/".into(),
    }
}
