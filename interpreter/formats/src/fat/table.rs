//! The allocation table itself (overview, "FAT Data Structure").

use super::geometry::{Geometry, Width};
use std::sync::Arc;
use tintype_tree::{Extents, Source};

/// Media descriptor of a fixed disk.
pub(super) const FIXED_DISK: u8 = 0xf8;
/// An entry that ends a chain. The topmost bits of entry 1 so say that the volume was cleanly
/// unmounted and met no read error.
const END_OF_CHAIN: u32 = 0x0fff_ffff;

/// An allocation table that is being filled, chain after chain.
#[derive(Debug)]
pub(super) struct Table {
    width: Width,
    bytes: Vec<u8>,
    entries: u64,
}

impl Table {
    /// A table with only the two entries that stand for no cluster. `media` is in the low byte of the
    /// first, as in `BPB_Media`.
    pub(super) fn new(width: Width, media: u8) -> Table {
        let mut table = Table { width, bytes: Vec::new(), entries: 0 };
        table.push(END_OF_CHAIN & !0xff | u32::from(media));
        table.push(END_OF_CHAIN);
        table
    }

    /// Allocates `clusters` clusters in a row; their first, or 0 if there is none. The geometry was
    /// chosen so that all fit.
    pub(super) fn chain(&mut self, clusters: u64) -> u32 {
        let start = self.entries;
        for next in start + 1..start + clusters {
            self.push(next as u32);
        }
        if clusters == 0 {
            return 0;
        }
        self.push(END_OF_CHAIN);
        start as u32
    }

    /// Number of clusters allocated so far.
    pub(super) fn allocated(&self) -> u64 {
        self.entries - 2
    }

    /// Puts every copy where it belongs.
    pub(super) fn put(self, volume: &mut Extents, geometry: &Geometry) {
        let bytes: Arc<[u8]> = self.bytes.into();
        for index in 0..geometry.tables {
            let source = Source::Memory { bytes: bytes.clone(), offset: 0 };
            volume.put_source(geometry.table_offset(index), bytes.len() as u64, source);
        }
    }

    fn push(&mut self, value: u32) {
        match self.width {
            Width::Fat32 => self.bytes.extend(value.to_le_bytes()),
            Width::Fat16 => self.bytes.extend((value as u16).to_le_bytes()),
            // Two entries share three bytes, the first in the lower twelve bits.
            Width::Fat12 if self.entries.is_multiple_of(2) => {
                self.bytes.extend([value as u8, (value >> 8) as u8 & 0xf]);
            }
            Width::Fat12 => {
                if let Some(shared) = self.bytes.last_mut() {
                    *shared |= (value as u8) << 4;
                }
                self.bytes.push((value >> 4) as u8);
            }
        }
        self.entries += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_entries_of_fat12_share_three_bytes() {
        let mut table = Table::new(Width::Fat12, FIXED_DISK);
        assert_eq!(table.chain(3), 2);
        assert_eq!(table.chain(0), 0);
        assert_eq!(table.chain(1), 5);
        assert_eq!(table.bytes, [0xf8, 0xff, 0xff, 0x03, 0x40, 0x00, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn the_first_two_entries_hold_the_medium_and_say_that_all_is_clean() {
        assert_eq!(Table::new(Width::Fat16, FIXED_DISK).bytes, [0xf8, 0xff, 0xff, 0xff]);
        let bytes = [0xf8, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0x0f];
        assert_eq!(Table::new(Width::Fat32, FIXED_DISK).bytes, bytes);
    }
}
