//! What a root file system is made of.

use super::{DebianPlan, FileLike};

/// A root file system.
#[derive(Clone, Debug, Default)]
pub struct RootPlan {
    /// Trees, in the order of merging.
    pub packages: Vec<FileLike>,
    /// Where packages come from, before what the host knows.
    pub package_sources: Vec<String>,
    /// The system that the packages make if some of them have to come from an archive.
    pub debian: Option<Box<DebianPlan>>,
    /// Whether a database is to know the items of the store, for Guix in the image.
    pub register_closures: bool,
    /// Whether what comes from the host's store is left out, since the image is to use that.
    pub shared_store: bool,
    /// The GNU triplet or the system, as `aarch64-linux`, that it is for.
    pub system: String,
}
