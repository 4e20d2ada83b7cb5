//! ISO 9660 images.

use super::{BootloaderPlan, Place, RootPlan};

/// A volume that is a CD and a disk at once.
#[derive(Clone, Debug)]
pub struct IsoPlan {
    /// What the result is called.
    pub name: String,
    /// The volume identifier.
    pub label: String,
    /// The volume's date, sixteen digits: its UUID to others, and the seed of identifiers.
    pub date: [u8; 16],
    /// Which of the files that are compressed otherwise stay as they are: `/DIRECTORY/*`, `*ENDING`, or a
    /// name. `None` where none is compressed.
    pub plain: Option<Vec<String>>,
    /// mksquashfs's words, where the root is not the volume but a squashfs in it.
    pub squashfs: Option<Vec<String>>,
    /// The system that it is for.
    pub system: String,
    /// What starts it.
    pub bootloader: Option<BootloaderPlan>,
    /// What the root is made of.
    pub root: RootPlan,
    /// Where the definition makes the image.
    pub place: Option<Place>,
}
