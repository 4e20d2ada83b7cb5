//! File trees as data.
//!
//! A [`Tree`] holds what a file system holds: names, owners, modes, times, extended attributes,
//! devices and hard links. File contents are [`Extents`]: where each byte comes from, not the bytes.
//! Nothing here touches a disk format, and no owner or mode is ever set on the host.

mod extents;
mod graft;
mod host_file;
mod host_path;
pub mod import;
mod merge;
mod node;
mod resolve;
mod spool;
mod statistics;
mod tree;

pub use extents::{Extent, Extents, ExtentsReader, Source};
pub use host_file::{HostFile, OpenFile};
pub use node::{Device, Kind, Metadata, Node, Timestamp, Xattrs};
pub use spool::{Spool, SpoolError};
pub use statistics::Statistics;
pub use tree::{NodeId, PathError, Tree};
