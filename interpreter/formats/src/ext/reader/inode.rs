//! From the bytes of an inode to what they mean.

use super::Fault;
use crate::ext::checksum::ChecksumSeed;
use crate::ext::inode::{self, GOOD_OLD_INODE_SIZE, I_BLOCK_LEN};
use crate::ext::little_endian::{Load, Store};
use tintype_tree::{Device, Kind, Metadata, Timestamp};

/// `i_flags`: the content and the names in it are encrypted.
const EXT4_ENCRYPT_FL: u32 = 0x800;

/// What the inode is, as far as it says itself.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Regular,
    Directory,
    Symlink,
    /// A device, pipe or socket.
    Other(Kind),
}

/// An inode.
#[derive(Clone, Debug)]
pub(super) struct Inode {
    pub metadata: Metadata,
    pub body: Body,
    pub i_size: u64,
    pub i_flags: u32,
    pub i_block: [u8; I_BLOCK_LEN],
    pub i_file_acl: u64,
    /// What follows the additional fields.
    pub ibody: Box<[u8]>,
    /// Where the checksums of what belongs to it begin.
    pub checksums: Option<ChecksumSeed>,
}

impl Inode {
    /// Decodes the inode in `raw`, all bytes of it.
    pub fn decode(
        raw: &[u8],
        number: u32,
        checksums: Option<ChecksumSeed>,
    ) -> Result<Inode, Fault> {
        let extra_isize = raw.get(0x80..0x82).map_or(0, |bytes| bytes.get16(0)) as usize;
        let extra_end = GOOD_OLD_INODE_SIZE + extra_isize;
        if extra_end > raw.len() || !extra_isize.is_multiple_of(4) {
            return Err(Fault::Damaged("its inode's additional fields do not fit"));
        }
        let checksums = checksums.map(|seed| seed.of_generation(number, raw.get32(0x64)));
        check(raw, extra_isize, checksums)?;
        let i_mode = raw.get16(0x00);
        let wide =
            |low: usize, high: usize| u64::from(raw.get32(low)) | u64::from(raw.get16(high)) << 32;
        let id =
            |low: usize, high: usize| u32::from(raw.get16(low)) | u32::from(raw.get16(high)) << 16;
        let mut i_block = [0; I_BLOCK_LEN];
        i_block.copy_from_slice(&raw[0x28..0x28 + I_BLOCK_LEN]);
        let metadata = Metadata {
            mode: i_mode & 0o7777,
            uid: id(0x02, 0x78),
            gid: id(0x18, 0x7a),
            // i_mtime and i_mtime_extra
            mtime: timestamp(raw.get32(0x10), (extra_isize >= 12).then(|| raw.get32(0x88))),
            xattrs: None,
        };
        let i_flags = raw.get32(0x20);
        if raw.get16(0x1a) == 0 {
            return Err(Fault::Damaged("it names an inode that is not in use"));
        }
        if i_flags & EXT4_ENCRYPT_FL != 0 {
            return Err(Fault::Damaged("it is encrypted"));
        }
        let body = match i_mode & 0xf000 {
            inode::S_IFREG => Body::Regular,
            inode::S_IFDIR => Body::Directory,
            inode::S_IFLNK => Body::Symlink,
            inode::S_IFCHR => Body::Other(Kind::CharDevice(device(&i_block))),
            inode::S_IFBLK => Body::Other(Kind::BlockDevice(device(&i_block))),
            inode::S_IFIFO => Body::Other(Kind::Fifo),
            inode::S_IFSOCK => Body::Other(Kind::Socket),
            _ => return Err(Fault::Damaged("its inode is of no kind")),
        };
        Ok(Inode {
            metadata,
            body,
            i_size: u64::from(raw.get32(0x04)) | u64::from(raw.get32(0x6c)) << 32,
            i_flags,
            i_block,
            i_file_acl: wide(0x68, 0x76),
            ibody: raw[extra_end.min(raw.len())..].into(),
            checksums,
        })
    }

    /// Whether `flag` is set.
    pub fn has(&self, flag: u32) -> bool {
        self.i_flags & flag != 0
    }
}

/// Checks the inode's checksum, whose fields count as zero.
fn check(raw: &[u8], extra_isize: usize, checksums: Option<ChecksumSeed>) -> Result<(), Fault> {
    let Some(checksums) = checksums else { return Ok(()) };
    let mut covered = raw.to_vec();
    let mut stored = u32::from(raw.get16(0x7c));
    covered.put16(0x7c, 0);
    let mut mask = 0xffff;
    if extra_isize >= 4 {
        stored |= u32::from(raw.get16(0x82)) << 16;
        covered.put16(0x82, 0);
        mask = u32::MAX;
    }
    match checksums.sum(&covered) & mask == stored {
        true => Ok(()),
        false => Err(Fault::Damaged("its inode's checksum is wrong")),
    }
}

/// A time, with the additional field's epoch and nanoseconds where there is one.
fn timestamp(seconds: u32, extra: Option<u32>) -> Timestamp {
    let extra = extra.unwrap_or(0);
    Timestamp {
        seconds: i64::from(seconds as i32) + (i64::from(extra & 3) << 32),
        nanoseconds: (extra >> 2).min(999_999_999),
    }
}

fn device(i_block: &[u8; I_BLOCK_LEN]) -> Device {
    match i_block.get32(0) {
        0 => {
            let new = i_block.get32(4);
            Device { major: new >> 8 & 0xfff, minor: new & 0xff | new >> 12 & 0xfff00 }
        }
        old => Device { major: old >> 8 & 0xff, minor: old & 0xff },
    }
}
