//! Why a tree cannot be an ISO 9660 volume.

use crate::mbr;

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The volume identifier is empty, too long, or not of printable ASCII characters.
    #[error(
        "the volume label {label:?} is not 1 to 32 printable ASCII characters, which is what ISO 9660 can hold; choose another (label ...), or --label"
    )]
    Label {
        /// The label.
        label: String,
    },
    /// The extended attributes or the name of a file take more continuation areas than readers follow.
    #[error(
        "{path}: its extended attributes (or its link's target) take more than the 64 KiB that can be recorded for one file"
    )]
    Attributes {
        /// The file.
        path: String,
    },
    /// More directories than a path table can number.
    #[error(
        "{count} directories are more than the path table of ISO 9660 can number (65,535 with directories in them)"
    )]
    Directories {
        /// How many there are.
        count: usize,
    },
    /// The volume has more blocks than 32 bits can number.
    #[error("the volume would have {blocks} blocks of 2 KiB; ISO 9660 ends at 8 TiB")]
    TooLarge {
        /// Blocks needed.
        blocks: u64,
    },
    /// The file to boot from is not there.
    #[error("{path}: the boot image is not a regular file of the tree")]
    BootImage {
        /// Its path.
        path: String,
    },
    /// The file to boot from cannot be read.
    #[error("{path}: {error}")]
    BootImageRead {
        /// Its path.
        path: String,
        /// What the system says.
        error: String,
    },
    /// The volume cannot be a disk as well.
    #[error(transparent)]
    Hybrid(#[from] mbr::Error),
}
