//! Quota files: how much each user, group or project has taken, in the kernel's version 2 format,
//! revision 1 ("vfsv1", as quotactl(8) and the sources of quota-tools and the kernel's quota_tree
//! describe it): a header, then a tree of four levels that leads from an ID to its record.

use super::little_endian::{Store, low16, low32};
use std::collections::{BTreeMap, BTreeSet};
use tintype_tree::Metadata;

/// Bytes of a block of the file, whatever the file system's.
const BLOCK: usize = 1024;
/// Bytes of a block's header (`qt_disk_dqdbheader`) and of a record (`v2r1_disk_dqblk`).
const HEADER_LEN: usize = 16;
const RECORD_LEN: usize = 72;
const RECORDS: usize = (BLOCK - HEADER_LEN) / RECORD_LEN;
/// `dqi_bgrace` and `dqi_igrace`: seconds in a week.
const GRACE: u32 = 7 * 24 * 60 * 60;
/// The header's version of this format.
const VERSION: u32 = 1;

/// By what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuotaType {
    User,
    Group,
    Project,
}

impl QuotaType {
    fn magic(self) -> u32 {
        match self {
            QuotaType::User => 0xd9c0_1f11,
            QuotaType::Group => 0xd9c0_1927,
            QuotaType::Project => 0xd9c0_3f14,
        }
    }

    /// The inode that is reserved for users' and groups' files.
    pub fn reserved_inode(self) -> u32 {
        if self == QuotaType::User { 3 } else { 4 }
    }

    /// To whom a file is counted.
    pub fn id_of(self, metadata: &Metadata) -> u32 {
        match self {
            QuotaType::User => metadata.uid,
            QuotaType::Group => metadata.gid,
            QuotaType::Project => 0,
        }
    }
}

/// What one of them has taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    pub inodes: u64,
    /// Bytes on disk.
    pub space: u64,
}

/// The nodes of the tree on each level, by the leading bits of the IDs below them. Level 0 is the root.
fn nodes(ids: &BTreeSet<u32>) -> [BTreeSet<u32>; 4] {
    let level = |shift: u32| ids.iter().map(|id| id.checked_shr(shift).unwrap_or(0)).collect();
    [level(32), level(24), level(16), level(8)]
}

/// Bytes of the file for `ids`.
pub(super) fn file_len(ids: &BTreeSet<u32>) -> u64 {
    let nodes: usize = nodes(ids).iter().map(BTreeSet::len).sum();
    ((1 + nodes + ids.len().div_ceil(RECORDS)) * BLOCK) as u64
}

/// The file that states `usage`. Blocks: the header, the tree level by level, the records.
pub(super) fn build(kind: QuotaType, usage: &BTreeMap<u32, Usage>) -> Vec<u8> {
    let ids: BTreeSet<u32> = usage.keys().copied().collect();
    let mut file = vec![0; file_len(&ids) as usize];
    let mut next = 1;
    let places = nodes(&ids).map(|level| {
        let first = next;
        next += level.len();
        level.into_iter().zip(first..).collect::<BTreeMap<u32, usize>>()
    });
    let first_record_block = next;
    for (index, (id, used)) in usage.iter().enumerate() {
        let block = first_record_block + index / RECORDS;
        // From the root down, each node names the next; the last one names the block of records.
        for level in 0..4 {
            let shift = 8 * (3 - level as u32);
            let node = id.checked_shr(shift + 8).unwrap_or(0);
            let below = match places.get(level + 1) {
                Some(places) => places[&(id >> shift)],
                None => block,
            };
            let slot = (id >> shift & 0xff) as usize;
            file.put32(places[level][&node] * BLOCK + 4 * slot, low32(below as u64));
        }
        let at = block * BLOCK + HEADER_LEN + index % RECORDS * RECORD_LEN;
        file.put32(at, *id); // dqb_id
        file.put(at + 24, &used.inodes.to_le_bytes()); // dqb_curinodes
        file.put(at + 48, &used.space.to_le_bytes()); // dqb_curspace
        file.put16(block * BLOCK + 8, low16((index % RECORDS) as u64 + 1)); // dqdh_entries
    }
    let last = usage.len() % RECORDS;
    let blocks = file.len() / BLOCK;
    let with_room = if last == 0 { 0 } else { blocks - 1 };
    file.put32(0, kind.magic()); // dqh_magic
    file.put32(4, VERSION); // dqh_version
    file.put32(8, GRACE); // dqi_bgrace
    file.put32(12, GRACE); // dqi_igrace
    file.put32(20, low32(blocks as u64)); // dqi_blocks
    file.put32(28, low32(with_room as u64)); // dqi_free_entry
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows the tree as a reader does.
    fn find(file: &[u8], id: u32) -> Option<(u64, u64)> {
        let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        let mut block = 1;
        for level in 0..4 {
            let slot = (id >> (8 * (3 - level)) & 0xff) as usize;
            block = word(block * BLOCK + 4 * slot) as usize;
            if block == 0 {
                return None;
            }
        }
        let long = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap());
        let records = (0..RECORDS).map(|index| block * BLOCK + HEADER_LEN + index * RECORD_LEN);
        let at = records.into_iter().find(|at| word(*at) == id)?;
        Some((long(at + 24), long(at + 48)))
    }

    #[test]
    fn every_id_is_found_with_its_usage() {
        let ids = (0..40).chain([255, 256, 65_535, 65_536, 1 << 24, u32::MAX]);
        let usage: BTreeMap<u32, Usage> = ids
            .map(|id| (id, Usage { inodes: u64::from(id) + 1, space: u64::from(id) << 12 }))
            .collect();
        let file = build(QuotaType::User, &usage);
        for (id, used) in &usage {
            assert_eq!(find(&file, *id), Some((used.inodes, used.space)), "{id}");
        }
        assert_eq!(find(&file, 70_000), None);
    }
}
