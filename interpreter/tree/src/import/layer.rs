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
    let compression = Compression::of_content(content)
        .map_err(|error| ImportError::Host { path: name.to_owned(), error })?;
    if compression.is_none() {
        return tar::import_ranges(name, content, options.owners, Some(tree));
    }
    let mut spool = Spool::new(&options.spool_directory, name)?;
    compression::unpack(Box::new(content.reader()), compression, |unpacked| {
        tar::import_stream(name, unpacked, &mut spool, true, options.owners, Some(tree))
    })
}

/// Whether the layer `content` is compressed.
pub(super) fn is_compressed(content: &Extents) -> io::Result<bool> {
    Compression::of_content(content).map(|compression| compression.is_some())
}
