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
            Ok(super::native_of(value).map_or(SteelVal::BoolV(false), |native| symbol(native.name)))
        }
        other => Err(wrong_type("procedure-name", 1, other)),
    }
}

/// `(procedure-minimum-arity PROC)`: required, optional, whether there is a rest.
fn minimum_arity(args: &[SteelVal]) -> Result<SteelVal> {
    let (required, optional, rest) = match &args[0] {
        SteelVal::Closure(closure) if closure.is_multi_arity() => (closure.arity() - 1, 0, true),
        SteelVal::Closure(closure) => (closure.arity(), 0, false),
        value if is_procedure(value) => match super::native_of(value) {
            Some(native) if native.maximum == usize::MAX => (native.required, 0, true),
            Some(native) => (native.required, native.maximum - native.required, false),
            None => (0, 0, true),
        },
        other => return Err(wrong_type("procedure-minimum-arity", 1, other)),
    };
    Ok(list(vec![
        SteelVal::IntV(required as isize),
        SteelVal::IntV(optional as isize),
        SteelVal::BoolV(rest),
    ]))
}

internals! { INTERNAL_TABLE:
    "%named" 2 => set_name;
}

natives! { TABLE:
    "procedure?" 1 => |args: &[SteelVal]| boolean(is_procedure(&args[0]));
    "thunk?" 1 => |args: &[SteelVal]| boolean(match &args[0] {
        SteelVal::Closure(closure) => closure.arity() == usize::from(closure.is_multi_arity()),
        value => super::native_of(value).is_some_and(|native| native.required == 0),
    });
    "procedure-name" 1 => name;
    "procedure-minimum-arity" 1 => minimum_arity;
    "boolean?" 1 => |args: &[SteelVal]| boolean(matches!(args[0], SteelVal::BoolV(_)));
    "boolean=?" 2.._ => |args: &[SteelVal]| boolean(args.windows(2).all(|pair| pair[0] == pair[1]));
    "symbol=?" 2.._ => |args: &[SteelVal]|
        boolean(args.windows(2).all(|pair| super::equality::is_eq(&pair[0], &pair[1])));
}
