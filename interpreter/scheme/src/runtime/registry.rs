//! How native procedures are declared: a table per library with name and arity; the generated
//! entry checks the arity before the procedure sees its arguments.

use steel::SteelVal;
use steel::rvals::Result;

use super::exception;

/// A native procedure as the engine and the Scheme side know it.
#[derive(Clone, Copy)]
pub struct Native {
    /// Name in module `(tintype native)`.
    pub name: &'static str,
    /// Name of the Steel global that holds it.
    pub global: &'static str,
    /// Least number of arguments.
    pub required: usize,
    /// Greatest number of arguments, `usize::MAX` for any.
    pub maximum: usize,
    /// The procedure with its arity check.
    pub call: fn(&[SteelVal]) -> Result<SteelVal>,
}

/// Refuses a call with a number of arguments outside of `required..=maximum`.
pub(crate) fn check_arity(
    procedure: fn(&[SteelVal]) -> Result<SteelVal>,
    found: usize,
    required: usize,
    maximum: usize,
) -> Result<()> {
    if found < required || found > maximum {
        return Err(exception::wrong_number_of_args(SteelVal::FuncV(procedure)));
    }
    Ok(())
}

/// `natives! { TABLE: "name" 1..=2 => function, ... }`; global names get a `%` in front.
macro_rules! natives {
    ($table:ident: $($name:literal $required:literal $(..= $maximum:literal)? $(.. $any:tt)? => $function:expr;)*) => {
        pub(crate) const $table: &[$crate::runtime::registry::Native] = &[$(
            $crate::runtime::registry::native!($name, concat!("%", $name), $required $(..= $maximum)? $(.. $any)? => $function)
        ),*];
    };
}

/// The same for names that only emitted code and the standard library use and that carry their `%`.
macro_rules! internals {
    ($table:ident: $($name:literal $required:literal $(..= $maximum:literal)? $(.. $any:tt)? => $function:expr;)*) => {
        pub(crate) const $table: &[$crate::runtime::registry::Native] = &[$(
            $crate::runtime::registry::native!($name, $name, $required $(..= $maximum)? $(.. $any)? => $function)
        ),*];
    };
}

macro_rules! native {
    ($name:expr, $global:expr, $required:literal .. $any:tt => $function:expr) => {
        $crate::runtime::registry::native!(@make $name, $global, $required, usize::MAX, $function)
    };
    ($name:expr, $global:expr, $required:literal ..= $maximum:literal => $function:expr) => {
        $crate::runtime::registry::native!(@make $name, $global, $required, $maximum, $function)
    };
    ($name:expr, $global:expr, $required:literal => $function:expr) => {
        $crate::runtime::registry::native!(@make $name, $global, $required, $required, $function)
    };
    (@make $name:expr, $global:expr, $required:expr, $maximum:expr, $function:expr) => {
        $crate::runtime::registry::Native {
            name: $name,
            global: $global,
            required: $required,
            maximum: $maximum,
            call: {
                fn call(args: &[steel::SteelVal]) -> steel::rvals::Result<steel::SteelVal> {
                    $crate::runtime::registry::check_arity(call, args.len(), $required, $maximum)?;
                    ($function)(args)
                }
                call
            },
        }
    };
}

pub(crate) use {internals, native, natives};
