//! squashfs 4.0: a file system that is read only and compressed, as live media have it (Linux,
//! Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h).
//!
//! After the superblock come the files' blocks and fragments, then tables in a fixed order: inodes,
//! directories, fragments, owners, extended attributes. Contents are compressed on all cores into a spool
//! before anything is laid out; the tables are in memory.

mod compressor;
mod data;
mod directory;
mod inode;
mod metadata;
mod options;
mod owners;
mod tables;
mod xattr;

pub use compressor::Compression;
pub use options::{Options, OptionsError};

use std::io;
use tintype_tree::{Extents, Spool, SpoolError, Tree};

/// Bytes of the superblock.
const SUPERBLOCK_LEN: u64 = 96;
/// `SQUASHFS_MAGIC`: "hsqs".
const MAGIC: u32 = 0x7371_7368;
/// `SQUASHFS_MAJOR`, `SQUASHFS_MINOR`.
const VERSION: [u16; 2] = [4, 0];
/// `SQUASHFS_NO_XATTR`.
const NO_XATTRS: u16 = 1 << 9;
/// Where there is no such table.
const NO_TABLE: u64 = u64::MAX;
/// mksquashfs makes files whole pages long, so that a loop device reads all of them.
const PAGE_LEN: u64 = 4096;

/// Why a tree cannot be such a file system.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A source cannot be read.
    #[error(transparent)]
    Source(#[from] io::Error),
    /// There is no room for what is made.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A name that is too long.
    #[error(
        "{path}: the name has {len} bytes; a name in squashfs has at most {}",
        directory::NAME_LEN
    )]
    NameTooLong {
        /// Its path.
        path: String,
        /// Its bytes.
        len: usize,
    },
    /// A link that is too long.
    #[error(
        "{path}: the link has {len} bytes; a link in squashfs has at most {}",
        inode::TARGET_LEN
    )]
    TargetTooLong {
        /// Its path.
        path: String,
        /// Its bytes.
        len: usize,
    },
    /// An attribute outside of the name spaces that there are.
    #[error(
        "{path}: squashfs has no place for the attribute {name}; it keeps user.*, trusted.* and security.*"
    )]
    Attribute {
        /// The file's path.
        path: String,
        /// The attribute.
        name: String,
    },
    /// A device number that does not fit.
    #[error(
        "{path}: device {major}:{minor} does not fit; squashfs has 12 bits for major and 20 for minor numbers"
    )]
    Device {
        /// Its path.
        path: String,
        /// Its major number.
        major: u32,
        /// Its minor number.
        minor: u32,
    },
    /// More users and groups than can be counted.
    #[error("there are {0} users and groups; squashfs has numbers for 65535")]
    Owners(usize),
    /// A table that is too long for its references.
    #[error("squashfs cannot hold so many files: a table has {0} bytes, more than 4 GiB")]
    TableTooLong(u64),
}

/// Compresses what is in `tree` into `spool`, on `threads` threads, and lays out a file system of it.
/// The result does not depend on the number of threads.
///
/// # Errors
/// When a source cannot be read, the spool is full, or a file cannot be expressed.
pub fn lay_out(
    tree: &Tree,
    options: &Options,
    spool: &mut Spool,
    threads: usize,
) -> Result<Extents, Error> {
    let contents = data::compress(tree, options, spool, threads)?;
    let tables = tables::Tables::new(tree, options, &contents)?;

    let mut volume = Extents::hole(SUPERBLOCK_LEN);
    volume.put(SUPERBLOCK_LEN, &contents.blocks);
    let put = |volume: &mut Extents, bytes: Vec<u8>| {
        let start = volume.len();
        volume.put_bytes(start, bytes);
        start
    };
    let inodes = put(&mut volume, tables.inodes);
    let directories = put(&mut volume, tables.directories);
    let compressor = &mut options.compressor();
    let mut indexed = |volume: &mut Extents, entries: &[u8]| {
        let (blocks, starts) = metadata::blocks(compressor, entries)?;
        let start = put(volume, blocks);
        let index = starts.iter().flat_map(|block| (start + block).to_le_bytes()).collect();
        Ok::<u64, Error>(put(volume, index))
    };
    let fragments = match contents.fragments.len() {
        0 => NO_TABLE,
        _ => indexed(&mut volume, &contents.fragment_table())?,
    };
    let owners = indexed(&mut volume, tables.owners.table())?;
    let xattrs = match tables.xattrs.is_empty() {
        true => NO_TABLE,
        false => {
            let values = put(&mut volume, tables.xattrs.values);
            let (blocks, starts) = metadata::blocks(compressor, &tables.xattrs.sets)?;
            let start = put(&mut volume, blocks);
            let mut head = values.to_le_bytes().to_vec();
            head.extend(tables.xattrs.count.to_le_bytes());
            head.extend(0u32.to_le_bytes());
            head.extend(starts.iter().flat_map(|block| (start + block).to_le_bytes()));
            put(&mut volume, head)
        }
    };

    let len = volume.len();
    let mut superblock = MAGIC.to_le_bytes().to_vec();
    superblock.extend(tables.inode_count.to_le_bytes());
    superblock.extend(inode::seconds(tree.node(tree.root())).to_le_bytes());
    superblock.extend((options.block_len as u32).to_le_bytes());
    superblock.extend((contents.fragments.len() as u32).to_le_bytes());
    superblock.extend(options.compression.id().to_le_bytes());
    superblock.extend((options.block_len.ilog2() as u16).to_le_bytes());
    let flags = if xattrs == NO_TABLE { NO_XATTRS } else { 0 };
    superblock.extend(flags.to_le_bytes());
    superblock.extend(tables.owners.count().to_le_bytes());
    superblock.extend(VERSION.iter().flat_map(|part| part.to_le_bytes()));
    for position in [tables.root, len, owners, xattrs, inodes, directories, fragments, NO_TABLE] {
        superblock.extend(position.to_le_bytes());
    }
    volume.put_bytes(0, superblock);
    volume.grow(len.next_multiple_of(PAGE_LEN));
    Ok(volume)
}
