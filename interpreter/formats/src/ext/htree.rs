//! Indexed directories ("Hash Tree Directories" in the kernel's ext4 documentation).

use super::directory::{DirectoryEntry, DirectoryFormat, LeafBlocks, Place, dots};
use super::hash::{HALF_MD4, NameHash, hash_name};
use super::little_endian::Store;

/// Bytes before the entries of `dx_root`: `.`, `..` and `dx_root_info`.
const ROOT_HEADER: usize = 32;
/// Where `dx_root_info` begins.
const ROOT_INFO: usize = 24;
/// Bytes before the entries of `dx_node`: an unused directory entry that spans the block.
const NODE_HEADER: usize = 8;
/// Bytes of a `dx_entry`, and of the `dx_tail` that holds the checksum.
const ENTRY_LEN: usize = 8;

/// What an index entry says: from this hash on, look in that block of the directory.
#[derive(Clone, Copy)]
struct IndexEntry {
    hash: u32,
    block: u32,
}

/// The hash tree of the directory at `place`, or `None` if its index has no room for so many names.
/// Blocks: the root, the inner nodes level by level, the leaves.
pub(super) fn build(
    format: &DirectoryFormat,
    place: Place,
    entries: &[DirectoryEntry],
    seed: &[u8; 16],
) -> Option<Vec<u8>> {
    let mut hashed: Vec<(NameHash, &DirectoryEntry)> =
        entries.iter().map(|entry| (hash_name(entry.name, seed), entry)).collect();
    hashed.sort_unstable_by(|(a, left), (b, right)| a.cmp(b).then(left.name.cmp(right.name)));

    let mut leaves = LeafBlocks::new(format, place.own);
    let mut level = vec![IndexEntry { hash: 0, block: 0 }];
    let mut before = None;
    for (hash, entry) in &hashed {
        if leaves.push(entry) {
            // An odd hash says that its names begin in the block before.
            let continued = u32::from(before == Some(hash.major));
            level.push(IndexEntry { hash: hash.major | continued, block: level.len() as u32 });
        }
        before = Some(hash.major);
    }
    let leaves = leaves.finish();

    // Level by level upwards: how many entries each node of it has.
    let node_limit = entry_limit(format, NODE_HEADER);
    let mut widths = Vec::new();
    let mut width = level.len();
    while width > entry_limit(format, ROOT_HEADER) {
        width = width.div_ceil(node_limit);
        widths.push(width);
    }
    if widths.len() >= format.index_levels {
        return None;
    }
    let inner: usize = widths.iter().sum();
    let mut bytes = vec![0; (1 + inner) * format.block_size];
    let mut next = 1 + inner;
    level.iter_mut().for_each(|entry| entry.block += next as u32);
    for width in &widths {
        next -= width;
        let mut above = Vec::with_capacity(*width);
        for (node, entries) in level.chunks(node_limit).enumerate() {
            let block = next + node;
            let at = block * format.block_size;
            let bytes = &mut bytes[at..at + format.block_size];
            bytes.put16(4, format.block_size as u16); // fake.rec_len
            put_entries(format, place, bytes, NODE_HEADER, entries);
            above.push(IndexEntry { hash: entries[0].hash, block: block as u32 });
        }
        level = above;
    }
    put_root(format, place, &mut bytes[..format.block_size], widths.len() as u8, &level);
    bytes.extend(leaves);
    Some(bytes)
}

/// How many entries a node has room for, its header being so long.
fn entry_limit(format: &DirectoryFormat, header: usize) -> usize {
    let tail = if format.checksums.is_some() { ENTRY_LEN } else { 0 };
    (format.block_size - header - tail) / ENTRY_LEN
}

fn put_root(
    format: &DirectoryFormat,
    place: Place,
    root: &mut [u8],
    indirect_levels: u8,
    entries: &[IndexEntry],
) {
    let [dot, dot_dot] = dots(place);
    format.put_entry(root, 0, &dot, dot.len());
    format.put_entry(root, dot.len(), &dot_dot, format.block_size - dot.len());
    root[ROOT_INFO + 4] = HALF_MD4; // hash_version
    root[ROOT_INFO + 5] = (ROOT_HEADER - ROOT_INFO) as u8; // info_length
    root[ROOT_INFO + 6] = indirect_levels;
    put_entries(format, place, root, ROOT_HEADER, entries);
}

/// Writes the entries of a root or node. The first one's hash is never looked at: `limit` and `count`
/// lie there.
fn put_entries(
    format: &DirectoryFormat,
    place: Place,
    block: &mut [u8],
    header: usize,
    entries: &[IndexEntry],
) {
    let limit = entry_limit(format, header);
    for (index, entry) in entries.iter().enumerate() {
        let at = header + index * ENTRY_LEN;
        block.put32(at, entry.hash);
        block.put32(at + 4, entry.block);
    }
    block.put16(header, limit as u16);
    block.put16(header + 2, entries.len() as u16);
    if let Some(checksums) = format.checksums {
        // The checksum covers what is in use, and the tail with a checksum of zero.
        let used = header + entries.len() * ENTRY_LEN;
        let tail = header + limit * ENTRY_LEN;
        let mut covered = block[..used].to_vec();
        covered.extend([0; ENTRY_LEN]);
        block.put32(tail + 4, checksums.of_inode(place.own).sum(&covered)); // dt_checksum
    }
}
