//! Listings of directories: entries in runs, each behind a header that they share.

use super::Error;
use super::metadata::{Position, Writer};

/// `SQUASHFS_NAME_LEN`.
pub(super) const NAME_LEN: usize = 256;
/// `SQUASHFS_DIR_COUNT`: entries behind one header.
const RUN: usize = 256;
/// Bytes of a header.
const HEADER_LEN: u32 = 12;
/// Bytes of an entry without its name.
const ENTRY_LEN: u32 = 8;

/// A file as its directory tells of it.
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    /// Where its inode is.
    pub(super) inode: Position,
    pub(super) number: u32,
    /// The kind of its inode, without what an extended one has more.
    pub(super) kind: u16,
}

/// A listing that was written.
pub(super) struct Listing {
    pub(super) position: Position,
    /// Bytes.
    pub(super) len: u32,
    /// `struct squashfs_dir_index` of the runs that begin in another block of the table.
    pub(super) index: Vec<u8>,
    pub(super) index_count: u16,
}

/// Writes a listing; the entries are in the order of their names.
pub(super) fn write(entries: &[Entry], table: &mut Writer) -> Result<Listing, Error> {
    let position = table.position()?;
    let (mut index, mut index_count) = (Vec::new(), 0u16);
    let (mut len, mut indexed) = (0, position.block);
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let (run, after) =
            rest.split_at(rest.iter().take(RUN).take_while(|entry| fits(first, entry)).count());
        rest = after;
        let here = table.position()?.block;
        if here != indexed && index_count < u16::MAX {
            indexed = here;
            index_count += 1;
            index.extend(u32::to_le_bytes(len));
            index.extend(here.to_le_bytes());
            index.extend((first.name.len() as u32 - 1).to_le_bytes());
            index.extend(first.name);
        }
        let mut bytes = (run.len() as u32 - 1).to_le_bytes().to_vec();
        bytes.extend(first.inode.block.to_le_bytes());
        bytes.extend(first.number.to_le_bytes());
        len += HEADER_LEN;
        for entry in run {
            bytes.extend(entry.inode.offset.to_le_bytes());
            bytes.extend(
                (i64::from(entry.number) - i64::from(first.number)).to_le_bytes()[..2].iter(),
            );
            bytes.extend(entry.kind.to_le_bytes());
            bytes.extend((entry.name.len() as u16 - 1).to_le_bytes());
            bytes.extend(entry.name);
            len += ENTRY_LEN + entry.name.len() as u32;
        }
        table.put(&bytes)?;
    }
    Ok(Listing { position, len, index, index_count })
}

/// Whether `entry` can stand behind the header of `first`: its inode is in the same block, and its
/// number less than 2¹⁵ away.
fn fits(first: &Entry, entry: &Entry) -> bool {
    let away = i64::from(entry.number) - i64::from(first.number);
    entry.inode.block == first.inode.block && i16::try_from(away).is_ok()
}
