//! The master boot record: a table of four partitions, and 440 bytes of boot code before it.
//!
//! The layout is that of the UEFI specification 2.10, section 5.2.1; cylinders, heads and sectors are
//! those of a disk with 255 heads and 63 sectors, as `sfdisk` and genimage write them.

use crate::lba::{BLOCK_LEN, Lba};
use crate::placement::{self, PlacementError};
use mbrman::{BOOT_ACTIVE, BOOT_INACTIVE, CHS, MBRHeader, MBRPartitionEntry};
use std::io::{self, Cursor};
use tintype_tree::Extents;

/// Bytes of boot code before the table.
pub const BOOT_CODE_LEN: usize = 440;
/// Partitions that the table has room for.
pub const PARTITIONS_LIMIT: usize = 4;

/// Type code of an entry that is not used.
pub const UNUSED: u8 = 0x00;
/// Type code of an extended partition, which holds logical ones.
pub const EXTENDED: u8 = 0x0f;
/// Type code of a FAT16 partition addressed by LBA.
pub const FAT16_LBA: u8 = 0x0e;
/// Type code of a FAT32 partition addressed by LBA.
pub const FAT32_LBA: u8 = 0x0c;
/// Type code of Linux swap.
pub const LINUX_SWAP: u8 = 0x82;
/// Type code of a Linux file system.
pub const LINUX: u8 = 0x83;
/// Type code of the one partition that a GPT disk's protective record has.
pub const GPT_PROTECTIVE: u8 = 0xee;
/// Type code of an EFI system partition.
pub const EFI_SYSTEM: u8 = 0xef;

const HEADS: u64 = 255;
const SECTORS_PER_TRACK: u64 = 63;
const CYLINDERS: u64 = 1024;

/// A master boot record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The disk's identifier, by which Linux names its partitions (`PARTUUID=12345678-01`).
    pub disk_signature: u32,
    /// Boot code; zeros for none.
    pub boot_code: [u8; BOOT_CODE_LEN],
    /// At most four partitions; one of type [`UNUSED`] leaves its place free.
    pub partitions: Vec<Partition>,
}

impl Default for Table {
    fn default() -> Table {
        Table { disk_signature: 0, boot_code: [0; BOOT_CODE_LEN], partitions: Vec::new() }
    }
}

/// A primary partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// What it holds: `SystemID`.
    pub type_code: u8,
    /// Whether BIOS boot code is to start it.
    pub bootable: bool,
    /// Its first sector.
    pub start: Lba,
    /// How many sectors of 512 bytes it has.
    pub sectors: u64,
}

/// Why a master boot record cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More than four partitions.
    #[error(
        "{count} partitions: an MBR has room for {PARTITIONS_LIMIT}; use a GPT ('gpt) for more"
    )]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A partition that 32-bit sector numbers do not reach.
    #[error("partition {number} ends beyond 2 TiB, where an MBR does not reach; use a GPT ('gpt)")]
    BeyondReach {
        /// Which partition, from 1.
        number: usize,
    },
    /// The partitions do not lie where they may.
    #[error(transparent)]
    Placement(#[from] PlacementError),
    /// The encoder refused the record, which its checks should have done.
    #[error("the master boot record cannot be encoded: {0}")]
    Encoding(String),
    /// Something is already in the disk's first sector.
    #[error("the first sector of the disk is not free: an MBR has to go there")]
    Occupied,
}

/// Why a disk's master boot record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes themselves cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// They are no master boot record.
    #[error("not a master boot record: {0}")]
    NotMbr(String),
}

impl Table {
    /// The 512 bytes of the record for a disk of `disk_len` bytes.
    ///
    /// # Errors
    /// When the partitions are too many, overlap, or lie outside of the disk or the table's reach.
    pub fn encode(&self, disk_len: u64) -> Result<[u8; BLOCK_LEN as usize], Error> {
        if self.partitions.len() > PARTITIONS_LIMIT {
            return Err(Error::TooMany { count: self.partitions.len() });
        }
        let used = || (1..).zip(&self.partitions).filter(|(_, one)| one.type_code != UNUSED);
        placement::check(
            used().map(|(number, partition)| (number, partition.start, partition.sectors)),
            1..disk_len / BLOCK_LEN,
        )?;
        let mut header = MBRHeader::new(self.disk_signature.to_le_bytes());
        header.bootstrap_code = self.boot_code;
        for (number, partition) in used() {
            header[number] = partition.entry().ok_or(Error::BeyondReach { number })?;
        }
        let mut bytes = [0; BLOCK_LEN as usize];
        header
            .write_into(&mut Cursor::new(&mut bytes[..]))
            .map_err(|error| Error::Encoding(error.to_string()))?;
        Ok(bytes)
    }

    /// Puts the record into the first sector of `disk`, whose length is that of the whole disk.
    ///
    /// # Errors
    /// As [`Table::encode`], and when the sector is not free.
    pub fn put(&self, disk: &mut Extents) -> Result<(), Error> {
        let bytes = self.encode(disk.len())?;
        if disk.slice(0, BLOCK_LEN).stored_len() > 0 {
            return Err(Error::Occupied);
        }
        disk.put_bytes(0, bytes);
        Ok(())
    }

    /// Reads the record of `disk`: its primary partitions, an extended one as a partition.
    ///
    /// # Errors
    /// When the first sector has no boot signature or a boot flag that is none, or cannot be read.
    pub fn read(disk: &Extents) -> Result<Table, ReadError> {
        let mut sector = [0; BLOCK_LEN as usize];
        disk.read_at(0, &mut sector)?;
        let header = MBRHeader::read_from(&mut Cursor::new(&sector[..]))
            .map_err(|error| ReadError::NotMbr(error.to_string()))?;
        let mut partitions: Vec<Partition> = header
            .iter()
            .map(|(_, entry)| Partition {
                type_code: entry.sys,
                bootable: entry.is_active(),
                start: Lba(entry.starting_lba.into()),
                sectors: entry.sectors.into(),
            })
            .collect();
        while partitions.last().is_some_and(|last| last.type_code == UNUSED) {
            partitions.pop();
        }
        Ok(Table {
            disk_signature: u32::from_le_bytes(header.disk_signature),
            boot_code: header.bootstrap_code,
            partitions,
        })
    }
}

impl Partition {
    /// Its entry in the table; `None` if it is out of reach.
    fn entry(&self) -> Option<MBRPartitionEntry> {
        let last = self.start.0.checked_add(self.sectors)?.checked_sub(1)?;
        u32::try_from(last).ok()?;
        let last_chs = match (self.type_code, chs(last)) {
            // Section 5.2.3 has ones in every bit where the protective partition's end is too far.
            (GPT_PROTECTIVE, FARTHEST) => CHS::new(0x3ff, 0xff, 0x3f),
            (_, chs) => chs,
        };
        Some(MBRPartitionEntry {
            boot: if self.bootable { BOOT_ACTIVE } else { BOOT_INACTIVE },
            first_chs: chs(self.start.0),
            sys: self.type_code,
            last_chs,
            starting_lba: self.start.0 as u32,
            sectors: self.sectors as u32,
        })
    }
}

/// The last address of such a disk, which stands for all that come after it.
const FARTHEST: CHS = CHS { cylinder: 1023, head: 254, sector: 63 };

/// The cylinder, head and sector of a block.
fn chs(lba: u64) -> CHS {
    let (track, sector) = (lba / SECTORS_PER_TRACK, lba % SECTORS_PER_TRACK);
    match track / HEADS {
        cylinder @ ..CYLINDERS => {
            CHS::new(cylinder as u16, (track % HEADS) as u8, sector as u8 + 1)
        }
        _ => FARTHEST,
    }
}
