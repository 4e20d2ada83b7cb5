//! The whole way from a plan to a file.

mod archive;
mod container;
mod disk;
mod iso;

use crate::computation::Builder;
use crate::error::{Failure, Problem};
use crate::plan::{Place, Plan, RootPlan};
use crate::realise::Surroundings;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use tintype_packages::PackageSources;

/// An image that was made.
#[derive(Debug)]
pub struct Built {
    /// Where it is.
    pub path: PathBuf,
    /// The length in bytes of what it holds, holes included: of a disk, its capacity.
    pub len: u64,
    /// What a person should know about it.
    pub notes: Vec<String>,
}

/// Makes the image that `plan` describes at `target`; `builder` runs its code. `progress` hears of bytes written and bytes
/// in all.
///
/// # Errors
/// Whatever stands in the way; `target` is then as it was before.
pub fn build(
    plan: &Plan,
    packages: &PackageSources,
    builder: &dyn Builder,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, Failure> {
    let spool_directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let packages = match (plan, &plan.roots()[..]) {
        // Each has sources of its own.
        (Plan::Containers(_), _) | (_, []) => Cow::Borrowed(packages),
        (_, [(root, place), ..]) => with_sources(packages, root, place)?,
    };
    let surroundings = Surroundings { packages: &packages, builder, spool_directory };
    match plan {
        Plan::Disk(plan) => disk::build(plan, &surroundings, target, progress),
        Plan::Iso(plan) => iso::build(plan, &surroundings, target, progress),
        Plan::Archive(plan) => archive::build(plan, &surroundings, target, progress),
        Plan::Containers(plans) => container::build(plans, &surroundings, target, progress),
        Plan::Unsupported { format, place, .. } => Err(Problem::Format(format.clone()).at(place)),
    }
}

/// The sources of packages with those that the definition of a root, written at `place`, names.
pub(crate) fn with_sources<'a>(
    packages: &'a PackageSources,
    root: &RootPlan,
    place: &Option<Place>,
) -> Result<Cow<'a, PackageSources>, Failure> {
    let mut packages = Cow::Borrowed(packages);
    for source in &root.package_sources {
        let added = packages.to_mut().add(Path::new(source));
        added.map_err(|error| Problem::from(error).at(place))?;
    }
    Ok(packages)
}

/// Hears of bytes that are done, of so many.
struct Meter<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    total: u64,
}

impl Meter<'_> {
    fn tell(&mut self, done: u64) {
        (self.progress)(done, self.total);
    }
}
