//! Short forms of records, `#<package hello@2.12>`, in place of all their fields.
//!
//! They need no procedure of a program, so messages about errors have them as well.

use std::fmt::Write as _;

use steel::SteelVal;

use super::object::{spine, uncons};
use super::print::print;
use super::record::Record;

/// A part of a short form. Fields are named by their indexes.
pub(crate) enum Part {
    /// Text as it is.
    Text(String),
    /// A field, displayed.
    Displayed(usize),
    /// A field, written.
    Written(usize),
    /// ` FILE:LINE` for a field that holds source properties.
    Place(usize),
}

/// Reads parts: `STRING`, `FIELD`, `(write FIELD)`, `(place FIELD)`. Others are left out.
pub(crate) fn parts(parts: &SteelVal, fields: &[String]) -> Vec<Part> {
    let index = |name: &SteelVal| match name {
        SteelVal::SymbolV(name) => fields.iter().position(|field| field == name.as_str()),
        _ => None,
    };
    let part = |part: &SteelVal| match part {
        SteelVal::StringV(text) => Some(Part::Text(text.to_string())),
        SteelVal::SymbolV(_) => index(part).map(Part::Displayed),
        other => match spine(other).0.as_slice() {
            [SteelVal::SymbolV(how), name] if how.as_str() == "write" => {
                index(name).map(Part::Written)
            }
            [SteelVal::SymbolV(how), name] if how.as_str() == "place" => {
                index(name).map(Part::Place)
            }
            _ => None,
        },
    };
    spine(parts).0.iter().filter_map(part).collect()
}

/// Prints the short form of `record` that `parts` say.
pub(crate) fn print_summary(record: &Record, parts: &[Part], out: &mut String) {
    out.push_str("#<");
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Displayed(index) => print(record.fields[*index].peek(), false, out),
            Part::Written(index) => print(record.fields[*index].peek(), true, out),
            Part::Place(index) => print_place(record.fields[*index].peek(), out),
        }
    }
    out.push('>');
}

fn print_place(properties: &SteelVal, out: &mut String) {
    let properties = spine(properties).0;
    let value = |name: &str| {
        properties.iter().filter_map(uncons).find_map(|(key, value)| match key {
            SteelVal::SymbolV(key) if key.as_str() == name => Some(value),
            _ => None,
        })
    };
    // Lines count from 0 there.
    if let (Some(SteelVal::StringV(file)), Some(SteelVal::IntV(line))) =
        (value("filename"), value("line"))
    {
        let _ = write!(out, " {file}:{}", line + 1);
    }
}
