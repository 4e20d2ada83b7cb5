//! From the data that `(gnu system image) system-image` returns to a [`Plan`].

use tintype_image::plan::{
    DiskPlan, FileLike, PartitionContent, PartitionPlan, Place, Plan, Size, TableKind,
};
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

/// The fields of `(head (name value ...) ...)`.
struct Fields<'a> {
    whole: &'a Datum,
    fields: &'a [Datum],
}

impl<'a> Fields<'a> {
    fn of(whole: &'a Datum) -> Result<(&'a str, Fields<'a>), PlanError> {
        let items = whole.list().ok_or_else(|| error("no list", whole))?;
        let (head, fields) = items.split_first().ok_or_else(|| error("an empty list", whole))?;
        let head = head.symbol().ok_or_else(|| error("no name", whole))?;
        Ok((head, Fields { whole, fields }))
    }

    fn find(&self, name: &str) -> Option<&'a Datum> {
        self.fields.iter().find_map(|field| match field.list()? {
            [key, value] if key.symbol() == Some(name) => Some(value),
            _ => None,
        })
    }

    fn get(&self, name: &str) -> Result<&'a Datum, PlanError> {
        self.find(name).ok_or_else(|| error(&format!("no field {name}"), self.whole))
    }

    fn string(&self, name: &str) -> Result<String, PlanError> {
        let value = self.get(name)?;
        let text = value.string().ok_or_else(|| error(&format!("{name} is no string"), value))?;
        Ok(text.to_owned())
    }

    fn symbol(&self, name: &str) -> Result<&'a str, PlanError> {
        let value = self.get(name)?;
        value.symbol().ok_or_else(|| error(&format!("{name} is no symbol"), value))
    }

    fn list(&self, name: &str) -> Result<&'a [Datum], PlanError> {
        let value = self.get(name)?;
        value.list().ok_or_else(|| error(&format!("{name} is no list"), value))
    }

    fn place(&self) -> Option<Place> {
        place(self.find("location")?)
    }

    /// The place, unless it is in the standard library; then `otherwise`.
    fn own_place(&self, otherwise: &Option<Place>) -> Option<Place> {
        let own = self.place().filter(|Place(place)| {
            !["stdlib/", "images/"].iter().any(|ours| place.starts_with(ours))
        });
        own.or_else(|| otherwise.clone())
    }
}

fn place(datum: &Datum) -> Option<Place> {
    datum.string().map(|text| Place(text.to_owned()))
}

/// Reads a plan.
///
/// # Errors
/// When a field is missing or of the wrong kind.
pub fn read(datum: &Datum) -> Result<Plan, PlanError> {
    let (_, fields) = Fields::of(datum)?;
    let name = fields.string("name")?;
    let format = fields.symbol("format")?;
    if format != "disk-image" {
        return Ok(Plan::Unsupported { name, format: format.to_owned(), place: fields.place() });
    }
    let table = match fields.symbol("partition-table-type")? {
        "gpt" => TableKind::Gpt,
        _ => TableKind::Mbr,
    };
    let uuid = fields.get("uuid")?;
    let Datum::Bytes(bytes) = uuid else { return Err(error("uuid is no bytevector", uuid)) };
    let uuid = bytes.as_slice().try_into().map_err(|_| error("uuid has not 16 bytes", uuid))?;
    Ok(Plan::Disk(DiskPlan {
        name,
        table,
        uuid,
        partitions: fields
            .list("partitions")?
            .iter()
            .map(|datum| partition(datum, &fields.place()))
            .collect::<Result<_, _>>()?,
        packages: fields.list("packages")?.iter().map(file_like).collect::<Result<_, _>>()?,
        place: fields.place(),
    }))
}

fn partition(datum: &Datum, image: &Option<Place>) -> Result<PartitionPlan, PlanError> {
    let (_, fields) = Fields::of(datum)?;
    let uuid = match fields.get("uuid")? {
        Datum::Bytes(bytes) => Some(bytes.clone()),
        _ => None,
    };
    let options = fields.list("file-system-options")?;
    fields.list("flags")?;
    Ok(PartitionPlan {
        label: fields.string("label")?,
        type_code: fields.string("type")?,
        file_system: fields.string("file-system")?,
        options: options
            .iter()
            .map(|word| word.string().map(str::to_owned).ok_or_else(|| error("an option", word)))
            .collect::<Result<_, _>>()?,
        uuid,
        size: size(fields.get("size")?)?,
        offset: bytes(fields.get("offset")?)?,
        bootable: fields.get("bootable")?.is_true(),
        content: content(fields.get("initializer")?),
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

/// What an initializer fills a partition with. Both forms in use are known: the bare name, and a
/// procedure around a call of it.
fn content(datum: &Datum) -> PartitionContent {
    let known = [
        ("initialize-efi32-partition", PartitionContent::Efi { ia32: true }),
        ("initialize-efi-partition", PartitionContent::Efi { ia32: false }),
        ("initialize-root-partition", PartitionContent::Root),
    ];
    if !datum.is_true() {
        return PartitionContent::Root;
    }
    for (name, content) in known {
        if mentions(datum, name) {
            return content;
        }
    }
    PartitionContent::Code(crate::sexp::flat(datum))
}

fn mentions(datum: &Datum, name: &str) -> bool {
    match datum {
        Datum::Symbol(symbol) => symbol == name,
        Datum::List(items) | Datum::Vector(items) => items.iter().any(|item| mentions(item, name)),
        Datum::Improper(items, tail) => {
            items.iter().chain([&**tail]).any(|item| mentions(item, name))
        }
        _ => false,
    }
}

/// A file-like object lowered to data.
fn file_like(datum: &Datum) -> Result<FileLike, PlanError> {
    let items = datum.list().ok_or_else(|| error("a file-like object", datum))?;
    let (kind, rest) = items.split_first().ok_or_else(|| error("a file-like object", datum))?;
    let string = |index: usize| -> Result<String, PlanError> {
        let text = rest.get(index).and_then(Datum::string);
        text.map(str::to_owned).ok_or_else(|| error("a file-like object", datum))
    };
    match kind.symbol() {
        Some("local-file") => Ok(FileLike::LocalFile {
            path: string(1)?.into(),
            recursive: rest.get(2).is_some_and(Datum::is_true),
            place: rest.get(3).and_then(place),
        }),
        Some("package") => Ok(FileLike::Package { name: string(0)?, version: string(1)? }),
        Some("directory-union") => {
            let things = rest.get(1).and_then(Datum::list);
            let things = things.ok_or_else(|| error("a directory-union", datum))?;
            Ok(FileLike::DirectoryUnion(things.iter().map(file_like).collect::<Result<_, _>>()?))
        }
        _ => Ok(FileLike::Other {
            shown: crate::sexp::flat(&Datum::List(items[..items.len().min(2)].to_vec())),
            place: None,
        }),
    }
}
