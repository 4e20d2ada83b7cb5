//! Where each block of a tree's files lies, in a given geometry: directories first, then attribute
//! blocks, the hidden files, and the files in the order of the walk.

use super::geometry::Geometry;
use super::hidden::{self, HiddenFile};
use super::inventory::{Body, Inventory};
use super::mapping::{Mapping, MappingFormat};
use super::space::{Full, Run, Space};
use std::ops::Range;

/// Where the blocks of one file lie, as ranges of [`Placement::mappings`] and
/// [`Placement::tree_blocks`].
#[derive(Clone, Debug, Default)]
struct FilePlace {
    mappings: Range<u32>,
    tree_blocks: Range<u32>,
}

/// Where everything without a fixed place lies.
#[derive(Debug)]
pub(super) struct Placement {
    mappings: Vec<Mapping>,
    tree_blocks: Vec<u64>,
    /// Like [`Inventory::files`].
    files: Vec<FilePlace>,
    /// The hidden files and where they lie.
    hidden: Vec<(HiddenFile, FilePlace)>,
    /// The resize inode's table, if there is one.
    pub resize_table: Option<u64>,
    /// Like the inventory's attribute blocks.
    pub xattr_blocks: Vec<u64>,
    /// The first block that is free together with all that follow.
    pub cursor: u64,
}

impl Placement {
    /// Finds a place for everything.
    ///
    /// # Errors
    /// [`Full`] if there are too few blocks.
    pub fn new(inventory: &Inventory, geometry: &Geometry) -> Result<Placement, Full> {
        let (from, end) = (geometry.first_data_block, geometry.blocks_count);
        let mut space = Space::new(&geometry.fixed, from, end);
        let has_resize = geometry.features.has(super::features::RESIZE_INODE);
        let resize_table = if has_resize { Some(space.take_one()?) } else { None };
        let mut placement = Placement {
            mappings: Vec::new(),
            tree_blocks: Vec::new(),
            files: vec![FilePlace::default(); inventory.files.len()],
            hidden: Vec::new(),
            resize_table,
            xattr_blocks: Vec::new(),
            cursor: 0,
        };
        if inventory.options.packed {
            placement.place_hidden(inventory, geometry, &mut space)?;
        }
        placement.place_files(inventory, &mut space, true)?;
        for _ in 0..inventory.xattr_blocks.len() {
            placement.xattr_blocks.push(space.take_one()?);
        }
        if !inventory.options.packed {
            placement.place_hidden(inventory, geometry, &mut space)?;
        }
        placement.place_files(inventory, &mut space, false)?;
        placement.cursor = space.cursor();
        Ok(placement)
    }

    fn place_hidden(
        &mut self,
        inventory: &Inventory,
        geometry: &Geometry,
        space: &mut Space,
    ) -> Result<(), Full> {
        for file in hidden::files(inventory, geometry) {
            let run = [Run { start: 0, len: file.blocks }];
            let place = self.place(&run, &inventory.mapping, space)?;
            self.hidden.push((file, place));
        }
        Ok(())
    }

    fn place_files(
        &mut self,
        inventory: &Inventory,
        space: &mut Space,
        directories: bool,
    ) -> Result<(), Full> {
        for (index, file) in inventory.files.iter().enumerate() {
            if let Body::Blocks { runs, .. } = &file.body
                && file.is_directory() == directories
            {
                self.files[index] = self.place(runs, &inventory.mapping, space)?;
            }
        }
        Ok(())
    }

    /// Places a file's data and, behind it, its mapping.
    fn place(
        &mut self,
        runs: &[Run],
        format: &MappingFormat,
        space: &mut Space,
    ) -> Result<FilePlace, Full> {
        let first = self.mappings.len();
        for run in runs {
            let mut logical = run.start;
            space.take(run.len, |found| {
                self.mappings.push(Mapping { logical, physical: found.start, len: found.len });
                logical += found.len;
            })?;
        }
        let first_tree = self.tree_blocks.len();
        for _ in 0..format.tree_blocks(&self.mappings[first..]) {
            self.tree_blocks.push(space.take_one()?);
        }
        Ok(FilePlace {
            mappings: first as u32..self.mappings.len() as u32,
            tree_blocks: first_tree as u32..self.tree_blocks.len() as u32,
        })
    }

    /// The data of file `index`, and the blocks of its mapping.
    pub fn file(&self, index: usize) -> (&[Mapping], &[u64]) {
        self.found(&self.files[index])
    }

    /// The hidden files.
    pub fn hidden(&self) -> impl Iterator<Item = HiddenFile> {
        self.hidden.iter().map(|(file, _)| *file)
    }

    /// The data of hidden file `index`, and the blocks of its mapping.
    pub fn hidden_file(&self, index: usize) -> (&[Mapping], &[u64]) {
        self.found(&self.hidden[index].1)
    }

    fn found(&self, place: &FilePlace) -> (&[Mapping], &[u64]) {
        let range = |range: &Range<u32>| range.start as usize..range.end as usize;
        (&self.mappings[range(&place.mappings)], &self.tree_blocks[range(&place.tree_blocks)])
    }
}
