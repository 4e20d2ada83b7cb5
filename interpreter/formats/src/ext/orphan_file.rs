//! The orphan file: blocks of slots for inodes that were removed while open, all of them free
//! ("Orphan file" in the kernel's ext4 documentation).

use super::checksum::ChecksumSeed;
use super::little_endian::Store;

/// `ob_magic`, in the tail of each block.
const EXT4_ORPHAN_BLOCK_MAGIC: u32 = 0x0b10_ca04;
/// Bytes of `ext4_orphan_block_tail`.
const TAIL_LEN: usize = 8;
/// The most blocks that mke2fs gives it, and the least.
const MOST_BLOCKS: u64 = 512;
const LEAST_BLOCKS: u64 = 32;

/// The blocks that mke2fs gives it in a file system of so many.
pub(super) fn default_blocks(blocks_count: u64) -> u64 {
    (blocks_count / 4096).clamp(LEAST_BLOCKS, MOST_BLOCKS)
}

/// One of its blocks, at block `place` of the file system; `checksums` are those of its inode.
pub(super) fn block(place: u64, block_size: usize, checksums: Option<ChecksumSeed>) -> Vec<u8> {
    let mut block = vec![0; block_size];
    let tail = block_size - TAIL_LEN;
    block.put32(tail, EXT4_ORPHAN_BLOCK_MAGIC); // ob_magic
    if let Some(checksums) = checksums {
        let sum = checksums.of_block(place).sum(&block[..tail]);
        block.put32(tail + 4, sum); // ob_checksum
    }
    block
}
