//! Logical block addresses.

use std::fmt;

/// Bytes of a logical block, on every disk that we make.
pub const BLOCK_LEN: u64 = 512;

/// A logical block address: which block of 512 bytes of a disk, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lba(pub u64);

/// An offset in bytes that is no block's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{offset} bytes: not a multiple of 512, so that no sector begins there")]
pub struct Unaligned {
    /// The offset in bytes.
    pub offset: u64,
}

impl Lba {
    /// The block whose first byte is `offset`.
    ///
    /// # Errors
    /// When no block begins there.
    pub fn from_offset(offset: u64) -> Result<Lba, Unaligned> {
        match offset % BLOCK_LEN {
            0 => Ok(Lba(offset / BLOCK_LEN)),
            _ => Err(Unaligned { offset }),
        }
    }

    /// Its first byte.
    pub fn offset(self) -> u64 {
        self.0 * BLOCK_LEN
    }
}

impl fmt::Display for Lba {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
