//! The superblock ("Super Block" in the kernel's ext4 documentation).

use super::checksum::{ChecksumSeed, crc32c};
use super::features::{self, Features};
use super::geometry::{FIRST_INODE, Geometry};
use super::hash::HALF_MD4;
use super::hidden::{Hidden, HiddenFile};
use super::inode::{EXTRA_ISIZE, GOOD_OLD_INODE_SIZE, I_BLOCK_LEN};
use super::little_endian::{Load, Store, high32, low16, low32};
use super::options::Options;
use super::quota::QuotaType;

/// Bytes of a superblock.
pub(super) const SUPERBLOCK_LEN: usize = 1024;
/// Where the first one begins, in bytes.
pub(super) const SUPERBLOCK_START: u64 = 1024;
/// `s_magic`.
pub(super) const EXT4_SUPER_MAGIC: u16 = 0xef53;
/// Where `s_backup_bgs` begins.
const BACKUP_BGS: usize = 0x24c;
/// `s_state`: cleanly unmounted.
const VALID: u16 = 1;
/// `s_default_mount_opts`: user_xattr and acl.
const USER_XATTR_AND_ACL: u32 = 0x4 | 0x8;
/// `s_flags`: names are hashed as signed characters.
const SIGNED_HASH: u32 = 1;
/// `s_flags`: for a file system in the making.
const TEST_FILESYS: u32 = 4;
/// `s_checksum_type` and `s_jnl_backup_type`.
const CRC32C: u8 = 1;
const JOURNAL_INODE_BLOCKS: u8 = 1;

/// What the superblock tells besides the geometry and the options.
#[derive(Clone, Debug)]
pub(super) struct Superblock<'a> {
    pub geometry: &'a Geometry,
    pub options: &'a Options,
    pub s_free_blocks_count: u64,
    pub s_free_inodes_count: u32,
    /// `i_block` and `i_size` of the journal, a copy in case that the inode is lost.
    pub s_jnl_blocks: Option<([u8; I_BLOCK_LEN], u64)>,
    /// The hidden files, whose inodes it names.
    pub hidden: &'a [HiddenFile],
    /// KiB written so far.
    pub s_kbytes_written: u64,
}

impl Superblock<'_> {
    /// The superblock of `group`: the file system's own in group 0, a backup elsewhere.
    pub fn encode(&self, group: u64) -> [u8; SUPERBLOCK_LEN] {
        let (geometry, options) = (self.geometry, self.options);
        let features = geometry.features;
        let mut sb = [0; SUPERBLOCK_LEN];
        let log_block_size = geometry.block_size.trailing_zeros() - 10;
        let blocks_count = geometry.blocks_count;
        let r_blocks_count = (options.reserved_percent * blocks_count as f64 / 100.0) as u64;

        sb.put32(0x00, low32(geometry.inodes_count())); // s_inodes_count
        sb.put32(0x04, low32(blocks_count)); // s_blocks_count_lo
        sb.put32(0x08, low32(r_blocks_count)); // s_r_blocks_count_lo
        sb.put32(0x0c, low32(self.s_free_blocks_count)); // s_free_blocks_count_lo
        sb.put32(0x10, self.s_free_inodes_count);
        sb.put32(0x14, low32(geometry.first_data_block)); // s_first_data_block
        sb.put32(0x18, log_block_size); // s_log_block_size
        sb.put32(0x1c, log_block_size); // s_log_cluster_size
        sb.put32(0x20, low32(geometry.blocks_per_group)); // s_blocks_per_group
        sb.put32(0x24, low32(geometry.blocks_per_group)); // s_clusters_per_group
        sb.put32(0x28, low32(geometry.inodes_per_group)); // s_inodes_per_group
        sb.put32(0x30, options.time); // s_wtime
        sb.put16(0x36, u16::MAX); // s_max_mnt_count: never check for this reason
        sb.put16(0x38, EXT4_SUPER_MAGIC); // s_magic
        // A backup is not clean: whoever needs one has a file system to check.
        sb.put16(0x3a, if group == 0 { VALID } else { 0 }); // s_state
        sb.put16(0x3c, options.errors as u16); // s_errors
        sb.put32(0x40, options.time); // s_lastcheck
        sb.put32(0x48, options.creator as u32); // s_creator_os
        sb.put32(0x4c, 1); // s_rev_level
        sb.put32(0x54, FIRST_INODE as u32); // s_first_ino
        sb.put16(0x58, low16(geometry.inode_size)); // s_inode_size
        sb.put16(0x5a, low16(group)); // s_block_group_nr
        sb.put32(0x5c, features.compat); // s_feature_compat
        sb.put32(0x60, features.incompat); // s_feature_incompat
        sb.put32(0x64, features.ro_compat); // s_feature_ro_compat
        sb.put(0x68, &options.uuid); // s_uuid
        sb.put(0x78, &options.label); // s_volume_name
        sb.put(0x88, &options.last_mounted); // s_last_mounted
        sb.put16(0xce, low16(geometry.reserved_gdt_blocks)); // s_reserved_gdt_blocks
        sb.put(0xec, &options.effective_hash_seed()); // s_hash_seed
        sb[0xfc] = HALF_MD4; // s_def_hash_version
        if features.has(features::WIDE_BLOCKS) {
            sb.put16(0xfe, low16(geometry.desc_size)); // s_desc_size
        }
        sb.put32(0x100, USER_XATTR_AND_ACL); // s_default_mount_opts
        sb.put32(0x108, options.time); // s_mkfs_time
        if let Some((i_block, i_size)) = self.s_jnl_blocks {
            sb[0xfd] = JOURNAL_INODE_BLOCKS; // s_jnl_backup_type
            sb.put(0x10c, &i_block); // s_jnl_blocks
            sb.put32(0x148, high32(i_size));
            sb.put32(0x14c, low32(i_size));
        }
        sb.put32(0x150, high32(blocks_count)); // s_blocks_count_hi
        sb.put32(0x154, high32(r_blocks_count)); // s_r_blocks_count_hi
        sb.put32(0x158, high32(self.s_free_blocks_count)); // s_free_blocks_count_hi
        if geometry.inode_size > GOOD_OLD_INODE_SIZE as u64 {
            sb.put16(0x15c, EXTRA_ISIZE as u16); // s_min_extra_isize
            sb.put16(0x15e, EXTRA_ISIZE as u16); // s_want_extra_isize
        }
        let flags = SIGNED_HASH | if options.test { TEST_FILESYS } else { 0 };
        sb.put32(0x160, flags); // s_flags
        sb.put16(0x164, options.raid.0); // s_raid_stride
        sb.put32(0x170, options.raid.1); // s_raid_stripe_width
        sb[0x174] = geometry.log_groups_per_flex; // s_log_groups_per_flex
        if counts_writes(&features) {
            sb.put32(0x178, low32(self.s_kbytes_written)); // s_kbytes_written
            sb.put32(0x17c, high32(self.s_kbytes_written));
        }
        sb.put32(0x248, low32(geometry.overhead())); // s_overhead_clusters
        for file in self.hidden {
            match file.hidden {
                Hidden::Journal => sb.put32(0xe0, file.number), // s_journal_inum
                Hidden::Quota(QuotaType::User) => sb.put32(0x240, file.number), // s_usr_quota_inum
                Hidden::Quota(QuotaType::Group) => sb.put32(0x244, file.number), // s_grp_quota_inum
                Hidden::Quota(QuotaType::Project) => sb.put32(0x26c, file.number), // s_prj_quota_inum
                Hidden::Orphans => sb.put32(0x280, file.number), // s_orphan_file_inum
            }
        }
        if features.has(features::SPARSE_SUPER2) {
            let [first, last] = geometry.backup_groups;
            sb.put32(BACKUP_BGS, low32(first)); // s_backup_bgs[0]
            sb.put32(BACKUP_BGS + 4, low32(last)); // s_backup_bgs[1]
        }
        if features.has(features::METADATA_CSUM_SEED) {
            sb.put32(0x270, ChecksumSeed::of_uuid(&options.uuid).value()); // s_checksum_seed
        }
        if features.has(features::METADATA_CSUM) {
            sb[0x175] = CRC32C; // s_checksum_type
            let sum = crc32c(!0, &sb[..0x3fc]);
            sb.put32(0x3fc, sum); // s_checksum
        }
        sb
    }
}

/// `s_backup_bgs` of the superblock in `sb`.
pub(super) fn backup_groups(sb: &[u8]) -> [u64; 2] {
    [sb.get32(BACKUP_BGS).into(), sb.get32(BACKUP_BGS + 4).into()]
}

/// Whether a file system is new enough for its writes to be counted.
fn counts_writes(features: &Features) -> bool {
    [
        features::FLEX_BG,
        features::HUGE_FILE,
        features::UNINIT_BG,
        features::DIR_NLINK,
        features::METADATA_CSUM,
        features::EXTRA_ISIZE,
    ]
    .into_iter()
    .any(|feature| features.has(feature))
}
