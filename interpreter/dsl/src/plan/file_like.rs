//! File-like objects, lowered to data.

use super::fields::place;
use super::{PlanError, error};
use tintype_image::plan::FileLike;
use tintype_scheme::Datum;

/// A file-like object lowered to data.
pub(super) fn file_like(datum: &Datum) -> Result<FileLike, PlanError> {
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
