//! Values that Steel does not have: keywords, multiple values, the end-of-file object, promises,
//! and code for the build side.

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, misc_error_in, wrong_type};
use super::object::{Held, boolean, is, list, object, peek, poke, symbol};
use super::print;
use super::registry::{internals, natives};

/// `#:name`.
pub(crate) struct Keyword(pub(crate) String);

impl Custom for Keyword {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        let mut text = String::from("#:");
        print::write_symbol(&self.0, &mut text);
        Some(Ok(text))
    }
}

/// What `(values a b)` gives: any number of values but one.
pub(crate) struct MultipleValues(Vec<Held>);

impl Custom for MultipleValues {}

/// The end-of-file object.
pub(crate) struct EndOfFile;

impl Custom for EndOfFile {}

/// A promise: forced once.
pub(crate) enum Promise {
    /// The value is known.
    Forced(Held),
    /// A procedure of no arguments that gives the value.
    Delayed(Held),
    /// A procedure of no arguments that gives another promise (`delay-force`).
    Lazy(Held),
}

impl Custom for Promise {}

/// `#~EXP`.
pub(crate) struct Gexp {
    references: Held,
    procedure: Held,
    location: SteelVal,
    modules: Held,
    extensions: Held,
}

impl Custom for Gexp {}

/// `#$THING` and its relatives inside a gexp.
pub(crate) struct GexpInput {
    thing: Held,
    output: SteelVal,
    native: bool,
}

impl Custom for GexpInput {}

/// `#$output` inside a gexp.
pub(crate) struct GexpOutput(SteelVal);

impl Custom for GexpOutput {}

/// A keyword by name.
pub fn keyword(name: &str) -> Result<SteelVal> {
    object(Keyword(name.to_string()))
}

/// The name of a keyword.
pub fn keyword_name(value: &SteelVal) -> Option<String> {
    peek::<Keyword, _>(value, |keyword| keyword.0.clone())
}

/// Packs values as the continuation of an expression receives them.
pub(crate) fn multiple_values(values: &[SteelVal]) -> Result<SteelVal> {
    match values {
        [value] => Ok(value.clone()),
        values => object(MultipleValues(values.iter().cloned().map(Held::new).collect())),
    }
}

/// The values that an expression gave.
pub(crate) fn unpack_values(value: &SteelVal) -> Vec<SteelVal> {
    peek::<MultipleValues, _>(value, |values| values.0.iter().map(Held::get).collect())
        .unwrap_or_else(|| vec![value.clone()])
}

/// The engine's names of natives that give several values.
const GIVING_SEVERAL: [&str; 10] = [
    "%values",
    "%floor/",
    "%ceiling/",
    "%truncate/",
    "%round/",
    "%euclidean/",
    "%centered/",
    "%exact-integer-sqrt",
    "%split-at",
    "%split-at!",
];

/// A native, by its name in the engine, may give several values.
pub fn gives_several(native: &str) -> bool {
    GIVING_SEVERAL.contains(&native)
}

/// `(%first-value VALUES)`: what a continuation of one value takes of several.
fn first_value(args: &[SteelVal]) -> Result<SteelVal> {
    let first = peek::<MultipleValues, _>(&args[0], |values| values.0.first().map(Held::get));
    match first {
        None => Ok(args[0].clone()),
        Some(Some(first)) => Ok(first),
        Some(None) => {
            Err(misc_error_in("", "Zero values returned to single-valued continuation", &[]))
        }
    }
}

fn make_keyword(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::StringV(name) | SteelVal::SymbolV(name) => keyword(name),
        other => Err(expecting("symbol->keyword", 1, "symbol", other)),
    }
}

fn symbol_to_keyword(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::SymbolV(name) => keyword(name),
        other => Err(expecting("symbol->keyword", 1, "symbol", other)),
    }
}

fn keyword_to_symbol(args: &[SteelVal]) -> Result<SteelVal> {
    keyword_name(&args[0])
        .map(|name| symbol(&name))
        .ok_or_else(|| expecting("keyword->symbol", 1, "keyword", &args[0]))
}

/// `(%keyword-argument LIST KEYWORD)`: the list that starts with the value of the last occurrence
/// of KEYWORD in a list of keywords and values, or `#f`.
fn keyword_argument(args: &[SteelVal]) -> Result<SteelVal> {
    let SteelVal::ListV(items) = &args[0] else { return boolean(false) };
    let wanted = keyword_name(&args[1]);
    let items: Vec<_> = items.iter().collect();
    let found = items
        .chunks_exact(2)
        .rev()
        .find(|pair| wanted.is_some() && keyword_name(pair[0]) == wanted)
        .map(|pair| list(vec![pair[1].clone()]));
    Ok(found.unwrap_or(SteelVal::BoolV(false)))
}

/// `(make-promise THUNK)`, as Guile has it; R7RS's is in (scheme lazy).
fn make_promise(args: &[SteelVal]) -> Result<SteelVal> {
    if !super::procedure::is_thunk(&args[0]) {
        return Err(wrong_type("make-promise", 1, &args[0]));
    }
    object(Promise::Delayed(Held::new(args[0].clone())))
}

fn force_step(args: &[SteelVal]) -> Result<SteelVal> {
    // (%promise-state p): the pair (KIND . PAYLOAD) that the loop in Scheme works on.
    let state = peek::<Promise, _>(&args[0], |promise| match promise {
        Promise::Forced(value) => list(vec![symbol("forced"), value.get()]),
        Promise::Delayed(thunk) => list(vec![symbol("delayed"), thunk.get()]),
        Promise::Lazy(thunk) => list(vec![symbol("lazy"), thunk.get()]),
    });
    state.ok_or_else(|| wrong_type("force", 1, &args[0]))
}

fn promise_resolve(args: &[SteelVal]) -> Result<SteelVal> {
    // A promise that was forced while its own thunk ran keeps its first value.
    let value = poke::<Promise, _>(&args[0], |promise| match promise {
        Promise::Forced(value) => value.get(),
        promise => {
            *promise = Promise::Forced(Held::new(args[1].clone()));
            args[1].clone()
        }
    });
    value.ok_or_else(|| wrong_type("force", 1, &args[0]))
}

/// `(%promise-become! PROMISE OTHER)`: takes over what a `delay-force` gave.
fn promise_become(args: &[SteelVal]) -> Result<SteelVal> {
    let other = peek::<Promise, _>(&args[1], |other| match other {
        Promise::Forced(value) => Promise::Forced(Held::new(value.get())),
        Promise::Delayed(thunk) => Promise::Delayed(Held::new(thunk.get())),
        Promise::Lazy(thunk) => Promise::Lazy(Held::new(thunk.get())),
    });
    let other = other.ok_or_else(|| wrong_type("force", 1, &args[1]))?;
    let _old = poke::<Promise, _>(&args[0], |promise| match promise {
        Promise::Forced(_) => None,
        promise => Some(std::mem::replace(promise, other)),
    });
    Ok(SteelVal::Void)
}

fn gexp_part(
    name: &'static str,
    value: &SteelVal,
    part: impl FnOnce(&Gexp) -> SteelVal,
) -> Result<SteelVal> {
    peek::<Gexp, _>(value, part).ok_or_else(|| expecting(name, 1, "gexp", value))
}

fn gexp_input_part(
    name: &'static str,
    value: &SteelVal,
    part: impl FnOnce(&GexpInput) -> SteelVal,
) -> Result<SteelVal> {
    peek::<GexpInput, _>(value, part).ok_or_else(|| expecting(name, 1, "gexp-input", value))
}

internals! { INTERNAL_TABLE:
    "%values" 0.._ => multiple_values;
    "%first-value" 1 => first_value;
    "%values->list" 1 => |args: &[SteelVal]| Ok(list(unpack_values(&args[0])));
    "%make-keyword" 1 => make_keyword;
    "%keyword-argument" 2 => keyword_argument;
    "%make-forced-promise" 1 => |args: &[SteelVal]|
        object(Promise::Forced(Held::new(args[0].clone())));
    "%make-lazy" 1 => |args: &[SteelVal]| object(Promise::Lazy(Held::new(args[0].clone())));
    "%promise-state" 1 => force_step;
    "%promise-resolve!" 2 => promise_resolve;
    "%promise-become!" 2 => promise_become;
    "%make-gexp" 5 => |args: &[SteelVal]| object(Gexp {
        references: Held::new(args[0].clone()),
        procedure: Held::new(args[1].clone()),
        location: args[2].clone(),
        modules: Held::new(args[3].clone()),
        extensions: Held::new(args[4].clone()),
    });
    "%make-gexp-input" 3 => |args: &[SteelVal]| object(GexpInput {
        thing: Held::new(args[0].clone()),
        output: args[1].clone(),
        native: super::object::is_true(&args[2]),
    });
    "%make-gexp-output" 1 => |args: &[SteelVal]| object(GexpOutput(args[0].clone()));
}

natives! { TABLE:
    "values" 0.._ => multiple_values;
    "keyword?" 1 => |args: &[SteelVal]| boolean(is::<Keyword>(&args[0]));
    "symbol->keyword" 1 => symbol_to_keyword;
    "keyword->symbol" 1 => keyword_to_symbol;
    "make-promise" 1 => make_promise;
    "promise?" 1 => |args: &[SteelVal]| boolean(is::<Promise>(&args[0]));
    "promise-forced?" 1 => |args: &[SteelVal]|
        boolean(peek::<Promise, _>(&args[0], |p| matches!(p, Promise::Forced(_))).unwrap_or(false));
    "eof-object" 0 => |_| object(EndOfFile);
    "eof-object?" 1 => |args: &[SteelVal]| boolean(is::<EndOfFile>(&args[0]));
    "unspecified?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::Void));
    "gexp?" 1 => |args: &[SteelVal]| boolean(is::<Gexp>(&args[0]));
    "gexp-references" 1 => |args: &[SteelVal]|
        gexp_part("gexp-references", &args[0], |gexp| gexp.references.get());
    "gexp-proc" 1 => |args: &[SteelVal]|
        gexp_part("gexp-proc", &args[0], |gexp| gexp.procedure.get());
    "gexp-location" 1 => |args: &[SteelVal]|
        gexp_part("gexp-location", &args[0], |gexp| gexp.location.clone());
    "gexp-self-modules" 1 => |args: &[SteelVal]|
        gexp_part("gexp-self-modules", &args[0], |gexp| gexp.modules.get());
    "gexp-self-extensions" 1 => |args: &[SteelVal]|
        gexp_part("gexp-self-extensions", &args[0], |gexp| gexp.extensions.get());
    "gexp-input?" 1 => |args: &[SteelVal]| boolean(is::<GexpInput>(&args[0]));
    "gexp-input-thing" 1 => |args: &[SteelVal]|
        gexp_input_part("gexp-input-thing", &args[0], |input| input.thing.get());
    "gexp-input-output" 1 => |args: &[SteelVal]|
        gexp_input_part("gexp-input-output", &args[0], |input| input.output.clone());
    "gexp-input-native?" 1 => |args: &[SteelVal]|
        gexp_input_part("gexp-input-native?", &args[0], |input| SteelVal::BoolV(input.native));
    "gexp-output?" 1 => |args: &[SteelVal]| boolean(is::<GexpOutput>(&args[0]));
    "gexp-output-name" 1 => |args: &[SteelVal]|
        peek::<GexpOutput, _>(&args[0], |output| output.0.clone())
            .ok_or_else(|| expecting("gexp-output-name", 1, "gexp-output", &args[0]));
}
