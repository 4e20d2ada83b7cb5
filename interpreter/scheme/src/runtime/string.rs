//! Strings: construction, comparison, conversion. Strings cannot be changed in place.

use std::cmp::Ordering;

use steel::SteelVal;
use steel::rvals::Result;

use super::character::{character, downcase, foldcase, upcase};
use super::exception::{
    expecting, expecting_somewhere, instruction_expecting, instruction_out_of_range, misc_error,
    out_of_range,
};
use super::number::index;
use super::object::{boolean, list, spine, string};
use super::registry::natives;
use super::vector::bounds;

/// The text of a string argument.
pub(crate) fn text<'a>(name: &str, position: usize, value: &'a SteelVal) -> Result<&'a str> {
    match value {
        SteelVal::StringV(text) => Ok(text.as_str()),
        other => Err(expecting(name, position, "string", other)),
    }
}

/// The characters of a string between optional START and END arguments at `first`.
pub(crate) fn part(name: &'static str, args: &[SteelVal], first: usize) -> Result<Vec<char>> {
    let all: Vec<char> = text(name, 1, &args[0])?.chars().collect();
    let range = bounds(name, args, first, all.len())?;
    Ok(if range.len() == all.len() { all } else { all[range].to_vec() })
}

fn collect(characters: impl IntoIterator<Item = char>) -> Result<SteelVal> {
    Ok(string(characters.into_iter().collect::<String>()))
}

fn length(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::StringV(text) => Ok(SteelVal::IntV(text.chars().count() as isize)),
        other => Err(instruction_expecting("string-length", 1, "string", other)),
    }
}

fn string_ref(args: &[SteelVal]) -> Result<SteelVal> {
    let SteelVal::StringV(text) = &args[0] else {
        return Err(instruction_expecting("string-ref", 1, "string", &args[0]));
    };
    let SteelVal::IntV(position) = args[1] else {
        return Err(instruction_expecting("string-ref", 2, "small integer", &args[1]));
    };
    // Of a negative index there is no character either.
    let position = usize::try_from(position).unwrap_or(usize::MAX);
    let found = if text.is_ascii() {
        text.as_bytes().get(position).map(|byte| char::from(*byte))
    } else {
        text.chars().nth(position)
    };
    found.map(SteelVal::CharV).ok_or_else(|| instruction_out_of_range("string-ref", 2, &args[1]))
}

fn substring(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let text = text(name, 1, &args[0])?;
    if text.is_ascii() {
        return Ok(string(&text[bounds(name, args, 1, text.len())?]));
    }
    collect(part(name, args, 1)?)
}

fn append(args: &[SteelVal]) -> Result<SteelVal> {
    let mut all = String::new();
    for value in args {
        match value {
            SteelVal::StringV(text) => all.push_str(text),
            other => return Err(expecting_somewhere("string-append", "string", other)),
        }
    }
    Ok(string(all))
}

fn make(args: &[SteelVal]) -> Result<SteelVal> {
    let count = index("make-string", 1, &args[0])?;
    if count > 1 << 40 {
        return Err(out_of_range("make-string", 1, &args[0]));
    }
    let fill = args.get(1).map_or(Ok('\0'), |fill| character("make-string", 2, fill))?;
    collect(std::iter::repeat_n(fill, count))
}

fn from_characters(values: &[SteelVal]) -> Result<SteelVal> {
    let characters: Result<String> = values
        .iter()
        .map(|value| match value {
            SteelVal::CharV(c) => Ok(*c),
            other => Err(expecting_somewhere("string", "character", other)),
        })
        .collect();
    Ok(string(characters?))
}

fn from_list(name: &'static str, args: &[SteelVal], reverse: bool) -> Result<SteelVal> {
    let (mut items, rest) = spine(&args[0]);
    if !super::object::is_nil(&rest) {
        return Err(super::exception::wrong_type(name, 1, &args[0]));
    }
    if reverse {
        items.reverse();
    }
    from_characters(&items)
}

/// Compares neighbours; SRFI-13 bounds are those of the two-argument forms in Scheme.
fn compare(
    name: &'static str,
    args: &[SteelVal],
    fold: bool,
    holds: fn(Ordering) -> bool,
) -> Result<SteelVal> {
    let mut holds_all = true;
    for (position, pair) in args.windows(2).enumerate() {
        let left = text(name, position + 1, &pair[0])?;
        let right = text(name, position + 2, &pair[1])?;
        let order = if fold {
            left.chars().map(foldcase).cmp(right.chars().map(foldcase))
        } else {
            // The order of UTF-8 is that of the characters.
            left.cmp(right)
        };
        holds_all &= holds(order);
    }
    if let [only] = args {
        text(name, 1, only)?;
    }
    boolean(holds_all)
}

/// The string with `change` applied to the part between optional START and END.
fn change_part(
    name: &'static str,
    args: &[SteelVal],
    change: impl FnOnce(&mut [char]),
) -> Result<SteelVal> {
    let mut all: Vec<char> = text(name, 1, &args[0])?.chars().collect();
    let range = bounds(name, args, 1, all.len())?;
    change(&mut all[range]);
    collect(all)
}

fn titlecase(characters: &mut [char]) {
    let mut inside = false;
    for c in characters {
        let mapped = if inside { downcase(*c) } else { upcase(*c) };
        inside = c.is_alphabetic();
        *c = mapped;
    }
}

fn map(name: &'static str, args: &[SteelVal], with: fn(char) -> char) -> Result<SteelVal> {
    change_part(name, args, |characters| characters.iter_mut().for_each(|c| *c = with(*c)))
}

fn immutable(name: &'static str) -> Result<SteelVal> {
    Err(misc_error(
        &format!(
            "{name}: strings cannot be changed in this implementation; make a new string instead"
        ),
        &[],
    ))
}

/// `(string->vector STRING [START END])`.
fn to_vector(args: &[SteelVal]) -> Result<SteelVal> {
    super::vector::make_vector(part("string->vector", args, 1)?.into_iter().map(SteelVal::CharV))
}

natives! { TABLE:
    "string?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::StringV(_)));
    "string" 0.._ => from_characters;
    "make-string" 1..=2 => make;
    "string-length" 1 => length;
    "string-ref" 2 => string_ref;
    "string-null?" 1 => |args: &[SteelVal]| boolean(text("string-null?", 1, &args[0])?.is_empty());
    "substring" 2..=3 => |args| substring("substring", args);
    "substring/shared" 2..=3 => |args| substring("substring/shared", args);
    "substring/copy" 2..=3 => |args| substring("substring/copy", args);
    "substring/read-only" 2..=3 => |args| substring("substring/read-only", args);
    "string-copy" 1..=3 => |args| substring("string-copy", args);
    "string-append" 0.._ => append;
    "string-append/shared" 0.._ => append;
    "string-concatenate" 1 => |args: &[SteelVal]| append(&spine(&args[0]).0);
    "string-concatenate/shared" 1 => |args: &[SteelVal]| append(&spine(&args[0]).0);
    "list->string" 1 => |args| from_list("list->string", args, false);
    "reverse-list->string" 1 => |args| from_list("reverse-list->string", args, true);
    "string->list" 1..=3 => |args| Ok(list(
        part("string->list", args, 1)?.into_iter().map(SteelVal::CharV).collect()));
    "string->vector" 1..=3 => to_vector;
    "vector->string" 1 => |args: &[SteelVal]|
        from_characters(&super::vector::items("vector->string", 1, &args[0])?);
    "string-upcase" 1..=3 => |args| map("string-upcase", args, upcase);
    "string-downcase" 1..=3 => |args| map("string-downcase", args, downcase);
    "string-foldcase" 1 => |args| map("string-foldcase", args, foldcase);
    "string-titlecase" 1..=3 => |args| change_part("string-titlecase", args, titlecase);
    "string-capitalize" 1 => |args| change_part("string-capitalize", args, titlecase);
    "string-reverse" 1..=3 => |args| change_part("string-reverse", args, <[char]>::reverse);
    "string=?" 0.._ => |args| compare("string=", args, false, Ordering::is_eq);
    "string<?" 0.._ => |args| compare("string<", args, false, Ordering::is_lt);
    "string>?" 0.._ => |args| compare("string>", args, false, Ordering::is_gt);
    "string<=?" 0.._ => |args| compare("string<=", args, false, Ordering::is_le);
    "string>=?" 0.._ => |args| compare("string>=", args, false, Ordering::is_ge);
    "string-ci=?" 0.._ => |args| compare("string-ci=", args, true, Ordering::is_eq);
    "string-ci<?" 0.._ => |args| compare("string-ci<", args, true, Ordering::is_lt);
    "string-ci>?" 0.._ => |args| compare("string-ci>", args, true, Ordering::is_gt);
    "string-ci<=?" 0.._ => |args| compare("string-ci<=", args, true, Ordering::is_le);
    "string-ci>=?" 0.._ => |args| compare("string-ci>=", args, true, Ordering::is_ge);
    "string-set!" 3 => |_| immutable("string-set!");
    "string-fill!" 2.._ => |_| immutable("string-fill!");
    "string-copy!" 3.._ => |_| immutable("string-copy!");
    "string-upcase!" 1.._ => |_| immutable("string-upcase!");
    "string-downcase!" 1.._ => |_| immutable("string-downcase!");
    "string-reverse!" 1.._ => |_| immutable("string-reverse!");
}
