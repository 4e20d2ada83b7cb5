//! What an image is to hold, as plain data. The Scheme library decides all of it.

mod bootloader;
mod code;
mod disk;
mod file_like;
mod iso;
mod steps;

pub use bootloader::{BootloaderPlan, DiskFile, DiskInstaller, MenuPart, RootFile};
pub use code::Code;
pub use disk::{DiskPlan, PartitionContent, PartitionPlan, Size, TableKind};
pub use file_like::{FileLike, TextPart};
pub use iso::IsoPlan;
pub use steps::Step;

/// A place in the user's definition, as `FILE:LINE:COLUMN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub String);

/// What to make.
#[derive(Clone, Debug)]
pub enum Plan {
    /// A disk with a partition table.
    Disk(Box<DiskPlan>),
    /// A volume of optical media.
    Iso(Box<IsoPlan>),
    /// A format that this version only recognises.
    Unsupported {
        /// What the image is called.
        name: String,
        /// The format's name in the definition (`docker`, `iso9660` ...).
        format: String,
        /// Where the definition asks for it.
        place: Option<Place>,
    },
}

impl Plan {
    /// The name of the result where no other is asked for.
    pub fn name(&self) -> &str {
        match self {
            Plan::Disk(disk) => &disk.name,
            Plan::Iso(iso) => &iso.name,
            Plan::Unsupported { name, .. } => name,
        }
    }
}
