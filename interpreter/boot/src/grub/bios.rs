//! GRUB for BIOS machines: `boot.img` in the first sector, which loads the core image from the
//! sectors named in it. The core image is three things in a row: `diskboot.img`, one sector, which
//! loads the rest; `lzma_decompress.img`, which unpacks the rest; and the kernel with its records,
//! compressed.

use super::{Contents, Error, Library, Platform, bad_object, malformed, reed_solomon};
use crate::elf::{ALLOC, section_type};
use liblzma::stream::{Action, Filters, LzmaOptions, Status, Stream};

/// Bytes of a sector.
pub const SECTOR: usize = 512;

/// Where the kernel is linked to run.
const LINK_ADDRESS: u64 = 0x9000;

/// The segment into which the core image's second sector is loaded.
const LOAD_SEGMENT: u16 = 0x820;

/// From the load address to where a BIOS may keep data of its own.
const LIMIT: usize = 0x78000 - 0x8200;

/// What LZMA may refer back to: the decompressor's own figure.
const DICTIONARY: u32 = 1 << 16;

/// Offsets of `lzma_decompress.img`'s fields.
mod decompressor {
    pub const LEN: usize = 2848;
    /// u32, bytes of the compressed kernel.
    pub const COMPRESSED_SIZE: usize = 8;
    /// u32, bytes of the kernel and its records.
    pub const UNCOMPRESSED_SIZE: usize = 0xc;
    /// u32, bytes after the image by which it can be repaired.
    pub const REED_SOLOMON_REDUNDANCY: usize = 0x10;
    /// u16, bytes of the decompressor that run before it repairs the rest.
    pub const NO_REED_SOLOMON_LENGTH: usize = 0x14;
}

/// Offsets of `diskboot.img`'s fields.
mod diskboot {
    /// The first run of sectors to load: u64 start, u16 length, u16 segment. Earlier runs would
    /// grow downwards from it; one of length 0 ends them.
    pub const FIRST_RUN: usize = 0x1f4;
    /// u16, the length of the first run.
    pub const FIRST_RUN_LENGTH: usize = FIRST_RUN + 8;
    /// u16, its segment.
    pub const FIRST_RUN_SEGMENT: usize = FIRST_RUN + 10;
}

/// Offsets of `boot.img`'s fields.
pub(super) mod boot {
    use std::ops::Range;

    /// What a file system may keep in a boot sector: the BIOS parameter block.
    pub const BIOS_PARAMETER_BLOCK: Range<usize> = 0x3..0x5a;
    /// u64, the core image's first sector.
    pub const KERNEL_SECTOR: usize = 0x5c;
    /// u8, the BIOS's number of the disk, or 0xff for the one that it started from.
    pub const BOOT_DRIVE: usize = 0x64;
    /// A jump over the distrust of the BIOS's number for the disk.
    pub const DRIVE_CHECK: Range<usize> = 0x66..0x68;
    /// Where code ends and the disk's signature and partition table begin.
    pub const CODE_LEN: usize = 0x1b8;
}

/// A core image that does not know its place yet.
#[derive(Clone, Debug)]
pub struct CoreImage {
    bytes: Vec<u8>,
}

impl CoreImage {
    /// Puts one together.
    ///
    /// # Errors
    /// When a file is missing or malformed, or the whole is too large for a BIOS.
    pub fn make(library: &Library, contents: &Contents) -> Result<CoreImage, Error> {
        let mut payload = kernel(library)?;
        payload.extend(contents.encode(library)?);
        let compressed = compress(&payload)?;
        let mut bytes = library.read_sized::<SECTOR>("diskboot.img")?.to_vec();
        let mut loader = library.read_sized::<{ decompressor::LEN }>("lzma_decompress.img")?;
        put_u32(&mut loader, decompressor::COMPRESSED_SIZE, compressed.len());
        put_u32(&mut loader, decompressor::UNCOMPRESSED_SIZE, payload.len());
        bytes.extend(loader);
        bytes.extend(compressed);
        if bytes.len() > LIMIT {
            return Err(Error::TooLarge { len: bytes.len(), limit: LIMIT });
        }
        let after = (bytes.len() - SECTOR).div_ceil(SECTOR) as u16;
        put(&mut bytes, diskboot::FIRST_RUN_LENGTH, after.to_le_bytes());
        Ok(CoreImage { bytes })
    }

    /// The bytes as `grub-mkimage` writes them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Sectors that it takes.
    pub fn sectors(&self) -> u64 {
        self.bytes.len().div_ceil(SECTOR) as u64
    }

    /// The bytes to be written from the sector `start` on, where `room` sectors are free: with as
    /// much redundancy as fits, at most as much again.
    ///
    /// # Errors
    /// When it does not fit, or the loader has no place for redundancy.
    pub fn place(&self, start: u64, room: u64, gap: Gap) -> Result<Vec<u8>, Error> {
        let need = self.sectors();
        if room < need {
            let (place, way_out) = gap.words();
            return Err(Error::NoRoom { need, have: room, place, way_out });
        }
        let most = (LIMIT / SECTOR) as u64;
        let taken = room.min(2 * need).min(most.max(need));
        let mut bytes = self.bytes.clone();
        let redundancy = taken as usize * SECTOR - bytes.len();
        let loader = SECTOR;
        put_u32(&mut bytes, loader + decompressor::REED_SOLOMON_REDUNDANCY, redundancy);
        put(&mut bytes, diskboot::FIRST_RUN, (start + 1).to_le_bytes());
        put(&mut bytes, diskboot::FIRST_RUN_LENGTH, (taken as u16 - 1).to_le_bytes());
        put(&mut bytes, diskboot::FIRST_RUN_SEGMENT, LOAD_SEGMENT.to_le_bytes());
        let at = loader + decompressor::NO_REED_SOLOMON_LENGTH;
        let unprotected = usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let protected = bytes
            .get(loader + unprotected..)
            .ok_or_else(|| malformed("lzma_decompress.img", "it has no place for redundancy"))?;
        let code = reed_solomon::redundancy(protected, redundancy);
        bytes.extend(code);
        Ok(bytes)
    }
}

/// Where a core image goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Between a master boot record and the first partition.
    AfterMbr,
    /// A partition of its own on a disk with a GPT.
    BiosBootPartition,
}

impl Gap {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Gap::AfterMbr => (
                "the gap before the first partition",
                "let the first partition begin at 1 MiB, (offset (expt 2 20)), or further on",
            ),
            Gap::BiosBootPartition => {
                ("the BIOS boot partition", "give that partition a size of 1 MiB")
            }
        }
    }
}

/// `boot.img`, the code of a disk's first sector.
#[derive(Clone, Debug)]
pub struct BootSector([u8; SECTOR]);

impl BootSector {
    /// Reads it.
    ///
    /// # Errors
    /// When it is missing or malformed.
    pub fn read(library: &Library) -> Result<BootSector, Error> {
        library.read_sized("boot.img").map(BootSector)
    }

    /// The code, all bytes before the disk's signature, that loads a core image from the sector
    /// `core` on.
    pub fn code(&self, core: u64) -> [u8; boot::CODE_LEN] {
        let mut image = self.0;
        // A disk with partitions has no parameters of a file system.
        image[boot::BIOS_PARAMETER_BLOCK].fill(0);
        put(&mut image, boot::KERNEL_SECTOR, core.to_le_bytes());
        image[boot::BOOT_DRIVE] = 0xff;
        // Two instructions that do nothing.
        image[boot::DRIVE_CHECK].fill(0x90);
        image[..boot::CODE_LEN].try_into().expect("shorter than a sector")
    }
}

/// The kernel as it is in memory.
fn kernel(library: &Library) -> Result<Vec<u8>, Error> {
    debug_assert_eq!(library.platform(), Platform::I386Pc);
    let name = "kernel.img";
    let file = library.shown_file(name);
    let bytes = library.read(name)?;
    let object = library.object(name, &bytes)?;
    let mut memory = Vec::new();
    for section in &object.sections {
        if !section.has(ALLOC) || section.sh_type != section_type::PROGBITS {
            continue;
        }
        let content = object.content(section).map_err(bad_object(&file))?;
        let start = section
            .sh_addr
            .checked_sub(LINK_ADDRESS)
            .filter(|start| *start < LIMIT as u64)
            .ok_or_else(|| malformed(&file, "a section is not where GRUB's kernel runs"))?;
        let end = start as usize + content.len();
        if memory.len() < end {
            memory.resize(end, 0);
        }
        memory[start as usize..end].copy_from_slice(content);
    }
    Ok(memory)
}

/// LZMA without a header, of the parameters that the decompressor has built in.
fn compress(payload: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = |error| malformed("the core image", format!("it cannot be compressed: {error}"));
    let mut options = LzmaOptions::new_preset(9).map_err(failed)?;
    options.dict_size(DICTIONARY).literal_context_bits(3).literal_position_bits(0).position_bits(2);
    let mut filters = Filters::new();
    filters.lzma1(&options);
    let mut stream = Stream::new_raw_encoder(&filters).map_err(failed)?;
    let mut compressed = Vec::with_capacity(payload.len() + 4096);
    let mut rest = payload;
    loop {
        let before = stream.total_in();
        let status = stream.process_vec(rest, &mut compressed, Action::Finish).map_err(failed)?;
        rest = &rest[(stream.total_in() - before) as usize..];
        if status == Status::StreamEnd {
            return Ok(compressed);
        }
        compressed.reserve(4096);
    }
}

fn put<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) {
    bytes[at..at + N].copy_from_slice(&value);
}

fn put_u32(bytes: &mut [u8], at: usize, value: usize) {
    put(bytes, at, (value as u32).to_le_bytes());
}
