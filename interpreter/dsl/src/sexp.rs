//! Data as text: S-expressions laid out for people, and JSON.

use serde_json::Value;
use std::fmt::Write as _;
use tintype_scheme::Datum;
use tintype_scheme::runtime::write_string;

/// Lines are broken where they would be longer than this many characters.
const WIDTH: usize = 80;

/// `datum` as `write` prints it, on one line.
pub fn flat(datum: &Datum) -> String {
    let mut out = String::new();
    write_flat(datum, &mut out);
    out
}

fn write_flat(datum: &Datum, out: &mut String) {
    match datum {
        Datum::Bool(value) => out.push_str(if *value { "#t" } else { "#f" }),
        Datum::Integer(value) => write!(out, "{value}").expect("to memory"),
        Datum::Number(text) | Datum::Opaque(text) => out.push_str(text),
        Datum::Char(value) => write_character(*value, out),
        Datum::String(text) => write_string(text, out),
        Datum::Symbol(name) => write_symbol(name, out),
        Datum::Keyword(name) => write!(out, "#:{name}").expect("to memory"),
        Datum::Bytes(bytes) => {
            let bytes: Vec<String> = bytes.iter().map(u8::to_string).collect();
            write!(out, "#vu8({})", bytes.join(" ")).expect("to memory");
        }
        Datum::List(items) => write_items("(", items, None, out),
        Datum::Improper(items, tail) => write_items("(", items, Some(tail), out),
        Datum::Vector(items) => write_items("#(", items, None, out),
        Datum::Record { type_name, fields } => {
            write!(out, "#<{}", type_name.trim_matches(['<', '>'])).expect("to memory");
            for (name, value) in fields {
                write!(out, " {name}: ").expect("to memory");
                write_flat(value, out);
            }
            out.push('>');
        }
        Datum::Unspecified => out.push_str("#<unspecified>"),
    }
}

fn write_items(open: &str, items: &[Datum], tail: Option<&Datum>, out: &mut String) {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        write_flat(item, out);
    }
    if let Some(tail) = tail {
        out.push_str(" . ");
        write_flat(tail, out);
    }
    out.push(')');
}

fn write_character(character: char, out: &mut String) {
    if character.is_whitespace() || character.is_control() {
        write!(out, "#\\x{:x}", u32::from(character)).expect("to memory");
    } else {
        write!(out, "#\\{character}").expect("to memory");
    }
}

/// A symbol, in `#{...}#` where it would be read as something else.
fn write_symbol(name: &str, out: &mut String) {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()[]\"';`,|{}\\".contains(c);
    let number = name.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && name.contains(|c: char| c.is_ascii_digit());
    let reads_as_itself = name.chars().all(plain) && !name.is_empty() && !name.starts_with('#');
    // `1+` and `-` are symbols, `1.5` and `-2` are not.
    if reads_as_itself && (!number || matches!(name, "1+" | "1-" | "-1+")) && name != "." {
        out.push_str(name);
        return;
    }
    out.push_str("#{");
    for character in name.chars() {
        if matches!(character, '\\' | '}') || character.is_control() {
            write!(out, "\\x{:x};", u32::from(character)).expect("to memory");
        } else {
            out.push(character);
        }
    }
    out.push_str("}#");
}

/// `datum` over several lines where one would be too long, as `(head` with the rest below it.
pub fn pretty(datum: &Datum) -> String {
    let mut out = String::new();
    write_pretty(datum, 0, 0, &mut out);
    out
}

/// Writes `datum` at `column`, with `after` closing parentheses to come on its last line.
fn write_pretty(datum: &Datum, column: usize, after: usize, out: &mut String) {
    let one_line = flat(datum);
    let items = match datum {
        Datum::List(items) if !items.is_empty() => items,
        _ => return out.push_str(&one_line),
    };
    if column + one_line.chars().count() + after <= WIDTH {
        return out.push_str(&one_line);
    }
    let (head, rest) = items.split_first().expect("not empty");
    out.push('(');
    write_pretty(head, column + 1, 0, out);
    let indent = column + if matches!(head, Datum::List(_)) { 1 } else { 2 };
    for (index, item) in rest.iter().enumerate() {
        write!(out, "\n{:indent$}", "").expect("to memory");
        let closing = if index + 1 == rest.len() { after + 1 } else { 0 };
        write_pretty(item, indent, closing, out);
    }
    out.push(')');
}

/// `datum` as JSON: a list whose items are all `(symbol value)` with different symbols is an object;
/// symbols, keywords and characters are strings; bytes are hexadecimal; `#f` is `false`.
pub fn json(datum: &Datum) -> Value {
    match datum {
        Datum::Bool(value) => Value::Bool(*value),
        Datum::Integer(value) => {
            i64::try_from(*value).map_or(value.to_string().into(), Value::from)
        }
        Datum::Number(text) => text
            .parse()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map_or_else(|| text.as_str().into(), Value::Number),
        Datum::Char(value) => value.to_string().into(),
        Datum::Opaque(text) | Datum::String(text) | Datum::Symbol(text) | Datum::Keyword(text) => {
            text.as_str().into()
        }
        Datum::Bytes(bytes) => {
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
        }
        Datum::List(items) => match fields_of(items) {
            Some(fields) => Value::Object(fields),
            None => items.iter().map(json).collect(),
        },
        Datum::Improper(items, tail) => items.iter().chain([&**tail]).map(json).collect(),
        Datum::Vector(items) => items.iter().map(json).collect(),
        Datum::Record { fields, .. } => {
            fields.iter().map(|(name, value)| (name.clone(), json(value))).collect()
        }
        Datum::Unspecified => Value::Null,
    }
}

fn fields_of(items: &[Datum]) -> Option<serde_json::Map<String, Value>> {
    let mut fields = serde_json::Map::new();
    for item in items {
        let [name, value] = item.list()? else { return None };
        if fields.insert(name.symbol()?.to_owned(), json(value)).is_some() {
            return None;
        }
    }
    (!fields.is_empty()).then_some(fields)
}
