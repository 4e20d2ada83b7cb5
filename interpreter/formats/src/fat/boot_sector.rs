//! The boot sector and, for FAT32, FSInfo (overview, "Boot Sector and BPB", "FAT32 FSInfo Sector
//! Structure and Backup Boot Sector").

use super::Options;
use super::geometry::{Geometry, Width};
use super::table::Table;
use tintype_tree::Extents;

const OEM_NAME: &[u8; 8] = b"TINTYPE ";
const BOOT_SIGNATURE: [u8; 2] = [0x55, 0xaa];
/// Sector of FSInfo: `BPB_FSInfo`.
const FS_INFO_SECTOR: u16 = 1;
/// Sector of the copy of the boot sector, after which comes that of FSInfo: `BPB_BkBootSec`.
const BACKUP_SECTOR: u16 = 6;
/// Asks the firmware for the next boot device, and stops: `int 0x18`, `hlt`, `jmp -3`.
const BOOT_CODE: [u8; 5] = [0xcd, 0x18, 0xf4, 0xeb, 0xfd];

/// Puts the boot sector, and what FAT32 has besides, into `volume`.
pub(super) fn put(
    volume: &mut Extents,
    geometry: &Geometry,
    options: &Options,
    label: Option<[u8; 11]>,
    table: &Table,
) {
    let boot_sector = boot_sector(geometry, options, label);
    if geometry.width != Width::Fat32 {
        return volume.put_bytes(0, boot_sector);
    }
    let fs_info = fs_info(geometry, table);
    for first in [0, BACKUP_SECTOR] {
        let at = |sector: u16| u64::from(sector) * geometry.sector_size;
        volume.put_bytes(at(first), boot_sector.clone());
        volume.put_bytes(at(first + FS_INFO_SECTOR), fs_info.clone());
    }
}

/// 512 bytes, however large a sector is.
fn boot_sector(geometry: &Geometry, options: &Options, label: Option<[u8; 11]>) -> Vec<u8> {
    let fat32 = geometry.width == Width::Fat32;
    let small = |count: u64| u16::try_from(count).unwrap_or(0);
    let total_16 = small(geometry.total_sectors);
    let total_32 = if total_16 == 0 { geometry.total_sectors as u32 } else { 0 };
    let code_offset: u8 = if fat32 { 0x5a } else { 0x3e };

    let mut sector = Vec::with_capacity(512);
    sector.extend([0xeb, code_offset - 2, 0x90]); // BS_jmpBoot
    sector.extend(OEM_NAME); // BS_OEMName
    sector.extend(options.sector_size.to_le_bytes()); // BPB_BytsPerSec
    sector.push(geometry.sectors_per_cluster as u8); // BPB_SecPerClus
    sector.extend((geometry.reserved_sectors as u16).to_le_bytes()); // BPB_RsvdSecCnt
    sector.push(geometry.tables as u8); // BPB_NumFATs
    sector.extend((geometry.root_entries as u16).to_le_bytes()); // BPB_RootEntCnt
    sector.extend(total_16.to_le_bytes()); // BPB_TotSec16
    sector.push(options.media); // BPB_Media
    let table_16 = if fat32 { 0 } else { geometry.table_sectors as u16 };
    sector.extend(table_16.to_le_bytes()); // BPB_FATSz16
    sector.extend(geometry.sectors_per_track.to_le_bytes()); // BPB_SecPerTrk
    sector.extend(geometry.heads.to_le_bytes()); // BPB_NumHeads
    sector.extend(options.hidden_sectors.to_le_bytes()); // BPB_HiddSec
    sector.extend(total_32.to_le_bytes()); // BPB_TotSec32
    if fat32 {
        sector.extend((geometry.table_sectors as u32).to_le_bytes()); // BPB_FATSz32
        sector.extend([0; 4]); // BPB_ExtFlags, BPB_FSVer
        sector.extend(2u32.to_le_bytes()); // BPB_RootClus
        sector.extend(FS_INFO_SECTOR.to_le_bytes()); // BPB_FSInfo
        sector.extend(BACKUP_SECTOR.to_le_bytes()); // BPB_BkBootSec
        sector.extend([0; 12]); // BPB_Reserved
    }
    sector.push(options.drive_number); // BS_DrvNum
    sector.push(0); // BS_Reserved1
    sector.push(0x29); // BS_BootSig: the three that follow are there
    sector.extend(options.serial.to_le_bytes()); // BS_VolID
    sector.extend(label.unwrap_or(*b"NO NAME    ")); // BS_VolLab
    sector.extend(format!("{:<8}", geometry.width.to_string()).bytes()); // BS_FilSysType
    sector.extend(BOOT_CODE);
    sector.resize(510, 0);
    sector.extend(BOOT_SIGNATURE);
    sector
}

fn fs_info(geometry: &Geometry, table: &Table) -> Vec<u8> {
    let free = geometry.clusters - table.allocated();
    let last = table.allocated() + 1;
    let mut sector = Vec::with_capacity(512);
    sector.extend(b"RRaA"); // FSI_LeadSig
    sector.resize(484, 0); // FSI_Reserved1
    sector.extend(b"rrAa"); // FSI_StrucSig
    sector.extend((free as u32).to_le_bytes()); // FSI_Free_Count
    sector.extend((last as u32).to_le_bytes()); // FSI_Nxt_Free: search from here on
    sector.resize(508, 0); // FSI_Reserved2
    sector.extend([0, 0]);
    sector.extend(BOOT_SIGNATURE); // FSI_TrailSig
    sector
}
