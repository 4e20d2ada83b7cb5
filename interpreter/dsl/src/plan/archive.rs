//! Archives of a root.

use super::fields::Fields;
use super::file_like::text_part;
use super::root::root;
use super::{PlanError, error};
use tintype_image::plan::{ArchivePlan, Compression, TextPart};
use tintype_scheme::Datum;

/// The archive of `(tarball-image (name ...) ...)`.
pub(super) fn read(fields: &Fields) -> Result<ArchivePlan, PlanError> {
    Ok(ArchivePlan {
        name: fields.string("name")?,
        compression: compression(fields)?,
        root: root(fields)?,
        links: fields.list("symlinks")?.iter().map(link).collect::<Result<_, _>>()?,
        latest: None,
        place: fields.place(),
    })
}

/// The value of the field `compressor`.
pub(super) fn compression(fields: &Fields) -> Result<Compression, PlanError> {
    Compression::by_name(&fields.string("compressor")?)
        .ok_or_else(|| fields.error("no compressor that there is"))
}

/// A name and what it is a link to.
fn link(datum: &Datum) -> Result<(String, TextPart), PlanError> {
    match datum.list() {
        Some([Datum::String(name), target]) => Ok((name.clone(), text_part(target)?)),
        _ => Err(error("a link", datum)),
    }
}
