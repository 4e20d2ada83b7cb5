//! What an image is to hold, as plain data. The Scheme library decides all of it.

mod archive;
mod bootloader;
mod code;
mod container;
mod debian;
mod disk;
mod file_like;
mod iso;
mod root;
mod steps;

pub use archive::{ArchivePlan, Compression};
pub use bootloader::{BootloaderPlan, DiskFile, DiskInstaller, InitrdPlan, MenuPart, RootFile};
pub use code::Code;
pub use container::{Config, ContainerForm, ContainerPlan, Division, LayoutForm};
pub use debian::{Configuration, Contribution, DebianPlan, Privilege, UserPlan};
pub use disk::{DiskPlan, PartitionContent, PartitionPlan, Size, TableKind};
pub use file_like::{FileLike, TextPart};
pub use iso::IsoPlan;
pub use root::RootPlan;
pub use steps::{PlannedCode, Step};

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
    /// An archive of the root.
    Archive(ArchivePlan),
    /// Images of containers, at least one: one for each machine. The first names them.
    Containers(Vec<ContainerPlan>),
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
            Plan::Archive(archive) => &archive.name,
            Plan::Containers(images) => images.first().map_or("", |image| &image.name),
            Plan::Unsupported { name, .. } => name,
        }
    }

    /// The root file systems, each with the place where it is written: one, but of containers.
    pub(crate) fn roots(&self) -> Vec<(&RootPlan, &Option<Place>)> {
        match self {
            Plan::Disk(disk) => vec![(&disk.root, &disk.place)],
            Plan::Iso(iso) => vec![(&iso.root, &iso.place)],
            Plan::Archive(archive) => vec![(&archive.root, &archive.place)],
            Plan::Containers(images) => {
                images.iter().map(|image| (&image.root, &image.place)).collect()
            }
            Plan::Unsupported { .. } => Vec::new(),
        }
    }

    /// Lets no file of an archive or a container be younger than `seconds` since 1970. Disks keep the
    /// times of their trees.
    pub fn cap_times(&mut self, seconds: i64) {
        match self {
            Plan::Archive(archive) => archive.latest = Some(seconds),
            Plan::Containers(images) => {
                images.iter_mut().for_each(|image| image.latest = Some(seconds));
            }
            Plan::Disk(_) | Plan::Iso(_) | Plan::Unsupported { .. } => {}
        }
    }

    /// One plan of both: container images for two machines in one layout. Otherwise this one as it
    /// is.
    ///
    /// # Errors
    /// The other plan, if there is no such thing.
    pub fn join(&mut self, other: Plan) -> Result<(), Box<Plan>> {
        match (self, other) {
            (Plan::Containers(images), Plan::Containers(others)) => {
                images.extend(others);
                Ok(())
            }
            (_, other) => Err(Box::new(other)),
        }
    }
}
