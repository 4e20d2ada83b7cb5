//! Procedures as objects.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::wrong_type;
use super::object::{boolean, list, symbol};
use super::registry::{internals, natives};

/// Whether a value can be applied.
pub(crate) fn is_procedure(value: &SteelVal) -> bool {
    matches!(
        value,
        SteelVal::Closure(_)
            | SteelVal::FuncV(_)
            | SteelVal::MutFunc(_)
            | SteelVal::BuiltIn(_)
            | SteelVal::BoxedFunction(_)
            | SteelVal::ContinuationFunction(_)
    )
}

thread_local! {
    /// Name and parameters of procedures, by the number of the code that makes them.
    static NAMED: RefCell<HashMap<u32, Rc<str>>> = RefCell::default();
}

/// The number of the code that has made a procedure: what the engine hashes first.
fn number(closure: &impl Hash) -> u32 {
    #[derive(Default)]
    struct First(Option<u32>);
    impl Hasher for First {
        fn write(&mut self, _: &[u8]) {}
        fn write_u32(&mut self, number: u32) {
            self.0.get_or_insert(number);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut first = First::default();
    closure.hash(&mut first);
    first.0.unwrap_or(u32::MAX)
}

/// Name and parameters of a procedure, if it has a name.
pub(crate) fn shown(closure: &impl Hash) -> Option<Rc<str>> {
    NAMED.with_borrow(|named| named.get(&number(closure)).cloned())
}

/// `(%named PROCEDURE TEXT)`: the procedure, which from now on is shown with that name and parameters.
fn set_name(args: &[SteelVal]) -> Result<SteelVal> {
    if let (SteelVal::Closure(closure), SteelVal::StringV(text)) = (&args[0], &args[1]) {
        NAMED.with_borrow_mut(|named| {
            named.entry(number(closure)).or_insert_with(|| text.trim_end().into());
        });
    }
    Ok(args[0].clone())
}

/// `(procedure-name PROC)`: `#f` for one without a name.
fn name(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::Closure(closure) => {
            let shown = shown(closure);
            let name = shown.as_deref().and_then(|shown| shown.split(' ').next());
            Ok(name.map_or(SteelVal::BoolV(false), symbol))
        }
        value if is_procedure(value) => {
            let native = super::native_of(value).map(|native| native.name);
            let name = native.or_else(|| super::primitive_of_value(value).map(|found| found.name));
            Ok(name.map_or(SteelVal::BoolV(false), symbol))
        }
        other => Err(wrong_type("procedure-name", 1, other)),
    }
}

/// How many arguments a procedure takes.
#[derive(Default)]
struct Arity {
    required: usize,
    optional: usize,
    rest: bool,
}

impl Arity {
    /// Of parameters as a procedure that has a name is shown with.
    fn of_shown(parameters: &str) -> Option<Arity> {
        let clauses: Option<Vec<Arity>> = parameters.split(" | ").map(Arity::of_clause).collect();
        let mut clauses = clauses?;
        match clauses.len() {
            1 => clauses.pop(),
            // All that can be said of several together.
            _ => Some(Arity {
                required: clauses.iter().map(|clause| clause.required).min()?,
                optional: 0,
                rest: clauses.iter().any(|clause| clause.rest || clause.optional > 0),
            }),
        }
    }

    fn of_clause(parameters: &str) -> Option<Arity> {
        let Some(items) = parameters.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        else {
            return (!parameters.is_empty()).then_some(Arity { rest: true, ..Arity::default() });
        };
        let mut arity = Arity::default();
        let mut section = "";
        for item in items.split(' ').filter(|item| !item.is_empty()) {
            match (item, section) {
                ("#:optional" | "#:key", _) => section = item,
                (".", _) => {
                    arity.rest = true;
                    break;
                }
                (_, "") => arity.required += 1,
                (_, "#:optional") => arity.optional += 1,
                _ => {}
            }
        }
        Some(arity)
    }

    fn of_counts(required: usize, maximum: usize) -> Arity {
        match maximum {
            usize::MAX => Arity { required, optional: 0, rest: true },
            maximum => Arity { required, optional: maximum - required, rest: false },
        }
    }

    /// Of any object: none if it is no procedure.
    fn of(value: &SteelVal) -> Option<Arity> {
        match value {
            SteelVal::Closure(closure) => {
                let shown = shown(closure);
                let parameters = shown.as_deref().and_then(|shown| shown.split_once(' '));
                let known = parameters.and_then(|(_, parameters)| Arity::of_shown(parameters));
                Some(known.unwrap_or_else(|| {
                    let rest = closure.is_multi_arity();
                    let required = closure.arity() - usize::from(rest);
                    Arity { required, optional: 0, rest }
                }))
            }
            value if is_procedure(value) => {
                let counts = super::native_of(value)
                    .map(|native| (native.required, native.maximum))
                    .or_else(|| {
                        super::primitive_of_value(value)
                            .map(|found| (found.required, found.maximum))
                    });
                let (required, maximum) = counts.unwrap_or((0, usize::MAX));
                Some(Arity::of_counts(required, maximum))
            }
            _ => None,
        }
    }
}

/// A procedure that can be called without arguments.
pub(crate) fn is_thunk(value: &SteelVal) -> bool {
    Arity::of(value).is_some_and(|arity| arity.required == 0)
}

/// `(procedure-minimum-arity PROC)`: required, optional, whether there is a rest; `#f` if it is no procedure.
fn minimum_arity(args: &[SteelVal]) -> Result<SteelVal> {
    let Some(Arity { required, optional, rest }) = Arity::of(&args[0]) else {
        return boolean(false);
    };
    let count = |count: usize| SteelVal::IntV(count as isize);
    Ok(list(vec![count(required), count(optional), SteelVal::BoolV(rest)]))
}

internals! { INTERNAL_TABLE:
    "%named" 2 => set_name;
}

natives! { TABLE:
    "procedure?" 1 => |args: &[SteelVal]| boolean(is_procedure(&args[0]));
    "thunk?" 1 => |args: &[SteelVal]| boolean(is_thunk(&args[0]));
    "procedure-name" 1 => name;
    "procedure-minimum-arity" 1 => minimum_arity;
    "boolean?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::BoolV(_)));
    "boolean=?" 2.._ => |args: &[SteelVal]| boolean(args.windows(2).all(|pair| pair[0] == pair[1]));
    "symbol=?" 2.._ => |args: &[SteelVal]|
        boolean(args.windows(2).all(|pair| super::equality::is_eq(&pair[0], &pair[1])));
}
