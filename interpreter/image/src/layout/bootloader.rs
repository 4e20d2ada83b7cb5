//! What starts a disk, put where BIOS, GRUB or the boot ROM of a board look for it.

use super::{Placed, table, table_end};
use crate::bootloader::{BiosBoot, PlacedFile};
use crate::error::{Failure, Problem};
use crate::plan::{DiskPlan, TableKind};
use tintype_boot::grub::bios::Gap;
use tintype_formats::lba::BLOCK_LEN as SECTOR;
use tintype_formats::{gpt, mbr};
use tintype_tree::Extents;

/// The code of the first sector.
pub type BootCode = [u8; mbr::BOOT_CODE_LEN];

/// Puts the core image of `boot` into `disk` and returns the code that loads it.
pub fn put(
    disk: &mut Extents,
    plan: &DiskPlan,
    placed: &[Placed],
    boot: &BiosBoot,
) -> Result<BootCode, Failure> {
    let (start, end, gap) = match plan.table {
        TableKind::Mbr => {
            let first = placed.iter().map(|one| one.start).min().unwrap_or(super::ALIGNMENT);
            (SECTOR, first, Gap::AfterMbr)
        }
        TableKind::Gpt | TableKind::Hybrid => {
            let is_boot =
                |one: &&Placed| table::type_guid(&one.plan.type_code) == Some(gpt::BIOS_BOOT);
            let partition = placed.iter().find(is_boot);
            let partition = partition.ok_or_else(|| Problem::NoBiosBoot.at(&plan.place))?;
            (partition.start, partition.end(), Gap::BiosBootPartition)
        }
    };
    let (first, room) = (start / SECTOR, (end - start) / SECTOR);
    let core =
        boot.core.place(first, room, gap).map_err(|error| Problem::from(error).at(&plan.place))?;
    disk.put_bytes(start, core);
    Ok(boot.sector.code(first))
}

/// Puts `files` into `disk`: into free space, or into partitions that have no file system.
pub fn put_files(
    disk: &mut Extents,
    plan: &DiskPlan,
    placed: &[Placed],
    files: &[PlacedFile],
) -> Result<(), Failure> {
    let table_end = table_end(plan);
    for (index, file) in files.iter().enumerate() {
        let (start, end) = (file.offset, file.offset + file.content.len());
        let meets = |other: (u64, u64)| start < other.1 && other.0 < end;
        let partition = placed.iter().find(|one| {
            // A partition without a file system may hold the file as a whole.
            let holds =
                one.plan.file_system == "unformatted" && one.start <= start && end <= one.end();
            meets((one.start, one.end())) && !holds
        });
        let another =
            files[..index].iter().find(|one| meets((one.offset, one.offset + one.content.len())));
        let other = if start < table_end {
            Some("the partition table".to_owned())
        } else {
            partition
                .map(|one| format!("partition {}", one.plan.label))
                .or_else(|| another.map(|one| one.name.clone()))
        };
        if let Some(other) = other {
            let file = file.name.clone();
            return Err(Problem::BootFileOverlap { file, start, end, other }.at(&plan.place));
        }
        disk.put(start, &file.content);
    }
    Ok(())
}
