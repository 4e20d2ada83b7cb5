//! From an inventory and a placement to the extents of the whole file system.

use super::geometry::Geometry;
use super::group::GroupUse;
use super::hidden::{self, Hidden, HiddenFile};
use super::inode::{self, DiskInode, GOOD_OLD_INODE_SIZE, write_checksum};
use super::inventory::{Body, File, Inventory};
use super::little_endian::Store;
use super::mapping::Mapping;
use super::numbering::{inode_index, inode_number};
use super::placement::Placement;
use super::quota::{self, QuotaType, Usage};
use super::resize_inode::{self, RESIZE_INODE};
use super::superblock::{SUPERBLOCK_START, Superblock};
use super::{journal, orphan_file};
use std::collections::BTreeMap;
use std::sync::Arc;
use tintype_tree::{Extent, Extents, Source, Timestamp};

struct Layout<'a> {
    inventory: &'a Inventory<'a>,
    geometry: &'a Geometry,
    placement: &'a Placement,
    /// The last inode in use: all before it are, or are reserved.
    last_inode: u32,
    /// What has been laid out so far, in any order.
    extents: Vec<Extent>,
}

/// The extents of a file system of `len` bytes.
pub(super) fn lay_out(
    inventory: &Inventory,
    geometry: &Geometry,
    placement: &Placement,
    len: u64,
) -> Extents {
    let files: Vec<HiddenFile> = placement.hidden().collect();
    let numbers = files.iter().map(|file| file.number);
    let last_inode = numbers.fold(inventory.last_named, u32::max);
    let mut layout = Layout { inventory, geometry, placement, last_inode, extents: Vec::new() };
    let mut hidden: BTreeMap<u32, DiskInode> = files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.number, layout.put_hidden(index, file)))
        .collect();
    let is_journal = |file: &&HiddenFile| file.hidden == Hidden::Journal;
    let journal = files.iter().find(is_journal).map(|file| &hidden[&file.number]);
    let s_jnl_blocks = journal.map(|inode| (inode.i_block, inode.i_size));
    hidden.extend(layout.put_resize_inode().map(|inode| (RESIZE_INODE, inode)));
    layout.put_inode_tables(&hidden);
    for (index, place) in placement.xattr_blocks.iter().enumerate() {
        let bytes = inventory.xattr_blocks.block(index, *place, inventory.checksums);
        layout.put_block(*place, bytes);
    }
    layout.put_groups(&files, s_jnl_blocks);
    layout.finish(len)
}

impl Layout<'_> {
    fn put_block(&mut self, block: u64, bytes: Vec<u8>) {
        self.put_bytes(block * self.geometry.block_size, bytes.into());
    }

    fn put_bytes(&mut self, start: u64, bytes: Arc<[u8]>) {
        let len = bytes.len() as u64;
        self.extents.push(Extent { start, len, source: Source::Memory { bytes, offset: 0 } });
    }

    fn finish(mut self, len: u64) -> Extents {
        self.extents.sort_by_key(|extent| extent.start);
        let mut whole = Extents::hole(len);
        for extent in self.extents {
            whole.put_source(extent.start, extent.len, extent.source);
        }
        whole
    }

    /// Lays out a file's content and mapping; what is left to do is its inode.
    fn put_file(&mut self, index: usize, file: &File) -> DiskInode {
        let number = inode_number(index);
        let block = file.xattrs.block.map(|block| self.placement.xattr_blocks[block]);
        let mut inode = DiskInode {
            i_mode: file.i_mode,
            i_uid: file.metadata.uid,
            i_gid: file.metadata.gid,
            i_links_count: file.i_links_count,
            i_size: 0,
            i_blocks: 0,
            i_flags: file.i_flags,
            i_block: [0; inode::I_BLOCK_LEN],
            i_file_acl: block.unwrap_or(0),
            time: file.metadata.mtime,
        };
        match &file.body {
            Body::Inline { i_block, i_size } => {
                (inode.i_block, inode.i_size) = (**i_block, *i_size);
            }
            Body::Blocks { content, .. } => {
                let place = self.placement.file(index);
                self.put_content(&mut inode, number, place, content);
            }
        }
        inode.i_blocks = self.i_blocks(index, file);
        inode
    }

    /// Sectors of the file at `index`, those of its mapping and of its attribute block included.
    fn i_blocks(&self, index: usize, file: &File) -> u64 {
        let (mappings, tree_blocks) = self.placement.file(index);
        let stored: u64 = mappings.iter().map(|map| map.len).sum();
        let attributes = u64::from(file.xattrs.block.is_some());
        (stored + tree_blocks.len() as u64 + attributes) * self.sectors_per_block()
    }

    fn put_resize_inode(&mut self) -> Option<DiskInode> {
        let table = self.placement.resize_table?;
        let time = self.inventory.options.time;
        let resize = resize_inode::build(self.geometry, table, time);
        resize.tables.into_iter().for_each(|(block, bytes)| self.put_block(block, bytes));
        Some(resize.inode)
    }

    fn put_hidden(&mut self, index: usize, file: &HiddenFile) -> DiskInode {
        let options = &self.inventory.options;
        let extents = self.inventory.mapping.extents;
        let place = self.placement.hidden_file(index);
        let mut inode = DiskInode {
            i_mode: hidden::I_MODE,
            i_uid: 0,
            i_gid: 0,
            i_links_count: 1,
            i_size: 0,
            i_blocks: 0,
            i_flags: if extents { inode::EXT4_EXTENTS_FL } else { 0 } | file.hidden.i_flags(),
            i_block: [0; inode::I_BLOCK_LEN],
            i_file_acl: 0,
            time: Timestamp { seconds: options.time.into(), nanoseconds: 0 },
        };
        let block_size = self.geometry.block_size;
        let content = match file.hidden {
            Hidden::Journal => journal::content(file.blocks, block_size, &options.uuid),
            Hidden::Quota(kind) => Extents::from_bytes(quota::build(kind, &self.usage(kind))),
            Hidden::Orphans => {
                let checksums = self.inventory.checksums.map(|seed| seed.of_inode(file.number));
                let mut content = Extents::hole(file.blocks * block_size);
                for map in place.0 {
                    for step in 0..map.len {
                        let size = block_size as usize;
                        let bytes = orphan_file::block(map.physical + step, size, checksums);
                        content.put_bytes((map.logical + step) * block_size, bytes);
                    }
                }
                content
            }
        };
        self.put_content(&mut inode, file.number, place, &content);
        inode
    }

    /// What everyone has taken: the root always, even if it is nothing.
    fn usage(&self, kind: QuotaType) -> BTreeMap<u32, Usage> {
        let mut usage = BTreeMap::from([(0, Usage::default())]);
        for (index, file) in self.inventory.files.iter().enumerate() {
            let used = usage.entry(kind.id_of(&file.metadata)).or_default();
            used.inodes += 1;
            used.space += self.i_blocks(index, file) * 512;
        }
        usage
    }

    /// Lays out a file's content in its blocks and those of its mapping, and lets `inode` lead to them.
    fn put_content(
        &mut self,
        inode: &mut DiskInode,
        number: u32,
        (mappings, tree_blocks): (&[Mapping], &[u64]),
        content: &Extents,
    ) {
        let tree = self.inventory.mapping.build(mappings, tree_blocks, number);
        let stored: u64 = mappings.iter().map(|map| map.len).sum();
        inode.i_size = content.len();
        inode.i_block = tree.i_block;
        inode.i_blocks = (stored + tree_blocks.len() as u64) * self.sectors_per_block();
        tree.blocks.into_iter().for_each(|(block, bytes)| self.put_block(block, bytes));
        self.put_data(mappings, content);
    }

    fn sectors_per_block(&self) -> u64 {
        self.geometry.block_size / 512
    }

    /// Puts each piece of `content` where `mappings` say that its blocks lie. Both are sorted; a piece
    /// may span several mappings, a mapping hold several pieces.
    fn put_data(&mut self, mappings: &[Mapping], content: &Extents) {
        let block_size = self.geometry.block_size;
        let mut mappings = mappings.iter().peekable();
        for piece in content.iter() {
            let mut from = piece.start;
            while let Some(map) = mappings.peek() {
                let (start, end) = (map.logical * block_size, (map.logical + map.len) * block_size);
                let to = piece.end().min(end);
                if from.max(start) < to {
                    self.extents.push(Extent {
                        start: map.physical * block_size + from - start,
                        len: to - from,
                        source: piece.source.skip(from - piece.start),
                    });
                    from = to;
                }
                if piece.end() < end {
                    break;
                }
                mappings.next();
                if piece.end() == from {
                    break;
                }
            }
        }
    }

    /// The inode tables as far as they are in use, and what the files' inodes lead to.
    fn put_inode_tables(&mut self, hidden: &BTreeMap<u32, DiskInode>) {
        let (geometry, inventory) = (self.geometry, self.inventory);
        let size = geometry.inode_size as usize;
        for (group, place) in geometry.groups.iter().enumerate() {
            let first = group as u64 * geometry.inodes_per_group + 1;
            let used = self.used_inodes(group as u64);
            if used == 0 {
                break;
            }
            let len = (used * geometry.inode_size).next_multiple_of(geometry.block_size);
            let mut table = vec![0; len as usize];
            for (slot, number) in table.chunks_exact_mut(size).zip(first..first + used) {
                let number = number as u32;
                let index = inode_index(number).filter(|_| number <= inventory.last_named);
                let inode = match index {
                    None => hidden.get(&number).cloned(),
                    Some(index) => {
                        let file = &inventory.files[index];
                        if let Some(ibody) = &file.xattrs.ibody {
                            slot.put(GOOD_OLD_INODE_SIZE + inode::EXTRA_ISIZE, ibody);
                        }
                        Some(self.put_file(index, file))
                    }
                };
                match inode {
                    Some(inode) => inode.write(slot, number, inventory.checksums),
                    // A reserved inode that is not used.
                    None => write_checksum(slot, number, inventory.checksums),
                }
            }
            self.put_block(place.inode_table, table);
        }
    }

    /// How many inodes of `group` are in use: always the first ones.
    fn used_inodes(&self, group: u64) -> u64 {
        let before = group * self.geometry.inodes_per_group;
        u64::from(self.last_inode).saturating_sub(before).min(self.geometry.inodes_per_group)
    }

    /// Superblocks, group descriptors and bitmaps.
    fn put_groups(
        &mut self,
        hidden: &[HiddenFile],
        s_jnl_blocks: Option<([u8; inode::I_BLOCK_LEN], u64)>,
    ) {
        let (geometry, options) = (self.geometry, &self.inventory.options);
        let mut directories = vec![0; geometry.group_count as usize];
        for (index, file) in self.inventory.files.iter().enumerate() {
            if file.is_directory() {
                let group = (u64::from(inode_number(index)) - 1) / geometry.inodes_per_group;
                directories[group as usize] += 1;
            }
        }
        let mut table = vec![0; (geometry.gdt_blocks * geometry.block_size) as usize];
        let (mut s_free_blocks_count, mut s_free_inodes_count) = (0, 0);
        for (slot, number) in table.chunks_exact_mut(geometry.desc_size as usize).zip(0..) {
            let Some(group) = geometry.groups.get(number as usize) else { break };
            let used_inodes = self.used_inodes(number);
            let used_directories = directories[number as usize];
            let cursor = self.placement.cursor;
            let usage = GroupUse::new(geometry, number, cursor, used_inodes, used_directories);
            usage.write_descriptor(slot, geometry, number, &options.uuid);
            s_free_blocks_count += usage.free_blocks;
            s_free_inodes_count += usage.free_inodes as u32;
            let places = [group.block_bitmap, group.inode_bitmap];
            for (block, bitmap) in places.into_iter().zip([usage.block_bitmap, usage.inode_bitmap])
            {
                // Most bitmaps of a large file system are zeros, as is what is left out.
                if let Some(bitmap) = bitmap.filter(|bitmap| bitmap.iter().any(|byte| *byte != 0)) {
                    self.put_block(block, bitmap);
                }
            }
        }
        let stored: u64 = self.extents.iter().map(|extent| extent.len).sum();
        let superblock = Superblock {
            geometry,
            options,
            s_free_blocks_count,
            s_free_inodes_count,
            s_jnl_blocks,
            hidden,
            s_kbytes_written: stored.div_ceil(1024),
        };
        let table: Arc<[u8]> = table.into();
        for group in 0..geometry.group_count {
            let start = geometry.group_start(group) * geometry.block_size;
            if geometry.has_superblock(group) {
                let at = if group == 0 { SUPERBLOCK_START } else { start };
                self.put_bytes(at, superblock.encode(group).into());
            }
            if let Some((block, blocks)) = geometry.descriptors_of(group) {
                let offset = blocks.start * geometry.block_size;
                let len = (blocks.end - blocks.start) * geometry.block_size;
                let source = Source::Memory { bytes: table.clone(), offset };
                self.extents.push(Extent { start: block * geometry.block_size, len, source });
            }
        }
    }
}
