//! The master boot record: a table of four partitions, and 440 bytes of boot code before it. One of
//! the four may be an extended partition, in which each logical partition has a record of its own.
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
/// Type codes that extended partitions have besides.
const EXTENDED_CHS: [u8; 2] = [0x05, 0x85];
/// Type code by which the record of a logical partition refers to the next.
const NEXT_RECORD: u8 = 0x05;
/// Logical partitions that are read at most.
const LOGICAL_LIMIT: usize = 256;
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

/// Number of the first logical partition.
const FIRST_LOGICAL: usize = 5;

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
    /// At most four partitions, three beside logical ones; one of type [`UNUSED`] leaves its place
    /// free.
    pub partitions: Vec<Partition>,
    /// The partitions in the extended partition, which is made as large as they need.
    pub logical: Vec<Logical>,
    /// Bytes a sector: 512, or 4096.
    pub block_len: u64,
}

impl Default for Table {
    fn default() -> Table {
        Table {
            disk_signature: 0,
            boot_code: [0; BOOT_CODE_LEN],
            partitions: Vec::new(),
            logical: Vec::new(),
            block_len: BLOCK_LEN,
        }
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
    /// How many sectors it has.
    pub sectors: u64,
}

/// A logical partition; the first is number 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logical {
    /// Where the record is that describes it: somewhere before it.
    pub record: Lba,
    /// The partition itself.
    pub partition: Partition,
}

/// Why a master boot record cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More than four primary partitions.
    #[error(
        "{count} primary partitions, an extended one among them: an MBR has room for {PARTITIONS_LIMIT}"
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
        let mut partitions = self.partitions.clone();
        if let Some(extended) = self.extended() {
            let free = partitions.iter().position(|partition| partition.type_code == UNUSED);
            match free {
                Some(free) => partitions[free] = extended,
                None => partitions.push(extended),
            }
        }
        if partitions.len() > PARTITIONS_LIMIT {
            return Err(Error::TooMany { count: partitions.len() });
        }
        let usable = 1..disk_len / self.block_len;
        let used = || (1..).zip(&partitions).filter(|(_, one)| one.type_code != UNUSED);
        placement::check(
            used().map(|(number, partition)| (number, partition.start, partition.sectors)),
            usable.clone(),
        )?;
        // The sectors from a record to the end of its partition are no other partition's.
        placement::check(
            (FIRST_LOGICAL..).zip(&self.logical).map(|(number, Logical { record, partition })| {
                let before = partition.start.0.saturating_sub(record.0);
                (number, *record, if before == 0 { 0 } else { before + partition.sectors })
            }),
            usable,
        )?;
        let mut header = MBRHeader::new(self.disk_signature.to_le_bytes());
        header.bootstrap_code = self.boot_code;
        for (number, partition) in used() {
            header[number] = partition.entry(Lba(0)).ok_or(Error::BeyondReach { number })?;
        }
        encode(&mut header)
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
        for index in 0..self.logical.len() {
            let record = self.encode_logical(index)?;
            disk.put_bytes(self.logical[index].record.0 * self.block_len, record);
        }
        Ok(())
    }

    /// The extended partition, if there are logical ones: from the first record to the end of all.
    fn extended(&self) -> Option<Partition> {
        let start = self.logical.iter().map(|logical| logical.record).min()?;
        let ends = self
            .logical
            .iter()
            .map(|logical| logical.partition.start.0.saturating_add(logical.partition.sectors));
        let sectors = ends.max()?.saturating_sub(start.0);
        Some(Partition { type_code: EXTENDED, bootable: false, start, sectors })
    }

    /// The record of logical partition `index`: the partition, counted from the record, and the next
    /// record, counted from the start of the extended partition.
    fn encode_logical(&self, index: usize) -> Result<[u8; BLOCK_LEN as usize], Error> {
        let beyond = Error::BeyondReach { number: FIRST_LOGICAL + index };
        let Logical { record, partition } = self.logical[index];
        let mut header = MBRHeader::new([0; 4]);
        header[1] = partition.entry(record).ok_or_else(|| beyond.clone())?;
        if let (Some(next), Some(extended)) = (self.logical.get(index + 1), self.extended()) {
            let end = next.partition.start.0 + next.partition.sectors;
            let reference = Partition {
                type_code: NEXT_RECORD,
                bootable: false,
                start: next.record,
                sectors: end - next.record.0,
            };
            header[2] = reference.entry(extended.start).ok_or(beyond)?;
        }
        encode(&mut header)
    }

    /// Reads the record of `disk`, and those of its logical partitions, with sectors of 512 bytes.
    ///
    /// # Errors
    /// When a record has no boot signature or a boot flag that is none, cannot be read, or when the
    /// records of logical partitions have no end.
    pub fn read(disk: &Extents) -> Result<Table, ReadError> {
        let (header, mut partitions) = read_record(disk, 0, BLOCK_LEN)?;
        let mut logical = Vec::new();
        for partition in &mut partitions {
            if partition.type_code == EXTENDED || EXTENDED_CHS.contains(&partition.type_code) {
                read_logical(disk, partition.start, BLOCK_LEN, &mut logical)?;
                *partition =
                    Partition { type_code: UNUSED, bootable: false, start: Lba(0), sectors: 0 };
            }
        }
        while partitions.last().is_some_and(|last| last.type_code == UNUSED) {
            partitions.pop();
        }
        Ok(Table {
            disk_signature: u32::from_le_bytes(header.disk_signature),
            boot_code: header.bootstrap_code,
            partitions,
            logical,
            block_len: BLOCK_LEN,
        })
    }
}

fn encode(header: &mut MBRHeader) -> Result<[u8; BLOCK_LEN as usize], Error> {
    let mut bytes = [0; BLOCK_LEN as usize];
    header
        .write_into(&mut Cursor::new(&mut bytes[..]))
        .map_err(|error| Error::Encoding(error.to_string()))?;
    Ok(bytes)
}

/// The record in sector `at` of `disk`, and its four entries.
fn read_record(
    disk: &Extents,
    at: u64,
    block_len: u64,
) -> Result<(MBRHeader, Vec<Partition>), ReadError> {
    let mut sector = [0; BLOCK_LEN as usize];
    disk.read_at(at.saturating_mul(block_len), &mut sector)?;
    let header = MBRHeader::read_from(&mut Cursor::new(&sector[..]))
        .map_err(|error| ReadError::NotMbr(error.to_string()))?;
    let entry = |entry: &MBRPartitionEntry| Partition {
        type_code: entry.sys,
        bootable: entry.is_active(),
        start: Lba(entry.starting_lba.into()),
        sectors: entry.sectors.into(),
    };
    let partitions = header.iter().map(|(_, one)| entry(one)).collect();
    Ok((header, partitions))
}

/// Adds the logical partitions of the extended partition that starts at `extended`.
fn read_logical(
    disk: &Extents,
    extended: Lba,
    block_len: u64,
    logical: &mut Vec<Logical>,
) -> Result<(), ReadError> {
    let mut record = extended;
    loop {
        let (_, entries) = read_record(disk, record.0, block_len)?;
        let mut next = None;
        for entry in entries.into_iter().take(2) {
            if entry.type_code == NEXT_RECORD || entry.type_code == EXTENDED {
                next = Some(Lba(extended.0 + entry.start.0));
            } else if entry.type_code != UNUSED {
                let start = Lba(record.0 + entry.start.0);
                logical.push(Logical { record, partition: Partition { start, ..entry } });
            }
        }
        match next {
            None => return Ok(()),
            Some(next) if next > record && logical.len() < LOGICAL_LIMIT => record = next,
            Some(_) => {
                let fault = "its logical partitions lead back to one another, or are too many";
                return Err(ReadError::NotMbr(fault.to_owned()));
            }
        }
    }
}

impl Partition {
    /// Its entry in a table that counts from `base`; `None` if it is out of reach.
    fn entry(&self, base: Lba) -> Option<MBRPartitionEntry> {
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
            starting_lba: self.start.0.checked_sub(base.0)? as u32,
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
