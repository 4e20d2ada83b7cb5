//! What a file system says of itself.

use super::ReadError;
use crate::ext::checksum::{ChecksumSeed, crc32c};
use crate::ext::features::{self, Features};
use crate::ext::little_endian::Load;
use crate::ext::options::Kind;
use crate::ext::superblock::{EXT4_SUPER_MAGIC, SUPERBLOCK_LEN, SUPERBLOCK_START};
use tintype_tree::Extents;

/// Bits of `s_feature_incompat` whose files are understood.
const KNOWN_INCOMPAT: u32 = 0x2 // filetype
    | NEEDS_RECOVERY
    | META_BG_BIT
    | 0x40 // extent
    | 0x80 // 64bit
    | 0x100 // mmp
    | 0x200 // flex_bg
    | 0x400 // ea_inode
    | 0x2000 // metadata_csum_seed
    | 0x4000 // large_dir
    | 0x8000 // inline_data
    | 0x1_0000 // encrypt: the files that are encrypted are refused one by one
    | 0x2_0000; // casefold
/// `needs_recovery`.
const NEEDS_RECOVERY: u32 = 0x4;
/// `meta_bg`, and of `s_feature_ro_compat` one of old kernels that never meant anything.
const META_BG_BIT: u32 = 0x10;
const BTREE_DIR: u32 = 0x4;
/// The largest block: 64 KiB.
const LOG_BLOCK_SIZE_LIMIT: u32 = 6;

/// The superblock's fields, by what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The features.
    pub features: Features,
    /// Bytes of a block.
    pub block_size: u64,
    /// Bytes of an inode.
    pub inode_size: u64,
    /// Number of blocks.
    pub blocks_count: u64,
    /// Blocks that are free.
    pub free_blocks_count: u64,
    /// Blocks that only root may use.
    pub reserved_blocks_count: u64,
    /// Number of inodes.
    pub inodes_count: u32,
    /// Inodes that are free.
    pub free_inodes_count: u32,
    /// The block in which the superblock lies: 1 with blocks of 1 KiB, else 0.
    pub first_data_block: u64,
    /// Blocks of a group.
    pub blocks_per_group: u64,
    /// Inodes of a group.
    pub inodes_per_group: u64,
    /// Bytes of a group descriptor.
    pub desc_size: u64,
    /// From this block of descriptors on, each lies in the groups that it describes.
    pub first_meta_bg: u64,
    /// The UUID.
    pub uuid: [u8; 16],
    /// The label.
    pub label: Vec<u8>,
    /// Where it was mounted last.
    pub last_mounted: Vec<u8>,
    /// When it was made, in seconds since the epoch.
    pub made: u32,
    /// Whether its journal holds what is not in its place yet.
    pub needs_recovery: bool,
    /// Where checksums begin.
    checksum_seed: u32,
}

impl About {
    pub(super) fn read(volume: &Extents) -> Result<About, ReadError> {
        let not = |what| Err(ReadError::NotExt(what));
        if volume.len() < SUPERBLOCK_START + SUPERBLOCK_LEN as u64 {
            return not("it is too short");
        }
        let mut sb = vec![0; SUPERBLOCK_LEN];
        volume.read_at(SUPERBLOCK_START, &mut sb)?;
        if sb.get16(0x38) != EXT4_SUPER_MAGIC {
            return not("there is no magic number in its superblock");
        }
        let features = Features {
            compat: sb.get32(0x5c),
            incompat: sb.get32(0x60),
            ro_compat: sb.get32(0x64),
        };
        let unknown = features.incompat & !KNOWN_INCOMPAT;
        if unknown != 0 {
            let unknown = Features { incompat: unknown, ..Features::default() };
            return Err(ReadError::Unsupported(unknown.names().join(" ")));
        }
        let wide = features.has(features::WIDE_BLOCKS);
        let high = |at: usize| if wide { u64::from(sb.get32(at)) << 32 } else { 0 };
        let log_block_size = sb.get32(0x18);
        if log_block_size > LOG_BLOCK_SIZE_LIMIT {
            return not("its block size is none");
        }
        let block_size = 1024 << log_block_size;
        let dynamic = sb.get32(0x4c) > 0;
        let seed_is_stored = features.has(features::METADATA_CSUM_SEED);
        let uuid: [u8; 16] = sb[0x68..0x78].try_into().unwrap_or_default();
        let about = About {
            features,
            block_size,
            inode_size: if dynamic { sb.get16(0x58).into() } else { 128 },
            blocks_count: u64::from(sb.get32(0x04)) | high(0x150),
            free_blocks_count: u64::from(sb.get32(0x0c)) | high(0x158),
            reserved_blocks_count: u64::from(sb.get32(0x08)) | high(0x154),
            inodes_count: sb.get32(0x00),
            free_inodes_count: sb.get32(0x10),
            first_data_block: sb.get32(0x14).into(),
            blocks_per_group: sb.get32(0x20).into(),
            inodes_per_group: sb.get32(0x28).into(),
            desc_size: if wide { sb.get16(0xfe).into() } else { 32 },
            first_meta_bg: match features.has(features::META_BG) {
                true => sb.get32(0x104).into(),
                false => u64::MAX,
            },
            uuid,
            label: until_nul(&sb[0x78..0x88]),
            last_mounted: until_nul(&sb[0x88..0xc8]),
            made: sb.get32(0x108),
            needs_recovery: features.incompat & NEEDS_RECOVERY != 0,
            checksum_seed: match seed_is_stored {
                true => sb.get32(0x270),
                false => ChecksumSeed::of_uuid(&uuid).value(),
            },
        };
        about.check()?;
        if features.has(features::METADATA_CSUM) && crc32c(!0, &sb[..0x3fc]) != sb.get32(0x3fc) {
            let (path, fault) = ("the superblock".into(), "its checksum is wrong");
            return Err(ReadError::Damaged { path, fault });
        }
        Ok(about)
    }

    /// Checks what all else is computed from.
    fn check(&self) -> Result<(), ReadError> {
        let rules = [
            (
                self.inode_size.is_power_of_two()
                    && (128..=self.block_size).contains(&self.inode_size),
                "its inode size is none",
            ),
            (
                self.desc_size.is_power_of_two() && (32..=1024).contains(&self.desc_size),
                "its group descriptors' size is none",
            ),
            (self.blocks_per_group > 0 && self.inodes_per_group > 0, "its groups are empty"),
            (self.first_data_block < self.blocks_count, "it has no block"),
            (
                self.blocks_count < u64::MAX / self.block_size,
                "it has more blocks than can be counted",
            ),
        ];
        match rules.into_iter().find(|(kept, _)| !kept) {
            Some((_, what)) => Err(ReadError::NotExt(what)),
            None => Ok(()),
        }
    }

    /// Which of the three file systems the features make it.
    pub fn kind(&self) -> Kind {
        let older = Features::of_kind(Kind::Ext3);
        let incompat = self.features.incompat & !older.incompat & !NEEDS_RECOVERY & !META_BG_BIT;
        if incompat != 0 || self.features.ro_compat & !older.ro_compat & !BTREE_DIR != 0 {
            Kind::Ext4
        } else if self.features.has(features::HAS_JOURNAL) {
            Kind::Ext3
        } else {
            Kind::Ext2
        }
    }

    /// Where checksums begin, if there are any.
    pub(super) fn checksums(&self) -> Option<ChecksumSeed> {
        let seed = ChecksumSeed::of_value(self.checksum_seed);
        self.features.has(features::METADATA_CSUM).then_some(seed)
    }
}

fn until_nul(field: &[u8]) -> Vec<u8> {
    field.iter().copied().take_while(|byte| *byte != 0).collect()
}
