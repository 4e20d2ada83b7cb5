//! Index nodes ("Index Nodes" and "Inode Timestamps" in the kernel's ext4 documentation).

use super::checksum::ChecksumSeed;
use super::little_endian::{Store, high16, high32, low16, low32};
use tintype_tree::Timestamp;

/// Bytes of `i_block`: a mapping's root, a short symbolic link's target, a device number.
pub(super) const I_BLOCK_LEN: usize = 60;
/// Bytes of the inode that every file system has; what follows is the additional part.
pub(super) const GOOD_OLD_INODE_SIZE: usize = 128;
/// `i_extra_isize`: bytes of the additional fields.
pub(super) const EXTRA_ISIZE: usize = 32;

/// `i_flags`: nobody may change the file.
pub(super) const EXT4_IMMUTABLE_FL: u32 = 0x10;
/// `i_flags`: the directory is a hash tree.
pub(super) const EXT4_INDEX_FL: u32 = 0x1000;
/// `i_flags`: `i_block` is the root of an extent tree.
pub(super) const EXT4_EXTENTS_FL: u32 = 0x8_0000;
/// `i_flags`: the content lies in `i_block` and in the attribute `system.data`.
pub(super) const EXT4_INLINE_DATA_FL: u32 = 0x1000_0000;

/// `i_mode`: the kind of file.
pub(super) const S_IFIFO: u16 = 0x1000;
pub(super) const S_IFCHR: u16 = 0x2000;
pub(super) const S_IFDIR: u16 = 0x4000;
pub(super) const S_IFBLK: u16 = 0x6000;
pub(super) const S_IFREG: u16 = 0x8000;
pub(super) const S_IFLNK: u16 = 0xa000;
pub(super) const S_IFSOCK: u16 = 0xc000;

/// The fields of `struct ext4_inode` that differ from file to file.
#[derive(Clone, Debug)]
pub(super) struct DiskInode {
    /// Kind and permissions.
    pub i_mode: u16,
    pub i_uid: u32,
    pub i_gid: u32,
    pub i_links_count: u16,
    /// Bytes.
    pub i_size: u64,
    /// In sectors of 512 bytes, metadata of the mapping and the attribute block included.
    pub i_blocks: u64,
    pub i_flags: u32,
    pub i_block: [u8; I_BLOCK_LEN],
    /// The block of extended attributes, or 0.
    pub i_file_acl: u64,
    /// All four times of the inode.
    pub time: Timestamp,
}

/// The first second that inodes can tell: 1901-12-13T20:45:52Z.
pub(super) const EARLIEST: i64 = i32::MIN as i64;

/// The last second that inodes of `inode_size` bytes can tell: in 2038, or in 2446 with the epoch
/// bits of the additional fields.
pub(super) fn latest(inode_size: u64) -> i64 {
    let epochs = if inode_size > GOOD_OLD_INODE_SIZE as u64 { 3 } else { 0 };
    i64::from(i32::MAX) + (epochs << 32)
}

impl DiskInode {
    /// Writes the inode into its slot of the inode table: the whole `inode_size` bytes of it, where
    /// `attributes` (the magic number and what follows) have been put already.
    pub fn write(&self, slot: &mut [u8], number: u32, checksums: Option<ChecksumSeed>) {
        let seconds = self.time.seconds as u32;
        // The low two bits count the times that 32 bits of seconds have wrapped since 1901.
        let epoch = ((self.time.seconds - i64::from(seconds as i32)) >> 32 & 3) as u32;
        let extra = self.time.nanoseconds << 2 | epoch;
        slot.put16(0x00, self.i_mode);
        slot.put16(0x02, low16(self.i_uid.into()));
        slot.put32(0x04, low32(self.i_size));
        slot.put32(0x08, seconds); // i_atime
        slot.put32(0x0c, seconds); // i_ctime
        slot.put32(0x10, seconds); // i_mtime
        slot.put16(0x18, low16(self.i_gid.into()));
        slot.put16(0x1a, self.i_links_count);
        slot.put32(0x1c, low32(self.i_blocks));
        slot.put32(0x20, self.i_flags);
        slot.put(0x28, &self.i_block);
        slot.put32(0x68, low32(self.i_file_acl));
        slot.put32(0x6c, high32(self.i_size));
        slot.put16(0x74, low16(self.i_blocks >> 32)); // l_i_blocks_high
        slot.put16(0x76, low16(self.i_file_acl >> 32)); // l_i_file_acl_high
        slot.put16(0x78, high16(self.i_uid.into())); // l_i_uid_high
        slot.put16(0x7a, high16(self.i_gid.into())); // l_i_gid_high
        if slot.len() > GOOD_OLD_INODE_SIZE {
            slot.put16(0x80, EXTRA_ISIZE as u16);
            slot.put32(0x84, extra); // i_ctime_extra
            slot.put32(0x88, extra); // i_mtime_extra
            slot.put32(0x8c, extra); // i_atime_extra
            slot.put32(0x90, seconds); // i_crtime
            slot.put32(0x94, extra); // i_crtime_extra
        }
        write_checksum(slot, number, checksums);
    }
}

/// Stores `l_i_checksum_lo` and `i_checksum_hi`, which are zero until then.
pub(super) fn write_checksum(slot: &mut [u8], number: u32, checksums: Option<ChecksumSeed>) {
    let Some(checksums) = checksums else { return };
    let sum = u64::from(checksums.of_inode(number).sum(slot));
    slot.put16(0x7c, low16(sum));
    let extra_isize =
        slot.get(0x80..0x82).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    if extra_isize >= 4 {
        slot.put16(0x82, high16(sum));
    }
}

/// `i_block` of a device: the old encoding where it does, else the new one. `None` for numbers that
/// the kernel cannot have.
pub(super) fn device_i_block(major: u32, minor: u32) -> Option<[u8; I_BLOCK_LEN]> {
    let mut i_block = [0; I_BLOCK_LEN];
    if major < 1 << 8 && minor < 1 << 8 {
        i_block.put32(0, major << 8 | minor);
    } else if major < 1 << 12 && minor < 1 << 20 {
        i_block.put32(4, minor & 0xff | major << 8 | (minor & !0xff) << 12);
    } else {
        return None;
    }
    Some(i_block)
}
