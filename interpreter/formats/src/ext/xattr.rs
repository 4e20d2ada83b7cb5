//! Extended attributes ("Extended Attributes" in the kernel's ext4 documentation).

use super::acl;
use super::checksum::ChecksumSeed;
use super::inode::{EXTRA_ISIZE, GOOD_OLD_INODE_SIZE};
use super::little_endian::Store;
use std::collections::BTreeMap;
use tintype_tree::Xattrs;

/// `h_magic`.
pub(super) const EXT4_XATTR_MAGIC: u32 = 0xea02_0000;
/// Bytes of `ext4_xattr_header`, at the start of a block of attributes.
pub(super) const BLOCK_HEADER: usize = 32;
/// Bytes of `ext4_xattr_ibody_header`: the magic number.
pub(super) const IBODY_HEADER: usize = 4;
/// Bytes of `ext4_xattr_entry` before the name.
pub(super) const ENTRY_HEADER: usize = 16;
/// Four zero bytes end the entries.
const LAST_ENTRY: usize = 4;
/// How many inodes may share a block.
const REFCOUNT_LIMIT: u32 = 1024;

/// Name prefixes and their `e_name_index`; the empty suffix belongs to ACLs only. `gnu.` is the Hurd's.
pub(super) const PREFIXES: [(&[u8], u8); 5] =
    [(b"user.", 1), (b"trusted.", 4), (b"security.", 6), (b"system.", 7), (b"gnu.", 10)];

/// Why attributes cannot be stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum XattrFault {
    /// The file system has no index for the name.
    Name(Box<[u8]>),
    /// The value is no access control list.
    Acl(Box<[u8]>),
    /// They take so many bytes, and there are so many.
    TooLarge { needed: usize, available: usize },
}

/// One attribute as the disk has it. The order of the fields is the order of entries in a block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Attribute {
    e_name_index: u8,
    e_name_len: u8,
    e_name: Box<[u8]>,
    value: Box<[u8]>,
}

impl Attribute {
    fn new(name: &[u8], value: &[u8]) -> Result<Attribute, XattrFault> {
        let whole = |index| {
            let value = acl::to_disk(value).ok_or_else(|| XattrFault::Acl(name.into()))?;
            Ok(Attribute { e_name_index: index, e_name_len: 0, e_name: [].into(), value })
        };
        match name {
            b"system.posix_acl_access" => return whole(2),
            b"system.posix_acl_default" => return whole(3),
            b"system.data" => return Err(XattrFault::Name(name.into())),
            _ => {}
        }
        let split = PREFIXES.iter().find_map(|(prefix, index)| {
            Some((name.strip_prefix(*prefix).filter(|suffix| !suffix.is_empty())?, *index))
        });
        let fault = || XattrFault::Name(name.into());
        let (suffix, e_name_index) = split.ok_or_else(fault)?;
        let e_name_len = u8::try_from(suffix.len()).map_err(|_| fault())?;
        Ok(Attribute { e_name_index, e_name_len, e_name: suffix.into(), value: value.into() })
    }

    /// The attribute that holds the end of a small file.
    fn inline_data(value: &[u8]) -> Attribute {
        let (e_name_index, e_name) = (7, b"data"[..].into());
        Attribute { e_name_index, e_name_len: 4, e_name, value: value.into() }
    }

    fn entry_len(&self) -> usize {
        (ENTRY_HEADER + self.e_name.len()).next_multiple_of(4)
    }

    fn len(&self) -> usize {
        self.entry_len() + self.value.len().next_multiple_of(4)
    }

    /// `e_hash`: of the name, then of the value as 32-bit words.
    fn hash(&self) -> u32 {
        let name =
            self.e_name.iter().fold(0_u32, |hash, byte| hash.rotate_left(5) ^ u32::from(*byte));
        self.value.chunks(4).fold(name, |hash, bytes| {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(bytes);
            hash.rotate_left(16) ^ u32::from_le_bytes(word)
        })
    }
}

/// Writes entries from the start of `area` and values from its end; `offset` is what `e_value_offs`
/// adds to a place in `area`.
fn put_attributes(area: &mut [u8], attributes: &[Attribute], offset: usize) {
    let mut at = 0;
    let mut value_at = area.len();
    for attribute in attributes {
        value_at -= attribute.value.len().next_multiple_of(4);
        let value_offs = if attribute.value.is_empty() { 0 } else { value_at + offset };
        area[at] = attribute.e_name_len;
        area[at + 1] = attribute.e_name_index;
        area.put16(at + 2, value_offs as u16); // e_value_offs
        area.put32(at + 8, attribute.value.len() as u32); // e_value_size
        area.put32(at + 12, attribute.hash()); // e_hash
        area.put(at + ENTRY_HEADER, &attribute.e_name);
        area.put(value_at, &attribute.value);
        at += attribute.entry_len();
    }
}

/// The attribute blocks of a file system: equal ones are stored once.
#[derive(Debug)]
pub(super) struct XattrBlocks {
    block_size: usize,
    inode_size: usize,
    /// The blocks, without what depends on their place, and how many inodes use each.
    blocks: Vec<(Vec<u8>, u32)>,
    /// Which block holds these attributes and may be shared once more.
    by_attributes: BTreeMap<Vec<Attribute>, usize>,
}

/// Where one file's attributes are.
#[derive(Clone, Debug, Default)]
pub(super) struct XattrPlace {
    /// What lies in the inode behind the additional fields.
    pub ibody: Option<Box<[u8]>>,
    /// Which of the attribute blocks holds the rest.
    pub block: Option<usize>,
}

impl XattrBlocks {
    pub fn new(block_size: u64, inode_size: u64) -> XattrBlocks {
        XattrBlocks {
            block_size: block_size as usize,
            inode_size: inode_size as usize,
            blocks: Vec::new(),
            by_attributes: BTreeMap::new(),
        }
    }

    /// The longest end of a file's content that its inode can hold as the attribute `system.data`.
    pub fn inline_limit(&self) -> usize {
        let entry = Attribute::inline_data(&[]).entry_len();
        (self.ibody_room().saturating_sub(entry)) & !3
    }

    /// Bytes of an inode that attributes can have.
    fn ibody_room(&self) -> usize {
        let used = GOOD_OLD_INODE_SIZE + EXTRA_ISIZE + IBODY_HEADER + LAST_ENTRY;
        self.inode_size.saturating_sub(used)
    }

    /// Finds room for a file's attributes: the largest that fit in the inode, the others in a block.
    /// What of the content lies in the inode goes first.
    pub fn place(
        &mut self,
        xattrs: Option<&Xattrs>,
        inline_data: Option<&[u8]>,
    ) -> Result<XattrPlace, XattrFault> {
        let attributes: Result<Vec<Attribute>, XattrFault> =
            xattrs.into_iter().flatten().map(|(name, value)| Attribute::new(name, value)).collect();
        let mut attributes = attributes?;
        attributes.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let mut free = self.ibody_room();
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        if let Some(value) = inline_data {
            let data = Attribute::inline_data(value);
            free -= data.len();
            inside.push(data);
        }
        for attribute in attributes {
            if attribute.len() <= free {
                free -= attribute.len();
                inside.push(attribute);
            } else {
                outside.push(attribute);
            }
        }
        let needed = outside.iter().map(Attribute::len).sum();
        let available = self.block_size - BLOCK_HEADER - LAST_ENTRY;
        if needed > available {
            return Err(XattrFault::TooLarge { needed, available });
        }
        inside.sort();
        outside.sort();
        Ok(XattrPlace { ibody: self.ibody(&inside), block: self.share(outside) })
    }

    fn ibody(&self, attributes: &[Attribute]) -> Option<Box<[u8]>> {
        if attributes.is_empty() {
            return None;
        }
        let mut ibody = vec![0; self.inode_size - GOOD_OLD_INODE_SIZE - EXTRA_ISIZE];
        ibody.put32(0, EXT4_XATTR_MAGIC);
        put_attributes(&mut ibody[IBODY_HEADER..], attributes, 0);
        Some(ibody.into())
    }

    /// The number of a block with these attributes, made unless one can be shared.
    fn share(&mut self, attributes: Vec<Attribute>) -> Option<usize> {
        if attributes.is_empty() {
            return None;
        }
        if let Some(index) = self.by_attributes.get(&attributes)
            && self.blocks[*index].1 < REFCOUNT_LIMIT
        {
            self.blocks[*index].1 += 1;
            return Some(*index);
        }
        let mut block = vec![0; self.block_size];
        let h_hash = attributes
            .iter()
            .fold(0_u32, |hash, attribute| hash.rotate_left(16) ^ attribute.hash());
        // An entry's hash of zero means that the block is never to be shared by the kernel.
        let shareable = attributes.iter().all(|attribute| attribute.hash() != 0);
        block.put32(0, EXT4_XATTR_MAGIC);
        block.put32(8, 1); // h_blocks
        block.put32(12, if shareable { h_hash } else { 0 }); // h_hash
        put_attributes(&mut block[BLOCK_HEADER..], &attributes, BLOCK_HEADER);
        self.blocks.push((block, 1));
        self.by_attributes.insert(attributes, self.blocks.len() - 1);
        Some(self.blocks.len() - 1)
    }

    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// The bytes of block `index`, at block `place` of the file system.
    pub fn block(&self, index: usize, place: u64, checksums: Option<ChecksumSeed>) -> Vec<u8> {
        let (bytes, refcount) = &self.blocks[index];
        let mut bytes = bytes.clone();
        bytes.put32(4, *refcount); // h_refcount
        if let Some(checksums) = checksums {
            let sum = checksums.of_block(place).sum(&bytes);
            bytes.put32(16, sum); // h_checksum
        }
        bytes
    }
}
