//! Which blocks of a file lie where, whatever structure on disk says so.

use super::block_map;
use super::checksum::ChecksumSeed;
use super::extent_tree;
use super::inode::I_BLOCK_LEN;
use super::space::Run;
use tintype_tree::Extents;

/// Blocks of a file that are stored, contiguous on disk. Units: blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// The first block, counted from the start of the file.
    pub logical: u64,
    /// Where it lies.
    pub physical: u64,
    /// How many.
    pub len: u64,
}

/// The structure that maps files' blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct MappingFormat {
    pub block_size: u64,
    /// Extent trees, else block maps.
    pub extents: bool,
    pub checksums: Option<ChecksumSeed>,
}

/// A finished mapping: the root in the inode and the blocks outside it.
#[derive(Clone, Debug)]
pub(super) struct MappingTree {
    pub i_block: [u8; I_BLOCK_LEN],
    pub blocks: Vec<(u64, Vec<u8>)>,
}

impl MappingFormat {
    /// How many blocks a file may have.
    pub fn block_limit(&self) -> u64 {
        if self.extents {
            extent_tree::BLOCK_LIMIT
        } else {
            block_map::block_limit(self.block_size)
        }
    }

    /// How many blocks the mapping takes outside the inode.
    pub fn tree_blocks(&self, mappings: &[Mapping]) -> u64 {
        if self.extents {
            extent_tree::node_count(mappings, self.block_size)
        } else {
            block_map::table_count(mappings, self.block_size)
        }
    }

    /// The mapping of inode `number`, with the blocks outside the inode at `places`.
    pub fn build(&self, mappings: &[Mapping], places: &[u64], number: u32) -> MappingTree {
        if self.extents {
            let checksums = self.checksums.map(|seed| seed.of_inode(number));
            extent_tree::build(mappings, places, self.block_size, checksums)
        } else {
            block_map::build(mappings, places, self.block_size)
        }
    }
}

/// The runs of blocks of `content` that any extent touches; all else is a hole.
pub(super) fn stored_runs(content: &Extents, block_size: u64) -> Box<[Run]> {
    let mut runs: Vec<Run> = Vec::new();
    for extent in content.iter() {
        let start = extent.start / block_size;
        let end = extent.end().div_ceil(block_size);
        match runs.last_mut() {
            Some(last) if start <= last.end() => last.len = end - last.start,
            _ => runs.push(Run { start, len: end - start }),
        }
    }
    runs.into()
}
