//! What a root file system is made of.

use super::PlanError;
use super::debian::debian;
use super::disk::system;
use super::fields::Fields;
use super::file_like::file_like;
use tintype_image::plan::RootPlan;

/// The root of an image with `fields`.
pub(super) fn root(fields: &Fields) -> Result<RootPlan, PlanError> {
    let packages = fields.list("packages")?.iter().map(file_like).collect::<Result<_, _>>()?;
    let made = fields.find("debian").filter(|datum| datum.is_true());
    Ok(RootPlan {
        packages,
        package_sources: fields.strings("package-sources")?,
        debian: made.map(debian).transpose()?.map(Box::new),
        register_closures: fields.get("register-closures?")?.is_true(),
        shared_store: fields.get("shared-store?")?.is_true(),
        system: system(fields)?,
    })
}
