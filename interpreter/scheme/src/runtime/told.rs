//! What Guix's conditions tell besides a message: a place, a way out.

use steel::SteelVal;

use super::condition::components;
use super::exception::text;
use super::object::peek;
use super::record::{Record, type_of};

/// The place that a condition tells, as `FILE:LINE:COLUMN`: that of Guix's `&error-location`, else
/// where its record was made.
pub(crate) fn location(value: &SteelVal) -> Option<String> {
    let parts = components(value);
    parts.iter().find_map(told_location).or_else(|| {
        parts.iter().find_map(|part| {
            peek::<Record, _>(part, |record| match &record.location {
                SteelVal::StringV(place) => Some(place.to_string()),
                _ => None,
            })
            .flatten()
        })
    })
}

/// The place in an `&error-location`: a record of file, line and column.
fn told_location(part: &SteelVal) -> Option<String> {
    let place = field_of(part, "&error-location")?;
    let field = |index| super::record::field(&place, index).map(|value| text(&value));
    Some(format!("{}:{}:{}", field(0)?, field(1)?, field(2)?))
}

/// The way out that a condition tells.
pub(crate) fn hint(value: &SteelVal) -> Option<String> {
    components(value).iter().find_map(|part| field_of(part, "&fix-hint")).map(|hint| text(&hint))
}

/// The first field of a condition of the type called `name`.
fn field_of(part: &SteelVal, name: &str) -> Option<SteelVal> {
    if type_of(part)?.name != name {
        return None;
    }
    super::record::field(part, 0)
}
