//! The resize inode, inode 7: it keeps the blocks behind the group descriptors for more of them, so
//! that the file system can grow while it is mounted.
//!
//! A block map with nothing but a double table, at the place of the first reserved block among all
//! descriptor blocks. Each reserved block of group 0 serves as the table that names its copies.

use super::geometry::Geometry;
use super::inode::{DiskInode, I_BLOCK_LEN, S_IFREG};
use super::little_endian::{Store, low32};
use tintype_tree::Timestamp;

/// The resize inode's number.
pub(super) const RESIZE_INODE: u32 = 7;
/// Where `i_block` names the double table, in bytes.
const DOUBLE_SLOT: usize = 13 * 4;

/// The inode and the tables, by their blocks; what a table leaves out at its end is zeros.
pub(super) struct ResizeInode {
    pub inode: DiskInode,
    pub tables: Vec<(u64, Vec<u8>)>,
}

/// The size of the resize inode in bytes: all that a double table reaches.
pub(super) fn i_size(block_size: u64) -> u64 {
    let per_table = block_size / 4;
    (per_table * per_table + per_table + 12) * block_size
}

/// The resize inode of a file system, its double table at block `table`.
pub(super) fn build(geometry: &Geometry, table: u64, time: u32) -> ResizeInode {
    let block_size = geometry.block_size as usize;
    let per_table = geometry.block_size / 4;
    let backups: Vec<u64> = (1..geometry.group_count)
        .filter(|group| geometry.has_superblock(*group))
        .map(|group| group * geometry.blocks_per_group)
        .collect();
    let mut double = vec![0; block_size];
    let mut tables = Vec::new();
    for reserved in 0..geometry.reserved_gdt_blocks {
        let descriptor_block = geometry.gdt_blocks + reserved;
        let block = geometry.first_data_block + 1 + descriptor_block;
        double.put32(4 * (descriptor_block % per_table) as usize, low32(block));
        if !backups.is_empty() {
            // The rest of the block is zeros, and there are many such blocks.
            let copies = backups.iter().flat_map(|distance| low32(block + distance).to_le_bytes());
            tables.push((block, copies.collect()));
        }
    }
    tables.push((table, double));
    let blocks = 1 + geometry.reserved_gdt_blocks * (1 + backups.len() as u64);
    let mut i_block = [0; I_BLOCK_LEN];
    i_block.put32(DOUBLE_SLOT, low32(table));
    let inode = DiskInode {
        i_mode: S_IFREG | 0o600,
        i_uid: 0,
        i_gid: 0,
        i_links_count: 1,
        i_size: i_size(geometry.block_size),
        i_blocks: blocks * (geometry.block_size / 512),
        i_flags: 0,
        i_block,
        i_file_acl: 0,
        time: Timestamp { seconds: time.into(), nanoseconds: 0 },
    };
    ResizeInode { inode, tables }
}
