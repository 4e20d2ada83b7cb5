//! POSIX regular expressions: `make-regexp` and `regexp-exec`.
//!
//! An expression is parsed (`parse`) into a program (`program`) that is run over all alternatives at once, so
//! that no expression takes more time than its length times that of the text. The match is the leftmost one
//! and of those the longest, as POSIX has it; of the ways to that match, groups follow the one that prefers
//! earlier alternatives and more repetitions, which is how the C library that Guile uses chooses. Characters
//! are compared by code point: no locale is consulted. Back references are refused.

mod parse;
mod program;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, not_in_range, raise, thrown};
use super::number::index;
use super::object::{boolean, cons, is, list, object, peek, string};
use super::registry::{internals, natives};
use super::string::text;
use super::vector::make_vector;
use program::{Limits, Program};

const BASIC: usize = 0;
const ICASE: usize = 2;
const NEWLINE: usize = 4;
const NOTBOL: usize = 1;
const NOTEOL: usize = 2;

/// How an expression is read and compared.
#[derive(Clone, Copy, Default)]
pub(crate) struct Syntax {
    /// Groups and bounds are written with backslashes.
    pub(crate) basic: bool,
    /// Letters of both cases are the same.
    pub(crate) ignores_case: bool,
    /// Lines are matched one by one.
    pub(crate) by_line: bool,
}

struct Regexp(Program);

impl Custom for Regexp {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok("#<regexp>".to_string()))
    }
}

/// `(make-regexp PATTERN FLAG ...)`.
fn make(args: &[SteelVal]) -> Result<SteelVal> {
    let pattern = text("make-regexp", 1, &args[0])?;
    let mut syntax = Syntax::default();
    for (position, flag) in args.iter().enumerate().skip(1) {
        let flag = index("make-regexp", position + 1, flag)?;
        syntax.basic |= flag == BASIC;
        syntax.ignores_case |= flag & ICASE != 0;
        syntax.by_line |= flag & NEWLINE != 0;
    }
    match parse::parse(pattern, syntax) {
        Ok((node, groups)) => object(Regexp(Program::new(&node, groups, syntax))),
        Err(what) => Err(raise(thrown(
            "regular-expression-syntax",
            vec![
                string("make-regexp"),
                string(what),
                SteelVal::BoolV(false),
                list(vec![args[0].clone()]),
            ],
        ))),
    }
}

/// `(regexp-exec REGEXP STRING [START [FLAGS]])`: a vector of the string and the bounds of the match and
/// of each group, or `#f`.
fn exec(args: &[SteelVal]) -> Result<SteelVal> {
    if !is::<Regexp>(&args[0]) {
        return Err(expecting("regexp-exec", 1, "regexp", &args[0]));
    }
    let all: Vec<char> = text("regexp-exec", 2, &args[1])?.chars().collect();
    let start = match args.get(2) {
        Some(value) => match index("regexp-exec", 3, value)? {
            start if start <= all.len() => start,
            _ => return Err(not_in_range(0, all.len(), value)),
        },
        None => 0,
    };
    let flags = args.get(3).map_or(Ok(0), |value| index("regexp-exec", 4, value))?;
    let limits = Limits { starts_line: flags & NOTBOL == 0, ends_line: flags & NOTEOL == 0 };
    let found = peek::<Regexp, _>(&args[0], |regexp| regexp.0.run(&all[start..], limits)).flatten();
    let Some(groups) = found else { return boolean(false) };
    let bounds = groups.into_iter().map(|group| match group {
        Some((from, to)) => {
            cons(SteelVal::IntV((from + start) as isize), SteelVal::IntV((to + start) as isize))
        }
        None => cons(SteelVal::IntV(-1), SteelVal::IntV(-1)),
    });
    make_vector(std::iter::once(args[1].clone()).chain(bounds))
}

internals! { INTERNAL_TABLE:
    "%make-regexp" 1.._ => make;
    "%regexp-exec" 2..=4 => exec;
}

natives! { TABLE:
    "regexp?" 1 => |args: &[SteelVal]| boolean(is::<Regexp>(&args[0]));
}

#[cfg(test)]
mod tests {
    use super::program::{Limits, Program};
    use super::{Syntax, parse};

    fn find(pattern: &str, text: &str) -> Option<Vec<Option<(usize, usize)>>> {
        let syntax = Syntax::default();
        let (node, groups) = parse::parse(pattern, syntax).expect("an expression");
        let text: Vec<char> = text.chars().collect();
        Program::new(&node, groups, syntax)
            .run(&text, Limits { starts_line: true, ends_line: true })
    }

    #[test]
    fn an_expression_that_makes_others_backtrack_for_ever_ends() {
        let text = "a".repeat(2_000);
        assert_eq!(find("(a*)*(a*)*b", &text), None);
        assert_eq!(find("(a|aa)+$", &text).and_then(|groups| groups[0]), Some((0, 2_000)));
    }

    #[test]
    fn bounds_that_would_fill_the_memory_are_refused() {
        let pattern = "((((a{999}){999}){999}){999})";
        assert_eq!(
            parse::parse(pattern, Syntax::default()).err(),
            Some("Regular expression too big")
        );
    }
}
