//! From an inode's mapping to its content.

use super::Fault;
use super::inode::Inode;
use super::volume::Volume;
use crate::ext::checksum::ChecksumSeed;
use crate::ext::extent_tree::{ENTRY_LEN, EXT_INIT_MAX_LEN, EXT4_EXT_MAGIC};
use crate::ext::inode::{EXT4_EXTENTS_FL, EXT4_INLINE_DATA_FL, I_BLOCK_LEN};
use crate::ext::little_endian::Load;
use crate::ext::mapping::Mapping;
use tintype_tree::Extents;

/// Levels of an extent tree below its root.
const DEPTH_LIMIT: u16 = 5;
/// The longest target of a symbolic link that the kernel follows.
const TARGET_LIMIT: u64 = 65_536;

/// A file's content: ranges of the volume. `inline` is the attribute `system.data`.
pub(super) fn content(
    volume: &mut Volume,
    inode: &Inode,
    inline: Option<Vec<u8>>,
) -> Result<Extents, Fault> {
    if inode.has(EXT4_INLINE_DATA_FL) {
        return inline_content(inode, inline).map(Extents::from_bytes);
    }
    let block_size = volume.block_size();
    if inode.i_size > block_size << 32 {
        return Err(Fault::Damaged("it is longer than a file can be"));
    }
    let mut content = Extents::hole(inode.i_size);
    for map in mappings(volume, inode)? {
        let start = map.logical * block_size;
        // What is mapped past the end is kept for the file to grow into.
        let len = (map.len * block_size).min(inode.i_size.saturating_sub(start));
        for extent in volume.extents.slice(map.physical * block_size, len).iter() {
            content.put_source(start + extent.start, extent.len, extent.source.clone());
        }
    }
    Ok(content)
}

/// Content that lies in the inode.
pub(super) fn inline_content(inode: &Inode, inline: Option<Vec<u8>>) -> Result<Vec<u8>, Fault> {
    let mut bytes = [&inode.i_block[..], &inline.unwrap_or_default()].concat();
    match usize::try_from(inode.i_size) {
        Ok(len) if len <= bytes.len() => {
            bytes.truncate(len);
            Ok(bytes)
        }
        _ => Err(Fault::Damaged("its inode holds less than it says")),
    }
}

/// A symbolic link's target.
pub(super) fn target(
    volume: &mut Volume,
    inode: &Inode,
    inline: Option<Vec<u8>>,
) -> Result<Box<[u8]>, Fault> {
    let in_block = inode.i_size < I_BLOCK_LEN as u64
        && !inode.has(EXT4_EXTENTS_FL)
        && !inode.has(EXT4_INLINE_DATA_FL);
    if in_block {
        return Ok(inode.i_block[..inode.i_size as usize].into());
    }
    if inode.i_size > TARGET_LIMIT {
        return Err(Fault::Damaged("its target is longer than one can be"));
    }
    Ok(content(volume, inode, inline)?.to_vec()?.into())
}

/// Which blocks of a file lie where, ascending.
pub(super) fn mappings(volume: &mut Volume, inode: &Inode) -> Result<Vec<Mapping>, Fault> {
    let mut found = Found { mappings: Vec::new(), blocks_count: volume.about.blocks_count };
    if inode.has(EXT4_EXTENTS_FL) {
        extents(volume, &inode.i_block, None, inode.checksums, &mut found)?;
    } else {
        block_map(volume, inode, &mut found)?;
    }
    Ok(found.mappings)
}

struct Found {
    mappings: Vec<Mapping>,
    blocks_count: u64,
}

impl Found {
    fn add(&mut self, logical: u64, physical: u64, len: u64) -> Result<(), Fault> {
        if physical == 0 || physical + len > self.blocks_count {
            return Err(Fault::Damaged("it leads to a block that is not there"));
        }
        if let Some(last) = self.mappings.last_mut() {
            let end = last.logical + last.len;
            if logical < end {
                return Err(Fault::Damaged("its mapping is out of order"));
            }
            if logical == end && physical == last.physical + last.len {
                last.len += len;
                return Ok(());
            }
        }
        self.mappings.push(Mapping { logical, physical, len });
        Ok(())
    }
}

/// Follows a node of an extent tree; all but the root have a depth that their parent gives.
fn extents(
    volume: &mut Volume,
    node: &[u8],
    depth: Option<u16>,
    checksums: Option<ChecksumSeed>,
    found: &mut Found,
) -> Result<(), Fault> {
    let damaged = Err(Fault::Damaged("its extent tree is none"));
    let (entries, max, eh_depth) = (node.get16(2), node.get16(4), node.get16(6));
    let room = node.len() / ENTRY_LEN - 1;
    let is_node = node.get16(0) == EXT4_EXT_MAGIC
        && entries <= max
        && usize::from(max) <= room
        && eh_depth <= DEPTH_LIMIT
        && depth.is_none_or(|depth| depth == eh_depth);
    if !is_node {
        return damaged;
    }
    let tail = ENTRY_LEN * (usize::from(max) + 1);
    if let (Some(checksums), Some(_)) = (checksums, depth)
        && node.get(tail..tail + 4).map(|sum| sum.get32(0)) != Some(checksums.sum(&node[..tail]))
    {
        return Err(Fault::Damaged("a checksum in its extent tree is wrong"));
    }
    for entry in node.chunks_exact(ENTRY_LEN).skip(1).take(entries.into()) {
        if eh_depth > 0 {
            let below = u64::from(entry.get32(4)) | u64::from(entry.get16(8)) << 32;
            let below = volume.mapping_block(below)?;
            extents(volume, &below, Some(eh_depth - 1), checksums, found)?;
            continue;
        }
        let (logical, len) = (u64::from(entry.get32(0)), u64::from(entry.get16(4)));
        let physical = u64::from(entry.get32(8)) | u64::from(entry.get16(6)) << 32;
        // A longer one is room that was never written to: it reads as zeros.
        if len == 0 {
            return damaged;
        }
        if len <= EXT_INIT_MAX_LEN {
            found.add(logical, physical, len)?;
        }
    }
    Ok(())
}

/// Follows the direct blocks and the three tables.
fn block_map(volume: &mut Volume, inode: &Inode, found: &mut Found) -> Result<(), Fault> {
    let blocks = inode.i_size.div_ceil(volume.block_size());
    let mut logical = 0;
    let slots = inode.i_block.as_chunks::<4>().0;
    for (slot, bytes) in slots.iter().enumerate() {
        let levels = slot.saturating_sub(11) as u32;
        table(volume, u32::from_le_bytes(*bytes), levels, &mut logical, blocks, found)?;
    }
    Ok(())
}

/// Follows one entry, below which there are so many levels of tables.
fn table(
    volume: &mut Volume,
    block: u32,
    levels: u32,
    logical: &mut u64,
    blocks: u64,
    found: &mut Found,
) -> Result<(), Fault> {
    if *logical >= blocks {
        return Ok(());
    }
    let per_table = volume.block_size() / 4;
    if block == 0 {
        *logical += per_table.pow(levels);
        return Ok(());
    }
    if levels == 0 {
        found.add(*logical, block.into(), 1)?;
        *logical += 1;
        return Ok(());
    }
    let bytes = volume.mapping_block(block.into())?;
    for entry in bytes.as_chunks::<4>().0 {
        table(volume, u32::from_le_bytes(*entry), levels - 1, logical, blocks, found)?;
    }
    Ok(())
}
