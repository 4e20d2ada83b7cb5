//! ISO 9660 images.

use super::PlanError;
use super::bootloader::bootloader;
use super::disk::{system, uuid};
use super::fields::Fields;
use super::root::root;
use tintype_image::plan::IsoPlan;

/// The volume of `(iso9660-image (name ...) ...)`.
pub(super) fn read(fields: &Fields) -> Result<IsoPlan, PlanError> {
    let compress = fields.get("compression?")?.is_true();
    Ok(IsoPlan {
        name: fields.string("name")?,
        label: fields.string("volume-id")?,
        date: uuid(fields)?,
        plain: compress.then(|| fields.strings("uncompressed-files")).transpose()?,
        squashfs: fields.find("squashfs").map(|_| fields.strings("squashfs")).transpose()?,
        system: system(fields)?,
        bootloader: bootloader(fields)?,
        root: root(fields)?,
        place: fields.place(),
    })
}
