//! Finding the smallest file system that holds a tree.

use super::Error;
use super::geometry::{Geometry, Misfit};
use super::inventory::Inventory;
use super::numbering::{Numbering, Origin};
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
        let inventory = self.inventory(profile)?;
        let blocks = bytes / u64::from(profile.block_size);
        let inodes = u64::from(inventory.last_inode);
        let made = match Geometry::new(&inventory.options, profile, blocks, inodes) {
            Ok(geometry) if !has_room(inventory, &geometry) => None,
            Ok(geometry) => match Placement::new(inventory, &geometry) {
                Ok(placement) => Some(Fit { bytes, geometry, placement }),
                Err(Full) => None,
            },
            Err(misfit) => {
                self.check(misfit, bytes, inodes)?;
                None
            }
        };
        Ok(made)
    }

    /// # Errors
    /// What a misfit means, unless it is that the size is too small.
    fn check(&self, misfit: Misfit, bytes: u64, inodes: u64) -> Result<(), Error> {
        let conflict = |rule| Err(OptionError::Conflict(rule).into());
        match misfit {
            Misfit::TooSmall => Ok(()),
            Misfit::TooLarge => Err(Error::TooLarge { have: bytes }),
            Misfit::Journal => conflict("a journal (-J size=) has from 1024 to 10240000 blocks"),
            Misfit::OrphanFile => {
                conflict("the orphan file (-E orphan_file_size=) has a block at least")
            }
            Misfit::ResizeLimit => {
                conflict("what the file system can grow to (-E resize=) is more than its size")
            }
            Misfit::ReservedDescriptors => conflict(
                "growing so far (-E resize=) needs more descriptors than a group has room for: \
                 larger groups (-g) have",
            ),
            Misfit::Inodes => {
                let have = self.options.inode_count.unwrap_or_default();
                Err(Error::TooFewInodes { needed: inodes, have })
            }
        }
    }

    /// The smallest file system of at least `from` bytes that holds the tree: one block less does not.
    ///
    /// The defaults change at certain sizes (a larger block, a larger journal), so that a file system
    /// just above such a size may hold less than one just below: each stretch of equal defaults is
    /// searched by itself, from below.
    pub fn smallest(&mut self, from: u64) -> Result<Fit, Error> {
        let content = stored_bytes(self.tree)?;
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
    ///
    /// Even so a larger file system may hold less: a further group or a longer inode table in each
    /// group costs more than the block that made it necessary. Plateau by plateau, sizes of the same
    /// shape, it is looked for; within a plateau each block more is one more to use.
    fn smallest_within(&mut self, start: u64, end: u64) -> Result<Option<Fit>, Error> {
        let profile = profile(self.options, start);
        let block_size = u64::from(profile.block_size);
        let least = self.inventory(profile)?.least_blocks;
        let mut first = start.div_ceil(block_size).max(least);
        while first * block_size < end {
            let shape = self.shape(profile, first)?;
            let beyond = end.div_ceil(block_size);
            let last =
                last_for(first, beyond - 1, |blocks| Ok(self.shape(profile, blocks)? == shape))?;
            if self.has_room(profile, last)? {
                let roomy = first_for(first - 1, last, |blocks| self.has_room(profile, blocks))?;
                if let Some(fit) = self.first_fit(roomy, last, block_size)? {
                    return Ok(Some(fit));
                }
            }
            first = last + 1;
        }
        Ok(None)
    }

    /// The smallest fit of `first` to `last` blocks, which are one plateau.
    fn first_fit(&mut self, first: u64, last: u64, block_size: u64) -> Result<Option<Fit>, Error> {
        if let Some(fit) = self.try_size(first * block_size)? {
            return Ok(Some(fit));
        }
        let Some(mut fit) = self.try_size(last * block_size)? else { return Ok(None) };
        let mut too_small = first;
        // Little is missing as a rule: look near the beginning first.
        let mut step = 1;
        while fit.bytes / block_size - too_small > 1 {
            let between = fit.bytes / block_size - too_small;
            let blocks = too_small + step.min(between / 2).max(1);
            match self.try_size(blocks * block_size)? {
                Some(smaller) => fit = smaller,
                None => too_small = blocks,
            }
            step *= 2;
        }
        Ok(Some(fit))
    }

    fn geometry(&mut self, profile: Profile, blocks: u64) -> Result<Option<Geometry>, Error> {
        let inventory = self.inventory(profile)?;
        let inodes = u64::from(inventory.last_inode);
        match Geometry::without_places(&inventory.options, profile, blocks, inodes) {
            Ok(geometry) => Ok(Some(geometry)),
            Err(misfit) => {
                let bytes = blocks * u64::from(profile.block_size);
                self.check(misfit, bytes, inodes).map(|()| None)
            }
        }
    }

    fn shape(&mut self, profile: Profile, blocks: u64) -> Result<Option<Shape>, Error> {
        Ok(self.geometry(profile, blocks)?.map(|geometry| Shape {
            group_count: geometry.group_count,
            inode_table_blocks: geometry.inode_table_blocks,
            descriptor_blocks: geometry.gdt_blocks + geometry.reserved_gdt_blocks,
            hidden_blocks: geometry.journal_blocks + geometry.orphan_blocks,
            is_cut: geometry.blocks_count < blocks,
        }))
    }

    /// Whether so many blocks could do, were nothing in the way of the files.
    fn has_room(&mut self, profile: Profile, blocks: u64) -> Result<bool, Error> {
        let geometry = self.geometry(profile, blocks)?;
        let inventory = self.inventory(profile)?;
        Ok(geometry.is_some_and(|geometry| has_room(inventory, &geometry)))
    }
}

/// What sizes of one plateau have in common.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    group_count: u64,
    inode_table_blocks: u64,
    descriptor_blocks: u64,
    hidden_blocks: u64,
    /// Whether the end is left out, too short for a group of its own.
    is_cut: bool,
}

/// Whether there are enough blocks at all.
fn has_room(inventory: &Inventory, geometry: &Geometry) -> bool {
    let hidden = geometry.journal_blocks + geometry.orphan_blocks;
    geometry.free_blocks().is_some_and(|free| inventory.least_blocks + hidden <= free)
}

/// The last number from `first` to `limit` for which `holds`, which it does for `first`, and not any
/// more once it does not.
fn last_for(
    first: u64,
    limit: u64,
    mut holds: impl FnMut(u64) -> Result<bool, Error>,
) -> Result<u64, Error> {
    let (mut last, mut step) = (first, 1);
    while last < limit {
        let next = (last + step).min(limit);
        if !holds(next)? {
            break;
        }
        (last, step) = (next, 2 * step);
    }
    let mut not = (last + step).min(limit + 1);
    while not - last > 1 {
        let middle = last + (not - last) / 2;
        if holds(middle)? { last = middle } else { not = middle }
    }
    Ok(last)
}

/// The first number above `not` for which `holds`, which it does for `last`, and from there on.
fn first_for(
    mut not: u64,
    mut last: u64,
    mut holds: impl FnMut(u64) -> Result<bool, Error>,
) -> Result<u64, Error> {
    while last - not > 1 {
        let middle = not + (last - not) / 2;
        if holds(middle)? { last = middle } else { not = middle }
    }
    Ok(last)
}

/// Bytes of content in all files: no file system can be smaller.
fn stored_bytes(tree: &Tree) -> Result<u64, Error> {
    let mut bytes = 0;
    for numbered in Numbering::new(tree)?.inodes {
        if let Origin::Node(id) = numbered.origin
            && let Kind::Regular(content) = &tree.node(id).kind
        {
            bytes += content.stored_len();
        }
    }
    Ok(bytes)
}
