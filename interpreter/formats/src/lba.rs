//! Logical block addresses.

use std::fmt;

/// Bytes of a logical block on most disks. Some have 4096.
pub const BLOCK_LEN: u64 = 512;

/// A logical block address: which block of a disk, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lba(pub u64);

/// An offset in bytes that is no block's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{offset} bytes: not a multiple of {block_len}, so that no sector begins there")]
pub struct Unaligned {
    /// The offset in bytes.
    pub offset: u64,
    /// Bytes of a block.
    pub block_len: u64,
}

impl Lba {
    /// The block of `block_len` bytes whose first byte is `offset`.
    ///
    /// # Errors
    /// When no block begins there.
    pub fn from_offset(offset: u64, block_len: u64) -> Result<Lba, Unaligned> {
        match offset % block_len {
            0 => Ok(Lba(offset / block_len)),
            _ => Err(Unaligned { offset, block_len }),
        }
    }
}

impl fmt::Display for Lba {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
