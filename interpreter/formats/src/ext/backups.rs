//! In which groups superblocks and group descriptors lie ("Block Groups", "Meta Block Groups" in the
//! kernel's ext4 documentation).

use super::features::{self, Features};
use super::geometry::Geometry;
use super::options::Options;
use std::ops::Range;

impl Geometry {
    /// Finds the groups with backups where the superblock names them: the second and the last.
    pub fn find_backups(&mut self, options: &Options) {
        let last = self.group_count - 1;
        self.backup_groups = match options.backup_superblocks {
            0 => [0; 2],
            1 => [last.min(1), 0],
            _ => [last.min(1), if last > 1 { last } else { 0 }],
        };
    }

    /// The groups that begin with a superblock, ascending.
    pub fn superblocks(&self) -> impl Iterator<Item = u64> {
        let sparse = self.features.has(features::SPARSE_SUPER2);
        let sparse = sparse || self.features.has(features::SPARSE_SUPER);
        let candidates: Vec<u64> = if sparse {
            let powers = |base: u64| {
                let count = self.group_count;
                std::iter::successors(Some(base), move |power| power.checked_mul(base))
                    .take_while(move |power| *power < count)
            };
            let mut groups = vec![0, 1];
            groups.extend(self.backup_groups);
            groups.extend([3, 5, 7].into_iter().flat_map(powers));
            groups.sort_unstable();
            groups.dedup();
            groups
        } else {
            (0..self.group_count).collect()
        };
        let there = move |group: &u64| *group < self.group_count && self.has_superblock(*group);
        candidates.into_iter().filter(there)
    }

    /// Whether `group` begins with a superblock.
    pub fn has_superblock(&self, group: u64) -> bool {
        has_superblock(&self.features, self.backup_groups, group)
    }

    /// Descriptors that a block has room for: with `meta_bg`, those of the groups that share one.
    pub fn descriptors_per_block(&self) -> u64 {
        self.block_size / self.desc_size
    }

    /// Where the descriptors lie that `group` holds: their block, and which blocks of all descriptors
    /// they are.
    pub fn descriptors_of(&self, group: u64) -> Option<(u64, Range<u64>)> {
        let superblock = u64::from(self.has_superblock(group));
        let all = if self.features.has(features::META_BG) {
            let within = group % self.descriptors_per_block();
            let own = group / self.descriptors_per_block();
            let holds = within <= 1 || within == self.descriptors_per_block() - 1;
            holds.then_some(own..own + 1)
        } else {
            (superblock == 1).then_some(0..self.gdt_blocks)
        };
        Some((self.group_start(group) + superblock, all?))
    }

    /// Blocks of the superblock, the descriptors and those reserved for more, at the group's start.
    pub fn base_blocks(&self, group: u64) -> u64 {
        let descriptors = self.descriptors_of(group).map_or(0, |(_, blocks)| blocks.count() as u64);
        match self.has_superblock(group) {
            true => 1 + descriptors + self.reserved_gdt_blocks,
            false => descriptors,
        }
    }
}

/// Whether `group` begins with a superblock; `backup_groups` are those that `sparse_super2` names.
pub(super) fn has_superblock(features: &Features, backup_groups: [u64; 2], group: u64) -> bool {
    let is_power_of = |base: u64| {
        let mut power = base;
        while power < group {
            power = power.saturating_mul(base);
        }
        power == group
    };
    if group == 0 || features.has(features::SPARSE_SUPER2) {
        return group == 0 || backup_groups.contains(&group);
    }
    !features.has(features::SPARSE_SUPER) || group == 1 || [3, 5, 7].into_iter().any(is_power_of)
}
