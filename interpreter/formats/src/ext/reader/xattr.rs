//! Extended attributes, from the inode and from a block.

use super::Fault;
use super::inode::Inode;
use super::mapping;
use super::volume::Volume;
use crate::ext::acl;
use crate::ext::checksum::ChecksumSeed;
use crate::ext::little_endian::{Load, Store};
use crate::ext::xattr::{BLOCK_HEADER, ENTRY_HEADER, EXT4_XATTR_MAGIC, IBODY_HEADER, PREFIXES};
use tintype_tree::Xattrs;

/// `i_flags` of an inode that holds the value of an attribute.
const EXT4_EA_INODE_FL: u32 = 0x20_0000;
/// The longest value.
const VALUE_LIMIT: u64 = 64 << 10;

/// The attributes of an inode, and apart from them what of its content is stored as one.
pub(super) fn read(volume: &mut Volume, inode: &Inode) -> Result<(Xattrs, Option<Vec<u8>>), Fault> {
    let mut found = Found { xattrs: Xattrs::new(), inline: None };
    if inode.ibody.len() > IBODY_HEADER && inode.ibody.get32(0) == EXT4_XATTR_MAGIC {
        let area = &inode.ibody[IBODY_HEADER..];
        found.list(volume, area, area)?;
    }
    if inode.i_file_acl != 0 {
        let block = volume.block(inode.i_file_acl)?;
        if block.get32(0) != EXT4_XATTR_MAGIC {
            return Err(Fault::Damaged("its attribute block is none"));
        }
        check(&block, inode.i_file_acl, volume.checksums)?;
        found.list(volume, &block[BLOCK_HEADER..], &block)?;
    }
    Ok((found.xattrs, found.inline))
}

fn check(block: &[u8], place: u64, checksums: Option<ChecksumSeed>) -> Result<(), Fault> {
    let Some(checksums) = checksums else { return Ok(()) };
    let mut covered = block.to_vec();
    covered.put32(16, 0); // h_checksum
    match checksums.of_block(place).sum(&covered) == block.get32(16) {
        true => Ok(()),
        false => Err(Fault::Damaged("the checksum of its attribute block is wrong")),
    }
}

struct Found {
    xattrs: Xattrs,
    inline: Option<Vec<u8>>,
}

impl Found {
    /// Adds the attributes whose entries begin `entries`; `area` is what their values' places count
    /// from.
    fn list(&mut self, volume: &mut Volume, entries: &[u8], area: &[u8]) -> Result<(), Fault> {
        let cut = || Fault::Damaged("its attributes do not fit");
        let mut rest = entries;
        while rest.len() >= 4 && rest.get32(0) != 0 {
            let name_len = usize::from(rest[0]);
            let len = (ENTRY_HEADER + name_len).next_multiple_of(4);
            let entry = rest.get(..len).ok_or_else(cut)?;
            let name = &entry[ENTRY_HEADER..][..name_len];
            let (offset, size) = (usize::from(entry.get16(2)), entry.get32(8) as usize);
            let value = match entry.get32(4) {
                0 if size == 0 => Vec::new(),
                0 => {
                    let value = area.get(offset..).and_then(|from| from.get(..size));
                    value.ok_or_else(cut)?.to_vec()
                }
                number => value_in_inode(volume, number)?,
            };
            self.add(entry[1], name, value)?;
            rest = &rest[len..];
        }
        Ok(())
    }

    fn add(&mut self, index: u8, name: &[u8], value: Vec<u8>) -> Result<(), Fault> {
        let acl = |value: Vec<u8>| {
            acl::from_disk(&value).ok_or(Fault::Damaged("its access control list is none"))
        };
        let whole: &[u8] = match index {
            2 => b"system.posix_acl_access",
            3 => b"system.posix_acl_default",
            7 if name == b"data" => {
                self.inline = Some(value);
                return Ok(());
            }
            _ => b"",
        };
        if !whole.is_empty() {
            self.xattrs.insert(whole.into(), acl(value)?);
            return Ok(());
        }
        let prefix = PREFIXES.iter().find(|(_, known)| *known == index);
        let (prefix, _) = prefix.ok_or(Fault::Damaged("it has an attribute of no known kind"))?;
        self.xattrs.insert([prefix, name].concat().into(), value.into());
        Ok(())
    }
}

/// A value that has an inode of its own.
fn value_in_inode(volume: &mut Volume, number: u32) -> Result<Vec<u8>, Fault> {
    let inode = volume.inode(number)?;
    if !inode.has(EXT4_EA_INODE_FL) || inode.i_size > VALUE_LIMIT {
        return Err(Fault::Damaged("the inode of an attribute's value is none"));
    }
    Ok(mapping::content(volume, &inode, None)?.to_vec()?)
}
