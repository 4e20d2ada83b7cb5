//! Tables: bytes in blocks of 8 KiB, each compressed, behind its length in 16 bits.

use super::Error;
use super::compressor::Compressor;

/// `SQUASHFS_METADATA_SIZE`.
const BLOCK_LEN: usize = 8192;
/// Marks a block that is not compressed.
const PLAIN: u16 = 1 << 15;

/// A place in a table: where its block begins in what is written, and the byte in the block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    pub(super) block: u32,
    pub(super) offset: u16,
}

impl Position {
    /// As inodes and attributes are referred to.
    pub(super) fn reference(self) -> u64 {
        u64::from(self.block) << 16 | u64::from(self.offset)
    }
}

/// A table that is being written.
pub(super) struct Writer {
    compressor: Compressor,
    written: Vec<u8>,
    waiting: Vec<u8>,
}

impl Writer {
    pub(super) fn new(compressor: Compressor) -> Writer {
        Writer { compressor, written: Vec::new(), waiting: Vec::new() }
    }

    /// Where the next byte goes.
    pub(super) fn position(&self) -> Result<Position, Error> {
        let len = self.written.len() as u64;
        let block = u32::try_from(len).map_err(|_| Error::TableTooLong(len))?;
        Ok(Position { block, offset: self.waiting.len() as u16 })
    }

    /// Appends bytes.
    pub(super) fn put(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let (fits, rest) = bytes.split_at(bytes.len().min(BLOCK_LEN - self.waiting.len()));
            self.waiting.extend_from_slice(fits);
            bytes = rest;
            if self.waiting.len() == BLOCK_LEN {
                write_block(&mut self.compressor, &self.waiting, &mut self.written)?;
                self.waiting.clear();
            }
        }
        Ok(())
    }

    /// All blocks.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        if !self.waiting.is_empty() {
            write_block(&mut self.compressor, &self.waiting, &mut self.written)?;
        }
        Ok(self.written)
    }
}

/// A whole table, and where each block begins in it.
pub(super) fn blocks(
    compressor: &mut Compressor,
    table: &[u8],
) -> Result<(Vec<u8>, Vec<u64>), Error> {
    let (mut written, mut starts) = (Vec::new(), Vec::new());
    for block in table.chunks(BLOCK_LEN) {
        starts.push(written.len() as u64);
        write_block(compressor, block, &mut written)?;
    }
    Ok((written, starts))
}

fn write_block(
    compressor: &mut Compressor,
    block: &[u8],
    written: &mut Vec<u8>,
) -> Result<(), Error> {
    match compressor.shorter(block)? {
        Some(shorter) => {
            written.extend((shorter.len() as u16).to_le_bytes());
            written.extend(shorter);
        }
        None => {
            written.extend((block.len() as u16 | PLAIN).to_le_bytes());
            written.extend(block);
        }
    }
    Ok(())
}
