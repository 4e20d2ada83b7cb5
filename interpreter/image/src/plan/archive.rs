//! An archive of the operating system's root.

use super::{Place, RootPlan, TextPart};
pub use tintype_formats::compression::Compression;

/// A tar archive of a whole root file system.
#[derive(Clone, Debug)]
pub struct ArchivePlan {
    /// What the result is called.
    pub name: String,
    /// How it is compressed.
    pub compression: Compression,
    /// What the root is made of.
    pub root: RootPlan,
    /// Names that the root must have, and what they are links to where it does not have them.
    pub links: Vec<(String, TextPart)>,
    /// Times after this many seconds since 1970 become this.
    pub latest: Option<i64>,
    /// Where the definition makes the image.
    pub place: Option<Place>,
}
