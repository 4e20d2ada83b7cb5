//! How a volume boots: from a CD by El Torito's catalog, from a disk by a master boot record in its
//! system area.

use super::el_torito::{self, Catalog};
use super::error::Error;
use super::places::Contents;
use super::{BLOCK_LEN, SYSTEM_AREA_BLOCKS};
use crate::lba::{BLOCK_LEN as SECTOR_LEN, Lba};
use crate::mbr::{BOOT_CODE_LEN, EFI_SYSTEM, Partition, Table};
use tintype_tree::Extents;

/// Type code of a partition that holds an ISO 9660 volume.
const ISO_9660: u8 = 0xcd;
/// The volume's partition begins behind its system area.
const FIRST_SECTOR: u64 = 64;
/// Where GRUB's boot code for disks finds its loader: a sector number in 64 bits.
const GRUB_POINTER: usize = 0x1b0;
/// Blocks that stay free behind the last partition of a disk: who makes its table a GPT needs them.
const TRAILER_BLOCKS: u64 = 17;
/// Sectors of the loader that only a CD needs.
const CD_LOADER_SECTORS: u64 = 4;

/// What starts a volume.
#[derive(Clone, Debug, Default)]
pub struct Boot {
    /// Path of the image that BIOS loads from a CD, without a leading slash: GRUB's `cdboot.img` with
    /// its core image behind it. The copy on the volume says where it lies.
    pub bios: Option<Box<[u8]>>,
    /// An EFI system partition, appended to the volume.
    pub efi: Option<Extents>,
    /// The record that makes the volume a disk as well.
    pub hybrid: Option<Hybrid>,
}

/// A master boot record over the volume.
#[derive(Clone, Debug)]
pub struct Hybrid {
    /// The disk's identifier.
    pub disk_signature: u32,
    /// GRUB's `boot_hybrid.img` up to the table; zeros where BIOS is not to boot.
    pub boot_code: [u8; BOOT_CODE_LEN],
}

impl Boot {
    /// Whether there is a catalog.
    pub(super) fn is_bootable(&self) -> bool {
        self.bios.is_some() || self.efi.is_some()
    }

    /// Blocks behind everything else.
    pub(super) fn trailer_blocks(&self) -> u64 {
        if self.hybrid.is_some() { TRAILER_BLOCKS } else { 0 }
    }
}

/// The image that BIOS loads, with its own place written in it, and its first block.
pub(super) fn image(boot: &Boot, contents: &Contents) -> Result<Option<(u32, Vec<u8>)>, Error> {
    let Some(path) = &boot.bios else { return Ok(None) };
    let shown = || String::from_utf8_lossy(path).into_owned();
    let (block, content) =
        contents.lookup(path).ok_or_else(|| Error::BootImage { path: shown() })?;
    let mut image = content
        .to_vec()
        .map_err(|error| Error::BootImageRead { path: shown(), error: error.to_string() })?;
    el_torito::patch(&mut image, SYSTEM_AREA_BLOCKS, block);
    Ok(Some((block, image)))
}

/// Puts the master boot record of `boot` at the beginning of the volume, which is as long as it will
/// be.
pub(super) fn put_system_area(
    volume: &mut Extents,
    boot: &Boot,
    catalog: &Catalog,
) -> Result<(), Error> {
    let Some(hybrid) = &boot.hybrid else { return Ok(()) };
    let sector = |block: u32| u64::from(block) * (BLOCK_LEN / SECTOR_LEN);
    let mut boot_code = hybrid.boot_code;
    if let Some(block) = catalog.bios {
        let loader = sector(block) + CD_LOADER_SECTORS;
        boot_code[GRUB_POINTER..GRUB_POINTER + 8].copy_from_slice(&loader.to_le_bytes());
    }
    let end = volume.len() / SECTOR_LEN - TRAILER_BLOCKS * (BLOCK_LEN / SECTOR_LEN);
    let efi = catalog.efi.map(|(block, _)| sector(block));
    let mut partitions = vec![Partition {
        type_code: ISO_9660,
        bootable: true,
        start: Lba(FIRST_SECTOR),
        sectors: efi.unwrap_or(end) - FIRST_SECTOR,
    }];
    partitions.extend(efi.map(|start| Partition {
        type_code: EFI_SYSTEM,
        bootable: false,
        start: Lba(start),
        sectors: end - start,
    }));
    let table =
        Table { disk_signature: hybrid.disk_signature, boot_code, partitions, ..Table::default() };
    volume.put_bytes(0, table.encode(volume.len())?.to_vec());
    Ok(())
}
