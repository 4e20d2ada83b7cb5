//! GRUB from the files of its own build, without its tools.
//!
//! GRUB is built into a directory for each platform (`i386-pc`, `x86_64-efi` ...): a kernel, some
//! hundred modules and the lists of what depends on what. A [`Library`] reads one. From it come
//! the program that a BIOS starts ([`bios`], [`optical`]), the one that UEFI starts ([`efi`]), and the directory
//! that both load further modules from ([`directory`]).

pub mod bios;
pub mod directory;
pub mod efi;
mod library;
mod link;
pub mod optical;
mod pe;
mod records;
mod reed_solomon;
pub mod signed;

pub use library::Library;
pub use records::Contents;

use crate::elf::{self, ElfError};
use std::io;

/// What GRUB is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// BIOS on x86.
    I386Pc,
    /// UEFI of 32 bits on x86.
    I386Efi,
    /// UEFI on x86-64.
    X86_64Efi,
    /// UEFI on 64-bit ARM.
    Arm64Efi,
    /// UEFI on 64-bit RISC-V.
    Riscv64Efi,
}

impl Platform {
    /// All of them.
    pub const ALL: [Platform; 5] = [
        Platform::I386Pc,
        Platform::I386Efi,
        Platform::X86_64Efi,
        Platform::Arm64Efi,
        Platform::Riscv64Efi,
    ];

    /// The name of its directory.
    pub fn name(self) -> &'static str {
        match self {
            Platform::I386Pc => "i386-pc",
            Platform::I386Efi => "i386-efi",
            Platform::X86_64Efi => "x86_64-efi",
            Platform::Arm64Efi => "arm64-efi",
            Platform::Riscv64Efi => "riscv64-efi",
        }
    }

    /// The Debian package that has its directory.
    pub fn debian_package(self) -> &'static str {
        match self {
            Platform::I386Pc => "grub-pc-bin",
            Platform::I386Efi => "grub-efi-ia32-bin",
            Platform::X86_64Efi => "grub-efi-amd64-bin",
            Platform::Arm64Efi => "grub-efi-arm64-bin",
            Platform::Riscv64Efi => "grub-efi-riscv64-bin",
        }
    }

    /// Where the firmware looks for a program on a medium that it does not know (UEFI 2.10,
    /// section 3.5.1.1).
    pub fn efi_path(self) -> Option<&'static str> {
        match self {
            Platform::I386Pc => None,
            Platform::I386Efi => Some("EFI/BOOT/BOOTIA32.EFI"),
            Platform::X86_64Efi => Some("EFI/BOOT/BOOTX64.EFI"),
            Platform::Arm64Efi => Some("EFI/BOOT/BOOTAA64.EFI"),
            Platform::Riscv64Efi => Some("EFI/BOOT/BOOTRISCV64.EFI"),
        }
    }

    /// `e_machine` of its kernel and modules.
    fn machine(self) -> u16 {
        match self {
            Platform::I386Pc | Platform::I386Efi => elf::machine::I386,
            Platform::X86_64Efi => elf::machine::X86_64,
            Platform::Arm64Efi => elf::machine::AARCH64,
            Platform::Riscv64Efi => elf::machine::RISCV,
        }
    }

    /// Whether addresses have 64 bits.
    fn is_wide(self) -> bool {
        !matches!(self, Platform::I386Pc | Platform::I386Efi)
    }
}

/// Why GRUB cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no directory of the platform.
    #[error(
        "no GRUB for {} in {place}{}; add a tree that has usr/lib/grub/{} (in Debian, the package {}) to the packages, or name a directory of such trees with --package-source",
        platform.name(), others(found), platform.name(), platform.debian_package()
    )]
    Missing {
        /// The platform that is wanted.
        platform: Platform,
        /// Where it was looked for.
        place: String,
        /// The platforms that are there.
        found: Vec<Platform>,
    },
    /// The directory lacks a file.
    #[error("GRUB for {}: its directory {directory} has no file {file}", platform.name())]
    MissingFile {
        /// The platform.
        platform: Platform,
        /// Its directory.
        directory: String,
        /// The file.
        file: String,
    },
    /// A module that GRUB does not have.
    #[error("GRUB for {}: {directory} has no module {module}", platform.name())]
    MissingModule {
        /// The platform.
        platform: Platform,
        /// Its directory.
        directory: String,
        /// The module.
        module: String,
    },
    /// A file of another architecture than its directory says.
    #[error(
        "GRUB for {}: {file} is for another machine (ELF machine {found}, not {wanted})",
        platform.name()
    )]
    WrongMachine {
        /// The platform.
        platform: Platform,
        /// The file.
        file: String,
        /// The machine that it is for.
        found: u16,
        /// The machine of the platform.
        wanted: u16,
    },
    /// A file that is not what its name says.
    #[error("GRUB: {file}: {fault}")]
    Malformed {
        /// The file.
        file: String,
        /// What is wrong.
        fault: String,
    },
    /// The compiler used a relocation that is not known here.
    #[error("GRUB for {}: kernel.img has a relocation of type {kind}, which tintype does not know", platform.name())]
    Relocation {
        /// The platform.
        platform: Platform,
        /// Its number.
        kind: u32,
    },
    /// More modules than a BIOS can be given.
    #[error("GRUB's core image has {len} bytes, and a BIOS can load {limit}: use fewer modules")]
    TooLarge {
        /// Its length.
        len: usize,
        /// The most there can be.
        limit: usize,
    },
    /// The core image does not fit where it goes.
    #[error(
        "GRUB's core image takes {need} sectors of 512 bytes, and {place} has {have}; {way_out}"
    )]
    NoRoom {
        /// Sectors of the core image.
        need: u64,
        /// Sectors there are.
        have: u64,
        /// Where it was to go.
        place: &'static str,
        /// What to do.
        way_out: &'static str,
    },
    /// Signed programs are for other firmware.
    #[error("GRUB for {}: nobody signs it for secure boot; use grub-efi-bootloader", platform.name())]
    NotSigned {
        /// The platform.
        platform: Platform,
    },
    /// A signed program that is not there.
    #[error(
        "GRUB for {}: no {file} in the packages; in Debian, the package {package} has it", platform.name()
    )]
    MissingSigned {
        /// The platform.
        platform: Platform,
        /// The file.
        file: String,
        /// The package that has it.
        package: &'static str,
    },
    /// Reading the files failed.
    #[error("GRUB: {0}")]
    Read(#[from] io::Error),
}

/// The module by which GRUB reads a file system that definitions call `name`.
pub fn file_system_module(name: &str) -> Option<&'static str> {
    Some(match name {
        "ext2" | "ext3" | "ext4" => "ext2",
        "vfat" | "fat16" | "fat32" => "fat",
        "btrfs" => "btrfs",
        "f2fs" => "f2fs",
        "xfs" => "xfs",
        "iso9660" => "iso9660",
        "squashfs" => "squash4",
        _ => return None,
    })
}

impl Contents {
    /// What a BIOS loads: enough to read `/boot/grub` in partition `number` of `table` on the disk
    /// that it was itself loaded from, whichever that is.
    pub fn bios(table: PartitionTable, number: usize, file_system: &str) -> Contents {
        let modules = ["biosdisk", table.module(), file_system].map(str::to_owned).to_vec();
        let prefix = format!("(,{}{number})/{}", table.prefix(), directory::DIRECTORY);
        Contents { modules, config: None, prefix }
    }

    /// What UEFI loads: enough to find the file system whose UUID is `uuid`, on whatever disk, and to
    /// show the menu that is there.
    pub fn efi(file_system: &str, uuid: &str) -> Contents {
        let modules = ["part_gpt", "part_msdos", "fat", file_system, "search_fs_uuid", "normal"];
        let mut modules = modules.map(str::to_owned).to_vec();
        modules.dedup();
        let place = directory::DIRECTORY;
        let config = format!("search.fs_uuid {uuid} root\nset prefix=($root)/{place}\n");
        Contents { modules, config: Some(config), prefix: format!("/{place}") }
    }
}

/// The kinds of partition table that GRUB tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionTable {
    /// A master boot record.
    Msdos,
    /// A GUID partition table.
    Gpt,
}

impl PartitionTable {
    /// The module that reads it.
    fn module(self) -> &'static str {
        match self {
            PartitionTable::Msdos => "part_msdos",
            PartitionTable::Gpt => "part_gpt",
        }
    }

    /// What stands before a partition's number in its name.
    fn prefix(self) -> &'static str {
        match self {
            PartitionTable::Msdos => "msdos",
            PartitionTable::Gpt => "gpt",
        }
    }
}

fn others(found: &[Platform]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let names: Vec<_> = found.iter().map(|platform| platform.name()).collect();
    format!(", which has it for {}", names.join(", "))
}

fn malformed(file: &str, fault: impl ToString) -> Error {
    Error::Malformed { file: file.to_owned(), fault: fault.to_string() }
}

fn bad_object(file: &str) -> impl Fn(ElfError) -> Error + '_ {
    move |error| malformed(file, error)
}
