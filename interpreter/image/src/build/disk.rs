//! Disks: partitions are laid out, and the sink of the disk's format moves the bytes.

use super::Built;
use crate::error::{Failure, Problem};
use crate::layout;
use crate::plan::DiskPlan;
use crate::realise::{Surroundings, realise};
use std::path::Path;
use tintype_formats::output;
use tintype_tree::Spool;

/// Makes the disk that `plan` describes at `target`.
pub(super) fn build(
    plan: &DiskPlan,
    surroundings: &Surroundings,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, Failure> {
    let sink = (plan.format.sink)(&plan.format_options)
        .map_err(|error| Problem::from(error).at(&plan.place))?;
    let mut realised = realise(plan, surroundings)?;
    let mut notes = std::mem::take(&mut realised.notes);
    let spool = || Spool::new(surroundings.spool_directory, target);
    let disk = layout::disk(plan, &realised, &spool, &mut notes)?;
    let total = disk.stored_len();
    let mut told = |done| progress(done, total);
    let options = output::Options { progress: Some(&mut told), ..output::Options::default() };
    sink(&disk, target, options).map_err(|error| Problem::from(error).at(&None))?;
    Ok(Built { path: target.to_owned(), len: disk.len(), notes })
}
