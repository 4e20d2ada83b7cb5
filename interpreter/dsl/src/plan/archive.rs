//! Archives of a root.

use super::fields::Fields;
use super::root::root;
use super::{PlanError, error};
use tintype_image::plan::{ArchivePlan, Compression, LinkTarget};
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

/// A name and what it is a link to. A file of a package is a file of the root, where packages are
/// merged.
fn link(datum: &Datum) -> Result<(String, LinkTarget), PlanError> {
    let (name, target) = match datum.list() {
        Some([name, target]) => (name.string(), target),
        _ => (None, datum),
    };
    let name = name.ok_or_else(|| error("a link", datum))?;
    let path = match target.list() {
        Some([kind, _, suffix]) if kind.symbol() == Some("file-append") => suffix.string(),
        _ => target.string(),
    };
    let target = match path {
        Some(path) => LinkTarget::Path(path.to_owned()),
        None => LinkTarget::Other(crate::sexp::flat(target)),
    };
    Ok((name.to_owned(), target))
}
