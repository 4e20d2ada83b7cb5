//! The whole way from a plan to a file.

use crate::error::{Failure, Problem};
use crate::layout;
use crate::plan::Plan;
use crate::realise::{Surroundings, realise};
use std::path::{Path, PathBuf};
use tintype_formats::{output, raw};
use tintype_packages::PackageSources;

/// An image that was made.
#[derive(Debug)]
pub struct Built {
    /// Where it is.
    pub path: PathBuf,
    /// Its length in bytes, holes included.
    pub len: u64,
    /// What a person should know about it.
    pub notes: Vec<String>,
}

/// Makes the image that `plan` describes at `target`. `progress` hears of bytes written and bytes
/// in all.
///
/// # Errors
/// Whatever stands in the way; `target` is then as it was before.
pub fn build(
    plan: &Plan,
    packages: &PackageSources,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, Failure> {
    let plan = match plan {
        Plan::Disk(disk) => disk,
        Plan::Unsupported { format, place, .. } => {
            return Err(Problem::Format(format.clone()).at(place));
        }
    };
    let spool_directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let realised = realise(plan, &Surroundings { packages, spool_directory })?;
    let disk = layout::disk(plan, &realised.trees)?;
    let total = disk.stored_len();
    let mut told = |done| progress(done, total);
    let options = output::Options { progress: Some(&mut told), ..output::Options::default() };
    raw::write(&disk, target, options).map_err(|error| Problem::from(error).at(&None))?;
    Ok(Built { path: target.to_owned(), len: disk.len(), notes: realised.notes })
}
