//! The machine that starts an image, found out from the image itself.

mod qemu;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_boot::grub::Platform;
use tintype_formats::qcow2;
use tintype_formats::{fat, gpt, mbr};
use tintype_tree::{Extents, HostFile};

/// A machine that starts an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The image.
    pub image: PathBuf,
    /// Its format in QEMU's words.
    pub format: &'static str,
    /// Whether it is a CD rather than a disk.
    pub is_cd: bool,
    /// Bytes of the disk.
    pub len: u64,
    /// What the image can be started by.
    pub starters: Vec<Starter>,
}

/// What starts a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter {
    /// The BIOS of a PC.
    Bios,
    /// UEFI that loads programs for the platform.
    Uefi(Platform),
    /// The boot ROM of a board with an Allwinner processor.
    Board(Board),
}

/// Boards that QEMU knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// Orange Pi PC, with an Allwinner H3.
    OrangePiPc,
}

/// Why there is no machine for an image.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// The image cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// The image.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The image is not what its first bytes say.
    #[error("{path}: {error}")]
    Damaged {
        /// The image.
        path: PathBuf,
        /// What is wrong.
        error: qcow2::ReadError,
    },
    /// A file that is no image, or has nothing that a machine starts.
    #[error(
        "{0}: nothing in it starts by BIOS or UEFI: it has neither code in its first sector nor an EFI system partition with EFI/BOOT/BOOT*.EFI, nor U-Boot for a board that QEMU knows"
    )]
    NotBootable(PathBuf),
    /// A format whose content is not looked at.
    #[error("{path}: an image in the format {format}, which tintype cannot look into")]
    Format {
        /// The image.
        path: PathBuf,
        /// Its format.
        format: &'static str,
    },
    /// There is no firmware on this host.
    #[error(
        "no firmware for {what} on this host; in Debian, it is in the package {package} (looked for {looked})"
    )]
    NoFirmware {
        /// What it is for.
        what: &'static str,
        /// The package that has it.
        package: &'static str,
        /// Where it was looked for.
        looked: String,
    },
    /// QEMU has no firmware for the platform.
    #[error("the image starts by UEFI on {}, which tintype knows no emulated machine for", .0.name())]
    NoMachine(Platform),
    /// An image that is no SD card.
    #[error(
        "{path}: QEMU takes SD cards of a power of two only, and this one has {len} bytes: truncate -s {next} {path}"
    )]
    Card {
        /// The image.
        path: PathBuf,
        /// Its length in bytes.
        len: u64,
        /// The next length that will do.
        next: u64,
    },
}

impl Machine {
    /// Looks at `image`.
    ///
    /// # Errors
    /// When it cannot be read, or nothing in it can be started.
    pub fn of_image(image: &Path) -> Result<Machine, MachineError> {
        let failed = |error| MachineError::Read { path: image.to_owned(), error };
        let damaged = |error| MachineError::Damaged { path: image.to_owned(), error };
        let file = File::open(image).map_err(failed)?;
        let len = file.metadata().map_err(failed)?.len();
        let host = Arc::new(HostFile::Open { path: image.to_owned(), file });
        let file = Extents::from_file(host, 0, len);
        let format = format(&file).map_err(failed)?;
        let content = match format {
            "raw" => Content::Raw(file),
            "qcow2" => Content::Qcow2(qcow2::Image::open(file).map_err(damaged)?),
            _ => return Err(MachineError::Format { path: image.to_owned(), format }),
        };
        let front = content.part(0, FRONT).map_err(damaged)?;
        let is_cd = bytes(&front, 0x8001).map_err(failed)? == *b"CD001";
        let mut starters = Vec::new();
        if mbr::Table::read(&front).is_ok_and(|table| table.boot_code != [0; mbr::BOOT_CODE_LEN]) {
            starters.push(Starter::Bios);
        }
        for (start, len) in system_partitions(&front) {
            // A table may claim anything.
            if start.checked_add(len).is_none_or(|end| end > content.len()) {
                continue;
            }
            let partition = content.part(start, len).map_err(damaged)?;
            starters.extend(programs(&partition).map(Starter::Uefi));
        }
        starters.extend(board(&front).map_err(failed)?.map(Starter::Board));
        starters.dedup();
        if starters.is_empty() {
            return Err(MachineError::NotBootable(image.to_owned()));
        }
        Ok(Machine { image: image.to_owned(), format, is_cd, len: content.len(), starters })
    }
}

/// Where the boot ROM of Allwinner's processors looks for a program on an SD card.
const ALLWINNER: u64 = 8 << 10;
/// What such a program begins with, after its first instruction.
const ALLWINNER_MAGIC: &[u8] = b"eGON.BT0";

/// The board whose U-Boot is on the disk: its program names the board's device tree.
fn board(front: &Extents) -> io::Result<Option<Board>> {
    let head: [u8; 40] = bytes(front, ALLWINNER)?;
    if &head[4..12] != ALLWINNER_MAGIC || &head[20..23] != b"SPL" {
        return Ok(None);
    }
    let at = u32::from_le_bytes([head[32], head[33], head[34], head[35]]);
    let name: [u8; 64] = bytes(front, ALLWINNER + u64::from(at))?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    // What the larger one has besides, no starting needs.
    let is_known = name.ends_with(b"h3-orangepi-pc") || name.ends_with(b"h3-orangepi-pc-plus");
    Ok(is_known.then_some(Board::OrangePiPc))
}

/// The format by its first bytes, in QEMU's words.
fn format(content: &Extents) -> io::Result<&'static str> {
    Ok(match bytes::<8>(content, 0)? {
        [b'Q', b'F', b'I', 0xfb, ..] => "qcow2",
        head if &head == b"vhdxfile" => "vhdx",
        head if &head == b"conectix" => "vpc",
        [b'K', b'D', b'M', b'V', ..] => "vmdk",
        _ => "raw",
    })
}

fn bytes<const N: usize>(content: &Extents, at: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    if at + N as u64 <= content.len() {
        content.read_at(at, &mut bytes)?;
    }
    Ok(bytes)
}

/// Bytes of a disk that hold its partition table.
const FRONT: u64 = 1 << 20;

/// Bytes of a sector of a partition table.
const SECTOR: u64 = 512;

/// A disk, in whatever format.
enum Content {
    Raw(Extents),
    Qcow2(qcow2::Image),
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Content::Raw(disk) => disk.len(),
            Content::Qcow2(image) => image.len(),
        }
    }

    /// The `len` bytes from `start` on.
    fn part(&self, start: u64, len: u64) -> Result<Extents, qcow2::ReadError> {
        match self {
            Content::Raw(disk) => Ok(disk.slice(start, len)),
            Content::Qcow2(image) => image.part(start, len),
        }
    }
}

/// First byte and length of every EFI system partition, by either kind of table.
fn system_partitions(front: &Extents) -> Vec<(u64, u64)> {
    let of_gpt = gpt::Table::read(front).map(|table| table.partitions).unwrap_or_default();
    let of_gpt = of_gpt.iter().filter(|one| one.type_guid == gpt::EFI_SYSTEM);
    let of_mbr = mbr::Table::read(front).map(|table| table.partitions).unwrap_or_default();
    let of_mbr = of_mbr.iter().filter(|one| one.type_code == mbr::EFI_SYSTEM);
    of_gpt
        .map(|one| (one.start.0, one.sectors))
        .chain(of_mbr.map(|one| (one.start.0, one.sectors)))
        .filter_map(|(start, sectors)| {
            Some((start.checked_mul(SECTOR)?, sectors.checked_mul(SECTOR)?))
        })
        .collect()
}

/// The platforms that a system partition has a program for. What cannot be read has none.
fn programs(partition: &Extents) -> impl Iterator<Item = Platform> {
    let tree = fat::read(partition).map(|volume| volume.tree).unwrap_or_default();
    Platform::ALL.into_iter().filter(move |platform| {
        platform.efi_path().is_some_and(|path| tree.lookup(path.as_bytes()).is_some())
    })
}
