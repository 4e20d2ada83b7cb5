//! Characters and their external representation.

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{expecting, instruction_expecting, instruction_out_of_range, out_of_range};
use super::object::{boolean, symbol};
use super::registry::natives;

/// Names that `write` uses; reading knows the others of the table as well.
const NAMES: &[(&str, char)] = &[
    ("nul", '\0'),
    ("alarm", '\x07'),
    ("backspace", '\x08'),
    ("tab", '\t'),
    ("newline", '\n'),
    ("vtab", '\x0b'),
    ("page", '\x0c'),
    ("return", '\r'),
    ("esc", '\x1b'),
    ("space", ' '),
    ("delete", '\x7f'),
    ("null", '\0'),
    ("escape", '\x1b'),
    ("rubout", '\x7f'),
    ("linefeed", '\n'),
    ("altmode", '\x1b'),
    ("nel", '\u{85}'),
];

/// `#\a`, `#\space`, `#\x1f`.
pub(crate) fn external(c: char) -> String {
    if let Some((name, _)) = NAMES.iter().find(|(_, named)| *named == c) {
        return format!("#\\{name}");
    }
    if is_printable(c) { format!("#\\{c}") } else { format!("#\\x{:x}", c as u32) }
}

/// The character of a name as it stands after `#\`.
pub(crate) fn named(name: &str) -> Option<char> {
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return Some(only);
    }
    let folded = name.to_ascii_lowercase();
    if let Some((_, c)) = NAMES.iter().find(|(known, _)| *known == folded) {
        return Some(*c);
    }
    if let Some(hex) = folded.strip_prefix('x') {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    }
    if name.chars().all(|c| c.is_digit(8)) {
        return u32::from_str_radix(name, 8).ok().and_then(char::from_u32);
    }
    None
}

/// Whether a character is written as itself.
pub(crate) fn is_printable(c: char) -> bool {
    !(c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}'))
}

/// The character that an argument is.
pub(crate) fn character(name: &str, position: usize, value: &SteelVal) -> Result<char> {
    match value {
        SteelVal::CharV(c) => Ok(*c),
        other => Err(expecting(name, position, "character", other)),
    }
}

/// One character for one: where the full mapping has several, the character itself.
pub(crate) fn upcase(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => c,
    }
}

/// One character for one: where the full mapping has several, the character itself.
pub(crate) fn downcase(c: char) -> char {
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

/// The character under which letters of both cases are compared.
pub(crate) fn foldcase(c: char) -> char {
    downcase(upcase(c))
}

fn compare(
    name: &'static str,
    args: &[SteelVal],
    fold: bool,
    holds: fn(char, char) -> bool,
) -> Result<SteelVal> {
    let mut characters = Vec::with_capacity(args.len());
    for (position, value) in args.iter().enumerate() {
        let c = character(name, position + 1, value)?;
        characters.push(if fold { foldcase(c) } else { c });
    }
    boolean(characters.windows(2).all(|pair| holds(pair[0], pair[1])))
}

fn predicate(name: &'static str, args: &[SteelVal], holds: fn(char) -> bool) -> Result<SteelVal> {
    boolean(holds(character(name, 1, &args[0])?))
}

fn convert(name: &'static str, args: &[SteelVal], to: fn(char) -> char) -> Result<SteelVal> {
    Ok(SteelVal::CharV(to(character(name, 1, &args[0])?)))
}

fn integer_to_char(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::IntV(code) => u32::try_from(*code)
            .ok()
            .and_then(char::from_u32)
            .map(SteelVal::CharV)
            .ok_or_else(|| instruction_out_of_range("integer->char", 1, &args[0])),
        other => Err(instruction_expecting("integer->char", 1, "small integer", other)),
    }
}

/// The zeros of Unicode's decimal digits; those up to nine follow each.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

fn digit_value(args: &[SteelVal]) -> Result<SteelVal> {
    let c = character("digit-value", 1, &args[0])? as u32;
    let zero = ZEROS.iter().rev().find(|zero| **zero <= c);
    Ok(match zero.map(|zero| c - zero) {
        Some(digit @ 0..=9) => SteelVal::IntV(digit as isize),
        _ => SteelVal::BoolV(false),
    })
}

fn general_category(args: &[SteelVal]) -> Result<SteelVal> {
    let c = character("char-general-category", 1, &args[0])?;
    let name = match c {
        c if c.is_uppercase() => "Lu",
        c if c.is_lowercase() => "Ll",
        c if c.is_alphabetic() => "Lo",
        c if c.is_ascii_digit() => "Nd",
        c if c.is_control() => "Cc",
        c if c.is_whitespace() => "Zs",
        '_' => "Pc",
        '-' => "Pd",
        '(' | '[' | '{' => "Ps",
        ')' | ']' | '}' => "Pe",
        '+' | '<' | '=' | '>' | '|' | '~' => "Sm",
        '$' => "Sc",
        '^' | '`' => "Sk",
        c if c.is_ascii_punctuation() => "Po",
        _ => return Err(out_of_range("char-general-category", 1, &args[0])),
    };
    Ok(symbol(name))
}

natives! { TABLE:
    "char?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::CharV(_)));
    "char->integer" 1 => |args: &[SteelVal]| match &args[0] {
        SteelVal::CharV(c) => Ok(SteelVal::IntV(*c as isize)),
        other => Err(instruction_expecting("char->integer", 1, "char", other)),
    };
    "integer->char" 1 => integer_to_char;
    "char-upcase" 1 => |args| convert("char-upcase", args, upcase);
    "char-downcase" 1 => |args| convert("char-downcase", args, downcase);
    "char-titlecase" 1 => |args| convert("char-titlecase", args, upcase);
    "char-foldcase" 1 => |args| convert("char-foldcase", args, foldcase);
    "char-alphabetic?" 1 => |args| predicate("char-alphabetic?", args, char::is_alphabetic);
    "char-numeric?" 1 => |args| predicate("char-numeric?", args, char::is_numeric);
    "char-whitespace?" 1 => |args| predicate("char-whitespace?", args, char::is_whitespace);
    "char-upper-case?" 1 => |args| predicate("char-upper-case?", args, char::is_uppercase);
    "char-lower-case?" 1 => |args| predicate("char-lower-case?", args, char::is_lowercase);
    "char-is-both?" 1 => |args|
        predicate("char-is-both?", args, |c| c.is_uppercase() || c.is_lowercase());
    "char-general-category" 1 => general_category;
    "digit-value" 1 => digit_value;
    "char=?" 0.._ => |args| compare("char=?", args, false, |a, b| a == b);
    "char<?" 0.._ => |args| compare("char<?", args, false, |a, b| a < b);
    "char>?" 0.._ => |args| compare("char>?", args, false, |a, b| a > b);
    "char<=?" 0.._ => |args| compare("char<=?", args, false, |a, b| a <= b);
    "char>=?" 0.._ => |args| compare("char>=?", args, false, |a, b| a >= b);
    "char-ci=?" 0.._ => |args| compare("char-ci=?", args, true, |a, b| a == b);
    "char-ci<?" 0.._ => |args| compare("char-ci<?", args, true, |a, b| a < b);
    "char-ci>?" 0.._ => |args| compare("char-ci>?", args, true, |a, b| a > b);
    "char-ci<=?" 0.._ => |args| compare("char-ci<=?", args, true, |a, b| a <= b);
    "char-ci>=?" 0.._ => |args| compare("char-ci>=?", args, true, |a, b| a >= b);
}
