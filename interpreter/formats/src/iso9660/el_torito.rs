//! Booting from a CD: El Torito 1.0, the UEFI specification 2.10 (13.3.2.1), and the boot information
//! table of mkisofs with GRUB's own place for the same.

use super::BLOCK_LEN;

const BIOS: u8 = 0x00;
const EFI: u8 = 0xef;
const BOOTABLE: u8 = 0x88;
/// The header of the last section, and of one that others follow.
const LAST_SECTION: u8 = 0x91;
/// Sectors of 512 bytes that the firmware loads: one block, GRUB's loader of the rest.
const BIOS_LOAD_SECTORS: u16 = 4;

/// Where the boot images lie.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Catalog {
    pub(super) bios: Option<u32>,
    /// First block and length in bytes.
    pub(super) efi: Option<(u32, u64)>,
}

impl Catalog {
    /// The catalog's block (figure 2 of the specification).
    pub(super) fn encode(&self) -> Vec<u8> {
        let efi = self.efi.map(|(block, len)| entry(efi_sectors(len), block));
        let bios = self.bios.map(|block| entry(BIOS_LOAD_SECTORS, block));
        let mut catalog = match (bios, efi) {
            (Some(bios), Some(efi)) => {
                let mut section = [0; 32];
                section[..4].copy_from_slice(&[LAST_SECTION, EFI, 1, 0]);
                [validation(BIOS), bios, section, efi].concat()
            }
            (Some(bios), None) => [validation(BIOS), bios].concat(),
            (None, efi) => [validation(EFI), efi.unwrap_or_default()].concat(),
        };
        catalog.resize(BLOCK_LEN as usize, 0);
        catalog
    }
}

/// The first entry: all its words add up to zero.
fn validation(platform: u8) -> [u8; 32] {
    let mut entry = [0; 32];
    entry[0] = 1;
    entry[1] = platform;
    entry[30..].copy_from_slice(&[0x55, 0xaa]);
    let words = entry.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let sum = words.fold(0, u16::wrapping_add);
    entry[28..30].copy_from_slice(&sum.wrapping_neg().to_le_bytes());
    entry
}

/// An entry of a boot image without emulation of another medium.
fn entry(sectors: u16, block: u32) -> [u8; 32] {
    let mut entry = [0; 32];
    entry[0] = BOOTABLE;
    entry[6..8].copy_from_slice(&sectors.to_le_bytes());
    entry[8..12].copy_from_slice(&block.to_le_bytes());
    entry
}

/// 0 means up to the end of the medium, where a system partition that is too long for the field is.
fn efi_sectors(len: u64) -> u16 {
    u16::try_from(len.div_ceil(512)).unwrap_or(0)
}

/// Where the boot information table stands in a boot image, and what it is a sum of.
const TABLE: std::ops::Range<usize> = 8..64;
/// Where GRUB's loader finds out where it is.
const GRUB_TABLE: usize = 0x9f4;

/// Writes into a boot image where it lies: `volume` is the block of the primary descriptor.
pub(super) fn patch(image: &mut Vec<u8>, volume: u32, block: u32) {
    let table_end = TABLE.end.max(GRUB_TABLE + 8);
    let len = image.len() as u32;
    image.resize(image.len().max(table_end), 0);
    let sectors = u64::from(block) * (BLOCK_LEN / 512) + 5;
    image[GRUB_TABLE..GRUB_TABLE + 8].copy_from_slice(&sectors.to_le_bytes());
    let sum = image[TABLE.end..len.max(TABLE.end as u32) as usize]
        .chunks(4)
        .map(|word| word.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte)))
        .fold(0, u32::wrapping_add);
    image[TABLE].fill(0);
    for (index, value) in [volume, block, len, sum].into_iter().enumerate() {
        let at = TABLE.start + 4 * index;
        image[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    image.truncate(len as usize);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_validation_entry_add_up_to_nothing() {
        for platform in [BIOS, EFI] {
            let entry = validation(platform);
            let words = entry.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            assert_eq!(words.fold(0, u16::wrapping_add), 0);
            assert_eq!((entry[0], entry[1]), (1, platform));
        }
    }

    #[test]
    fn a_boot_image_learns_where_it_is() {
        let mut image = vec![1; 4096];
        patch(&mut image, 16, 1000);
        let word = |at: usize| u32::from_le_bytes(image[at..at + 4].try_into().unwrap());
        assert_eq!([word(8), word(12), word(16)], [16, 1000, 4096]);
        // Two words are GRUB's.
        let ones = 0x0101_0101_u32.wrapping_mul((4096 - 64) / 4 - 2);
        assert_eq!(word(20), ones.wrapping_add(4005));
        assert_eq!(word(0x9f4), 4005);
        assert!(image[24..64].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_large_system_partition_reaches_to_the_end() {
        assert_eq!([efi_sectors(2048), efi_sectors(1 << 25)], [4, 0]);
    }
}
