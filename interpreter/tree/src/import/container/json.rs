//! JSON, as far as images of containers need it.

use super::ContainerFault;
use serde_json::Value;

/// Reads one document.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, ContainerFault> {
    serde_json::from_slice(bytes).map_err(|error| ContainerFault::Json(error.to_string()))
}

/// The value at `path`, one key in the other.
fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// The text at `path`.
pub(super) fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    at(value, path)?.as_str()
}

/// The text of the field `name`, which must be there.
pub(super) fn string(value: &Value, name: &'static str) -> Result<String, ContainerFault> {
    let text = text(value, &[name]).ok_or(ContainerFault::Field(name))?;
    Ok(text.to_owned())
}

/// The list of texts at `path`, which must be there.
pub(super) fn strings(value: &Value, path: &[&'static str]) -> Result<Vec<String>, ContainerFault> {
    let wrong = || ContainerFault::Field(path.last().copied().unwrap_or_default());
    let items = at(value, path).and_then(Value::as_array).ok_or_else(wrong)?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

/// The list in the field `name`; empty if there is none.
pub(super) fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
