//! What an image is to hold, as plain data. The Scheme library decides all of it.

use std::path::PathBuf;

/// A place in the user's definition, as `FILE:LINE:COLUMN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub String);

/// What to make.
#[derive(Clone, Debug)]
pub enum Plan {
    /// A disk with a partition table.
    Disk(DiskPlan),
    /// A format that this version only recognises.
    Unsupported {
        /// What the image is called.
        name: String,
        /// The format's name in the definition (`docker`, `iso9660` ...).
        format: String,
        /// Where the definition asks for it.
        place: Option<Place>,
    },
}

impl Plan {
    /// The name of the result where no other is asked for.
    pub fn name(&self) -> &str {
        match self {
            Plan::Disk(disk) => &disk.name,
            Plan::Unsupported { name, .. } => name,
        }
    }
}

/// A disk image.
#[derive(Clone, Debug)]
pub struct DiskPlan {
    /// What the result is called.
    pub name: String,
    /// MBR or GPT.
    pub table: TableKind,
    /// The operating system's UUID: the seed of every identifier that the definition does not give.
    pub uuid: [u8; 16],
    /// In the order of the table.
    pub partitions: Vec<PartitionPlan>,
    /// What the operating system's root is made of, in the order of merging.
    pub packages: Vec<FileLike>,
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
}

/// One partition.
#[derive(Clone, Debug)]
pub struct PartitionPlan {
    /// The file system's label, and with GPT the partition's name.
    pub label: String,
    /// The type, as the Scheme library writes it: `0x83`, `U`, or a GUID.
    pub type_code: String,
    /// `ext2` ... `ext4`, `vfat`, `fat16`, `fat32`, `unformatted`.
    pub file_system: String,
    /// Options in mke2fs's words.
    pub options: Vec<String>,
    /// The file system's UUID: 16 bytes, or 4 for FAT.
    pub uuid: Option<Vec<u8>>,
    /// How large.
    pub size: Size,
    /// First byte on the disk; 0 is "after the one before".
    pub offset: u64,
    /// The MBR's active flag.
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
    /// Build-side code that this version does not run, as written.
    Code(String),
}

/// An object of the definition that stands for a file or a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileLike {
    /// A file or directory of the host.
    LocalFile {
        /// Where it is.
        path: PathBuf,
        /// Whether a directory may be taken with what is below it.
        recursive: bool,
        /// Where the definition names it.
        place: Option<Place>,
    },
    /// A package by name, to be found in a package source.
    Package {
        /// Guix's name.
        name: String,
        /// Its version.
        version: String,
    },
    /// Several trees as one.
    DirectoryUnion(Vec<FileLike>),
    /// Anything that is no tree or cannot be made yet: how the definition shows it.
    Other {
        /// Its kind and name.
        shown: String,
        /// Where the definition makes it.
        place: Option<Place>,
    },
}
