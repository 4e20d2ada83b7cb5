//! From a directory's blocks to its entries.

use super::inode::Inode;
use super::mapping::{inline_content, mappings};
use super::volume::Volume;
use super::{Fault, xattr};
use crate::ext::checksum::ChecksumSeed;
use crate::ext::directory::{TAIL_FILE_TYPE, TAIL_LEN};
use crate::ext::inode::{EXT4_INDEX_FL, EXT4_INLINE_DATA_FL, I_BLOCK_LEN};
use crate::ext::little_endian::Load;

/// A name and its inode.
type Named = (Box<[u8]>, u32);
/// Bytes of an entry before its name.
const HEADER_LEN: usize = 8;
/// In a directory within its inode, the parent's inode comes before the entries.
const INLINE_PARENT_LEN: usize = 4;

/// The entries of a directory, `.` and `..` left out.
pub(super) fn entries(volume: &mut Volume, inode: &Inode) -> Result<Vec<Named>, Fault> {
    let mut found = Vec::new();
    if inode.has(EXT4_INLINE_DATA_FL) {
        let (_, inline) = xattr::read(volume, inode)?;
        let bytes = inline_content(inode, inline)?;
        // The part in i_block and that in the attribute are filled each by itself.
        let (first, rest) = bytes.split_at(bytes.len().min(I_BLOCK_LEN));
        list(first.get(INLINE_PARENT_LEN..).unwrap_or_default(), &mut found)?;
        list(rest, &mut found)?;
        return Ok(found);
    }
    for map in mappings(volume, inode)? {
        for step in 0..map.len {
            let block = volume.block(map.physical + step)?;
            let is_root = inode.has(EXT4_INDEX_FL) && map.logical + step == 0;
            if !is_root {
                check(&block, inode.checksums)?;
            }
            list(&block, &mut found)?;
        }
    }
    Ok(found)
}

/// Checks the checksum of a block with entries. Those of an index have another, which is not looked
/// at: nothing is read from them. To those who do not know it, an index is entries that span its
/// blocks, and its end may still look like that of the entries that were there before.
fn check(block: &[u8], checksums: Option<ChecksumSeed>) -> Result<(), Fault> {
    if block.get32(0) == 0 && usize::from(block.get16(4)) == block.len() {
        return Ok(());
    }
    let Some(checksums) = checksums else { return Ok(()) };
    let (covered, tail) = block.split_at(block.len() - TAIL_LEN);
    let has_tail =
        tail.get32(0) == 0 && usize::from(tail.get16(4)) == TAIL_LEN && tail[7] == TAIL_FILE_TYPE;
    match has_tail && checksums.sum(covered) != tail.get32(8) {
        true => Err(Fault::Damaged("the checksum of a block of its entries is wrong")),
        false => Ok(()),
    }
}

/// Adds the entries in `bytes`, which they fill.
fn list(bytes: &[u8], found: &mut Vec<Named>) -> Result<(), Fault> {
    let mut rest = bytes;
    while rest.len() >= HEADER_LEN {
        let rec_len = match rest.get16(4) {
            // The length of a whole block of 64 KiB has more bits than there are.
            0 | u16::MAX => rest.len(),
            len => len.into(),
        };
        let name_len = usize::from(rest[6]);
        let inode = rest.get32(0);
        let fits = rec_len >= HEADER_LEN && rec_len % 4 == 0 && rec_len <= rest.len();
        if !fits || inode != 0 && HEADER_LEN + name_len > rec_len {
            return Err(Fault::Damaged("one of its entries does not fit"));
        }
        let name = &rest[HEADER_LEN..][..if inode == 0 { 0 } else { name_len }];
        if inode != 0 && name != b"." && name != b".." {
            if name.is_empty() || name.iter().any(|byte| b"/\0".contains(byte)) {
                return Err(Fault::Damaged("one of its entries has a name that no file can have"));
            }
            found.push((name.into(), inode));
        }
        rest = &rest[rec_len..];
    }
    Ok(())
}
