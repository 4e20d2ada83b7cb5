//! Tar archives: POSIX.1-2017 pax and ustar, GNU tar (tar(5), "Basic Tar Format" in its manual), star's
//! and V7's.

mod bytes;
mod entry;
mod header;
mod number;
mod pax;
mod place;
mod sparse;
mod whiteout;

use super::compression::Unpacked;
use super::{ImportError, Owners};
use crate::extents::Extents;
use crate::spool::Spool;
use crate::tree::Tree;
use bytes::{ArchiveReader, Ranges, Spooling};
use entry::Entries;
use place::Placement;
use std::path::Path;

/// Bytes of a block; everything in a tar archive begins at a multiple of them.
pub(super) const BLOCK: usize = 512;

/// Imports a plain archive; contents are ranges of `content`. If it is a layer, `below` is what it is
/// applied to.
pub(super) fn import_ranges(
    name: &Path,
    content: &Extents,
    owners: Owners,
    below: Option<Tree>,
) -> Result<Tree, ImportError> {
    import(ArchiveReader::new(name, false, Box::new(Ranges::new(content))), owners, below)
}

/// Imports an archive that can be read once only; contents are spooled. If it is a layer, `below` is
/// what it is applied to.
pub(super) fn import_stream(
    name: &Path,
    stream: Unpacked,
    spool: &mut Spool,
    compressed: bool,
    owners: Owners,
    below: Option<Tree>,
) -> Result<Tree, ImportError> {
    let bytes = Box::new(Spooling::new(stream, spool));
    import(ArchiveReader::new(name, compressed, bytes), owners, below)
}

fn import(
    mut archive: ArchiveReader<'_>,
    owners: Owners,
    below: Option<Tree>,
) -> Result<Tree, ImportError> {
    let mut entries = Entries::default();
    let mut placement = Placement::new(owners, below);
    while let Some(entry) = entries.next(&mut archive)? {
        let (offset, name) = (entry.offset, entry.shown_name());
        placement.place(entry).map_err(|fault| archive.entry_fault(offset, name, fault))?;
    }
    archive.finish()?;
    placement.finish(&archive)
}
