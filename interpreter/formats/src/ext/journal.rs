//! The journal, inode 8 ("Journal (jbd2)" in the kernel's ext4 documentation). It is empty: only its
//! superblock is stored.

use tintype_tree::Extents;

/// The journal's inode.
pub(super) const JOURNAL_INODE: u32 = 8;
/// `h_magic`.
const JBD2_MAGIC_NUMBER: u32 = 0xc03b_3998;
/// `h_blocktype` of a superblock with feature fields.
const JBD2_SUPERBLOCK_V2: u32 = 4;
/// Bytes of `journal_superblock_s`.
const SUPERBLOCK_LEN: usize = 1024;

/// The content of a journal of `blocks` blocks, for the file system with `uuid`.
pub(super) fn content(blocks: u64, block_size: u64, uuid: &[u8; 16]) -> Extents {
    let mut superblock = [0; SUPERBLOCK_LEN];
    // The journal alone stores its numbers most significant byte first.
    let mut put32 = |at: usize, value: u32| {
        superblock[at..at + 4].copy_from_slice(&value.to_be_bytes());
    };
    put32(0x00, JBD2_MAGIC_NUMBER); // s_header.h_magic
    put32(0x04, JBD2_SUPERBLOCK_V2); // s_header.h_blocktype
    put32(0x0c, block_size as u32); // s_blocksize
    put32(0x10, blocks as u32); // s_maxlen
    put32(0x14, 1); // s_first
    put32(0x18, 1); // s_sequence
    put32(0x1c, 0); // s_start: nothing to replay
    put32(0x40, 1); // s_nr_users
    superblock[0x30..0x40].copy_from_slice(uuid); // s_uuid
    let mut content = Extents::from_bytes(superblock);
    content.grow(blocks * block_size);
    content
}
