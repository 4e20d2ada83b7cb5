//! Extent trees ("Extent Tree" in the kernel's ext4 documentation).

use super::checksum::ChecksumSeed;
use super::inode::I_BLOCK_LEN;
use super::little_endian::{Store, low16, low32};
use super::mapping::{Mapping, MappingTree};

/// `eh_magic`.
pub(super) const EXT4_EXT_MAGIC: u16 = 0xf30a;
/// The longest initialised extent, in blocks.
pub(super) const EXT_INIT_MAX_LEN: u64 = 32768;
/// Bytes of the header, of an extent and of an index entry alike.
pub(super) const ENTRY_LEN: usize = 12;
/// Entries of the root, in the inode.
const ROOT_ENTRIES: usize = I_BLOCK_LEN / ENTRY_LEN - 1;
/// How many blocks a file may have: the last number is the kernel's "past all blocks".
pub(super) const BLOCK_LIMIT: u64 = u32::MAX as u64;

/// Entries of a node that is a block.
fn node_entries(block_size: u64) -> usize {
    block_size as usize / ENTRY_LEN - 1
}

/// The number of nodes outside the inode.
pub(super) fn node_count(mappings: &[Mapping], block_size: u64) -> u64 {
    let extents: u64 = mappings.iter().map(|map| map.len.div_ceil(EXT_INIT_MAX_LEN)).sum();
    let mut level = extents;
    let mut nodes = 0;
    while level > ROOT_ENTRIES as u64 {
        level = level.div_ceil(node_entries(block_size) as u64);
        nodes += level;
    }
    nodes
}

/// One entry: a leaf's `ext4_extent`, or an inner node's `ext4_extent_idx`.
struct Entry {
    /// `ee_block` or `ei_block`: the first block of the file that it covers.
    logical: u32,
    bytes: [u8; ENTRY_LEN],
}

fn extent(logical: u64, physical: u64, len: u64) -> Entry {
    let mut bytes = [0; ENTRY_LEN];
    bytes.put32(0, low32(logical)); // ee_block
    bytes.put16(4, low16(len)); // ee_len
    bytes.put16(6, low16(physical >> 32)); // ee_start_hi
    bytes.put32(8, low32(physical)); // ee_start_lo
    Entry { logical: low32(logical), bytes }
}

fn index(logical: u32, node: u64) -> Entry {
    let mut bytes = [0; ENTRY_LEN];
    bytes.put32(0, logical); // ei_block
    bytes.put32(4, low32(node)); // ei_leaf_lo
    bytes.put16(8, low16(node >> 32)); // ei_leaf_hi
    Entry { logical, bytes }
}

/// Fills a node: header and entries.
fn fill_node(node: &mut [u8], entries: &[Entry], max: usize, depth: u16) {
    node.put16(0, EXT4_EXT_MAGIC);
    node.put16(2, entries.len() as u16); // eh_entries
    node.put16(4, max as u16); // eh_max
    node.put16(6, depth); // eh_depth
    for (slot, entry) in node.chunks_exact_mut(ENTRY_LEN).skip(1).zip(entries) {
        slot.copy_from_slice(&entry.bytes);
    }
}

/// The tree for `mappings`, its nodes at `places`, full from the left: leaves first, then each level
/// above. `checksums` are those of the inode.
pub(super) fn build(
    mappings: &[Mapping],
    places: &[u64],
    block_size: u64,
    checksums: Option<ChecksumSeed>,
) -> MappingTree {
    let mut level: Vec<Entry> = Vec::new();
    for map in mappings {
        let mut done = 0;
        while done < map.len {
            let len = (map.len - done).min(EXT_INIT_MAX_LEN);
            level.push(extent(map.logical + done, map.physical + done, len));
            done += len;
        }
    }
    let max = node_entries(block_size);
    let tail = ENTRY_LEN * (max + 1);
    let mut blocks = Vec::with_capacity(places.len());
    let mut places = places.iter().copied();
    let mut depth = 0;
    while level.len() > ROOT_ENTRIES {
        let nodes = level.chunks(max).zip(places.by_ref().take(level.len().div_ceil(max)));
        let above = nodes.map(|(entries, place)| {
            let mut node = vec![0; block_size as usize];
            fill_node(&mut node, entries, max, depth);
            if let Some(checksums) = checksums {
                let sum = checksums.sum(&node[..tail]);
                node.put32(tail, sum); // et_checksum
            }
            blocks.push((place, node));
            index(entries[0].logical, place)
        });
        level = above.collect();
        depth += 1;
    }
    let mut i_block = [0; I_BLOCK_LEN];
    fill_node(&mut i_block, &level, ROOT_ENTRIES, depth);
    MappingTree { i_block, blocks }
}
