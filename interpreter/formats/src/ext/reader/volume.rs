//! Finding blocks and inodes.

use super::Fault;
use super::inode::Inode;
use super::superblock::About;
use crate::ext::backups::has_superblock;
use crate::ext::checksum::ChecksumSeed;
use crate::ext::features;
use crate::ext::little_endian::Load;
use crate::ext::superblock::{SUPERBLOCK_START, backup_groups};
use std::collections::BTreeSet;
use tintype_tree::Extents;

/// Bytes of inode tables that are read at once.
const WINDOW: u64 = 64 << 10;

/// A file system's bytes, and what is remembered of them.
pub(super) struct Volume<'a> {
    pub extents: &'a Extents,
    pub about: &'a About,
    pub checksums: Option<ChecksumSeed>,
    /// The part of an inode table, or the block of descriptors, that was read last, and its place.
    window: (u64, Vec<u8>),
    descriptors: (u64, Vec<u8>),
    /// Groups with a backup, where the superblock names them.
    backup_groups: Option<[u64; 2]>,
    /// The blocks of mappings that were followed: none belongs to two files, or to one twice.
    followed: BTreeSet<u64>,
}

impl<'a> Volume<'a> {
    pub fn new(extents: &'a Extents, about: &'a About) -> Volume<'a> {
        Volume {
            extents,
            about,
            checksums: about.checksums(),
            window: (0, Vec::new()),
            descriptors: (0, Vec::new()),
            backup_groups: None,
            followed: BTreeSet::new(),
        }
    }

    pub fn block_size(&self) -> u64 {
        self.about.block_size
    }

    /// Reads a block.
    pub fn block(&self, block: u64) -> Result<Vec<u8>, Fault> {
        if block == 0 || block >= self.about.blocks_count {
            return Err(Fault::Damaged("it leads to a block that is not there"));
        }
        let mut bytes = vec![0; self.block_size() as usize];
        self.extents.read_at(block * self.block_size(), &mut bytes)?;
        Ok(bytes)
    }

    /// Reads a block of a mapping.
    pub fn mapping_block(&mut self, block: u64) -> Result<Vec<u8>, Fault> {
        if !self.followed.insert(block) {
            return Err(Fault::Damaged("a block of its mapping is used twice"));
        }
        self.block(block)
    }

    /// Reads inode `number`.
    pub fn inode(&mut self, number: u32) -> Result<Inode, Fault> {
        if number == 0 || number > self.about.inodes_count {
            return Err(Fault::Damaged("it names an inode that is not there"));
        }
        let index = u64::from(number) - 1;
        let table = self.inode_table(index / self.about.inodes_per_group)?;
        let size = self.about.inode_size;
        let at = index % self.about.inodes_per_group * size;
        let at = table
            .checked_mul(self.block_size())
            .and_then(|start| start.checked_add(at))
            .filter(|at| *at < self.about.blocks_count * self.block_size())
            .ok_or(Fault::Damaged("the inode table lies outside of the file system"))?;
        let start = at - at % WINDOW;
        if self.window.0 != start || self.window.1.is_empty() {
            let mut bytes = vec![0; WINDOW as usize];
            self.extents.read_at(start, &mut bytes)?;
            self.window = (start, bytes);
        }
        let raw = &self.window.1[(at - start) as usize..][..size as usize];
        Inode::decode(raw, number, self.checksums)
    }

    /// The block at which the inode table of `group` begins.
    fn inode_table(&mut self, group: u64) -> Result<u64, Fault> {
        let per_block = self.block_size() / self.about.desc_size;
        let block = self.descriptor_block(group / per_block)?;
        if self.descriptors.0 != block || self.descriptors.1.is_empty() {
            self.descriptors = (block, self.block(block)?);
        }
        let at = (group % per_block * self.about.desc_size) as usize;
        let descriptor = &self.descriptors.1[at..][..self.about.desc_size as usize];
        let high = if descriptor.len() > 32 { descriptor.get32(0x28) } else { 0 };
        Ok(u64::from(descriptor.get32(0x08)) | u64::from(high) << 32)
    }

    /// Where block `index` of all descriptors lies.
    fn descriptor_block(&mut self, index: u64) -> Result<u64, Fault> {
        let about = self.about;
        if index < about.first_meta_bg {
            // With clusters, block 0 is the first data block even where the superblock lies in block 1.
            return Ok(SUPERBLOCK_START / about.block_size + 1 + index);
        }
        let group = index * (about.block_size / about.desc_size);
        let groups = match self.backup_groups {
            Some(groups) => groups,
            None if !about.features.has(features::SPARSE_SUPER2) => [0; 2],
            None => {
                let mut superblock = vec![0; 1024];
                self.extents.read_at(SUPERBLOCK_START, &mut superblock)?;
                backup_groups(&superblock)
            }
        };
        self.backup_groups = Some(groups);
        let superblock = u64::from(has_superblock(&about.features, groups, group));
        Ok(about.first_data_block + group * about.blocks_per_group + superblock)
    }
}
