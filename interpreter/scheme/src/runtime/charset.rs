//! Character sets (SRFI-14).

use std::rc::Rc;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::character::character;
use super::exception::{expecting, out_of_range};
use super::number::index;
use super::object::{boolean, is, list, object, peek, spine, string};
use super::registry::{internals, natives};
use super::string::text;

type Test = Rc<dyn Fn(char) -> bool>;

/// A set of characters, as the test for being in it.
pub(crate) struct CharSet(Test);

impl Custom for CharSet {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok("#<charset>".to_string()))
    }
}

/// The test that a character or a set stands for.
pub(crate) fn criterion(name: &'static str, position: usize, value: &SteelVal) -> Result<Test> {
    if let SteelVal::CharV(wanted) = value {
        let wanted = *wanted;
        return Ok(Rc::new(move |c| c == wanted));
    }
    peek::<CharSet, _>(value, |set| Rc::clone(&set.0))
        .ok_or_else(|| expecting(name, position, "char_pred", value))
}

fn set_of(test: impl Fn(char) -> bool + 'static) -> Result<SteelVal> {
    object(CharSet(Rc::new(test)))
}

fn from_characters(characters: Vec<char>) -> Result<SteelVal> {
    let mut characters = characters;
    characters.sort_unstable();
    characters.dedup();
    set_of(move |c| characters.binary_search(&c).is_ok())
}

fn need(name: &'static str, position: usize, value: &SteelVal) -> Result<Test> {
    peek::<CharSet, _>(value, |set| Rc::clone(&set.0))
        .ok_or_else(|| expecting(name, position, "charset", value))
}

fn members(test: &Test) -> impl Iterator<Item = char> + '_ {
    ('\0'..=char::MAX).filter(|c| test(*c))
}

fn characters(name: &'static str, values: &[SteelVal]) -> Result<Vec<char>> {
    values
        .iter()
        .enumerate()
        .map(|(position, value)| character(name, position + 1, value))
        .collect()
}

/// Anything that `->char-set` takes.
fn to_set(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::StringV(text) => from_characters(text.chars().collect()),
        SteelVal::CharV(c) => from_characters(vec![*c]),
        other => need("->char-set", 1, other).map(|_| other.clone()),
    }
}

fn from_list(name: &'static str, all: Vec<char>, base: Option<&SteelVal>) -> Result<SteelVal> {
    match base {
        None => from_characters(all),
        Some(base) => {
            let base = need(name, 2, base)?;
            set_of(move |c| base(c) || all.contains(&c))
        }
    }
}

fn combine(
    name: &'static str,
    args: &[SteelVal],
    holds: fn(&[Test], char) -> bool,
) -> Result<SteelVal> {
    let sets: Result<Vec<Test>> =
        args.iter().enumerate().map(|(position, value)| need(name, position + 1, value)).collect();
    let sets = sets?;
    set_of(move |c| holds(&sets, c))
}

/// `(ucs-range->char-set LOW HIGH)`: from LOW to below HIGH.
fn range(args: &[SteelVal]) -> Result<SteelVal> {
    let low = index("ucs-range->char-set", 1, &args[0])?;
    let high = index("ucs-range->char-set", 2, &args[1])?;
    if high > 0x11_0000 {
        return Err(out_of_range("ucs-range->char-set", 2, &args[1]));
    }
    set_of(move |c| (low..high).contains(&(c as usize)))
}

fn relate(
    name: &'static str,
    args: &[SteelVal],
    holds: fn(bool, bool) -> bool,
) -> Result<SteelVal> {
    for (position, pair) in args.windows(2).enumerate() {
        let (left, right) =
            (need(name, position + 1, &pair[0])?, need(name, position + 2, &pair[1])?);
        if !('\0'..=char::MAX).all(|c| holds(left(c), right(c))) {
            return boolean(false);
        }
    }
    boolean(true)
}

fn is_symbol(c: char) -> bool {
    matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' | '¢'..='¦' | '¨' | '©' | '¬' | '®'..='±' | '´' | '¸' | '×' | '÷')
}

fn is_punctuation(c: char) -> bool {
    (c.is_ascii_punctuation() && !is_symbol(c))
        || matches!(c, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}')
}

fn is_blank(c: char) -> bool {
    c == '\t' || (c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}'))
}

/// `(%standard-char-set NAME)`.
fn standard(args: &[SteelVal]) -> Result<SteelVal> {
    let test: fn(char) -> bool = match text("char-set", 1, &args[0])? {
        "lower-case" => char::is_lowercase,
        "upper-case" => char::is_uppercase,
        "title-case" => |c| matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ'),
        "letter" => char::is_alphabetic,
        "digit" => |c| c.is_ascii_digit(),
        "letter+digit" => char::is_alphanumeric,
        "graphic" => |c| !c.is_control() && !c.is_whitespace(),
        "printing" => |c| (!c.is_control() && !c.is_whitespace()) || c.is_whitespace(),
        "whitespace" => char::is_whitespace,
        "iso-control" => char::is_control,
        "punctuation" => is_punctuation,
        "symbol" => is_symbol,
        "hex-digit" => |c| c.is_ascii_hexdigit(),
        "blank" => is_blank,
        "ascii" => |c| c.is_ascii(),
        "empty" => |_| false,
        "full" => |_| true,
        _ => return Err(out_of_range("char-set", 1, &args[0])),
    };
    set_of(test)
}

/// `(%distinct-characters STRING)`: each character of a string once.
fn distinct(args: &[SteelVal]) -> Result<SteelVal> {
    let mut all: Vec<char> = text("string-index", 1, &args[0])?.chars().collect();
    all.sort_unstable();
    all.dedup();
    Ok(list(all.into_iter().map(SteelVal::CharV).collect()))
}

internals! { INTERNAL_TABLE:
    "%standard-char-set" 1 => standard;
    "%distinct-characters" 1 => distinct;
}

natives! { TABLE:
    "char-set?" 1 => |args: &[SteelVal]| boolean(is::<CharSet>(&args[0]));
    "char-set" 0.._ => |args| from_characters(characters("char-set", args)?);
    "list->char-set" 1..=2 => |args: &[SteelVal]| from_list("list->char-set",
        characters("list->char-set", &spine(&args[0]).0)?, args.get(1));
    "string->char-set" 1..=2 => |args: &[SteelVal]| from_list("string->char-set",
        text("string->char-set", 1, &args[0])?.chars().collect(), args.get(1));
    "->char-set" 1 => to_set;
    "ucs-range->char-set" 2..=4 => range;
    "char-set-contains?" 2 => |args: &[SteelVal]|
        boolean(need("char-set-contains?", 1, &args[0])?(character("char-set-contains?", 2, &args[1])?));
    "char-set-complement" 1 => |args: &[SteelVal]| {
        let test = need("char-set-complement", 1, &args[0])?;
        set_of(move |c| !test(c))
    };
    "char-set-union" 0.._ => |args| combine("char-set-union", args,
        |sets, c| sets.iter().any(|set| set(c)));
    "char-set-intersection" 0.._ => |args| combine("char-set-intersection", args,
        |sets, c| sets.iter().all(|set| set(c)));
    "char-set-difference" 1.._ => |args| combine("char-set-difference", args,
        |sets, c| sets[0](c) && !sets[1..].iter().any(|set| set(c)));
    "char-set-xor" 0.._ => |args| combine("char-set-xor", args,
        |sets, c| sets.iter().filter(|set| set(c)).count() % 2 == 1);
    "char-set-adjoin" 1.._ => |args: &[SteelVal]| {
        let (test, more) = (need("char-set-adjoin", 1, &args[0])?, characters("char-set-adjoin", &args[1..])?);
        set_of(move |c| test(c) || more.contains(&c))
    };
    "char-set-delete" 1.._ => |args: &[SteelVal]| {
        let (test, less) = (need("char-set-delete", 1, &args[0])?, characters("char-set-delete", &args[1..])?);
        set_of(move |c| test(c) && !less.contains(&c))
    };
    "char-set=" 0.._ => |args| relate("char-set=", args, |a, b| a == b);
    "char-set<=" 0.._ => |args| relate("char-set<=", args, |a, b| !a || b);
    "char-set-size" 1 => |args: &[SteelVal]|
        Ok(SteelVal::IntV(members(&need("char-set-size", 1, &args[0])?).count() as isize));
    "char-set->list" 1 => |args: &[SteelVal]| Ok(list(
        members(&need("char-set->list", 1, &args[0])?).map(SteelVal::CharV).collect()));
    "char-set->string" 1 => |args: &[SteelVal]| Ok(string(
        members(&need("char-set->string", 1, &args[0])?).collect::<String>()));
}
