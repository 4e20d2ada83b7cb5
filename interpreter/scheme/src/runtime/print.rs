//! External representations: `display` and `write` as Guile prints.

use std::fmt::Write as _;

use steel::SteelVal;

use super::bytevector::Bytevector;
use super::character;
use super::hashtable::HashTable;
use super::number_text;
use super::object::{is, peek};
use super::port::Port;
use super::record::{Descriptor, Record};
use super::state::Cell;
use super::values::{EndOfFile, Gexp, Keyword, MultipleValues, Promise};
use super::vector::Vector;

/// The text that `write` gives.
pub fn write_datum(value: &SteelVal) -> String {
    let mut out = String::new();
    print(value, true, &mut out);
    out
}

/// The text that `display` gives.
pub fn display_datum(value: &SteelVal) -> String {
    let mut out = String::new();
    print(value, false, &mut out);
    out
}

/// How a native procedure is written: `#<procedure car (_)>`.
pub(crate) fn native_procedure(name: &str, required: usize, maximum: usize) -> String {
    let mut parameters = vec!["_"; required];
    if maximum == usize::MAX {
        if required == 0 {
            return format!("#<procedure {name} _>");
        }
        parameters.extend([".", "_"]);
    } else if maximum > required {
        parameters.push("#:optional");
        parameters.extend(vec!["_"; maximum - required]);
    }
    format!("#<procedure {name} ({})>", parameters.join(" "))
}

pub(crate) fn print(value: &SteelVal, write: bool, out: &mut String) {
    match value {
        SteelVal::BoolV(true) => out.push_str("#t"),
        SteelVal::BoolV(false) => out.push_str("#f"),
        SteelVal::Void => out.push_str("#<unspecified>"),
        SteelVal::IntV(_)
        | SteelVal::NumV(_)
        | SteelVal::Rational(_)
        | SteelVal::BigNum(_)
        | SteelVal::BigRational(_)
        | SteelVal::Complex(_) => out.push_str(&number_text::to_string(value, 10)),
        SteelVal::StringV(text) if write => write_string(text, out),
        SteelVal::StringV(text) => out.push_str(text),
        SteelVal::SymbolV(name) => write_symbol(name, out),
        SteelVal::CharV(c) if write => out.push_str(&character::external(*c)),
        SteelVal::CharV(c) => out.push(*c),
        SteelVal::ListV(items) => {
            out.push('(');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(' ');
                }
                print(item, write, out);
            }
            out.push(')');
        }
        SteelVal::Pair(pair) => {
            out.push('(');
            print(pair.car_ref(), write, out);
            let mut rest = pair.cdr();
            loop {
                rest = match &rest {
                    SteelVal::Pair(next) => {
                        out.push(' ');
                        print(next.car_ref(), write, out);
                        next.cdr()
                    }
                    last => {
                        out.push_str(" . ");
                        print(last, write, out);
                        break;
                    }
                };
            }
            out.push(')');
        }
        SteelVal::VectorV(items) => print_sequence("#(", items.iter(), write, out),
        SteelVal::Custom(_) => print_object(value, write, out),
        SteelVal::Closure(closure) => {
            out.push_str("#<procedure ");
            if let Some(shown) = super::procedure::shown(closure) {
                out.push_str(&shown);
                return out.push('>');
            }
            match (closure.is_multi_arity(), closure.arity()) {
                (true, 1) => out.push_str("args"),
                (true, arity) => {
                    let _ = write!(out, "({} . _)", vec!["_"; arity - 1].join(" "));
                }
                (false, arity) => {
                    let _ = write!(out, "({})", vec!["_"; arity].join(" "));
                }
            }
            out.push('>');
        }
        SteelVal::FuncV(_) | SteelVal::BuiltIn(_) => match super::native_of(value) {
            Some(native) => {
                let name = native.name.trim_start_matches('%');
                out.push_str(&native_procedure(name, native.required, native.maximum));
            }
            None => out.push_str(&super::primitive_name(value)),
        },
        SteelVal::MutFunc(_) | SteelVal::BoxedFunction(_) => {
            out.push_str(&super::primitive_name(value));
        }
        SteelVal::ContinuationFunction(_) => out.push_str("#<continuation>"),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn print_sequence<'a>(
    open: &str,
    items: impl Iterator<Item = &'a SteelVal>,
    write: bool,
    out: &mut String,
) {
    out.push_str(open);
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push(' ');
        }
        print(item, write, out);
    }
    out.push(')');
}

fn print_object(value: &SteelVal, write: bool, out: &mut String) {
    // Asked for first: a printer is called while nothing is borrowed.
    if let Some(text) = super::printer::printed(value) {
        return out.push_str(&text);
    }
    let printed = peek::<Record, _>(value, |record| print_record(record, out))
        .or_else(|| {
            peek::<Vector, _>(value, |vector| {
                print_sequence("#(", vector.items.iter().map(|item| item.peek()), write, out);
            })
        })
        .or_else(|| {
            peek::<Bytevector, _>(value, |bytes| {
                let bytes: Vec<String> = bytes.0.iter().map(u8::to_string).collect();
                let _ = write!(out, "#vu8({})", bytes.join(" "));
            })
        })
        .or_else(|| {
            peek::<Keyword, _>(value, |keyword| {
                out.push_str("#:");
                write_symbol(&keyword.0, out);
            })
        })
        .or_else(|| {
            peek::<Descriptor, _>(value, |descriptor| {
                let _ = write!(out, "#<record-type {}>", descriptor.0.name);
            })
        })
        .or_else(|| {
            peek::<HashTable, _>(value, |table| {
                let _ = write!(out, "#<hash-table {}/31>", table.len());
            })
        })
        .or_else(|| peek::<Port, _>(value, |port| out.push_str(&port.external())));
    if printed.is_some() {
        return;
    }
    if is::<EndOfFile>(value) {
        out.push_str("#<eof>");
    } else if is::<Promise>(value) {
        out.push_str("#<promise>");
    } else if is::<Gexp>(value) {
        out.push_str("#<gexp>");
    } else if is::<Cell>(value) {
        out.push_str("#<fluid>");
    } else if is::<MultipleValues>(value) {
        out.push_str("#<values");
        for item in super::values::unpack_values(value) {
            out.push(' ');
            print(&item, write, out);
        }
        out.push('>');
    } else {
        let _ = write!(out, "{value}");
    }
}

fn print_record(record: &Record, out: &mut String) {
    if !record.record_type.summary.is_empty() {
        return super::summary::print_summary(record, &record.record_type.summary, out);
    }
    let _ = write!(out, "#<{}", record.record_type.name);
    for (name, value) in record.record_type.fields.iter().zip(&record.fields) {
        let _ = write!(out, " {name}: ");
        // Fields are written, not displayed, whichever way the record itself is printed.
        print(value.peek(), true, out);
    }
    out.push('>');
}

/// Writes `text` as a string literal, as Guile does.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0b' => out.push_str("\\v"),
            '\x0c' => out.push_str("\\f"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if !character::is_printable(c) && (c as u32) < 0x100 => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if !character::is_printable(c) && (c as u32) < 0x10000 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c if !character::is_printable(c) => {
                let _ = write!(out, "\\U{:06x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a symbol's name, as `#{name}#` when it would not read back otherwise.
pub(crate) fn write_symbol(name: &str, out: &mut String) {
    if is_plain_symbol(name) {
        out.push_str(name);
        return;
    }
    out.push_str("#{");
    for c in name.chars() {
        let is_bracket = matches!(c, '(' | ')' | '[' | ']' | '{' | '}');
        if is_bracket || !(character::is_printable(c) || c == '\u{a0}') {
            let _ = write!(out, "\\x{:x};", c as u32);
        } else {
            out.push(c);
        }
    }
    out.push_str("}#");
}

fn is_plain_symbol(name: &str) -> bool {
    let Some(first) = name.chars().next() else { return false };
    let special = |c: char| {
        c.is_whitespace()
            || !character::is_printable(c)
            || matches!(c, '(' | ')' | '"' | ';' | '#' | '{' | '}' | '[' | ']')
    };
    // `+i` and `-i` would read back as complex numbers.
    if matches!(name, "." | "+i" | "-i") || name.contains('#') && name != "..." {
        return false;
    }
    if name.chars().any(special) || matches!(first, '\'' | '`' | ',') || first.is_ascii_digit() {
        return false;
    }
    if first == ':' || name.ends_with(':') && name.len() == 1 {
        return true;
    }
    number_text::parse(name, 10).is_none()
}
