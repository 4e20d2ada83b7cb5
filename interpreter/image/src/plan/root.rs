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
    /// The GNU triplet or the system, as `aarch64-linux`, that it is for.
    pub system: String,
}
