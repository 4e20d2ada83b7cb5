//! Disks: a partition table and what is in the partitions.

use super::{BootloaderPlan, Code, Place, RootPlan};
use crate::format::DiskFormat;

/// A disk image.
#[derive(Clone, Debug)]
pub struct DiskPlan {
    /// What the result is called.
    pub name: String,
    /// The format that it is written in.
    pub format: &'static DiskFormat,
    /// What else is said about the format, each as `KEY=VALUE`.
    pub format_options: Vec<String>,
    /// MBR or GPT.
    pub table: TableKind,
    /// Bytes a sector: 512 or 4096.
    pub sector_size: u64,
    /// The operating system's UUID: the seed of every identifier that the definition does not give.
    pub uuid: [u8; 16],
    /// The GNU triplet or the system, as `aarch64-linux`, that the image is for.
    pub system: String,
    /// What starts the operating system; none where there is no operating system.
    pub bootloader: Option<BootloaderPlan>,
    /// Whether changes of the root file system are lost.
    pub is_volatile: bool,
    /// In the order of the table.
    pub partitions: Vec<PartitionPlan>,
    /// What the root is made of.
    pub root: RootPlan,
    /// Where the definition makes the image.
    pub place: Option<Place>,
}

/// The kinds of partition table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// A master boot record.
    Mbr,
    /// A GUID partition table with a protective MBR.
    Gpt,
    /// A GUID partition table whose MBR names some of the partitions as well.
    Hybrid,
}

/// Primary partitions of an MBR.
const PRIMARY_LIMIT: usize = 4;

impl DiskPlan {
    /// The index of the first partition that an MBR has as a logical one: with more than four
    /// partitions all but three are.
    pub fn first_logical(&self) -> Option<usize> {
        let logical = self.table == TableKind::Mbr && self.partitions.len() > PRIMARY_LIMIT;
        logical.then_some(PRIMARY_LIMIT - 1)
    }

    /// The number, from 1, by which partition `index`, from 0, is known: logical ones count from 5.
    pub fn partition_number(&self, index: usize) -> usize {
        match self.first_logical() {
            Some(first) if index >= first => index + 2,
            _ => index + 1,
        }
    }
}

/// One partition.
#[derive(Clone, Debug)]
pub struct PartitionPlan {
    /// The file system's label, and with GPT the partition's name.
    pub label: String,
    /// The type, as the Scheme library writes it: `0x83`, `U`, or a GUID.
    pub type_code: String,
    /// The type in a hybrid MBR, as `0x83`, if the partition can be there.
    pub hybrid_type: Option<String>,
    /// `ext2` ... `ext4`, `vfat`, `fat16`, `fat32`, `squashfs`, `swap`, `unformatted`.
    pub file_system: String,
    /// Options in the words of mke2fs or mkfs.fat.
    pub options: Vec<String>,
    /// The file system's UUID: 16 bytes, or 4 for FAT.
    pub uuid: Option<Vec<u8>>,
    /// How large.
    pub size: Size,
    /// First byte on the disk; 0 is "after the one before".
    pub offset: u64,
    /// The MBR's active flag, and GPT's attribute for BIOS boot code.
    pub bootable: bool,
    /// What it holds.
    pub content: PartitionContent,
    /// Where the definition makes it.
    pub place: Option<Place>,
}

/// A size in the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The content and a quarter more.
    Guess,
    /// Just what the content needs.
    Minimum,
    /// Bytes.
    Bytes(u64),
}

/// What fills a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionContent {
    /// The operating system's root.
    Root,
    /// An EFI system partition's boot programs, for 32-bit firmware if so marked.
    Efi {
        /// IA-32 firmware rather than the platform's own.
        ia32: bool,
    },
    /// Nothing.
    Empty,
    /// What build-side code, a procedure of a directory, leaves in the directory.
    Code(Code),
}

impl PartitionContent {
    /// Whether the operating system's root may be in it.
    pub fn has_root(&self) -> bool {
        match self {
            PartitionContent::Root => true,
            PartitionContent::Code(code) => code.mentions("initialize-root-partition"),
            PartitionContent::Efi { .. } | PartitionContent::Empty => false,
        }
    }
}
