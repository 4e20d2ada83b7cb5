//! The partition table around the partitions.

use super::bootloader::BootCode;
use super::{Placed, SECTOR, identity};
use crate::error::{Failure, Problem};
use crate::plan::PartitionPlan;
use tintype_formats::lba::Lba;
use tintype_formats::{gpt, mbr};
use tintype_tree::Extents;
use uuid::Uuid;

/// Bytes before the first usable one of a GPT disk: protective MBR, header, 128 entries.
pub const GPT_FRONT: u64 = 34 * SECTOR;

/// Bytes after the last usable one: 128 entries and the backup header.
pub const GPT_BACKUP: u64 = 33 * SECTOR;

/// Puts the master boot record at the front of `disk`.
pub fn put_mbr(
    disk: &mut Extents,
    seed: &[u8; 16],
    placed: &[Placed],
    boot_code: BootCode,
) -> Result<(), Failure> {
    let mut partitions = Vec::new();
    for Placed { plan, start, len } in placed {
        let type_code = dos_type(&plan.type_code)
            .ok_or_else(|| Problem::PartitionType(plan.type_code.clone()).at(&plan.place))?;
        partitions.push(mbr::Partition {
            type_code,
            bootable: plan.bootable,
            start: lba(*start, plan)?,
            sectors: len / SECTOR,
        });
    }
    let disk_signature = identity::disk(seed).as_fields().0;
    mbr::Table { disk_signature, boot_code, partitions }
        .put(disk)
        .map_err(|error| Problem::from(error).at(&None))
}

/// Puts both copies of the GUID partition table into `disk`, which is as long as it will be.
pub fn put_gpt(
    disk: &mut Extents,
    seed: &[u8; 16],
    placed: &[Placed],
    boot_code: BootCode,
) -> Result<(), Failure> {
    let mut partitions = Vec::new();
    for (index, Placed { plan, start, len }) in placed.iter().enumerate() {
        let type_guid = type_guid(&plan.type_code)
            .ok_or_else(|| Problem::PartitionType(plan.type_code.clone()).at(&plan.place))?;
        partitions.push(gpt::Partition {
            type_guid,
            unique_guid: identity::partition(seed, index),
            name: plan.label.clone(),
            attributes: if plan.bootable { gpt::LEGACY_BIOS_BOOTABLE } else { 0 },
            start: lba(*start, plan)?,
            sectors: len / SECTOR,
        });
    }
    gpt::Table { disk_guid: identity::disk(seed), boot_code, partitions, ..gpt::Table::default() }
        .put(disk)
        .map_err(|error| Problem::from(error).at(&None))
}

fn lba(offset: u64, plan: &PartitionPlan) -> Result<Lba, Failure> {
    Lba::from_offset(offset).map_err(|error| Problem::from(error).at(&plan.place))
}

/// A number of the MBR's list of types, as `0x83`.
fn dos_type(code: &str) -> Option<u8> {
    u8::from_str_radix(code.strip_prefix("0x")?, 16).ok()
}

/// One of genimage's letters for the common types, or a GUID as it stands.
pub fn type_guid(code: &str) -> Option<Uuid> {
    let mut letters = code.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => gpt::type_of_letter(letter),
        _ => Uuid::parse_str(code).ok(),
    }
}
