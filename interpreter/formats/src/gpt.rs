//! The GUID partition table (UEFI specification 2.10, section 5.3): a protective MBR, the header and
//! its entries at the front of the disk, and both again at its end.

use crate::lba::{BLOCK_LEN, Lba};
use crate::mbr;
use crate::placement::{self, PlacementError};
use gpt::disk::LogicalBlockSize;
use gpt::header::Header;
use gpt::partition::Partition as Entry;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use tintype_tree::Extents;
use uuid::{Uuid, uuid};

/// Partitions that the table has room for.
pub const PARTITIONS_LIMIT: usize = 128;
/// UTF-16 units of a partition's name.
pub const NAME_LIMIT: usize = 36;

/// Type of an EFI system partition; genimage's letter U.
pub const EFI_SYSTEM: Uuid = uuid!("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
/// Type of a Linux file system; letter L.
pub const LINUX_FILESYSTEM: Uuid = uuid!("0fc63daf-8483-4772-8e79-3d69d8477de4");
/// Type of data that Windows reads, such as FAT; letter F.
pub const BASIC_DATA: Uuid = uuid!("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
/// Type of Linux swap; letter S.
pub const LINUX_SWAP: Uuid = uuid!("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f");
/// Type of a Linux file system for `/home`; letter H.
pub const LINUX_HOME: Uuid = uuid!("933ac7e1-2eb4-4f13-b844-0e14e2aef915");
/// Type of a member of a Linux RAID; letter R.
pub const LINUX_RAID: Uuid = uuid!("a19d880f-05fc-4d3b-a006-743f0f84911e");
/// Type of a physical volume of Linux LVM; letter V.
pub const LINUX_LVM: Uuid = uuid!("e6d6d379-f507-44c2-a23c-238f2a3df928");
/// Type of the partition in which GRUB keeps its core image on BIOS machines.
pub const BIOS_BOOT: Uuid = uuid!("21686148-6449-6e6f-744e-656564454649");

/// Attribute of a partition that BIOS boot code is to start: genimage's `bootable`.
pub const LEGACY_BIOS_BOOTABLE: u64 = 1 << 2;

const ENTRY_LEN: u32 = 128;
/// Bytes of all entries.
const ENTRIES_LEN: u64 = PARTITIONS_LIMIT as u64 * ENTRY_LEN as u64;

/// Bytes before the first that a partition may have, on a disk with sectors of `block_len` bytes: the
/// MBR, the header and the entries.
pub const fn front_len(block_len: u64) -> u64 {
    2 * block_len + ENTRIES_LEN
}

/// Bytes after the last that a partition may have: the entries and the header once more.
pub const fn back_len(block_len: u64) -> u64 {
    ENTRIES_LEN + block_len
}

fn logical_block_size(block_len: u64) -> LogicalBlockSize {
    if block_len == 4096 { LogicalBlockSize::Lb4096 } else { LogicalBlockSize::Lb512 }
}

/// The partition type that genimage and sfdisk call by the letter `letter`.
pub fn type_of_letter(letter: char) -> Option<Uuid> {
    match letter {
        'U' => Some(EFI_SYSTEM),
        'L' => Some(LINUX_FILESYSTEM),
        'F' => Some(BASIC_DATA),
        'S' => Some(LINUX_SWAP),
        'H' => Some(LINUX_HOME),
        'R' => Some(LINUX_RAID),
        'V' => Some(LINUX_LVM),
        _ => None,
    }
}

/// A GUID partition table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The disk's identifier.
    pub disk_guid: Uuid,
    /// Boot code in the protective MBR; zeros for none.
    pub boot_code: [u8; mbr::BOOT_CODE_LEN],
    /// Whether the protective partition is marked bootable, without which some BIOSes start no disk.
    pub protective_bootable: bool,
    /// At most 128 partitions; one of the nil type leaves its place free.
    pub partitions: Vec<Partition>,
    /// Partitions that the MBR is to name as well, for firmware that knows no GPT: at most three. It
    /// is a hybrid MBR then, and protects only what lies before them.
    pub hybrid: Vec<mbr::Partition>,
    /// The disk signature of a hybrid MBR.
    pub disk_signature: u32,
    /// Bytes a sector: 512, or 4096.
    pub block_len: u64,
}

impl Default for Table {
    fn default() -> Table {
        Table {
            disk_guid: Uuid::nil(),
            boot_code: [0; mbr::BOOT_CODE_LEN],
            protective_bootable: false,
            partitions: Vec::new(),
            hybrid: Vec::new(),
            disk_signature: 0,
            block_len: BLOCK_LEN,
        }
    }
}

/// A partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// What it holds: `PartitionTypeGUID`.
    pub type_guid: Uuid,
    /// Its own identifier (`PARTUUID`): `UniquePartitionGUID`.
    pub unique_guid: Uuid,
    /// Its name (`PARTLABEL`): at most 36 UTF-16 units.
    pub name: String,
    /// `Attributes`, such as [`LEGACY_BIOS_BOOTABLE`].
    pub attributes: u64,
    /// Its first sector.
    pub start: Lba,
    /// How many sectors it has.
    pub sectors: u64,
}

/// Why a GUID partition table cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More than 128 partitions.
    #[error("{count} partitions: a GPT has room for {PARTITIONS_LIMIT}")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A name that does not fit.
    #[error(
        "partition {number}: the name \"{name}\" has {units} UTF-16 units; a GPT allows at most {NAME_LIMIT}"
    )]
    NameTooLong {
        /// Which partition, from 1.
        number: usize,
        /// Its name.
        name: String,
        /// UTF-16 units of the name.
        units: usize,
    },
    /// Two partitions with one identifier.
    #[error("partitions {first} and {second} have the same unique GUID {guid}")]
    SameGuid {
        /// The first, from 1.
        first: usize,
        /// The other.
        second: usize,
        /// Their identifier.
        guid: Uuid,
    },
    /// A disk that is too small for the table, or ends within a sector.
    #[error(
        "a disk of {len} bytes cannot have a GPT: it takes whole sectors, and room for both copies"
    )]
    DiskLen {
        /// Bytes of the disk.
        len: u64,
    },
    /// The partitions do not lie where they may.
    #[error(transparent)]
    Placement(#[from] PlacementError),
    /// The protective MBR cannot be made.
    #[error(transparent)]
    Protective(#[from] mbr::Error),
    /// The encoder refused the table, which its checks should have done.
    #[error("the partition table cannot be encoded: {0}")]
    Encoding(String),
    /// Something is already where the table goes.
    #[error("the sectors {first}..{end} of the disk are not free: the GPT has to go there")]
    Occupied {
        /// First sector of the table.
        first: Lba,
        /// Sector after its last.
        end: Lba,
    },
}

/// Why a disk's GUID partition table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes cannot be read, or are no GUID partition table, or a damaged one.
    #[error("not a GUID partition table: {0}")]
    NotGpt(String),
}

impl Table {
    /// Puts the table into `disk`, whose length is that of the whole disk: the protective MBR, the
    /// primary header and entries at its beginning, the backup at its end.
    ///
    /// # Errors
    /// When the partitions are too many, overlap, lie where the table goes or outside of the disk, or
    /// are not told apart; when a name is too long; when the table's place is not free.
    pub fn put(&self, disk: &mut Extents) -> Result<(), Error> {
        let block_len = self.block_len;
        let sectors = disk.len() / block_len;
        let (front, back) = (front_len(block_len), back_len(block_len));
        if !disk.len().is_multiple_of(block_len) || disk.len() < front + back {
            return Err(Error::DiskLen { len: disk.len() });
        }
        let first_usable = Lba(front / block_len);
        let end_usable = Lba((disk.len() - back) / block_len);
        self.check(first_usable, end_usable)?;
        for (first, end) in [(Lba(0), first_usable), (end_usable, Lba(sectors))] {
            let part = disk.slice(first.0 * block_len, (end.0 - first.0) * block_len);
            if part.stored_len() > 0 {
                return Err(Error::Occupied { first, end });
            }
        }
        let protective = self.protective_mbr(sectors).encode(disk.len())?;
        let primary = self.encode(self.header(Lba(1), Lba(2), sectors), Lba(1))?;
        let last = Lba(sectors - 1);
        let backup = self.encode(self.header(last, end_usable, sectors), end_usable)?;
        disk.put_bytes(0, protective);
        disk.put_bytes(block_len, primary);
        disk.put_bytes(end_usable.0 * block_len, backup);
        Ok(())
    }

    /// Reads the table of `disk`: the primary one, or where that is damaged the backup.
    ///
    /// # Errors
    /// When there is none, both are damaged, or they cannot be read.
    pub fn read(disk: &Extents) -> Result<Table, ReadError> {
        let read = |block_len: u64| {
            let last = (disk.len() / block_len).saturating_sub(1);
            let copy = |at| read_copy(disk, at, block_len);
            let (header, partitions) =
                copy(1).or_else(|primary| copy(last).map_err(|_| primary))?;
            Ok((header, partitions, block_len))
        };
        // Which sectors the disk has shows where its header is.
        let (header, partitions, block_len) =
            read(BLOCK_LEN).or_else(|fault: ReadError| read(4096).map_err(|_| fault))?;
        let record = mbr::Table::read(disk).unwrap_or_default();
        let (protective, hybrid): (Vec<_>, Vec<_>) = record
            .partitions
            .into_iter()
            .filter(|one| one.type_code != mbr::UNUSED)
            .partition(|one| one.type_code == mbr::GPT_PROTECTIVE);
        Ok(Table {
            disk_guid: header.disk_guid,
            boot_code: record.boot_code,
            protective_bootable: protective.iter().any(|one| one.bootable),
            partitions,
            hybrid,
            disk_signature: record.disk_signature,
            block_len,
        })
    }

    fn used(&self) -> impl Iterator<Item = (usize, &Partition)> {
        (1..).zip(&self.partitions).filter(|(_, partition)| !partition.type_guid.is_nil())
    }

    fn check(&self, first_usable: Lba, end_usable: Lba) -> Result<(), Error> {
        if self.partitions.len() > PARTITIONS_LIMIT {
            return Err(Error::TooMany { count: self.partitions.len() });
        }
        let mut seen = BTreeMap::new();
        for (number, partition) in self.used() {
            let units = partition.name.encode_utf16().count();
            if units > NAME_LIMIT {
                return Err(Error::NameTooLong { number, name: partition.name.clone(), units });
            }
            let guid = partition.unique_guid;
            if let Some(first) = seen.insert(guid, number) {
                return Err(Error::SameGuid { first, second: number, guid });
            }
        }
        placement::check(
            self.used().map(|(number, partition)| (number, partition.start, partition.sectors)),
            first_usable.0..end_usable.0,
        )?;
        Ok(())
    }

    /// One partition over the whole disk, as far as an MBR reaches (section 5.2.3); of a hybrid MBR,
    /// over what is before its other partitions.
    fn protective_mbr(&self, sectors: u64) -> mbr::Table {
        let first = self.hybrid.iter().map(|partition| partition.start.0).min();
        let end = first.unwrap_or(sectors).max(2);
        let protective = mbr::Partition {
            type_code: mbr::GPT_PROTECTIVE,
            bootable: self.protective_bootable,
            start: Lba(1),
            sectors: (end - 1).min(u32::MAX.into()),
        };
        let mut partitions = vec![protective];
        partitions.extend(&self.hybrid);
        mbr::Table {
            disk_signature: self.disk_signature,
            boot_code: self.boot_code,
            partitions,
            block_len: self.block_len,
            ..mbr::Table::default()
        }
    }

    /// The header at `current`, whose entries start at `entries`.
    fn header(&self, current: Lba, entries: Lba, sectors: u64) -> Header {
        Header {
            signature: "EFI PART".into(),
            revision: (1, 0),
            header_size_le: 92,
            crc32: 0,
            reserved: 0,
            current_lba: current.0,
            backup_lba: sectors - current.0,
            first_usable: front_len(self.block_len) / self.block_len,
            last_usable: sectors - back_len(self.block_len) / self.block_len - 1,
            disk_guid: self.disk_guid,
            part_start: entries.0,
            num_parts: PARTITIONS_LIMIT as u32,
            part_size: ENTRY_LEN,
            crc32_parts: 0,
        }
    }

    /// The header and the entries, in the order of the disk, from the sector `first` on.
    fn encode(&self, mut header: Header, first: Lba) -> Result<Vec<u8>, Error> {
        let bytes = vec![0; back_len(self.block_len) as usize];
        let first = first.0 * self.block_len;
        let mut part = PartOfDisk { first, bytes: Cursor::new(bytes) };
        let block = logical_block_size(self.block_len);
        for (number, partition) in self.used() {
            let entry = Entry {
                part_type_guid: partition.type_guid.into(),
                part_guid: partition.unique_guid,
                first_lba: partition.start.0,
                last_lba: partition.start.0 + partition.sectors - 1,
                flags: partition.attributes,
                name: partition.name.clone(),
            };
            let index = number as u64 - 1;
            entry
                .write_to_device(&mut part, index, header.part_start, block, ENTRY_LEN)
                .map_err(|error| Error::Encoding(error.to_string()))?;
        }
        let written = match header.current_lba < header.backup_lba {
            true => header.write_primary(&mut part, block),
            false => header.write_backup(&mut part, block),
        };
        written.map_err(|error| Error::Encoding(error.to_string()))?;
        Ok(part.bytes.into_inner())
    }
}

/// Reads the header in the sector `at`, and its entries.
fn read_copy(
    disk: &Extents,
    at: u64,
    block_len: u64,
) -> Result<(Header, Vec<Partition>), ReadError> {
    let not_gpt = |fault: &dyn std::fmt::Display| ReadError::NotGpt(fault.to_string());
    // The header is looked for in the second sector of what is given.
    let start = at.checked_sub(1).ok_or_else(|| not_gpt(&"the disk is empty"))?;
    let block = logical_block_size(block_len);
    let around = disk.slice(start * block_len, 2 * block_len);
    let header = gpt::header::read_header_from_arbitrary_device(&mut around.reader(), block)
        .map_err(|error| not_gpt(&error))?;
    if header.part_size != ENTRY_LEN || header.num_parts > 1024 {
        return Err(not_gpt(&"its entries are of a size or number that is not used"));
    }
    let entries = gpt::partition::file_read_partitions(&mut disk.reader(), &header, block)
        .map_err(|error| not_gpt(&error))?;
    let count = entries.last_key_value().map_or(0, |(number, _)| *number);
    let mut partitions = vec![Partition::default(); count as usize];
    for (number, entry) in entries {
        let sectors =
            entry.last_lba.checked_sub(entry.first_lba).and_then(|last| last.checked_add(1));
        partitions[number as usize - 1] = Partition {
            type_guid: entry.part_type_guid.guid,
            unique_guid: entry.part_guid,
            name: entry.name,
            attributes: entry.flags,
            start: Lba(entry.first_lba),
            sectors: sectors.ok_or_else(|| not_gpt(&"a partition ends before it starts"))?,
        };
    }
    Ok((header, partitions))
}

/// A part of a disk in memory that is addressed as on the disk.
#[derive(Debug)]
struct PartOfDisk {
    /// Its first byte on the disk.
    first: u64,
    bytes: Cursor<Vec<u8>>,
}

impl Read for PartOfDisk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

impl Write for PartOfDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bytes.flush()
    }
}

impl Seek for PartOfDisk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Start(at) => match at.checked_sub(self.first) {
                Some(within) => self.bytes.seek(SeekFrom::Start(within)),
                None => Err(io::ErrorKind::InvalidInput.into()),
            },
            SeekFrom::Current(_) | SeekFrom::End(_) => self.bytes.seek(to),
        }
    }
}
