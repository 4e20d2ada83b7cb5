//! `simple-format`: the `format` that Guile has without `(ice-9 format)`.

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{misc_error_in, wrong_type};
use super::object::{is, string};
use super::port::{Port, output_port, put};
use super::print::{display_datum, write_datum};
use super::registry::natives;
use super::string::text;

/// Writes `formatted` where the first argument of a `format` says: a port, `#t` for the current one,
/// `#f` for a string.
pub(crate) fn deliver(
    name: &'static str,
    destination: &SteelVal,
    formatted: String,
) -> Result<SteelVal> {
    match destination {
        SteelVal::BoolV(false) => Ok(string(formatted)),
        SteelVal::BoolV(true) => {
            put(name, &output_port(&[], 0), &formatted)?;
            Ok(SteelVal::BoolV(true))
        }
        port if is::<Port>(port) => {
            put(name, port, &formatted)?;
            Ok(SteelVal::BoolV(true))
        }
        other => Err(wrong_type(name, 1, other)),
    }
}

fn simple_format(args: &[SteelVal]) -> Result<SteelVal> {
    let template = text("simple-format", 2, &args[1])?;
    let mut arguments = args[2..].iter();
    let mut next = |directive: char| {
        arguments.next().ok_or_else(|| {
            misc_error_in(
                "simple-format",
                "FORMAT: Missing argument for ~~~A",
                &[SteelVal::CharV(directive)],
            )
        })
    };
    let mut formatted = String::new();
    let mut characters = template.chars();
    while let Some(c) = characters.next() {
        if c != '~' {
            formatted.push(c);
            continue;
        }
        match characters.next() {
            Some(directive @ ('a' | 'A')) => formatted += &display_datum(next(directive)?),
            Some(directive @ ('s' | 'S')) => formatted += &write_datum(next(directive)?),
            Some('%') => formatted.push('\n'),
            Some('~') => formatted.push('~'),
            Some(other) => {
                return Err(misc_error_in(
                    "simple-format",
                    "FORMAT: Unsupported format option ~~~A - use (ice-9 format) instead",
                    &[SteelVal::CharV(other)],
                ));
            }
            None => formatted.push('~'),
        }
    }
    if arguments.next().is_some() {
        let count = SteelVal::IntV((args.len() - 2) as isize);
        return Err(misc_error_in("simple-format", "FORMAT: ~A superfluous arguments", &[count]));
    }
    deliver("simple-format", &args[0], formatted)
}

natives! { TABLE:
    "simple-format" 2.._ => simple_format;
}
