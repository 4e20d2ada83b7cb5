//! The partition table around the partitions.

use super::bootloader::BootCode;
use super::{Placed, identity};
use crate::error::{Failure, Problem};
use crate::plan::{DiskPlan, PartitionPlan, TableKind};
use tintype_formats::lba::Lba;
use tintype_formats::{gpt, mbr};
use tintype_tree::Extents;
use uuid::Uuid;

/// Partitions that a hybrid MBR has room for, beside the one that protects the GPT.
const HYBRID_LIMIT: usize = 3;

/// Puts the master boot record at the front of `disk`, and those of logical partitions before them.
pub fn put_mbr(
    disk: &mut Extents,
    plan: &DiskPlan,
    placed: &[Placed],
    boot_code: BootCode,
) -> Result<(), Failure> {
    let mut table = mbr::Table {
        disk_signature: disk_signature(plan),
        boot_code,
        block_len: plan.sector_size,
        ..mbr::Table::default()
    };
    for one in placed {
        let partition = in_mbr(plan, one, &one.plan.type_code)?;
        match one.record {
            None => table.partitions.push(partition),
            Some(record) => {
                let record = lba(plan, record, one.plan)?;
                table.logical.push(mbr::Logical { record, partition });
            }
        }
    }
    table.put(disk).map_err(|error| Problem::from(error).at(&plan.place))
}

/// Puts both copies of the GUID partition table into `disk`, which is as long as it will be.
pub fn put_gpt(
    disk: &mut Extents,
    plan: &DiskPlan,
    placed: &[Placed],
    boot_code: BootCode,
) -> Result<(), Failure> {
    let mut partitions = Vec::new();
    for (index, one) in placed.iter().enumerate() {
        let Placed { plan: partition, start, len, .. } = one;
        let type_guid = type_guid(&partition.type_code).ok_or_else(|| {
            Problem::PartitionType(partition.type_code.clone()).at(&partition.place)
        })?;
        partitions.push(gpt::Partition {
            type_guid,
            unique_guid: identity::partition(&plan.uuid, index),
            name: partition.label.clone(),
            attributes: if partition.bootable { gpt::LEGACY_BIOS_BOOTABLE } else { 0 },
            start: lba(plan, *start, partition)?,
            sectors: len / plan.sector_size,
        });
    }
    let mut table = gpt::Table {
        disk_guid: identity::disk(&plan.uuid),
        boot_code,
        partitions,
        block_len: plan.sector_size,
        ..gpt::Table::default()
    };
    if plan.table == TableKind::Hybrid {
        table.disk_signature = disk_signature(plan);
        let named = placed.iter().filter_map(|one| Some((one, one.plan.hybrid_type.as_ref()?)));
        table.hybrid = named
            .take(HYBRID_LIMIT)
            .map(|(one, type_code)| in_mbr(plan, one, type_code))
            .collect::<Result<_, _>>()?;
    }
    table.put(disk).map_err(|error| Problem::from(error).at(&plan.place))
}

fn disk_signature(plan: &DiskPlan) -> u32 {
    identity::disk(&plan.uuid).as_fields().0
}

fn in_mbr(plan: &DiskPlan, placed: &Placed, type_code: &str) -> Result<mbr::Partition, Failure> {
    let Placed { plan: partition, start, len, .. } = placed;
    let type_code = dos_type(type_code)
        .ok_or_else(|| Problem::PartitionType(type_code.to_owned()).at(&partition.place))?;
    Ok(mbr::Partition {
        type_code,
        bootable: partition.bootable,
        start: lba(plan, *start, partition)?,
        sectors: len / plan.sector_size,
    })
}

fn lba(plan: &DiskPlan, offset: u64, partition: &PartitionPlan) -> Result<Lba, Failure> {
    Lba::from_offset(offset, plan.sector_size)
        .map_err(|error| Problem::from(error).at(&partition.place))
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
