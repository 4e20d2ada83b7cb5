//! Container images.

use super::{Place, RootPlan};
use tintype_formats::compression::Compression;

pub use tintype_formats::container::Config;
pub use tintype_formats::container::oci::Form as LayoutForm;

/// One container image.
#[derive(Clone, Debug)]
pub struct ContainerPlan {
    /// What the result is called.
    pub name: String,
    /// How images are put into files.
    pub form: ContainerForm,
    /// How the archive (docker) or each layer (OCI) is compressed.
    pub compression: Compression,
    /// How the root is divided.
    pub division: Division,
    /// What a runtime needs to know. Without an entry point, that is one of `boot_programs`.
    pub config: Config,
    /// Programs that start the system; the first that the root has is the entry point.
    pub boot_programs: Vec<String>,
    /// The repository, as `debian`.
    pub repository: String,
    /// Which of its images, as `latest`.
    pub tag: String,
    /// What an OCI manifest says besides.
    pub annotations: Vec<(String, String)>,
    /// What the root is made of.
    pub root: RootPlan,
    /// Times after this many seconds since 1970 become this.
    pub latest: Option<i64>,
    /// Where the definition makes the image.
    pub place: Option<Place>,
}

/// The ways to put an image into files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerForm {
    /// An archive for `docker load`.
    Docker,
    /// An OCI image layout.
    Oci(LayoutForm),
}

/// How a root becomes layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// One layer.
    Whole,
    /// At most so many, the smallest packages alone.
    AtMost(u64),
    /// One a package.
    Packages,
}
