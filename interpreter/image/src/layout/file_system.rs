//! The file systems that a partition can have.

use super::MakeSpool;
use crate::error::{Failure, Problem};
use crate::plan::{PartitionPlan, Size};
use tintype_formats::{ext, fat, output, squashfs, swap};
use tintype_tree::{Extents, Tree};
use uuid::Uuid;

/// The smallest size that is guessed.
const SMALLEST_GUESS: u64 = 1 << 20;

/// Bytes of a memory page, and of a block of a file system that is made to measure or for large
/// sectors.
const PAGE: u32 = 4096;

/// The extents of `partition`'s file system, as long as the partition is to be; a size that is guessed
/// leaves `room` bytes free beside the usual. `identity` serves where the definition gives no UUID.
pub fn lay_out(
    partition: &PartitionPlan,
    tree: Option<&Tree>,
    room: u64,
    identity: Uuid,
    sector_size: u64,
    spool: &MakeSpool,
    notes: &mut Vec<String>,
) -> Result<Extents, Failure> {
    let made = match (partition.file_system.as_str(), tree) {
        ("unformatted", _) => unformatted(partition),
        ("swap", _) => swap(partition, identity),
        (_, None) => unreachable!("every formatted partition has a tree"),
        ("ext2", Some(tree)) => ext(ext::Kind::Ext2, partition, tree, room, identity, sector_size),
        ("ext3", Some(tree)) => ext(ext::Kind::Ext3, partition, tree, room, identity, sector_size),
        ("ext4", Some(tree)) => ext(ext::Kind::Ext4, partition, tree, room, identity, sector_size),
        ("vfat" | "fat16", Some(tree)) => {
            fat(fat::Kind::Fat16, partition, tree, identity, sector_size, notes)
        }
        ("fat32", Some(tree)) => {
            fat(fat::Kind::Fat32, partition, tree, identity, sector_size, notes)
        }
        ("squashfs", Some(tree)) => squashfs(partition, tree, spool),
        (other, Some(_)) => Err(Problem::FileSystem(other.to_owned())),
    };
    made.map_err(|problem| problem.at(&partition.place))
}

fn unformatted(partition: &PartitionPlan) -> Result<Extents, Problem> {
    match partition.size {
        Size::Bytes(bytes) => Ok(Extents::hole(bytes)),
        Size::Guess | Size::Minimum => Err(Problem::NoSize { file_system: "unformatted" }),
    }
}

fn swap(partition: &PartitionPlan, identity: Uuid) -> Result<Extents, Problem> {
    if let Some(option) = partition.options.first() {
        return Err(Problem::SwapOption(option.clone()));
    }
    let Size::Bytes(size) = partition.size else {
        return Err(Problem::NoSize { file_system: "swap" });
    };
    let uuid = uuid_of(partition)?.unwrap_or(*identity.as_bytes());
    let options = swap::Options { label: partition.label.clone().into_bytes(), uuid, size };
    swap::lay_out(&options).map_err(|error| Problem::Swap { label: partition.label.clone(), error })
}

fn ext(
    kind: ext::Kind,
    partition: &PartitionPlan,
    tree: &Tree,
    room: u64,
    identity: Uuid,
    sector_size: u64,
) -> Result<Extents, Problem> {
    let failed = |error| Problem::Ext { label: partition.label.clone(), error };
    let mut options = ext::Options::parse(kind, &partition.options)?;
    options.label = partition.label.clone().into_bytes();
    options.uuid = uuid_of(partition)?.unwrap_or(*identity.as_bytes());
    if !matches!(partition.size, Size::Bytes(_)) || sector_size > 512 {
        // What is made to measure is a root file system, however small: mke2fs's small blocks are
        // for floppies, and cannot hold a long link.
        options.block_size.get_or_insert(PAGE);
    }
    options.size = match partition.size {
        Size::Bytes(bytes) => ext::Size::Exact(bytes),
        Size::Minimum => ext::Size::Minimum,
        Size::Guess => {
            let minimum = ext::minimum_size(tree, &options).map_err(failed)?;
            ext::Size::Exact(with_room(minimum) + room.next_multiple_of(u64::from(PAGE)))
        }
    };
    ext::lay_out(tree, &options).map_err(failed)
}

fn fat(
    kind: fat::Kind,
    partition: &PartitionPlan,
    tree: &Tree,
    identity: Uuid,
    sector_size: u64,
    notes: &mut Vec<String>,
) -> Result<Extents, Problem> {
    let failed = |error| Problem::Fat { label: partition.label.clone(), error };
    let serial = serial_of(partition, identity)?;
    let mut options = fat::Options {
        kind,
        label: Some(partition.label.clone()),
        serial,
        sector_size: sector_size as u16,
        ..fat::Options::default()
    }
    .with(&partition.options)?;
    let same = fat::same_but_for_case(tree).map_err(failed)?;
    notes.extend(same.into_iter().map(|(first, second)| {
        let label = &partition.label;
        format!("partition {label}: {first} and {second} differ only by case: most readers of FAT find one of them")
    }));
    options.size = match partition.size {
        Size::Bytes(bytes) => fat::Size::Exact(bytes),
        Size::Minimum => fat::Size::Minimum,
        Size::Guess => {
            fat::Size::Exact(with_room(fat::minimum_size(tree, &options).map_err(failed)?))
        }
    };
    fat::lay_out(tree, &options).map_err(failed)
}

/// A squashfs is as long as its content makes it: there is no room to leave in it.
fn squashfs(partition: &PartitionPlan, tree: &Tree, spool: &MakeSpool) -> Result<Extents, Problem> {
    let options = squashfs::Options::parse(&partition.options)?;
    let threads = output::Options::default().threads;
    let mut volume = squashfs::lay_out(tree, &options, &mut spool()?, threads)
        .map_err(|error| Problem::Squashfs { label: partition.label.clone(), error })?;
    match partition.size {
        Size::Bytes(size) if size < volume.len() => {
            let (label, needed) = (partition.label.clone(), volume.len());
            return Err(Problem::SquashfsTooSmall { label, size, needed });
        }
        Size::Bytes(size) => volume.grow(size),
        Size::Guess | Size::Minimum => {}
    }
    Ok(volume)
}

/// Guix's rule for a guessed size: a quarter more than the content, at least 1 MiB.
fn with_room(minimum: u64) -> u64 {
    (minimum + minimum.div_ceil(4)).max(SMALLEST_GUESS).next_multiple_of(4096)
}

/// The serial number of a FAT. Of a UUID, which an operating system gives to its root whatever its file
/// system is, it is the first four bytes; GRUB's menu looks for the same.
fn serial_of(partition: &PartitionPlan, identity: Uuid) -> Result<u32, Problem> {
    let uuid = match partition.uuid.as_deref() {
        Some(uuid) if uuid.len() == 16 => uuid.first_chunk().copied(),
        _ => uuid_of(partition)?,
    };
    let word = uuid.or(identity.as_bytes().first_chunk().copied());
    Ok(u32::from_le_bytes(word.expect("16 bytes begin with 4")))
}

fn uuid_of<const N: usize>(partition: &PartitionPlan) -> Result<Option<[u8; N]>, Problem> {
    let Some(uuid) = &partition.uuid else { return Ok(None) };
    uuid.as_slice().try_into().map(Some).map_err(|_| Problem::UuidLength {
        have: uuid.len(),
        need: N,
        file_system: partition.file_system.clone(),
    })
}
