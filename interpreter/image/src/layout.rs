//! From the trees of a disk's partitions to the extents of the whole disk.

mod bootloader;
mod file_system;
pub(crate) mod identity;
mod table;

use crate::error::{Failure, Problem};
use crate::plan::{DiskPlan, PartitionPlan, TableKind};
use crate::realise::Realised;
use tintype_formats::{gpt, mbr};
use tintype_tree::{Extents, Spool, SpoolError};

/// Partitions begin on multiples of this many bytes unless the definition says where, and the disk
/// ends on one. The space before the first partition is where GRUB's core image goes.
pub const ALIGNMENT: u64 = 1 << 20;

/// Makes room for content that has to be made before it is laid out.
pub type MakeSpool<'a> = dyn Fn() -> Result<Spool, SpoolError> + 'a;

/// A partition with its place on the disk.
#[derive(Debug)]
pub struct Placed<'a> {
    /// What was asked for.
    pub plan: &'a PartitionPlan,
    /// First byte.
    pub start: u64,
    /// Number of bytes, whole sectors.
    pub len: u64,
    /// First byte of the sector that describes it, if it is a logical partition.
    pub record: Option<u64>,
}

impl Placed<'_> {
    fn end(&self) -> u64 {
        self.start + self.len
    }
}

/// Lays out the whole disk: every file system, what starts it, then the table around them. What a person should know
/// is added to `notes`. A compressed file system is made in a spool.
///
/// # Errors
/// When content does not fit, partitions overlap, or a name or type cannot be expressed.
pub fn disk(
    plan: &DiskPlan,
    realised: &Realised,
    spool: &MakeSpool,
    notes: &mut Vec<String>,
) -> Result<Extents, Failure> {
    let sector = plan.sector_size;
    if !matches!(sector, 512 | 4096) {
        return Err(Problem::SectorSize(sector).at(&plan.place));
    }
    if sector > 512 && realised.boot.bios.is_some() {
        return Err(Problem::BiosSectorSize(sector).at(&plan.place));
    }
    let mut disk = Extents::hole(0);
    let mut placed: Vec<Placed> = Vec::new();
    for (index, (partition, tree)) in plan.partitions.iter().zip(&realised.trees).enumerate() {
        let identity = identity::partition(&plan.uuid, index);
        let room = if partition.content.has_root() { realised.room } else { 0 };
        let content =
            file_system::lay_out(partition, tree.as_ref(), room, identity, sector, spool, notes)?;
        let len = content.len().next_multiple_of(sector);
        let logical = plan.first_logical().is_some_and(|first| index >= first);
        let (start, record) = place(plan, partition, logical, &placed)?;
        placed.push(Placed { plan: partition, start, len, record });
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
            table::put_mbr(&mut disk, plan, &placed, boot_code)?;
        }
        TableKind::Gpt | TableKind::Hybrid => {
            disk.grow((end + gpt::back_len(sector)).next_multiple_of(ALIGNMENT));
            table::put_gpt(&mut disk, plan, &placed, boot_code)?;
        }
    }
    Ok(disk)
}

/// The first byte after the partition table.
fn table_end(plan: &DiskPlan) -> u64 {
    match plan.table {
        TableKind::Mbr => plan.sector_size,
        TableKind::Gpt | TableKind::Hybrid => gpt::front_len(plan.sector_size),
    }
}

/// Where `partition` begins, at its own offset or aligned after the ones before it, and where the
/// record of a logical one is.
fn place(
    plan: &DiskPlan,
    partition: &PartitionPlan,
    logical: bool,
    before: &[Placed],
) -> Result<(u64, Option<u64>), Failure> {
    let last = before.iter().max_by_key(|placed| placed.end());
    let end = last.map_or(table_end(plan), Placed::end);
    let free = if logical { end + plan.sector_size } else { end };
    let start = match partition.offset {
        0 if logical => end.next_multiple_of(ALIGNMENT) + ALIGNMENT,
        0 => end.next_multiple_of(ALIGNMENT),
        offset if offset < free => {
            return Err(Problem::Overlap {
                first: last
                    .map_or("the partition table".to_owned(), |last| last.plan.label.clone()),
                end,
                second: partition.label.clone(),
                start: offset,
                next: free.next_multiple_of(plan.sector_size),
            }
            .at(&partition.place));
        }
        offset => offset,
    };
    Ok((start, logical.then(|| end.max(start.saturating_sub(ALIGNMENT)))))
}
