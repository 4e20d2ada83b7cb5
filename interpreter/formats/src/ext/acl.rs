//! POSIX access control lists: between the form that programs see and the shorter one on disk
//! ("POSIX ACLs" in the kernel's ext4 documentation).

use super::little_endian::Store;

/// Version of the form that programs see, `struct posix_acl_xattr_header`.
const POSIX_ACL_XATTR_VERSION: u32 = 2;
/// Version of the form on disk, `struct ext4_acl_header`.
const EXT4_ACL_VERSION: u32 = 1;
/// Tags of entries that name a user or a group.
const ACL_USER: u16 = 0x02;
const ACL_GROUP: u16 = 0x08;
/// Tags of entries that name nobody: owner, owning group, mask, others.
const ACL_UNNAMED: [u16; 4] = [0x01, 0x04, 0x10, 0x20];

/// An ID that names nobody.
const ACL_UNDEFINED_ID: u32 = u32::MAX;

/// The list as programs see it; `None` if `disk` is none.
pub(super) fn from_disk(disk: &[u8]) -> Option<Box<[u8]>> {
    let (version, mut rest) = disk.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*version) != EXT4_ACL_VERSION {
        return None;
    }
    let mut value = POSIX_ACL_XATTR_VERSION.to_le_bytes().to_vec();
    while let Some((entry, behind)) = rest.split_first_chunk::<4>() {
        let tag = u16::from_le_bytes([entry[0], entry[1]]);
        value.extend(entry);
        rest = behind;
        if matches!(tag, ACL_USER | ACL_GROUP) {
            let (id, behind) = rest.split_first_chunk::<4>()?;
            value.extend(id);
            rest = behind;
        } else if ACL_UNNAMED.contains(&tag) {
            value.extend(ACL_UNDEFINED_ID.to_le_bytes());
        } else {
            return None;
        }
    }
    rest.is_empty().then(|| value.into())
}

/// The list as the disk has it; `None` if `value` is none.
pub(super) fn to_disk(value: &[u8]) -> Option<Box<[u8]>> {
    let (version, entries) = value.split_first_chunk::<4>()?;
    let (entries, rest) = entries.as_chunks::<8>();
    if u32::from_le_bytes(*version) != POSIX_ACL_XATTR_VERSION || !rest.is_empty() {
        return None;
    }
    let mut disk = vec![0; 4];
    disk.put32(0, EXT4_ACL_VERSION);
    for entry in entries {
        let tag = u16::from_le_bytes([entry[0], entry[1]]);
        if matches!(tag, ACL_USER | ACL_GROUP) {
            disk.extend(entry);
        } else if ACL_UNNAMED.contains(&tag) {
            disk.extend(&entry[..4]);
        } else {
            return None;
        }
    }
    Some(disk.into())
}
