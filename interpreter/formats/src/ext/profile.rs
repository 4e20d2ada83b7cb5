//! The defaults that depend on the size of the file system: the figures of mke2fs 1.47.0 and of the
//! mke2fs.conf that comes with it.

use super::options::{Creator, Options};

const MIB: u64 = 1 << 20;

/// A usage type of mke2fs.conf: its name, block size, bytes per inode.
type UsageType = (&'static str, u32, u32);

const USAGE_TYPES: [UsageType; 8] = [
    ("default", 4096, 16384),
    ("floppy", 1024, 8192),
    ("small", 1024, 4096),
    ("big", 4096, 32768),
    ("huge", 4096, 65536),
    ("news", 4096, 4096),
    ("largefile", 4096, 1 << 20),
    ("largefile4", 4096, 4 << 20),
];

/// Which usage type a size has: below so many MiB, this one.
const BY_SIZE: [(u64, &str); 4] =
    [(3, "floppy"), (512, "small"), (4 << 20, "default"), (16 << 20, "big")];

/// Journal sizes in blocks, for file systems of fewer than so many blocks.
const JOURNAL_BLOCKS: [(u64, u64); 8] = [
    (SMALLEST_WITH_JOURNAL, 0),
    (32 << 10, 1024),
    (256 << 10, 4096),
    (512 << 10, 8192),
    (4 << 20, 16384),
    (8 << 20, 32768),
    (16 << 20, 65536),
    (32 << 20, 131_072),
];

/// How many blocks a journal may have: below, the kernel does not take it; above, mke2fs makes none.
pub(super) const JOURNAL_LIMITS: std::ops::RangeInclusive<u64> = 1024..=10_240_000;
/// Below so many blocks a file system gets no journal.
pub(super) const SMALLEST_WITH_JOURNAL: u64 = 2048;

/// What the size decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub block_size: u32,
    pub inode_size: u32,
    pub bytes_per_inode: u32,
}

/// Whether mke2fs.conf has the usage type `name`.
pub(super) fn is_usage_type(name: &str) -> bool {
    USAGE_TYPES.iter().any(|(known, ..)| *known == name)
}

/// The profile of a file system on `bytes` bytes.
pub(super) fn profile(options: &Options, bytes: u64) -> Profile {
    let by_size = BY_SIZE.iter().find(|(mebibytes, _)| bytes < mebibytes * MIB);
    let by_size = by_size.map_or("huge", |(_, name)| name);
    // Of several usage types, the last that is more than "default" decides.
    let usage = options.usage.as_ref().map_or(by_size, |types| {
        types.iter().rev().find(|name| *name != "default").map_or("default", String::as_str)
    });
    let usage = USAGE_TYPES.iter().find(|(name, ..)| *name == usage).unwrap_or(&USAGE_TYPES[0]);
    let block_size = options.block_size.unwrap_or(match options.creator {
        Creator::Linux => usage.1,
        Creator::Hurd => 4096,
    });
    Profile {
        block_size,
        inode_size: options.effective_inode_size(),
        bytes_per_inode: options.bytes_per_inode.unwrap_or(usage.2.max(block_size)),
    }
}

/// The journal that mke2fs gives a file system of so many blocks; 0 for none.
pub(super) fn journal_blocks(blocks_count: u64) -> u64 {
    let step = JOURNAL_BLOCKS.iter().find(|(below, _)| blocks_count < *below);
    step.map_or(262_144, |(_, journal)| *journal)
}

/// The sizes in bytes, ascending, from which on other defaults hold than just below.
pub(super) fn thresholds(options: &Options) -> Vec<u64> {
    let mut thresholds: Vec<u64> = BY_SIZE.iter().map(|(mebibytes, _)| mebibytes * MIB).collect();
    for (blocks, _) in JOURNAL_BLOCKS {
        thresholds.extend(
            [1024, 2048, 4096]
                .into_iter()
                .filter(|size| options.block_size.is_none_or(|block_size| block_size == *size))
                .map(|size| blocks * u64::from(size)),
        );
    }
    thresholds.sort_unstable();
    thresholds.dedup();
    thresholds
}
