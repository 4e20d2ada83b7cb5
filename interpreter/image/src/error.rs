//! What can go wrong between a plan and an image.

use crate::format::OptionError;
use crate::plan::Place;
use std::path::PathBuf;
use tintype_boot::{grub, initrd, modules};
use tintype_formats::{cpio, ext, fat, gpt, iso9660, lba, mbr, output, squashfs, swap};
use tintype_tree::{PathError, import};

/// Why no image was made, and where in the definition the cause stands.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct Failure {
    /// Where the definition says what cannot be done.
    pub place: Option<Place>,
    /// What is wrong.
    #[source]
    pub problem: Box<Problem>,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The image's format is known but cannot be written.
    #[error("{0}: this version of tintype does not write this image format")]
    Format(String),
    /// Images for several machines where only one has room.
    #[error("{0}: a docker archive holds one image; the image type oci takes one for each machine")]
    SeveralMachines(String),
    /// An option of the image's format.
    #[error(transparent)]
    FormatOption(#[from] OptionError),
    /// The file system is known but cannot be made.
    #[error(
        "{0}: unsupported file system; supported are ext2, ext3, ext4, vfat, fat16, fat32, squashfs, swap and unformatted"
    )]
    FileSystem(String),
    /// The partition type is neither a number, a known letter nor a GUID.
    #[error("{0}: not a partition type")]
    PartitionType(String),
    /// A file that the definition names is not there.
    #[error("{0}: no such file or directory")]
    Missing(PathBuf),
    /// A directory without `#:recursive? #t`.
    #[error(
        "{0}: is a directory; write (local-file ... #:recursive? #t) to take it with its content"
    )]
    NotRecursive(PathBuf),
    /// Packages that no source has.
    #[error(
        "no package source has: {}; nothing is built from source, '--package-source' names a \
         directory of trees and archives or a system with Guix's store",
        .0.join(" ")
    )]
    Packages(Vec<String>),
    /// Packages that Debian has nothing like.
    #[error(
        "some packages have no counterpart in Debian; leave them out, give them as trees with '--package-source', or build without them with '--allow-unrealised':\n  {}",
        .0.join("\n  ")
    )]
    NoCounterparts(Vec<String>),
    /// Services that nothing can realise.
    #[error(
        "nothing realises the services {}; leave them out, or build without them with '--allow-unrealised'",
        .0.join(", ")
    )]
    Unrealised(Vec<String>),
    /// A machine that Debian does not run on.
    #[error("{0}: Debian has no packages for this system")]
    NoArchitecture(String),
    /// A file that a package does not have.
    #[error("{package}: no {path} in the package")]
    NotInPackage {
        /// The package.
        package: String,
        /// The file.
        path: String,
    },
    /// A user or group that cannot be.
    #[error("accounts: {0}")]
    Accounts(String),
    /// A program that cannot have the rights that it is to have.
    #[error("privileged program {0}")]
    Privileged(String),
    /// Package sources cannot be used.
    #[error(transparent)]
    Sources(#[from] tintype_packages::SourcesError),
    /// A package source of the definition cannot be used.
    #[error(transparent)]
    Source(#[from] tintype_packages::SourceError),
    /// A store of Guix's cannot be used.
    #[error(transparent)]
    Store(#[from] tintype_packages::StoreError),
    /// A root with a store of its own, and a daemon that has not written all of its database.
    #[error(
        "{0}: the database of the store in the packages is in use; take them while Guix's daemon does not run"
    )]
    StoreInUse(&'static str),
    /// An item with something in it that no store has.
    #[error(
        "{item}: a {kind} in it, which Guix's store has no room for; the definition has Guix in the image"
    )]
    NotForStore {
        /// The item.
        item: String,
        /// What is in it.
        kind: &'static str,
    },
    /// Packages that no archive has.
    #[error(
        "{0}\nnothing is built from source: give them as trees with '--package-source DIR', or build without them with '--allow-unrealised'"
    )]
    UnknownPackages(tintype_packages::ResolutionError),
    /// No packages serve the system.
    #[error(transparent)]
    Choice(#[from] tintype_packages::ChoiceError),
    /// A package cannot be had.
    #[error(transparent)]
    Fetch(#[from] tintype_packages::FetchError),
    /// Packages make no tree.
    #[error(transparent)]
    Unpack(#[from] tintype_packages::UnpackError),
    /// A system cannot be configured.
    #[error(transparent)]
    Configure(#[from] tintype_packages::ConfigureError),
    /// A file-like object that is no tree.
    #[error(
        "{0}: a file, not a directory, so it cannot be merged at the root; (file-union \"name\" `((\"etc/name\" ,file))) puts it somewhere"
    )]
    NotADirectory(String),
    /// An object that nothing can be made of.
    #[error("{0}: this cannot be made; name what it stands for with local-file")]
    CannotBeMade(String),
    /// A path below an item that leads nowhere.
    #[error("{path}: no such file in {shown}")]
    NotInItem {
        /// The path.
        path: String,
        /// What it begins with.
        shown: String,
    },
    /// A name in a union that cannot be one, or is there twice.
    #[error("{0}: not a file name, or there twice")]
    UnionName(String),
    /// Build-side code failed.
    #[error("{shown}: {error}")]
    Code {
        /// What it was to make.
        shown: String,
        /// What is wrong, as whoever ran it says it.
        error: Box<dyn std::error::Error + Send + Sync>,
    },
    /// GRUB cannot be put together or installed.
    #[error(transparent)]
    Grub(#[from] grub::Error),
    /// The initial RAM disk cannot be made.
    #[error(transparent)]
    Initrd(#[from] initrd::Error),
    /// The initial RAM disk cannot be written.
    #[error("the initial RAM disk: {0}")]
    Cpio(#[from] cpio::Error),
    /// A file system that has to be opened first.
    #[error(
        "a file system that is needed for boot is on a mapped device, such as an encrypted one, and the initial RAM disk that is made here opens none: use one that does, as (initrd tree-initrd) of (tintype initrd), or a (local-file ...)"
    )]
    MappedDevice,
    /// A root whose changes are lost, and somebody else's RAM disk.
    #[error(
        "a volatile root needs the initial RAM disk that is made here: leave out (initrd tree-initrd) or --volatile"
    )]
    VolatileRoot,
    /// A kernel's modules cannot be read.
    #[error(transparent)]
    Modules(#[from] modules::Error),
    /// Build-side code that installs a bootloader in a way that is not known.
    #[error("this way to install a bootloader is not known to this version of tintype: {0}")]
    BootloaderCode(String),
    /// A file of a bootloader's package that is nowhere.
    #[error(
        "{package}: no {file} in the package or the operating system's own tree; name a directory that has {package} with --package-source, or give the bootloader's package as a (local-file ... #:recursive? #t) that has the file"
    )]
    BootloaderFile {
        /// The package.
        package: String,
        /// The file.
        file: String,
    },
    /// A file of a bootloader where something else is.
    #[error(
        "{file} takes the bytes {start} to {end} of the disk, where {other} is; let the first partition begin later, (offset ...), or use another partition table"
    )]
    BootFileOverlap {
        /// The file.
        file: String,
        /// Its first byte on the disk.
        start: u64,
        /// Its first byte after.
        end: u64,
        /// What is there.
        other: String,
    },
    /// A bootloader, and no partition that is the root.
    #[error("no partition holds the root file system that the bootloader is to start")]
    NoRoot,
    /// A root file system that GRUB does not read.
    #[error(
        "{0}: GRUB reads no such file system; let the root partition have another, such as ext4"
    )]
    GrubFileSystem(String),
    /// A machine that UEFI does not run on.
    #[error("{0}: no EFI program can be made for this system; leave the EFI system partition out")]
    NoEfi(String),
    /// GRUB for BIOS, and no room for it.
    #[error(
        "a disk with a GUID partition table needs a BIOS boot partition for GRUB to start it by BIOS: add (partition (label \"bios\") (size (expt 2 20)) (file-system \"unformatted\") (uuid (uuid \"21686148-6449-6e6f-744e-656564454649\"))), or use grub-efi-bootloader"
    )]
    NoBiosBoot,
    /// GRUB for BIOS on a disk of large sectors.
    #[error(
        "GRUB for BIOS counts sectors of 512 bytes, this disk has sectors of {0}: use grub-efi-bootloader, or (sector-size 512)"
    )]
    BiosSectorSize(u64),
    /// A kernel without a RAM disk.
    #[error(
        "{kernel} has no initial RAM disk beside it: /boot/initrd.img-VERSION, /boot/initramfs-VERSION.img or /boot/initrd.img; leave (initrd tree-initrd) out, and one is made"
    )]
    NoInitrd {
        /// The kernel.
        kernel: String,
    },
    /// A UUID whose length does not fit its file system.
    #[error("a UUID of {have} bytes where {file_system} takes {need}")]
    UuidLength {
        /// Bytes given.
        have: usize,
        /// Bytes taken.
        need: usize,
        /// The file system.
        file_system: String,
    },
    /// A partition without a size that has no content to guess from.
    #[error("this partition, {file_system}, needs a size in bytes: there is no content to measure")]
    NoSize {
        /// Its file system.
        file_system: &'static str,
    },
    /// Sectors of a size that disks do not have.
    #[error("sectors of {0} bytes: a disk has 512 or 4096")]
    SectorSize(u64),
    /// A swap space takes no options.
    #[error("{0}: a swap space has no options; its label and UUID are those of the partition")]
    SwapOption(String),
    /// There can be no such swap space.
    #[error("partition {label}: {error}")]
    Swap {
        /// The partition.
        label: String,
        /// Why.
        error: swap::Error,
    },
    /// An option of mkfs.fat's.
    #[error(transparent)]
    FatOption(#[from] fat::OptionError),
    /// A partition that begins before the first usable byte or inside another one.
    #[error(
        "partition {second} starts at byte {start}, inside {first}, which ends at byte {end}; the next free offset is {next}"
    )]
    Overlap {
        /// What is there already.
        first: String,
        /// Its first byte after.
        end: u64,
        /// The partition that begins too early.
        second: String,
        /// Where it begins.
        start: u64,
        /// Where it could begin.
        next: u64,
    },
    /// A partition that begins in the middle of a sector.
    #[error(transparent)]
    Unaligned(#[from] lba::Unaligned),
    /// Reading a tree failed.
    #[error(transparent)]
    Import(#[from] import::ImportError),
    /// Two trees do not fit together.
    #[error(transparent)]
    Path(#[from] PathError),
    /// An option of a file system.
    #[error(transparent)]
    ExtOption(#[from] ext::OptionError),
    /// The ext file system cannot hold the tree.
    #[error("partition {label}: {error}")]
    Ext {
        /// The partition.
        label: String,
        /// Why.
        error: ext::Error,
    },
    /// The FAT file system cannot hold the tree.
    #[error("partition {label}: {error}")]
    Fat {
        /// The partition.
        label: String,
        /// Why.
        error: fat::Error,
    },
    /// An option of a squashfs.
    #[error(transparent)]
    SquashfsOption(#[from] squashfs::OptionsError),
    /// The tree cannot be a squashfs.
    #[error("{label}: {error}")]
    Squashfs {
        /// The partition or the volume.
        label: String,
        /// Why.
        error: squashfs::Error,
    },
    /// A size that a squashfs does not fit into.
    #[error(
        "partition {label}: a size of {size} bytes, and the squashfs of its content takes {needed}: make it larger, or leave it out"
    )]
    SquashfsTooSmall {
        /// The partition.
        label: String,
        /// Its size.
        size: u64,
        /// Bytes that are needed.
        needed: u64,
    },
    /// The volume cannot hold the tree.
    #[error("volume {label}: {error}")]
    Iso {
        /// The volume.
        label: String,
        /// Why.
        error: iso9660::Error,
    },
    /// A volume's date that is none.
    #[error(
        "{0}: not a volume date, which is sixteen digits: give the first partition a (uuid ... 'iso9660)"
    )]
    VolumeDate(String),
    /// Files cannot be compressed.
    #[error(transparent)]
    Compress(#[from] iso9660::zisofs::CompressError),
    /// Content cannot be kept while the image is made.
    #[error(transparent)]
    Spool(#[from] tintype_tree::SpoolError),
    /// The MBR cannot describe the partitions.
    #[error(transparent)]
    Mbr(#[from] mbr::Error),
    /// The GPT cannot describe the partitions.
    #[error(transparent)]
    Gpt(#[from] gpt::Error),
    /// Writing failed.
    #[error(transparent)]
    Write(#[from] output::Error),
}

impl Problem {
    /// The failure, at `place`.
    pub fn at(self, place: &Option<Place>) -> Failure {
        Failure { place: place.clone(), problem: Box::new(self) }
    }
}
