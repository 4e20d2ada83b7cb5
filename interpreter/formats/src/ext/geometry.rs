//! How a file system of a given size is cut up ("Blocks", "Layout", "Flexible Block Groups" in the
//! kernel's ext4 documentation), by the rules of mke2fs 1.47.0.

use super::features::{self, Features};
use super::options::Options;
use super::orphan_file;
use super::profile::{self, Profile};
use super::resize_inode;
use super::space::Run;

/// Inodes below this one are reserved (`s_first_ino`).
pub(super) const FIRST_INODE: u64 = 11;
/// A last group that is not this much larger than its own metadata is left out.
const LEAST_DATA_OF_LAST_GROUP: u64 = 50;

/// Why a size has no geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Its metadata alone does not fit.
    TooSmall,
    /// It has more blocks than can be numbered or described.
    TooLarge,
    /// The number of inodes asked for is below what the tree needs.
    Inodes,
    /// The journal asked for is one that the kernel does not take.
    Journal,
    /// The orphan file asked for has no block.
    OrphanFile,
    /// The descriptors to keep room for take too much of a group.
    ReservedDescriptors,
    /// The size to grow to is not larger than the file system.
    ResizeLimit,
}

/// How many inodes there are to be.
struct InodeDemand {
    /// As many, but for a rounding to whole blocks of each group.
    wanted: u64,
    /// Never less than these.
    least: u64,
    /// Whether `wanted` was asked for; else the groups may have room for fewer.
    exact: bool,
}

/// Where one group's own metadata lies: block numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub block_bitmap: u64,
    pub inode_bitmap: u64,
    pub inode_table: u64,
}

/// How the file system is cut up. Sizes in bytes where the name says so, else in blocks.
#[derive(Clone, Debug)]
pub(super) struct Geometry {
    /// The features; `has_journal` and `resize_inode` are cleared where the size forbids them,
    /// `large_file` is set where the resize inode needs it.
    pub features: Features,
    pub block_size: u64,
    pub inode_size: u64,
    pub desc_size: u64,
    pub blocks_count: u64,
    pub first_data_block: u64,
    pub blocks_per_group: u64,
    pub group_count: u64,
    pub inodes_per_group: u64,
    pub inode_table_blocks: u64,
    pub gdt_blocks: u64,
    pub reserved_gdt_blocks: u64,
    pub log_groups_per_flex: u8,
    pub journal_blocks: u64,
    pub orphan_blocks: u64,
    /// With `sparse_super2`, the groups with a backup of the superblock; 0 for none.
    pub backup_groups: [u64; 2],
    /// Where each group's bitmaps and inode table lie.
    pub groups: Vec<Group>,
    /// All metadata with a fixed place, sorted, neighbours joined.
    pub fixed: Vec<Run>,
}

impl Geometry {
    /// The geometry of `device_blocks` blocks with at least `inodes` inodes.
    pub fn new(
        options: &Options,
        profile: Profile,
        device_blocks: u64,
        inodes: u64,
    ) -> Result<Geometry, Misfit> {
        let mut geometry = Geometry::without_places(options, profile, device_blocks, inodes)?;
        geometry.place_groups(options.packed)?;
        Ok(geometry)
    }

    /// The same, but for where the groups' metadata lies: it takes as long for a large file system as
    /// for a small one.
    pub fn without_places(
        options: &Options,
        profile: Profile,
        device_blocks: u64,
        inodes: u64,
    ) -> Result<Geometry, Misfit> {
        let block_size = u64::from(profile.block_size);
        let mut features = options.features;
        if device_blocks > u32::MAX.into() {
            if !features.has(features::WIDE_BLOCKS) {
                return Err(Misfit::TooLarge);
            }
            features.clear(features::RESIZE_INODE);
        }
        if features.has(features::RESIZE_INODE)
            && resize_inode::i_size(block_size) >= features::LARGE_FILE_FROM
        {
            features.set(features::LARGE_FILE);
        }
        let flex = features.has(features::FLEX_BG);
        let mut geometry = Geometry {
            block_size,
            inode_size: profile.inode_size.into(),
            desc_size: if features.has(features::WIDE_BLOCKS) { 64 } else { 32 },
            blocks_count: device_blocks,
            first_data_block: if block_size == 1024 { 1 } else { 0 },
            blocks_per_group: match options.blocks_per_group {
                Some(blocks) => blocks.into(),
                // Free blocks of a group are counted in 16 bits.
                None => (8 * block_size).min(65528),
            },
            group_count: 0,
            inodes_per_group: 0,
            inode_table_blocks: 0,
            gdt_blocks: 0,
            reserved_gdt_blocks: 0,
            log_groups_per_flex: match (flex, options.groups_per_flex) {
                (false, _) => 0,
                (true, None) => 4,
                (true, Some(groups)) => groups.trailing_zeros() as u8,
            },
            journal_blocks: 0,
            orphan_blocks: 0,
            backup_groups: [0; 2],
            groups: Vec::new(),
            fixed: Vec::new(),
            features,
        };
        let by_ratio = device_blocks * block_size / u64::from(profile.bytes_per_inode);
        let demand = match options.inode_count.map(u64::from) {
            Some(count) if count < inodes => return Err(Misfit::Inodes),
            Some(count) => InodeDemand { wanted: count, least: inodes, exact: true },
            None => InodeDemand { wanted: by_ratio.max(inodes), least: inodes, exact: false },
        };
        geometry.cut_into_groups(&demand, options)?;
        geometry.size_journal(options)?;
        geometry.size_orphan_file(options)?;
        Ok(geometry)
    }

    /// Finds the number of groups, dropping a last group that would hold next to nothing.
    fn cut_into_groups(&mut self, demand: &InodeDemand, options: &Options) -> Result<(), Misfit> {
        loop {
            let blocks = self.blocks_count.saturating_sub(self.first_data_block);
            self.group_count = blocks.div_ceil(self.blocks_per_group);
            if self.group_count == 0 {
                return Err(Misfit::TooSmall);
            }
            self.find_backups(options);
            self.gdt_blocks = (self.group_count * self.desc_size).div_ceil(self.block_size);
            self.share_out_inodes(demand)?;
            self.reserve_descriptor_blocks(options)?;
            if self.base_blocks(0) + self.own_blocks() > self.blocks_per_group {
                return Err(Misfit::TooSmall);
            }
            let last = blocks % self.blocks_per_group;
            let overhead = self.base_blocks(self.group_count - 1) + self.own_blocks();
            if last == 0 || self.group_count == 1 && last >= overhead {
                return Ok(());
            }
            if last >= overhead + LEAST_DATA_OF_LAST_GROUP {
                return Ok(());
            }
            self.blocks_count -= last;
        }
    }

    /// Finds the inodes of each group: whole blocks of them, a multiple of eight.
    fn share_out_inodes(&mut self, demand: &InodeDemand) -> Result<(), Misfit> {
        let per_block = self.block_size / self.inode_size;
        // One bitmap block has to do, and the number of unused inodes has 16 bits.
        let limit = (8 * self.block_size).min((1 << 16) - per_block) & !7;
        let limit = limit.min((u64::from(u32::MAX) / self.group_count) & !7);
        let share = demand.wanted.max(FIRST_INODE + 1).div_ceil(self.group_count);
        let mut inodes = ((share.div_ceil(per_block) * per_block) & !7).max(8);
        if inodes * self.group_count < demand.least.max(FIRST_INODE + 1) {
            inodes = share.next_multiple_of(8);
        }
        self.inodes_per_group = inodes.min(limit);
        let exceeded = demand.exact && share > limit;
        if exceeded || self.inodes_per_group * self.group_count < demand.least {
            return Err(Misfit::TooSmall);
        }
        self.inode_table_blocks =
            (self.inodes_per_group * self.inode_size).div_ceil(self.block_size);
        Ok(())
    }

    /// Finds how many blocks the resize inode keeps: for the size that was asked for or for 1024 times
    /// the present one, as far as one indirect block reaches.
    fn reserve_descriptor_blocks(&mut self, options: &Options) -> Result<(), Misfit> {
        self.reserved_gdt_blocks = 0;
        if self.features.has(features::RESIZE_INODE) {
            let asked = options.resize_limit.map(|limit| limit.blocks(self.block_size));
            if asked.is_some_and(|blocks| blocks <= self.blocks_count) {
                return Err(Misfit::ResizeLimit);
            }
            let most = match self.blocks_count {
                _ if asked.is_some() => asked.unwrap_or_default() + self.first_data_block,
                blocks if blocks < u64::from(u32::MAX) / 1024 => blocks * 1024,
                _ => u32::MAX.into(),
            };
            let groups = (most - self.first_data_block).div_ceil(self.blocks_per_group);
            let blocks = groups.div_ceil(self.block_size / self.desc_size);
            self.reserved_gdt_blocks =
                blocks.saturating_sub(self.gdt_blocks).min(self.block_size / 4);
        }
        let most = self.blocks_per_group * 3 / 4;
        if self.gdt_blocks > most && !self.features.has(features::META_BG) {
            return Err(Misfit::TooLarge);
        }
        if self.reserved_gdt_blocks + self.gdt_blocks > most {
            if options.resize_limit.is_some() {
                return Err(Misfit::ReservedDescriptors);
            }
            // Small groups have no room for them: growing then needs to be unmounted.
            self.features.clear(features::RESIZE_INODE);
            self.reserved_gdt_blocks = 0;
        }
        Ok(())
    }

    fn size_journal(&mut self, options: &Options) -> Result<(), Misfit> {
        if !self.features.has(features::HAS_JOURNAL) {
            return Ok(());
        }
        self.journal_blocks = match options.journal_mebibytes {
            Some(_) if self.blocks_count < profile::SMALLEST_WITH_JOURNAL => {
                return Err(Misfit::TooSmall);
            }
            Some(mebibytes) => (u64::from(mebibytes) << 20) / self.block_size,
            None => profile::journal_blocks(self.blocks_count),
        };
        match self.journal_blocks {
            0 => self.features.clear(features::HAS_JOURNAL),
            blocks if profile::JOURNAL_LIMITS.contains(&blocks) => {}
            _ => return Err(Misfit::Journal),
        }
        if !self.features.has(features::HAS_JOURNAL) {
            // Orphans are found by replaying a journal.
            self.features.clear(features::ORPHAN_FILE);
        }
        Ok(())
    }

    fn size_orphan_file(&mut self, options: &Options) -> Result<(), Misfit> {
        if self.features.has(features::ORPHAN_FILE) {
            self.orphan_blocks = match options.orphan_file {
                Some(amount) => amount.blocks(self.block_size),
                None => orphan_file::default_blocks(self.blocks_count),
            };
            if self.orphan_blocks == 0 {
                return Err(Misfit::OrphanFile);
            }
        }
        Ok(())
    }

    /// Places bitmaps and inode tables, those of a flex group together behind the first group's
    /// descriptors; with `packed`, those of all groups.
    fn place_groups(&mut self, packed: bool) -> Result<(), Misfit> {
        for group in 0..self.group_count {
            let len = self.base_blocks(group);
            if len > 0 {
                self.fixed.push(Run { start: self.group_start(group), len });
            }
        }
        let groups_per_flex = if packed { self.group_count } else { 1 << self.log_groups_per_flex };
        let mut cursor = 0;
        for first in (0..self.group_count).step_by(groups_per_flex as usize) {
            let members = groups_per_flex.min(self.group_count - first);
            cursor = cursor.max(self.group_start(first) + self.base_blocks(first));
            let block_bitmaps = self.place_each(&mut cursor, members, 1)?;
            let inode_bitmaps = self.place_each(&mut cursor, members, 1)?;
            let tables = self.place_each(&mut cursor, members, self.inode_table_blocks)?;
            let places = block_bitmaps.into_iter().zip(inode_bitmaps).zip(tables);
            self.groups.extend(places.map(|((block_bitmap, inode_bitmap), inode_table)| Group {
                block_bitmap,
                inode_bitmap,
                inode_table,
            }));
            if !self.features.has(features::FLEX_BG) && cursor > self.group_end(first) {
                return Err(Misfit::TooSmall);
            }
        }
        self.fixed.sort_unstable_by_key(|run| run.start);
        self.fixed.dedup_by(|run, before| {
            let touches = before.end() == run.start;
            before.len += if touches { run.len } else { 0 };
            touches
        });
        Ok(())
    }

    /// Finds places for `count` things of `len` blocks each, from `cursor` on, around the backups.
    fn place_each(&mut self, cursor: &mut u64, count: u64, len: u64) -> Result<Vec<u64>, Misfit> {
        let mut places = Vec::with_capacity(count as usize);
        while (places.len() as u64) < count {
            let end = *cursor + len;
            if end > self.blocks_count {
                return Err(Misfit::TooSmall);
            }
            let spanned = self.group_of(*cursor)..=self.group_of(end - 1);
            let backup = spanned.rev().map(|group| {
                let start = self.group_start(group);
                Run { start, len: self.base_blocks(group) }
            });
            match { backup }.find(|backup| backup.len_within(*cursor, end) > 0) {
                Some(backup) => *cursor = backup.end(),
                None => {
                    self.fixed.push(Run { start: *cursor, len });
                    places.push(*cursor);
                    *cursor = end;
                }
            }
        }
        Ok(places)
    }

    /// The first block of `group`.
    pub fn group_start(&self, group: u64) -> u64 {
        self.first_data_block + group * self.blocks_per_group
    }

    /// The first block after `group`.
    pub fn group_end(&self, group: u64) -> u64 {
        (self.group_start(group) + self.blocks_per_group).min(self.blocks_count)
    }

    fn group_of(&self, block: u64) -> u64 {
        (block - self.first_data_block) / self.blocks_per_group
    }

    /// Blocks of a group's own bitmaps and inode table, wherever they lie.
    fn own_blocks(&self) -> u64 {
        2 + self.inode_table_blocks
    }

    /// Blocks that are not fixed metadata; `None` if there are fewer than of that.
    pub fn free_blocks(&self) -> Option<u64> {
        let base: u64 = match self.features.has(features::META_BG) {
            true => (0..self.group_count).map(|group| self.base_blocks(group)).sum(),
            // Only groups with a superblock have any.
            false => self.superblocks().map(|group| self.base_blocks(group)).sum(),
        };
        let fixed = base + self.group_count * self.own_blocks();
        (self.blocks_count - self.first_data_block).checked_sub(fixed)
    }

    /// What the kernel counts as overhead (`s_overhead_clusters`).
    pub fn overhead(&self) -> u64 {
        self.blocks_count - self.free_blocks().unwrap_or_default() + self.journal_blocks
    }

    /// Number of inodes.
    pub fn inodes_count(&self) -> u64 {
        self.inodes_per_group * self.group_count
    }
}
