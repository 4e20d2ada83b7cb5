//! Fetching the packages that an image needs, without making it.

use crate::build::with_sources;
use crate::computation::Builder;
use crate::debian;
use crate::error::Failure;
use crate::plan::Plan;
use crate::realise::{Surroundings, debian_plan};
use crate::store::Store;
use std::path::{Path, PathBuf};
use tintype_packages::{Choice, PackageSources};

/// A package that is on the host now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What was chosen.
    pub choice: Choice,
    /// Where its file is.
    pub path: PathBuf,
}

/// Chooses the packages of archives that `plan` needs and fetches those that are not on the host. What a
/// person should know goes to `notes`.
///
/// # Errors
/// When a package cannot be had, or nothing realises a service of the definition.
pub fn fetch(
    plan: &Plan,
    packages: &PackageSources,
    builder: &dyn Builder,
    spool_directory: &Path,
    notes: &mut Vec<String>,
) -> Result<Vec<Fetched>, Failure> {
    let mut fetched = Vec::new();
    for (root, place) in plan.roots() {
        let packages = with_sources(packages, root, place)?;
        let surroundings = Surroundings { packages: &packages, builder, spool_directory };
        if let Some(debian) = debian_plan(root, &packages) {
            let store = Store::new(&surroundings);
            let of_root = debian::fetch(debian, &root.system, &store, notes);
            fetched.extend(of_root.map_err(|problem| problem.at(place))?);
        }
    }
    Ok(fetched)
}
