//! Finding the smallest file system that holds a tree.

use super::Error;
use super::geometry::{Geometry, Misfit};
use super::inventory::Inventory;
use super::options::{OptionError, Options};
use super::placement::Placement;
use super::profile::{Profile, profile, thresholds};
use super::space::Full;
use std::collections::BTreeMap;
use tintype_tree::{Kind, Tree};

/// The largest file system that is looked for: 64 TiB.
const SEARCH_LIMIT: u64 = 64 << 40;
/// Besides what the size decides, an inventory depends on the block size: (block size) -> inventory.
type Inventories<'t> = BTreeMap<u32, Inventory<'t>>;

/// One tree, tried in file systems of different sizes.
pub(super) struct Fitting<'t> {
    tree: &'t Tree,
    options: &'t Options,
    inventories: Inventories<'t>,
}

/// A size that fits.
pub(super) struct Fit {
    pub bytes: u64,
    pub geometry: Geometry,
    pub placement: Placement,
}

impl<'t> Fitting<'t> {
    pub fn new(tree: &'t Tree, options: &'t Options) -> Fitting<'t> {
        Fitting { tree, options, inventories: BTreeMap::new() }
    }

    /// What the tree needs with the block size of `profile`.
    pub fn inventory(&mut self, profile: Profile) -> Result<&Inventory<'t>, Error> {
        if !self.inventories.contains_key(&profile.block_size) {
            let inventory = Inventory::new(self.tree, self.options, profile)?;
            self.inventories.insert(profile.block_size, inventory);
        }
        Ok(&self.inventories[&profile.block_size])
    }

    /// Tries a file system of exactly `bytes`.
    ///
    /// # Errors
    /// What the tree holds that no file system can, or that none of this size can but for lack of
    /// blocks.
    pub fn try_size(&mut self, bytes: u64) -> Result<Option<Fit>, Error> {
        let profile = profile(self.options, bytes);
        let inode_count = self.options.inode_count;
        let inventory = self.inventory(profile)?;
        let blocks = bytes / u64::from(profile.block_size);
        let inodes = u64::from(inventory.last_inode);
        let geometry = match Geometry::new(&inventory.options, profile, blocks, inodes) {
            Ok(geometry) => geometry,
            Err(Misfit::TooSmall) => return Ok(None),
            Err(Misfit::TooLarge) => return Err(Error::TooLarge { have: bytes }),
            Err(Misfit::Journal) => {
                let rule = "a journal (-J size=) has from 1024 to 10240000 blocks";
                return Err(OptionError::Conflict(rule).into());
            }
            Err(Misfit::Inodes) => {
                let have = inode_count.unwrap_or_default();
                return Err(Error::TooFewInodes { needed: inodes, have });
            }
        };
        if inventory.least_blocks + geometry.journal_blocks > geometry.free_blocks() {
            return Ok(None);
        }
        match Placement::new(inventory, &geometry) {
            Ok(placement) => Ok(Some(Fit { bytes, geometry, placement })),
            Err(Full) => Ok(None),
        }
    }

    /// The smallest file system of at least `from` bytes that holds the tree: one block less does not.
    ///
    /// The defaults change at certain sizes (a larger block, a larger journal), so that a file system
    /// just above such a size may hold less than one just below: each stretch of equal defaults is
    /// searched by itself, from below.
    pub fn smallest(&mut self, from: u64) -> Result<Fit, Error> {
        let content = stored_bytes(self.tree);
        let mut start = from.max(content);
        let mut ends = thresholds(self.options);
        ends.push(SEARCH_LIMIT);
        for end in ends {
            if end > start {
                if let Some(fit) = self.smallest_within(start, end)? {
                    return Ok(fit);
                }
                start = end;
            }
        }
        Err(Error::TooLarge { have: content })
    }

    /// The smallest fit of at least `start` and less than `end` bytes, where the defaults are the same.
    fn smallest_within(&mut self, start: u64, end: u64) -> Result<Option<Fit>, Error> {
        let profile = profile(self.options, start);
        let block_size = u64::from(profile.block_size);
        let least = self.inventory(profile)?.least_blocks;
        let last = (end - 1) / block_size;
        let mut too_small = start.div_ceil(block_size).max(least).saturating_sub(1);
        let mut step = 64 + least / 64;
        let mut fit = loop {
            let blocks = (too_small + step).min(last);
            if blocks <= too_small {
                return Ok(None);
            }
            match self.try_size(blocks * block_size)? {
                Some(fit) => break fit,
                None => too_small = blocks,
            }
            step *= 2;
        };
        while fit.bytes / block_size - too_small > 1 {
            let middle = too_small + (fit.bytes / block_size - too_small) / 2;
            match self.try_size(middle * block_size)? {
                Some(smaller) => fit = smaller,
                None => too_small = middle,
            }
        }
        Ok(Some(fit))
    }
}

/// Bytes of content in all files: no file system can be smaller.
fn stored_bytes(tree: &Tree) -> u64 {
    let mut bytes = 0;
    for (_, node) in tree.nodes() {
        if let Kind::Regular(content) = &node.kind {
            bytes += content.stored_len();
        }
    }
    bytes
}
