//! Group descriptors and bitmaps ("Block Group Descriptors", "Block and Inode Bitmaps" in the kernel's
//! ext4 documentation).

use super::checksum::{ChecksumSeed, crc16};
use super::features;
use super::geometry::{Geometry, Group};
use super::little_endian::{Store, high16, high32, low16, low32};
use super::space::Run;

/// `bg_flags`: no inode of the group is in use, its bitmap is not stored.
const EXT4_BG_INODE_UNINIT: u16 = 1;
/// `bg_flags`: the block bitmap is not stored, the group holds its own metadata at most.
const EXT4_BG_BLOCK_UNINIT: u16 = 2;
/// `bg_flags`: the inode table is zeros where it is unused.
const EXT4_BG_INODE_ZEROED: u16 = 4;

/// What is in use in one group, and its bitmaps where they are stored.
#[derive(Debug)]
pub(super) struct GroupUse {
    pub free_blocks: u64,
    pub free_inodes: u64,
    pub used_directories: u64,
    pub block_bitmap: Option<Vec<u8>>,
    pub inode_bitmap: Option<Vec<u8>>,
}

/// Sets the bits `range`.
fn set_bits(bitmap: &mut [u8], range: std::ops::Range<u64>) {
    let mut bit = range.start;
    while bit < range.end {
        let byte = (bit / 8) as usize;
        if bit.is_multiple_of(8) && bit + 8 <= range.end {
            bitmap[byte] = 0xff;
            bit += 8;
        } else {
            bitmap[byte] |= 1 << (bit % 8);
            bit += 1;
        }
    }
}

impl GroupUse {
    /// The use of group `number`, where all blocks below `cursor` are taken and `used_inodes` of the
    /// group's inodes, the first ones.
    pub fn new(
        geometry: &Geometry,
        number: u64,
        cursor: u64,
        used_inodes: u64,
        used_directories: u64,
    ) -> GroupUse {
        let (start, end) = (geometry.group_start(number), geometry.group_end(number));
        let first = geometry.fixed.partition_point(|run| run.end() <= start);
        let fixed = geometry.fixed[first..].iter().take_while(|run| run.start < end);
        let taken = cursor.clamp(start, end);
        let mut bits = vec![0; geometry.block_size as usize];
        set_bits(&mut bits, 0..taken - start);
        let mut free_blocks = end - taken;
        let mut fixed_blocks = 0;
        for run in fixed {
            free_blocks -= run.len_within(taken, end);
            fixed_blocks += run.len_within(start, end);
            set_bits(&mut bits, run.start.max(start) - start..run.end().min(end) - start);
        }
        set_bits(&mut bits, end - start..8 * geometry.block_size);
        // What the kernel takes for granted in a group whose bitmap is not stored.
        let group = &geometry.groups[number as usize];
        let own = own_metadata(geometry, group).map(|run| run.len_within(start, end));
        let granted = geometry.base_blocks(number) + own.into_iter().sum::<u64>();
        let implied = geometry.features.has_group_checksum()
            && number + 1 < geometry.group_count
            && fixed_blocks == granted
            && free_blocks + fixed_blocks == end - start;
        let inode_bitmap =
            (used_inodes > 0 || !geometry.features.has_group_checksum()).then(|| {
                let mut bits = vec![0; geometry.block_size as usize];
                set_bits(&mut bits, 0..used_inodes);
                set_bits(&mut bits, geometry.inodes_per_group..8 * geometry.block_size);
                bits
            });
        GroupUse {
            free_blocks,
            free_inodes: geometry.inodes_per_group - used_inodes,
            used_directories,
            block_bitmap: (!implied).then_some(bits),
            inode_bitmap,
        }
    }

    /// Writes the descriptor of group `number` into its slot of the table.
    pub fn write_descriptor(
        &self,
        slot: &mut [u8],
        geometry: &Geometry,
        number: u64,
        uuid: &[u8; 16],
    ) {
        let group = &geometry.groups[number as usize];
        let has_csum = geometry.features.has(features::METADATA_CSUM);
        let seed = ChecksumSeed::of_uuid(uuid);
        let sum = |bitmap: &Option<Vec<u8>>, bits: u64| match bitmap {
            Some(bitmap) if has_csum => u64::from(seed.sum(&bitmap[..bits as usize / 8])),
            _ => 0,
        };
        let block_sum = sum(&self.block_bitmap, geometry.blocks_per_group);
        let inode_sum = sum(&self.inode_bitmap, geometry.inodes_per_group);
        let mut flags = 0;
        let mut itable_unused = 0;
        if geometry.features.has_group_checksum() {
            let uninit = |bitmap: &Option<Vec<u8>>, flag| if bitmap.is_none() { flag } else { 0 };
            flags = EXT4_BG_INODE_ZEROED
                | uninit(&self.block_bitmap, EXT4_BG_BLOCK_UNINIT)
                | uninit(&self.inode_bitmap, EXT4_BG_INODE_UNINIT);
            itable_unused = self.free_inodes;
        }
        slot.put32(0x00, low32(group.block_bitmap)); // bg_block_bitmap_lo
        slot.put32(0x04, low32(group.inode_bitmap)); // bg_inode_bitmap_lo
        slot.put32(0x08, low32(group.inode_table)); // bg_inode_table_lo
        slot.put16(0x0c, low16(self.free_blocks)); // bg_free_blocks_count_lo
        slot.put16(0x0e, low16(self.free_inodes)); // bg_free_inodes_count_lo
        slot.put16(0x10, low16(self.used_directories)); // bg_used_dirs_count_lo
        slot.put16(0x12, flags); // bg_flags
        slot.put16(0x18, low16(block_sum)); // bg_block_bitmap_csum_lo
        slot.put16(0x1a, low16(inode_sum)); // bg_inode_bitmap_csum_lo
        slot.put16(0x1c, low16(itable_unused)); // bg_itable_unused_lo
        if slot.len() > 32 {
            slot.put32(0x20, high32(group.block_bitmap)); // bg_block_bitmap_hi
            slot.put32(0x24, high32(group.inode_bitmap)); // bg_inode_bitmap_hi
            slot.put32(0x28, high32(group.inode_table)); // bg_inode_table_hi
            slot.put16(0x2c, high16(self.free_blocks)); // bg_free_blocks_count_hi
            slot.put16(0x2e, high16(self.free_inodes)); // bg_free_inodes_count_hi
            slot.put16(0x30, high16(self.used_directories)); // bg_used_dirs_count_hi
            slot.put16(0x32, high16(itable_unused)); // bg_itable_unused_hi
            slot.put16(0x38, high16(block_sum)); // bg_block_bitmap_csum_hi
            slot.put16(0x3a, high16(inode_sum)); // bg_inode_bitmap_csum_hi
        }
        let number = (number as u32).to_le_bytes();
        let bg_checksum = if has_csum {
            let seed = super::checksum::crc32c(seed.sum(&number), slot);
            low16(seed.into())
        } else if geometry.features.has(features::UNINIT_BG) {
            // The field itself is left out, and nothing stands in for it.
            let before = crc16(crc16(crc16(!0, uuid), &number), &slot[..0x1e]);
            crc16(before, &slot[0x20..])
        } else {
            0
        };
        slot.put16(0x1e, bg_checksum); // bg_checksum
    }
}

/// Where a group's own bitmaps and inode table lie.
fn own_metadata(geometry: &Geometry, group: &Group) -> [Run; 3] {
    [
        Run { start: group.block_bitmap, len: 1 },
        Run { start: group.inode_bitmap, len: 1 },
        Run { start: group.inode_table, len: geometry.inode_table_blocks },
    ]
}
