//! Whether partitions lie where a table of partitions allows.

use crate::lba::Lba;
use std::ops::Range;

/// Why partitions cannot lie where they should. Partitions are numbered from 1, as in the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// A partition without a sector.
    #[error("partition {number} is empty")]
    Empty {
        /// Which partition.
        number: usize,
    },
    /// Two partitions share sectors.
    #[error(
        "partitions {first} and {second} overlap: {first} has the sectors {}..{}, {second} has {}..{}",
        .first_sectors.start, .first_sectors.end, .second_sectors.start, .second_sectors.end
    )]
    Overlap {
        /// The one that starts first.
        first: usize,
        /// The other.
        second: usize,
        /// Sectors of the first.
        first_sectors: Range<u64>,
        /// Sectors of the other.
        second_sectors: Range<u64>,
    },
    /// A partition begins where the table itself is.
    #[error(
        "partition {number} starts at sector {start}; the partition table ends at sector {usable}"
    )]
    InTable {
        /// Which partition.
        number: usize,
        /// Its first sector.
        start: Lba,
        /// The first sector that a partition may have.
        usable: Lba,
    },
    /// A partition ends where the disk, or what a table keeps at its end, does not allow it.
    #[error("partition {number} ends at sector {end}; on this disk partitions end at {usable}")]
    BeyondEnd {
        /// Which partition.
        number: usize,
        /// The sector after its last.
        end: Lba,
        /// The sector after the last that a partition may have.
        usable: Lba,
    },
}

/// Checks that every partition of `partitions`, each a number and its sectors, lies in `usable` and
/// apart from all others.
pub(crate) fn check(
    partitions: impl IntoIterator<Item = (usize, Lba, u64)>,
    usable: Range<u64>,
) -> Result<(), PlacementError> {
    let mut placed: Vec<(Range<u64>, usize)> = Vec::new();
    for (number, start, sectors) in partitions {
        let end = start.0.saturating_add(sectors);
        if sectors == 0 {
            return Err(PlacementError::Empty { number });
        }
        if start.0 < usable.start {
            return Err(PlacementError::InTable { number, start, usable: Lba(usable.start) });
        }
        if end > usable.end {
            return Err(PlacementError::BeyondEnd {
                number,
                end: Lba(end),
                usable: Lba(usable.end),
            });
        }
        placed.push((start.0..end, number));
    }
    placed.sort_by_key(|(sectors, number)| (sectors.start, *number));
    for pair in placed.windows(2) {
        let [(first_sectors, first), (second_sectors, second)] = pair else { continue };
        if first_sectors.end > second_sectors.start {
            return Err(PlacementError::Overlap {
                first: *first,
                second: *second,
                first_sectors: first_sectors.clone(),
                second_sectors: second_sectors.clone(),
            });
        }
    }
    Ok(())
}
