//! From the data that `(gnu system image) system-image` returns to a [`Plan`].

mod archive;
mod bootloader;
mod code;
mod container;
mod debian;
mod disk;
mod fields;
mod file_like;
mod iso;
mod root;

pub(crate) use code::without_places;
use fields::Fields;
use tintype_image::format;
use tintype_image::plan::{ContainerForm, LayoutForm, Plan};
use tintype_scheme::Datum;

/// A plan that is not of the agreed form: an error in the standard library, or in a module of the
/// user's that makes plans itself.
#[derive(Debug, thiserror::Error)]
#[error("this is not an image plan: {what} in {datum}")]
pub struct PlanError {
    what: String,
    datum: String,
}

fn error(what: &str, datum: &Datum) -> PlanError {
    PlanError { what: what.to_owned(), datum: crate::sexp::flat(datum) }
}

/// Reads a plan.
///
/// # Errors
/// When a field is missing or of the wrong kind.
pub fn read(datum: &Datum) -> Result<Plan, PlanError> {
    let (head, fields) = Fields::of(datum)?;
    let known = format::disk_format(fields.symbol("format")?);
    match (head, known) {
        ("disk-image", Some(format)) => {
            disk::read(&fields, format).map(|plan| Plan::Disk(Box::new(plan)))
        }
        ("iso9660-image", _) => iso::read(&fields).map(|plan| Plan::Iso(Box::new(plan))),
        ("tarball-image", _) => archive::read(&fields).map(Plan::Archive),
        ("docker-image", _) => containers(&fields, ContainerForm::Docker),
        ("oci-image", _) => containers(&fields, ContainerForm::Oci(LayoutForm::Archive)),
        _ => Ok(Plan::Unsupported {
            name: fields.string("name")?,
            format: fields.symbol("format")?.to_owned(),
            place: fields.place(),
        }),
    }
}

fn containers(fields: &Fields, form: ContainerForm) -> Result<Plan, PlanError> {
    container::read(fields, form).map(|image| Plan::Containers(vec![image]))
}
