//! Checksums of metadata ("Checksums" in the kernel's ext4 documentation): crc32c with
//! `metadata_csum`, crc16 of the group descriptors with `uninit_bg` alone.

const CRC32C_TABLES: [[u32; 256]; 8] = crc32c_tables();

/// Eight tables: a word of eight bytes is folded in one step.
const fn crc32c_tables() -> [[u32; 256]; 8] {
    const REFLECTED_POLYNOMIAL: u32 = 0x82f6_3b78;
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ REFLECTED_POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before >> 8 ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// crc32c of `bytes` continued from `crc`, without the usual inversion at either end: so the file
/// system's structures chain it.
pub(super) fn crc32c(mut crc: u32, bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let folded = u64::from_le_bytes(*word) ^ u64::from(crc);
        crc = 0;
        for (table, byte) in CRC32C_TABLES.iter().rev().zip(folded.to_le_bytes()) {
            crc ^= table[byte as usize];
        }
    }
    for byte in rest {
        crc = crc >> 8 ^ CRC32C_TABLES[0][(crc as u8 ^ byte) as usize];
    }
    crc
}

/// crc16 (polynomial 0x8005, reflected) of `bytes` continued from `crc`.
pub(super) fn crc16(mut crc: u16, bytes: &[u8]) -> u16 {
    for byte in bytes {
        crc ^= u16::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xa001 } else { crc >> 1 };
        }
    }
    crc
}

/// Where all checksums of one file system begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChecksumSeed(u32);

impl ChecksumSeed {
    /// The seed of the file system with this UUID.
    pub fn of_uuid(uuid: &[u8; 16]) -> ChecksumSeed {
        ChecksumSeed(crc32c(!0, uuid))
    }

    /// The seed that a superblock states.
    pub fn of_value(value: u32) -> ChecksumSeed {
        ChecksumSeed(value)
    }

    /// The seed as a number (`s_checksum_seed`).
    pub fn value(self) -> u32 {
        self.0
    }

    /// The checksum of `bytes`.
    pub fn sum(self, bytes: &[u8]) -> u32 {
        crc32c(self.0, bytes)
    }

    /// The seed of what covers the number of its block too.
    pub fn of_block(self, block: u64) -> ChecksumSeed {
        ChecksumSeed(crc32c(self.0, &block.to_le_bytes()))
    }

    /// The seed of what belongs to inode `number` of a new file system, in which all generations are
    /// zero.
    pub fn of_inode(self, number: u32) -> ChecksumSeed {
        self.of_generation(number, 0)
    }

    /// The seed of what belongs to inode `number` of this generation (`i_generation`).
    pub fn of_generation(self, number: u32, generation: u32) -> ChecksumSeed {
        let number = crc32c(self.0, &number.to_le_bytes());
        ChecksumSeed(crc32c(number, &generation.to_le_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_match_their_published_check_values() {
        assert_eq!(!crc32c(!0, b"123456789"), 0xe306_9283);
        assert_eq!(!crc32c(!0, &[0; 32]), 0x8a91_36aa);
        assert_eq!(crc16(!0, b"123456789"), 0x4b37);
    }

    #[test]
    fn a_checksum_can_be_continued_anywhere() {
        let bytes: Vec<u8> = (0..=255).collect();
        for cut in [0, 1, 7, 8, 9, 100, 255] {
            let (left, right) = bytes.split_at(cut);
            assert_eq!(crc32c(crc32c(!0, left), right), crc32c(!0, &bytes));
        }
    }
}
