//! SRFI-13: searching, trimming, splitting, joining. A criterion is a character or a character set;
//! the Scheme side makes a set out of a predicate.

use steel::SteelVal;
use steel::rvals::Result;

use super::character::{character, foldcase};
use super::charset::criterion;
use super::exception::{expecting, expecting_somewhere, out_of_range};
use super::number::index;
use super::object::{boolean, list, spine, string};
use super::registry::{internals, natives};
use super::string::{part, text};
use super::vector::bounds;

fn collect(characters: impl IntoIterator<Item = char>) -> Result<SteelVal> {
    Ok(string(characters.into_iter().collect::<String>()))
}

fn found(position: Option<usize>) -> Result<SteelVal> {
    Ok(position.map_or(SteelVal::BoolV(false), |position| SteelVal::IntV(position as isize)))
}

/// Text and bounds of `(PROC STRING CRITERION [START END])`.
fn searched(name: &'static str, args: &[SteelVal]) -> Result<(Vec<char>, std::ops::Range<usize>)> {
    let all: Vec<char> = text(name, 1, &args[0])?.chars().collect();
    let range = bounds(name, args, 2, all.len())?;
    Ok((all, range))
}

fn search(
    name: &'static str,
    args: &[SteelVal],
    wanted: bool,
    from_right: bool,
) -> Result<SteelVal> {
    let test = criterion(name, 2, &args[1])?;
    let (all, mut range) = searched(name, args)?;
    let holds = |position: &usize| test(all[*position]) == wanted;
    found(if from_right { range.rev().find(holds) } else { range.find(holds) })
}

fn count(args: &[SteelVal]) -> Result<SteelVal> {
    let test = criterion("string-count", 2, &args[1])?;
    let (all, range) = searched("string-count", args)?;
    Ok(SteelVal::IntV(all[range].iter().filter(|c| test(**c)).count() as isize))
}

/// `string-filter` and `string-delete`: Guile takes the criterion first, and the string first too.
fn select(name: &'static str, args: &[SteelVal], keep: bool) -> Result<SteelVal> {
    let mut args = args.to_vec();
    if matches!(args[1], SteelVal::StringV(_)) {
        args.swap(0, 1);
    }
    let test = criterion(name, 1, &args[1])?;
    let (all, range) = searched(name, &args)?;
    collect(all[range].iter().copied().filter(|c| test(*c) == keep))
}

fn trim(name: &'static str, args: &[SteelVal], left: bool, right: bool) -> Result<SteelVal> {
    let all: Vec<char> = text(name, 1, &args[0])?.chars().collect();
    let range = bounds(name, args, 2, all.len())?;
    let mut rest = &all[range];
    let is_cut: std::rc::Rc<dyn Fn(char) -> bool> = match args.get(1) {
        Some(value) => criterion(name, 2, value)?,
        None => std::rc::Rc::new(char::is_whitespace),
    };
    while let ([first, tail @ ..], true) = (rest, left) {
        if !is_cut(*first) {
            break;
        }
        rest = tail;
    }
    while let ([head @ .., last], true) = (rest, right) {
        if !is_cut(*last) {
            break;
        }
        rest = head;
    }
    collect(rest.iter().copied())
}

/// `string-pad` keeps the right end, `string-pad-right` the left.
fn pad(name: &'static str, args: &[SteelVal], at_left: bool) -> Result<SteelVal> {
    let width = match &args[1] {
        SteelVal::IntV(_) => index(name, 2, &args[1])?,
        other => return Err(expecting_somewhere("", "exact integer", other)),
    };
    if width > 1 << 40 {
        return Err(out_of_range(name, 2, &args[1]));
    }
    let fill = args.get(2).map_or(Ok(' '), |fill| character(name, 3, fill))?;
    let all = part(name, args, 3)?;
    let padding = std::iter::repeat_n(fill, width.saturating_sub(all.len()));
    let excess = all.len().saturating_sub(width);
    if at_left {
        collect(padding.chain(all[excess..].iter().copied()))
    } else {
        collect(all[..all.len() - excess].iter().copied().chain(padding))
    }
}

/// `string-take` and its relatives: which part of the text `n` cuts.
fn cut(
    name: &'static str,
    args: &[SteelVal],
    range: fn(usize, usize) -> std::ops::Range<usize>,
) -> Result<SteelVal> {
    let all: Vec<char> = text(name, 1, &args[0])?.chars().collect();
    let count = index(name, 2, &args[1])?;
    if count > all.len() {
        return Err(super::exception::not_in_range(0, all.len(), &args[1]));
    }
    collect(all[range(count, all.len())].iter().copied())
}

/// The two texts of `(PROC STRING1 STRING2 [START1 END1 START2 END2])`.
fn two_parts(name: &'static str, args: &[SteelVal]) -> Result<(Vec<char>, Vec<char>)> {
    let first = part(name, args, 2)?;
    let second: Vec<char> = text(name, 2, &args[1])?.chars().collect();
    let range = bounds(name, args, 4, second.len())?;
    Ok((first, second[range].to_vec()))
}

fn shared(left: &[char], right: &[char]) -> usize {
    left.iter().zip(right).take_while(|(a, b)| a == b).count()
}

fn affix(
    name: &'static str,
    args: &[SteelVal],
    fold: bool,
    suffix: bool,
) -> Result<(usize, usize)> {
    let (mut first, mut second) = two_parts(name, args)?;
    for characters in [&mut first, &mut second] {
        if fold {
            characters.iter_mut().for_each(|c| *c = foldcase(*c));
        }
        if suffix {
            characters.reverse();
        }
    }
    Ok((shared(&first, &second), first.len()))
}

fn is_affix(name: &'static str, args: &[SteelVal], fold: bool, suffix: bool) -> Result<SteelVal> {
    if let ([SteelVal::StringV(part), SteelVal::StringV(whole)], false) = (args, fold) {
        return boolean(if suffix {
            whole.ends_with(part.as_str())
        } else {
            whole.starts_with(part.as_str())
        });
    }
    let (common, length) = affix(name, args, fold, suffix)?;
    boolean(common == length)
}

fn affix_length(
    name: &'static str,
    args: &[SteelVal],
    fold: bool,
    suffix: bool,
) -> Result<SteelVal> {
    Ok(SteelVal::IntV(affix(name, args, fold, suffix)?.0 as isize))
}

/// `(string-contains STRING PATTERN [START1 END1 START2 END2])`.
fn contains(name: &'static str, args: &[SteelVal], fold: bool) -> Result<SteelVal> {
    let (mut all, mut pattern) = two_parts(name, args)?;
    if fold {
        all.iter_mut().chain(&mut pattern).for_each(|c| *c = foldcase(*c));
    }
    let start = match args.get(2) {
        Some(value) => index(name, 3, value)?,
        None => 0,
    };
    if pattern.is_empty() {
        return found(Some(start));
    }
    found(all.windows(pattern.len()).position(|window| window == pattern).map(|at| at + start))
}

/// `(string-join STRINGS [DELIMITER GRAMMAR])`.
fn join(args: &[SteelVal]) -> Result<SteelVal> {
    let mut strings = Vec::new();
    for value in spine(&args[0]).0 {
        match value {
            SteelVal::StringV(text) => strings.push(text.to_string()),
            other => return Err(expecting_somewhere("string-append", "string", &other)),
        }
    }
    let delimiter = args.get(1).map_or(Ok(" "), |value| text("string-join", 2, value))?;
    let grammar = match args.get(2) {
        None => "infix".to_string(),
        Some(SteelVal::SymbolV(name)) => name.to_string(),
        Some(other) => return Err(expecting("string-join", 3, "symbol", other)),
    };
    Ok(string(match grammar.as_str() {
        "infix" => strings.join(delimiter),
        "strict-infix" if strings.is_empty() => {
            return Err(super::exception::misc_error_in(
                "string-join",
                "strict-infix grammar requires non-empty list",
                &[],
            ));
        }
        "strict-infix" => strings.join(delimiter),
        "suffix" => strings.iter().map(|text| format!("{text}{delimiter}")).collect(),
        "prefix" => strings.iter().map(|text| format!("{delimiter}{text}")).collect(),
        _ => return Err(out_of_range("string-join", 3, &args[2])),
    }))
}

/// `(string-split STRING CRITERION)`.
fn split(args: &[SteelVal]) -> Result<SteelVal> {
    let test = criterion("string-split", 2, &args[1])?;
    let parts = text("string-split", 1, &args[0])?.split(|c| test(c));
    Ok(list(parts.map(string).collect()))
}

/// `(string-tokenize STRING [TOKEN-SET START END])`.
fn tokenize(args: &[SteelVal]) -> Result<SteelVal> {
    let test: std::rc::Rc<dyn Fn(char) -> bool> = match args.get(1) {
        Some(value) => criterion("string-tokenize", 2, value)?,
        None => std::rc::Rc::new(|c| !c.is_control() && !c.is_whitespace()),
    };
    let (all, range) = searched("string-tokenize", args)?;
    let tokens = all[range].split(|c| !test(*c)).filter(|token| !token.is_empty());
    Ok(list(tokens.map(|token| string(token.iter().collect::<String>())).collect()))
}

/// `(string-replace STRING1 STRING2 [START1 END1 START2 END2])`.
fn replace(args: &[SteelVal]) -> Result<SteelVal> {
    let all: Vec<char> = text("string-replace", 1, &args[0])?.chars().collect();
    let range = bounds("string-replace", args, 2, all.len())?;
    let new: Vec<char> = text("string-replace", 2, &args[1])?.chars().collect();
    let new = &new[bounds("string-replace", args, 4, new.len())?];
    let (head, tail) = (&all[..range.start], &all[range.end..]);
    collect(head.iter().chain(new).chain(tail).copied())
}

/// `(%string-every STRING CRITERION [START END])`.
fn every(args: &[SteelVal]) -> Result<SteelVal> {
    let test = criterion("string-every", 1, &args[1])?;
    let (all, range) = searched("string-every", args)?;
    boolean(all[range].iter().all(|c| test(*c)))
}

fn any(args: &[SteelVal]) -> Result<SteelVal> {
    let test = criterion("string-any", 1, &args[1])?;
    let (all, range) = searched("string-any", args)?;
    boolean(all[range].iter().any(|c| test(*c)))
}

internals! { INTERNAL_TABLE:
    "%string-index" 2..=4 => |args| search("string-index", args, true, false);
    "%string-rindex" 2..=4 => |args| search("string-rindex", args, true, true);
    "%string-skip" 2..=4 => |args| search("string-skip", args, false, false);
    "%string-skip-right" 2..=4 => |args| search("string-skip-right", args, false, true);
    "%string-count" 2..=4 => count;
    "%string-filter" 2..=4 => |args| select("string-filter", args, true);
    "%string-delete" 2..=4 => |args| select("string-delete", args, false);
    "%string-trim" 1..=4 => |args| trim("string-trim", args, true, false);
    "%string-trim-right" 1..=4 => |args| trim("string-trim-right", args, false, true);
    "%string-trim-both" 1..=4 => |args| trim("string-trim-both", args, true, true);
    "%string-split" 2 => split;
    "%string-tokenize" 1..=4 => tokenize;
    "%string-every" 2..=4 => every;
    "%string-any" 2..=4 => any;
}

natives! { TABLE:
    "string-pad" 2..=5 => |args| pad("string-pad", args, true);
    "string-pad-right" 2..=5 => |args| pad("string-pad-right", args, false);
    "string-take" 2 => |args| cut("string-take", args, |n, _| 0..n);
    "string-drop" 2 => |args| cut("string-drop", args, |n, length| n..length);
    "string-take-right" 2 => |args| cut("string-take-right", args, |n, length| length - n..length);
    "string-drop-right" 2 => |args| cut("string-drop-right", args, |n, length| 0..length - n);
    "string-prefix?" 2..=6 => |args| is_affix("string-prefix?", args, false, false);
    "string-suffix?" 2..=6 => |args| is_affix("string-suffix?", args, false, true);
    "string-prefix-ci?" 2..=6 => |args| is_affix("string-prefix-ci?", args, true, false);
    "string-suffix-ci?" 2..=6 => |args| is_affix("string-suffix-ci?", args, true, true);
    "string-prefix-length" 2..=6 => |args| affix_length("string-prefix-length", args, false, false);
    "string-suffix-length" 2..=6 => |args| affix_length("string-suffix-length", args, false, true);
    "string-contains" 2..=6 => |args| contains("string-contains", args, false);
    "string-contains-ci" 2..=6 => |args| contains("string-contains-ci", args, true);
    "string-join" 1..=3 => join;
    "string-replace" 2..=6 => replace;
}
