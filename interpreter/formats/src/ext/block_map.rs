//! Direct and indirect block maps ("Direct/Indirect Block Addressing" in the kernel's ext4
//! documentation).

use super::inode::I_BLOCK_LEN;
use super::little_endian::{Store, low32};
use super::mapping::{Mapping, MappingTree};
use std::collections::BTreeMap;

/// Blocks that the inode itself names.
const DIRECT: u64 = 12;
/// Where in `i_block`, in entries, the three kinds of tables are named.
const INDIRECT_SLOT: usize = 12;
const DOUBLE_SLOT: usize = 13;
const TRIPLE_SLOT: usize = 14;

/// Entries of one table: 32-bit block numbers.
fn per_table(block_size: u64) -> u64 {
    block_size / 4
}

/// How many blocks a file may have.
pub(super) fn block_limit(block_size: u64) -> u64 {
    let n = per_table(block_size);
    DIRECT + n + n * n + n * n * n
}

/// The tables that name data blocks are numbered in the order of the file: 0 is the one that the inode
/// names, the next `n` are named by the double table, all further ones by the triple table's tables.
/// Of these, the numbers that any mapping needs, ascending, each once.
fn first_level(mappings: &[Mapping], n: u64) -> impl Iterator<Item = u64> {
    let mut next = 0;
    mappings.iter().flat_map(move |map| {
        let end = (map.logical + map.len).saturating_sub(DIRECT).div_ceil(n);
        let start = (map.logical.saturating_sub(DIRECT) / n).max(next);
        next = next.max(end);
        start..end
    })
}

/// The tables below the triple one, numbered likewise.
fn second_level(first_level: impl Iterator<Item = u64>, n: u64) -> Vec<u64> {
    let mut tables: Vec<u64> =
        first_level.filter_map(|table| Some(table.checked_sub(1 + n)? / n)).collect();
    tables.dedup();
    tables
}

/// The number of tables outside the inode.
pub(super) fn table_count(mappings: &[Mapping], block_size: u64) -> u64 {
    let n = per_table(block_size);
    if mappings.last().is_none_or(|last| last.logical + last.len <= DIRECT) {
        return 0;
    }
    let (mut first, mut double) = (0, 0);
    for table in first_level(mappings, n) {
        first += 1;
        double |= u64::from((1..=n).contains(&table));
    }
    let second = second_level(first_level(mappings, n), n).len() as u64;
    first + double + second + u64::from(second > 0)
}

/// The map for `mappings`, its tables at `places`: those that name data first, then those that name
/// tables.
pub(super) fn build(mappings: &[Mapping], places: &[u64], block_size: u64) -> MappingTree {
    let n = per_table(block_size);
    let mut i_block = [0; I_BLOCK_LEN];
    let mut places = places.iter().copied();
    let mut new_table = || (places.next().unwrap_or_default(), vec![0; block_size as usize]);
    let mut first: BTreeMap<u64, (u64, Vec<u8>)> = BTreeMap::new();
    for table in first_level(mappings, n) {
        first.insert(table, new_table());
    }
    for map in mappings {
        for step in 0..map.len {
            let (logical, physical) = (map.logical + step, low32(map.physical + step));
            let Some(index) = logical.checked_sub(DIRECT) else {
                i_block.put32(4 * logical as usize, physical);
                continue;
            };
            if let Some((_, table)) = first.get_mut(&(index / n)) {
                table.put32(4 * (index % n) as usize, physical);
            }
        }
    }
    let mut double = None;
    let mut second: BTreeMap<u64, (u64, Vec<u8>)> = BTreeMap::new();
    for (number, (place, _)) in &first {
        let (table, slot) = match number.checked_sub(1) {
            None => {
                i_block.put32(4 * INDIRECT_SLOT, low32(*place));
                continue;
            }
            Some(index) if index < n => (double.get_or_insert_with(&mut new_table), index),
            Some(index) => {
                let index = index - n;
                (second.entry(index / n).or_insert_with(&mut new_table), index % n)
            }
        };
        table.1.put32(4 * slot as usize, low32(*place));
    }
    let triple = (!second.is_empty()).then(|| {
        let mut triple = new_table();
        for (number, (place, _)) in &second {
            triple.1.put32(4 * *number as usize, low32(*place));
        }
        triple
    });
    for (slot, table) in [(DOUBLE_SLOT, &double), (TRIPLE_SLOT, &triple)] {
        if let Some((place, _)) = table {
            i_block.put32(4 * slot, low32(*place));
        }
    }
    let blocks = first.into_values().chain(double).chain(second.into_values()).chain(triple);
    MappingTree { i_block, blocks: blocks.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_counted_as_they_are_built() {
        let map = |logical, len| Mapping { logical, physical: 1000, len };
        let shapes: [&[Mapping]; 7] = [
            &[],
            &[map(0, 12)],
            &[map(0, 13)],
            &[map(11, 300)],
            &[map(12 + 256 + 65536 - 1, 2)],
            &[map(3, 1), map(14, 2), map(90, 1), map(270, 5), map(12 + 256 + 65536, 70_000)],
            &[map(12 + 256 + 65536 + 256 * 256 * 256 - 1, 1)],
        ];
        let counts = [0, 0, 1, 3, 5, 0, 3].map(Some);
        for (shape, expected) in shapes.into_iter().zip(counts) {
            let count = table_count(shape, 1024);
            let places: Vec<u64> = (1..=count).collect();
            let built = build(shape, &places, 1024);
            let used: Vec<u64> = built.blocks.iter().map(|(place, _)| *place).collect();
            assert_eq!(built.blocks.len() as u64, count);
            assert!(!used.contains(&0), "a table without a place");
            if shape.len() < 2 {
                assert_eq!(Some(count), expected);
            }
        }
    }
}
