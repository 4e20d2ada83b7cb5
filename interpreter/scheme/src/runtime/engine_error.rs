//! Errors that Steel itself reports, and the exceptions that Guile would have raised.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem::ManuallyDrop;

use steel::SteelVal;
use steel::rerrs::ErrorKind;

use super::exception::{throw_payload, thrown};
use super::object::{Held, list, string};

/// The Guile exception for an error that Steel itself reported.
pub(super) fn stands_for(kind: ErrorKind, message: &str) -> SteelVal {
    let raised = |key: &str, origin: &str, template: &str, irritants: Vec<SteelVal>| {
        let origin = if origin.is_empty() { SteelVal::BoolV(false) } else { string(origin) };
        let data = match irritants.last() {
            Some(last) if key == "wrong-type-arg" => list(vec![last.clone()]),
            _ => SteelVal::BoolV(false),
        };
        thrown(key, vec![origin, string(template), list(irritants), data])
    };
    match kind {
        ErrorKind::ArityMismatch => {
            match message.split(" expect").next().and_then(super::primitive) {
                Some(procedure) => {
                    let template = "Wrong number of arguments to ~A";
                    raised("wrong-number-of-args", "", template, vec![procedure])
                }
                None => raised("wrong-number-of-args", "", "Wrong number of arguments", vec![]),
            }
        }
        ErrorKind::FreeIdentifier => raised("unbound-variable", "", message, vec![]),
        _ if message.contains("stack overflow") => {
            raised("stack-overflow", "", "Stack overflow", vec![])
        }
        _ if message.contains("ivision by zero") || message.contains("divide by zero") => {
            throw_payload("numerical-overflow", "divide", "Numerical overflow", &[])
        }
        _ => {
            if let Some(found) = after(
                message,
                &[
                    "not a procedure or function type not supported: ",
                    "not a procedure or function type\n                    not supported: ",
                    "a function, found: ",
                ],
            ) {
                return raised(
                    "wrong-type-arg",
                    "",
                    "Wrong type to apply: ~S",
                    vec![steel_value(found)],
                );
            }
            if let Some(found) = after(message, &["apply expects a list, found: "]) {
                let found = vec![steel_value(found)];
                return raised("wrong-type-arg", "apply", "Apply to non-list: ~S", found);
            }
            for name in ["car", "cdr"] {
                if message.starts_with(name) {
                    let found = after(message, &["found: ", "given: ", "list: "]).unwrap_or("()");
                    let template = "Wrong type argument in position 1 (expecting pair): ~S";
                    return raised("wrong-type-arg", name, template, vec![steel_value(found)]);
                }
            }
            for name in ["+", "-"] {
                if message.starts_with(&format!("{name} expect"))
                    && let Some(found) = after(message, &["found: ", "found "])
                {
                    let (position, found) = blamed(found);
                    return raised(
                        "wrong-type-arg",
                        name,
                        "Wrong type argument in position ~A: ~S",
                        vec![SteelVal::IntV(position), steel_value(found)],
                    );
                }
            }
            raised("misc-error", "", message, vec![])
        }
    }
}

/// So many of the values that were mentioned last can be found again.
const MENTIONED: usize = 16;

thread_local! {
    /// Values that the engine has put into the text of an error, and the number of the next one.
    static MENTIONS: RefCell<ManuallyDrop<(VecDeque<Held>, usize)>> =
        const { RefCell::new(ManuallyDrop::new((VecDeque::new(), 0))) };
}

/// A text for a value, that leads back to it if it stands in an error of the engine.
pub(crate) fn mention(value: SteelVal) -> String {
    MENTIONS.with_borrow_mut(|mentions| {
        let (values, next) = &mut **mentions;
        if values.len() == MENTIONED {
            values.pop_front();
        }
        values.push_back(Held::new(value));
        *next += 1;
        format!("#<mentioned {}>", *next - 1)
    })
}

/// The value that was mentioned with that text.
fn mentioned(text: &str) -> Option<SteelVal> {
    let number: usize = text.strip_prefix("#<mentioned ")?.strip_suffix('>')?.parse().ok()?;
    MENTIONS.with_borrow(|mentions| {
        let (values, next) = &**mentions;
        let first = next - values.len();
        values.get(number.checked_sub(first)?).map(Held::get)
    })
}

/// The value that Steel names in the text of an error; the text itself where it cannot be read.
fn steel_value(text: &str) -> SteelVal {
    let unquoted = text.strip_prefix('\'').unwrap_or(text);
    // A symbol prints as itself, whatever it holds.
    mentioned(unquoted)
        .or_else(|| super::read::datum_of(unquoted))
        .unwrap_or_else(|| super::object::symbol(text))
}

/// Which of the operands that Steel names is to blame: the first that is no number.
fn blamed(found: &str) -> (isize, &str) {
    match found.split_once(" and ") {
        Some((first, second)) if super::number_text::parse(first, 10).is_some() => (2, second),
        Some((first, _)) => (1, first),
        None => (1, found),
    }
}

fn after<'a>(text: &'a str, markers: &[&str]) -> Option<&'a str> {
    markers.iter().find_map(|marker| text.find(marker).map(|at| &text[at + marker.len()..]))
}
