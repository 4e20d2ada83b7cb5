//! From the trees of a disk's partitions to the extents of the whole disk.

mod bootloader;
mod file_system;
pub(crate) mod identity;
mod table;

use crate::error::{Failure, Problem};
use crate::plan::{DiskPlan, PartitionPlan, TableKind};
use crate::realise::Realised;
use tintype_formats::mbr;
use tintype_tree::Extents;

/// Partitions begin on multiples of this many bytes unless the definition says where, and the disk
/// ends on one. The space before the first partition is where GRUB's core image goes.
pub const ALIGNMENT: u64 = 1 << 20;

/// Bytes of a sector in both kinds of table.
pub const SECTOR: u64 = 512;

/// A partition with its place on the disk.
#[derive(Debug)]
pub struct Placed<'a> {
    /// What was asked for.
    pub plan: &'a PartitionPlan,
    /// First byte.
    pub start: u64,
    /// Number of bytes, whole sectors.
    pub len: u64,
}

impl Placed<'_> {
    fn end(&self) -> u64 {
        self.start + self.len
    }
}

/// Lays out the whole disk: every file system, what starts it, then the table around them.
///
/// # Errors
/// When content does not fit, partitions overlap, or a name or type cannot be expressed.
pub fn disk(plan: &DiskPlan, realised: &Realised) -> Result<Extents, Failure> {
    let mut disk = Extents::hole(0);
    let mut placed: Vec<Placed> = Vec::new();
    for (index, (partition, tree)) in plan.partitions.iter().zip(&realised.trees).enumerate() {
        let identity = identity::partition(&plan.uuid, index);
        let content = file_system::lay_out(partition, tree.as_ref(), identity)?;
        let len = content.len().next_multiple_of(SECTOR);
        let start = start_of(plan.table, partition, &placed)?;
        placed.push(Placed { plan: partition, start, len });
        disk.put(start, &content);
    }
    let boot_code = match &realised.boot.bios {
        Some(boot) => bootloader::put(&mut disk, plan, &placed, boot)?,
        None => [0; mbr::BOOT_CODE_LEN],
    };
    bootloader::put_files(&mut disk, plan, &placed, &realised.boot.files)?;
    let end = placed.iter().map(Placed::end).max().unwrap_or(ALIGNMENT);
    match plan.table {
        TableKind::Mbr => {
            disk.grow(end.next_multiple_of(ALIGNMENT));
            table::put_mbr(&mut disk, &plan.uuid, &placed, boot_code)?;
        }
        TableKind::Gpt => {
            disk.grow((end + table::GPT_BACKUP).next_multiple_of(ALIGNMENT));
            table::put_gpt(&mut disk, &plan.uuid, &placed, boot_code)?;
        }
    }
    Ok(disk)
}

/// Where `partition` begins: at its own offset, or aligned after the ones before it.
fn start_of(
    table: TableKind,
    partition: &PartitionPlan,
    before: &[Placed],
) -> Result<u64, Failure> {
    let table_end = match table {
        TableKind::Mbr => SECTOR,
        TableKind::Gpt => table::GPT_FRONT,
    };
    let last = before.iter().max_by_key(|placed| placed.end());
    let end = last.map_or(table_end, Placed::end);
    if partition.offset == 0 {
        return Ok(end.next_multiple_of(ALIGNMENT));
    }
    if partition.offset < end {
        return Err(Problem::Overlap {
            first: last.map_or("the partition table".to_owned(), |last| last.plan.label.clone()),
            end,
            second: partition.label.clone(),
            start: partition.offset,
            next: end.next_multiple_of(SECTOR),
        }
        .at(&partition.place));
    }
    Ok(partition.offset)
}
