//! QEMU's copy-on-write disk format, version 3, plain and with compressed clusters.
//!
//! Follows QEMU's "qcow2 image file format" (docs/interop/qcow2); fields carry its names. The virtual
//! disk is divided into clusters. An L2 table says for each of its clusters where it is in the file,
//! the L1 table where the L2 tables are, and a refcount how often each cluster of the file is used.
//! Clusters of zeros are not stored, compressed ones lie one directly after the other.
//!
//! The file is written straight from [`Extents`], on all cores, in one order:
//!
//! ```text
//! header | L1 table | clusters, and L2 tables between them | refcount table | refcount blocks
//! ```

mod compress;
mod error;
mod header;
mod host_clusters;
mod mapping;
mod options;
mod reader;
mod writer;

pub use error::{OptionError, ReadError};
pub use options::{Compression, Options};
pub use reader::Image;

use crate::output;
use std::path::Path;
use tintype_tree::Extents;

/// Writes the bytes of `extents` as a disk image to the file `target`, which is replaced if it is
/// there. What is written does not depend on the number of threads.
///
/// # Errors
/// As [`crate::raw::write`], and when the disk is too large for its clusters.
pub fn write(
    extents: &Extents,
    options: &Options,
    target: &Path,
    output: output::Options<'_>,
) -> Result<(), output::Error> {
    writer::write(extents, options, target, output)
}
