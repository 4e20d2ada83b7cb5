//! Procedures as objects.

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::wrong_type;
use super::object::{boolean, list, symbol};
use super::registry::natives;

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

/// `(procedure-name PROC)`: the name of a native, `#f` for a closure.
fn name(args: &[SteelVal]) -> Result<SteelVal> {
    match &args[0] {
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
