//! Files that no directory names, but the superblock: the journal, the quota files and the orphan
//! file.

use super::geometry::Geometry;
use super::inode::{EXT4_IMMUTABLE_FL, S_IFREG};
use super::inventory::Inventory;
use super::journal::JOURNAL_INODE;
use super::options::Options;
use super::quota::QuotaType;
use super::{features, quota};

/// `i_mode` of them all: a regular file for root alone.
pub(super) const I_MODE: u16 = S_IFREG | 0o600;

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    Journal,
    Quota(QuotaType),
    Orphans,
}

/// One of them: its inode and its length in blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct HiddenFile {
    pub hidden: Hidden,
    pub number: u32,
    pub blocks: u64,
}

impl Hidden {
    /// The flags of its inode, those of its mapping aside.
    pub fn i_flags(self) -> u32 {
        if matches!(self, Hidden::Quota(_)) { EXT4_IMMUTABLE_FL } else { 0 }
    }
}

/// The hidden files whose inodes are not reserved, in the order of their numbers: they follow those of
/// the tree.
pub(super) fn behind_the_tree(options: &Options) -> Vec<Hidden> {
    let quota = options.quota_types().project.then_some(Hidden::Quota(QuotaType::Project));
    let orphans = options.features.has(features::ORPHAN_FILE).then_some(Hidden::Orphans);
    quota.into_iter().chain(orphans).collect()
}

/// The hidden files of a file system.
pub(super) fn files(inventory: &Inventory, geometry: &Geometry) -> Vec<HiddenFile> {
    let options = &inventory.options;
    let mut files = Vec::new();
    let mut add = |hidden, number, blocks| files.push(HiddenFile { hidden, number, blocks });
    if geometry.journal_blocks > 0 {
        add(Hidden::Journal, JOURNAL_INODE, geometry.journal_blocks);
    }
    let types = options.quota_types();
    for (kind, counted) in [(QuotaType::User, types.user), (QuotaType::Group, types.group)] {
        if counted {
            add(Hidden::Quota(kind), kind.reserved_inode(), inventory.quota_blocks(kind));
        }
    }
    for (hidden, number) in behind_the_tree(options).into_iter().zip(inventory.last_named + 1..) {
        match hidden {
            // Without a journal there is none: the last inode stays free.
            Hidden::Orphans if geometry.orphan_blocks == 0 => {}
            Hidden::Orphans => add(hidden, number, geometry.orphan_blocks),
            _ => add(hidden, number, inventory.quota_blocks(QuotaType::Project)),
        }
    }
    files
}

impl Inventory<'_> {
    /// Blocks of the file that counts by `kind`.
    fn quota_blocks(&self, kind: QuotaType) -> u64 {
        let ids = self.files.iter().map(|file| kind.id_of(&file.metadata));
        let ids = ids.chain([0]).collect();
        quota::file_len(&ids).div_ceil(self.mapping.block_size)
    }
}
