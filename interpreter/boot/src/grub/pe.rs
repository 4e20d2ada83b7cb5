//! PE programs as UEFI loads them (Microsoft PE and COFF Specification).

use super::Platform;
use super::link::PAGE;

/// Where the PE header begins: after the header of a DOS program that says what it is not.
const HEADER: usize = 0x80;

/// 2015-01-01: GRUB's own figure, the same in every program that it makes.
const TIME_DATE_STAMP: u32 = 1_420_070_400;

/// What the firmware adds its load address to, `IMAGE_REL_BASED_*`.
const HIGHLOW: u16 = 3;
const DIR64: u16 = 10;

/// A section and its bytes, whole pages.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// Its bytes; as long in memory.
    pub bytes: Vec<u8>,
    /// `IMAGE_SCN_*`.
    pub characteristics: u32,
}

/// `IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_MEM_READ`.
pub const CODE: u32 = 0x6000_0020;
/// `IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE`.
pub const DATA: u32 = 0xc000_0040;
/// `IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_DISCARDABLE | IMAGE_SCN_MEM_READ`.
pub const DISCARDABLE: u32 = 0x4200_0040;

/// The program with `sections`, of which the first is code and the last the list of relocations.
pub fn encode(platform: Platform, entry: u64, sections: &[Section]) -> Vec<u8> {
    let mut bytes = dos_header();
    bytes.extend(b"PE\0\0");
    coff_header(&mut bytes, platform, sections.len());
    optional_header(&mut bytes, platform, entry, sections);
    let mut address = PAGE;
    for section in sections {
        let mut name = [0; 8];
        name[..section.name.len()].copy_from_slice(section.name.as_bytes());
        bytes.extend(name);
        // VirtualSize, VirtualAddress, SizeOfRawData, PointerToRawData
        let len = section.bytes.len();
        words(&mut bytes, &[len as u32, address as u32, len as u32, address as u32]);
        // No relocations or line numbers.
        words(&mut bytes, &[0, 0, 0, section.characteristics]);
        address += len;
    }
    bytes.resize(PAGE, 0);
    for section in sections {
        bytes.extend(&section.bytes);
    }
    bytes
}

/// Sixty-four bytes of header and a program that prints a sentence.
fn dos_header() -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[..2].copy_from_slice(b"MZ");
    for (at, value) in [
        (0x02, 0x90u16), // bytes on the last page
        (0x04, 3),       // pages
        (0x08, 4),       // paragraphs of header
        (0x0c, 0xffff),  // paragraphs wanted at most
        (0x10, 0xb8),    // stack pointer
        (0x18, 0x40),    // relocation table
        (0x3c, HEADER as u16),
    ] {
        bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    // push cs; pop ds; mov dx, 0xe; mov ah, 9; int 0x21; mov ax, 0x4c01; int 0x21
    bytes[0x40..0x4e].copy_from_slice(&[
        0x0e, 0x1f, 0xba, 0x0e, 0, 0xb4, 9, 0xcd, 0x21, 0xb8, 1, 0x4c, 0xcd, 0x21,
    ]);
    let said = b"This program cannot be run in DOS mode.\r\r\n$";
    bytes[0x4e..0x4e + said.len()].copy_from_slice(said);
    bytes
}

fn coff_header(bytes: &mut Vec<u8>, platform: Platform, sections: usize) {
    let machine: u16 = match platform {
        Platform::I386Pc | Platform::I386Efi => 0x14c,
        Platform::X86_64Efi => 0x8664,
        Platform::Arm64Efi => 0xaa64,
        Platform::Riscv64Efi => 0x5064,
    };
    bytes.extend(machine.to_le_bytes());
    bytes.extend((sections as u16).to_le_bytes());
    words(bytes, &[TIME_DATE_STAMP, 0, 0]);
    // SizeOfOptionalHeader; Characteristics: executable, without line numbers, symbols and debugging
    // information, and of 32 bits where it is
    let (size, characteristics): (u16, u16) =
        if platform.is_wide() { (0xf0, 0x20e) } else { (0xe0, 0x30e) };
    bytes.extend(size.to_le_bytes());
    bytes.extend(characteristics.to_le_bytes());
}

fn optional_header(bytes: &mut Vec<u8>, platform: Platform, entry: u64, sections: &[Section]) {
    let wide = platform.is_wide();
    let code = sections.first().map_or(0, |section| section.bytes.len());
    let all: usize = sections.iter().map(|section| section.bytes.len()).sum();
    let relocations = sections.last().map_or(0, |section| section.bytes.len());
    bytes.extend(if wide { 0x20b_u16 } else { 0x10b }.to_le_bytes());
    // The linker's version
    bytes.extend([0, 0]);
    // SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData, AddressOfEntryPoint, BaseOfCode
    let data = all - code - relocations;
    words(bytes, &[code as u32, data as u32, 0, entry as u32, PAGE as u32]);
    if !wide {
        // BaseOfData
        words(bytes, &[(PAGE + code) as u32]);
    }
    // ImageBase
    long(bytes, wide, 0);
    // SectionAlignment, FileAlignment, three versions of two halves, Win32VersionValue
    words(bytes, &[PAGE as u32, PAGE as u32, 0, 0, 0, 0]);
    // SizeOfImage, SizeOfHeaders, CheckSum
    words(bytes, &[(PAGE + all) as u32, PAGE as u32, 0]);
    // Subsystem: an application of UEFI; DllCharacteristics
    bytes.extend(10u16.to_le_bytes());
    bytes.extend(0u16.to_le_bytes());
    // SizeOfStackReserve, SizeOfStackCommit, SizeOfHeapReserve, SizeOfHeapCommit
    for _ in 0..4 {
        long(bytes, wide, 0x10000);
    }
    // LoaderFlags, NumberOfRvaAndSizes
    words(bytes, &[0, 16]);
    for index in 0..16 {
        let directory = match index {
            // Base relocations
            5 => [(PAGE + all - relocations) as u32, relocations as u32],
            _ => [0, 0],
        };
        words(bytes, &directory);
    }
}

/// The section `.reloc` for absolute addresses at `fixups`: blocks of one page each. The last one
/// reaches to the end of the section; entries of zeros have no effect.
pub fn relocations(platform: Platform, fixups: &[u64]) -> Vec<u8> {
    let kind = if platform.is_wide() { DIR64 } else { HIGHLOW };
    let page = |address: u64| address & !(PAGE as u64 - 1);
    let blocks = || fixups.chunk_by(|one, next| page(*one) == page(*next));
    let mut bytes = Vec::new();
    let mut left = blocks().count();
    for block in blocks() {
        left -= 1;
        let whole = 8 + 2 * block.len().next_multiple_of(4);
        let end = bytes.len() + whole;
        let end = if left == 0 { end.next_multiple_of(PAGE) } else { end };
        let len = end - bytes.len();
        words(&mut bytes, &[page(block[0]) as u32, len as u32]);
        for address in block {
            bytes.extend((kind << 12 | (address - page(*address)) as u16).to_le_bytes());
        }
        bytes.resize(end, 0);
    }
    bytes
}

fn words(bytes: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        bytes.extend(word.to_le_bytes());
    }
}

/// A field as wide as the machine's addresses.
fn long(bytes: &mut Vec<u8>, wide: bool, value: u32) {
    words(bytes, &[value]);
    if wide {
        words(bytes, &[0]);
    }
}
