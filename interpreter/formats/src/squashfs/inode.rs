//! Inodes: of each kind a short form, and an extended one for what that cannot say.

use super::data::FileData;
use super::directory::Listing;
use super::xattr;
use tintype_tree::{Device, Kind, Node};

/// The longest target of a symbolic link, as Linux reads it: a page.
pub(super) const TARGET_LEN: usize = 4095;
/// Added to the kind of an inode in its extended form.
const EXTENDED: u16 = 7;
/// A listing's length counts `.` and `..` for three bytes.
const DOTS: u32 = 3;
/// Where a file has no fragment.
const NO_FRAGMENT: u32 = u32::MAX;

/// What inodes of every kind have.
pub(super) struct Head {
    pub(super) uid: u16,
    pub(super) gid: u16,
    pub(super) number: u32,
    pub(super) links: u32,
    pub(super) xattrs: u32,
}

/// The number of a kind.
pub(super) fn kind(node: &Node) -> u16 {
    match node.kind {
        Kind::Directory(_) => 1,
        Kind::Regular(_) => 2,
        Kind::Symlink(_) => 3,
        Kind::BlockDevice(_) => 4,
        Kind::CharDevice(_) => 5,
        Kind::Fifo => 6,
        Kind::Socket => 7,
    }
}

/// A time as inodes have it: 32 bits from the epoch on; what is before or after is the nearest.
pub(super) fn seconds(node: &Node) -> u32 {
    node.metadata.mtime.seconds.clamp(0, u32::MAX.into()) as u32
}

/// A device number as Linux has it in 32 bits (`new_encode_dev`); none if it does not fit.
pub(super) fn device(device: Device) -> Option<u32> {
    let Device { major, minor } = device;
    (major < 1 << 12 && minor < 1 << 20)
        .then_some(minor & 0xff | major << 8 | (minor & !0xff) << 12)
}

fn head(node: &Node, head: &Head, extended: bool) -> Vec<u8> {
    let kind = kind(node) + if extended { EXTENDED } else { 0 };
    let mut bytes = Vec::new();
    for field in [kind, node.metadata.mode, head.uid, head.gid] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(seconds(node).to_le_bytes());
    bytes.extend(head.number.to_le_bytes());
    bytes
}

/// A directory's inode.
pub(super) fn directory(node: &Node, common: &Head, listing: &Listing, parent: u32) -> Vec<u8> {
    let len = listing.len + DOTS;
    let extended = common.xattrs != xattr::NO_XATTRS || u16::try_from(len).is_err();
    let mut bytes = head(node, common, extended);
    let block = listing.position.block.to_le_bytes();
    let links = common.links.to_le_bytes();
    let offset = listing.position.offset.to_le_bytes();
    if extended {
        for field in [links, len.to_le_bytes(), block, parent.to_le_bytes()] {
            bytes.extend(field);
        }
        bytes.extend(listing.index_count.to_le_bytes());
        bytes.extend(offset);
        bytes.extend(common.xattrs.to_le_bytes());
        bytes.extend(&listing.index);
    } else {
        bytes.extend(block);
        bytes.extend(links);
        bytes.extend((len as u16).to_le_bytes());
        bytes.extend(offset);
        bytes.extend(parent.to_le_bytes());
    }
    bytes
}

/// A regular file's inode.
pub(super) fn regular(node: &Node, common: &Head, data: &FileData, len: u64) -> Vec<u8> {
    let (fragment, offset) = data.fragment.unwrap_or((NO_FRAGMENT, 0));
    let short = (u32::try_from(len).ok(), u32::try_from(data.start).ok());
    let plain = common.links == 1 && common.xattrs == xattr::NO_XATTRS && data.sparse == 0;
    let mut bytes;
    if let ((Some(len), Some(start)), true) = (short, plain) {
        bytes = head(node, common, false);
        for field in [start, fragment, offset, len] {
            bytes.extend(field.to_le_bytes());
        }
    } else {
        bytes = head(node, common, true);
        for field in [data.start, len, data.sparse] {
            bytes.extend(field.to_le_bytes());
        }
        for field in [common.links, fragment, offset, common.xattrs] {
            bytes.extend(field.to_le_bytes());
        }
    }
    bytes.extend(data.blocks.iter().flat_map(|len| len.to_le_bytes()));
    bytes
}

/// The inode of anything else: `rest` stands behind the count of links.
pub(super) fn other(node: &Node, common: &Head, rest: &[u8]) -> Vec<u8> {
    let extended = common.xattrs != xattr::NO_XATTRS;
    let mut bytes = head(node, common, extended);
    bytes.extend(common.links.to_le_bytes());
    bytes.extend(rest);
    if extended {
        bytes.extend(common.xattrs.to_le_bytes());
    }
    bytes
}
