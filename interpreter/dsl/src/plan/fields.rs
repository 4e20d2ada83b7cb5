//! Records of a plan as data: `(HEAD (NAME VALUE) ...)`.

use super::{PlanError, error};
use tintype_image::plan::Place;
use tintype_scheme::Datum;

/// The fields of `(head (name value ...) ...)`.
pub(super) struct Fields<'a> {
    whole: &'a Datum,
    fields: &'a [Datum],
}

impl<'a> Fields<'a> {
    pub(super) fn of(whole: &'a Datum) -> Result<(&'a str, Fields<'a>), PlanError> {
        let items = whole.list().ok_or_else(|| error("no list", whole))?;
        let (head, fields) = items.split_first().ok_or_else(|| error("an empty list", whole))?;
        let head = head.symbol().ok_or_else(|| error("no name", whole))?;
        Ok((head, Fields { whole, fields }))
    }

    /// Of `((name value ...) ...)`.
    pub(super) fn of_fields(whole: &'a Datum) -> Result<Fields<'a>, PlanError> {
        let fields = whole.list().ok_or_else(|| error("no list", whole))?;
        Ok(Fields { whole, fields })
    }

    /// The error that something about these fields is wrong.
    pub(super) fn error(&self, what: &str) -> PlanError {
        error(what, self.whole)
    }

    pub(super) fn find(&self, name: &str) -> Option<&'a Datum> {
        self.fields.iter().find_map(|field| match field.list()? {
            [key, value] if key.symbol() == Some(name) => Some(value),
            _ => None,
        })
    }

    pub(super) fn get(&self, name: &str) -> Result<&'a Datum, PlanError> {
        self.find(name).ok_or_else(|| error(&format!("no field {name}"), self.whole))
    }

    pub(super) fn string(&self, name: &str) -> Result<String, PlanError> {
        let value = self.get(name)?;
        let text = value.string().ok_or_else(|| error(&format!("{name} is no string"), value))?;
        Ok(text.to_owned())
    }

    pub(super) fn symbol(&self, name: &str) -> Result<&'a str, PlanError> {
        let value = self.get(name)?;
        value.symbol().ok_or_else(|| error(&format!("{name} is no symbol"), value))
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Datum], PlanError> {
        let value = self.get(name)?;
        value.list().ok_or_else(|| error(&format!("{name} is no list"), value))
    }

    pub(super) fn strings(&self, name: &str) -> Result<Vec<String>, PlanError> {
        let string = |item: &Datum| {
            let text = item.string().ok_or_else(|| error(&format!("no string in {name}"), item))?;
            Ok(text.to_owned())
        };
        self.list(name)?.iter().map(string).collect()
    }

    pub(super) fn place(&self) -> Option<Place> {
        place(self.find("location")?)
    }

    /// The place, unless it is in the standard library; then `otherwise`.
    pub(super) fn own_place(&self, otherwise: &Option<Place>) -> Option<Place> {
        let own = self.place().filter(|Place(place)| {
            !["stdlib/", "images/"].iter().any(|ours| place.starts_with(ours))
        });
        own.or_else(|| otherwise.clone())
    }
}

pub(super) fn place(datum: &Datum) -> Option<Place> {
    datum.string().map(|text| Place(text.to_owned()))
}
