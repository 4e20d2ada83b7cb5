//! Entries of the L1 and L2 tables ("Cluster mapping" of the specification).

use super::header::SECTOR;

/// Set where the refcount of what the entry refers to is one.
const COPIED: u64 = 1 << 63;
/// Set where a cluster is compressed.
const COMPRESSED: u64 = 1 << 62;
/// Set where a cluster that may have a place reads as zeros.
const ZERO: u64 = 1;
/// Where a table or an uncompressed cluster is.
const OFFSET: u64 = 0x00ff_ffff_ffff_fe00;

/// Where a cluster of the virtual disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mapping {
    /// Nowhere: it is all zeros.
    Zero,
    /// At this byte of the file.
    Stored(u64),
    /// From this byte on, compressed. `len` bytes at most belong to it: they end with a sector.
    Compressed { offset: u64, len: u64 },
}

/// An L1 entry for the L2 table at `offset`, or an L2 entry for the cluster there.
pub(super) fn stored(offset: u64) -> u64 {
    COPIED | offset
}

/// The L2 entry for a cluster that was compressed to the `len` bytes at `offset`.
pub(super) fn compressed(cluster_bits: u32, offset: u64, len: u64) -> u64 {
    let additional_sectors = (offset + len - 1) / SECTOR - offset / SECTOR;
    COMPRESSED | additional_sectors << sectors_shift(cluster_bits) | offset
}

/// Where in an L2 entry of a compressed cluster the number of additional sectors begins.
fn sectors_shift(cluster_bits: u32) -> u32 {
    62 - (cluster_bits - 8)
}

/// The offset of the L2 table that an L1 entry refers to, if there is one.
pub(super) fn l2_table(entry: u64) -> Option<u64> {
    Some(entry & OFFSET).filter(|offset| *offset != 0)
}

/// What an L2 entry says.
pub(super) fn cluster(cluster_bits: u32, entry: u64) -> Mapping {
    if entry & COMPRESSED == 0 {
        return match entry & OFFSET {
            0 => Mapping::Zero,
            _ if entry & ZERO != 0 => Mapping::Zero,
            offset => Mapping::Stored(offset),
        };
    }
    let shift = sectors_shift(cluster_bits);
    let offset = entry & ((1 << shift) - 1);
    let additional_sectors = (entry & !(COPIED | COMPRESSED)) >> shift;
    Mapping::Compressed { offset, len: (additional_sectors + 1) * SECTOR - offset % SECTOR }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back() {
        for bits in [9, 16, 21] {
            assert_eq!(cluster(bits, 0), Mapping::Zero);
            assert_eq!(cluster(bits, stored(5 << bits)), Mapping::Stored(5 << bits));
            for (offset, len) in [(512, 1), (1000, 24), (1000, 25), (1023, 400)] {
                let Mapping::Compressed { offset: at, len: most } =
                    cluster(bits, compressed(bits, offset, len))
                else {
                    panic!("not compressed")
                };
                assert_eq!(at, offset);
                assert!((len..len + SECTOR).contains(&most) && (at + most).is_multiple_of(SECTOR));
            }
        }
    }
}
