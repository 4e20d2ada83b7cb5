//! Layers of a container's file system (image-spec, "Image Layer Filesystem Changeset").

use super::compression::{self, Compression};
use super::{ImportError, ImportOptions, tar};
use crate::Spool;
use crate::extents::Extents;
use crate::tree::Tree;
use std::io;
use std::path::Path;

/// What `tree` becomes when the layer `content`, a tar archive, is applied to it. `name` is what
/// messages call the layer.
pub(super) fn apply(
    name: &Path,
    content: &Extents,
    options: &ImportOptions,
    tree: Tree,
) -> Result<Tree, ImportError> {
    let compression = compression_of(content)
        .map_err(|error| ImportError::Host { path: name.to_owned(), error })?;
    if compression.is_none() {
        return tar::import_ranges(name, content, options.owners, Some(tree));
    }
    let spool = Spool::new(&options.spool_directory, name)?;
    compression::unpack(Box::new(content.reader()), compression, |unpacked| {
        tar::import_stream(name, unpacked, spool, true, options.owners, Some(tree))
    })
}

/// Whether the layer `content` is compressed.
pub(super) fn is_compressed(content: &Extents) -> io::Result<bool> {
    compression_of(content).map(|compression| compression.is_some())
}

fn compression_of(content: &Extents) -> io::Result<Option<Compression>> {
    let mut start = [0; 8];
    content.read_at(0, &mut start)?;
    Ok(Compression::of(&start))
}
