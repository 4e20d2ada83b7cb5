//! Disks.

use super::bootloader::bootloader;
use super::code::code;
use super::fields::Fields;
use super::root::root;
use super::{PlanError, error};
use tintype_image::format::DiskFormat;
use tintype_image::plan::{DiskPlan, PartitionContent, PartitionPlan, Place, Size, TableKind};
use tintype_scheme::Datum;

/// The disk of `(disk-image (name ...) ...)`, to be written in `format`.
pub(super) fn read(fields: &Fields, format: &'static DiskFormat) -> Result<DiskPlan, PlanError> {
    let table = match fields.symbol("partition-table-type")? {
        "gpt" => TableKind::Gpt,
        "hybrid-gpt" => TableKind::Hybrid,
        _ => TableKind::Mbr,
    };
    Ok(DiskPlan {
        name: fields.string("name")?,
        format,
        format_options: fields.strings("format-options")?,
        table,
        uuid: uuid(fields)?,
        sector_size: bytes(fields.get("sector-size")?)?,
        system: system(fields)?,
        bootloader: bootloader(fields)?,
        is_volatile: fields.get("volatile-root?")?.is_true(),
        partitions: fields
            .list("partitions")?
            .iter()
            .map(|datum| partition(datum, &fields.place()))
            .collect::<Result<_, _>>()?,
        root: root(fields)?,
        place: fields.place(),
    })
}

/// The sixteen bytes that identify the image.
pub(super) fn uuid(fields: &Fields) -> Result<[u8; 16], PlanError> {
    let uuid = fields.get("uuid")?;
    let Datum::Bytes(bytes) = uuid else { return Err(error("uuid is no bytevector", uuid)) };
    bytes.as_slice().try_into().map_err(|_| error("uuid has not 16 bytes", uuid))
}

/// The system that the image is for: what it is cross-built to, or the one that builds it.
pub(super) fn system(fields: &Fields) -> Result<String, PlanError> {
    match fields.get("target")?.string() {
        Some(target) => Ok(target.to_owned()),
        None => fields.string("system"),
    }
}

fn partition(datum: &Datum, image: &Option<Place>) -> Result<PartitionPlan, PlanError> {
    let (_, fields) = Fields::of(datum)?;
    let uuid = match fields.get("uuid")? {
        Datum::Bytes(bytes) => Some(bytes.clone()),
        _ => None,
    };
    fields.list("flags")?;
    Ok(PartitionPlan {
        label: fields.string("label")?,
        type_code: fields.string("type")?,
        hybrid_type: fields.find("hybrid-type").and_then(Datum::string).map(str::to_owned),
        file_system: fields.string("file-system")?,
        options: fields.strings("file-system-options")?,
        uuid,
        size: size(fields.get("size")?)?,
        offset: bytes(fields.get("offset")?)?,
        bootable: fields.get("bootable")?.is_true(),
        content: content(fields.get("initializer")?)?,
        place: fields.own_place(image),
    })
}

fn size(datum: &Datum) -> Result<Size, PlanError> {
    match datum.symbol() {
        Some("guess") => Ok(Size::Guess),
        Some("minimum") => Ok(Size::Minimum),
        _ => bytes(datum).map(Size::Bytes),
    }
}

fn bytes(datum: &Datum) -> Result<u64, PlanError> {
    datum
        .integer()
        .and_then(|value| u64::try_from(value).ok())
        .ok_or_else(|| error("a number of bytes", datum))
}

/// What an initializer fills a partition with: the library's own are known by name, all others are run.
fn content(datum: &Datum) -> Result<PartitionContent, PlanError> {
    Ok(match (datum.symbol(), datum.list()) {
        (Some("initialize-root-partition"), _) => PartitionContent::Root,
        (Some("initialize-efi-partition"), _) => PartitionContent::Efi { ia32: false },
        (Some("initialize-efi32-partition"), _) => PartitionContent::Efi { ia32: true },
        (_, Some([head, written])) if head.symbol() == Some("gexp") => {
            PartitionContent::Code(code(written)?)
        }
        _ if !datum.is_true() => PartitionContent::Root,
        _ => return Err(error("an initializer", datum)),
    })
}
