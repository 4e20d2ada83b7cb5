//! The runtime library: native procedures that Scheme programs and emitted code call.
//!
//! Natives take values and give a value; they cannot call closures. Procedures that take procedures
//! are Scheme, in stdlib/. Emitted code finds natives as Steel globals named `%NAME`.

mod arithmetic;
mod association;
mod bytevector;
mod bytevector_text;
mod character;
mod charset;
mod condition;
mod control;
mod crypt;
mod describe;
mod division;
mod engine_error;
mod equality;
mod exception;
mod files;
mod format;
mod format_directive;
mod format_number;
mod guile_hash;
mod hashtable;
mod host;
mod integer;
mod list;
mod number;
mod number_text;
mod object;
mod places;
mod port;
mod pretty;
mod print;
mod printer;
mod procedure;
mod read;
mod record;
mod regex;
mod registry;
mod simple_format;
mod state;
mod string;
mod string_search;
mod summary;
mod symbol;
mod told;
mod truncated;
mod values;
mod vector;
mod world;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use steel::SteelVal;
use steel::steel_vm::engine::Engine;

pub use bytevector::{bytevector_bytes, make_bytevector};
pub use condition::exit_status;
pub use control::{CONTROL, Definition, definition};
pub use describe::describe;
pub use exception::{caught, no_such_file, raise, take_raised, thrown, wrong_number_of_args_to};
pub use host::set_program_arguments;
pub use number::ratio;
pub use object::{Held, cons, list};
pub use port::{Sink, StandardInput, flush, set_error_output, set_input, set_output};
pub use print::{display_datum, write_datum, write_string};
pub use printer::{Apply, call_printers_by, print_with};
pub use read::datum_of;
pub use record::record_fields;
pub use registry::Native;
pub use state::DynamicExtent;
pub(crate) use values::unpack_values;
pub use values::{gives_several, keyword, keyword_name};
pub use vector::{make_vector, vector_items};
pub use world::{Change, FileType, Opening, Status, Visit, World, enter_world};

/// Every table of natives.
const TABLES: &[&[Native]] = &[
    arithmetic::TABLE,
    bytevector::TABLE,
    bytevector::SIZED_TABLE,
    character::TABLE,
    charset::INTERNAL_TABLE,
    charset::TABLE,
    condition::INTERNAL_TABLE,
    condition::TABLE,
    crypt::TABLE,
    division::TABLE,
    equality::TABLE,
    files::INTERNAL_TABLE,
    files::TABLE,
    format::INTERNAL_TABLE,
    guile_hash::TABLE,
    hashtable::INTERNAL_TABLE,
    hashtable::TABLE,
    host::TABLE,
    integer::TABLE,
    association::INTERNAL_TABLE,
    association::TABLE,
    bytevector_text::TABLE,
    list::ACCESSOR_TABLE,
    list::INTERNAL_TABLE,
    list::TABLE,
    number::TABLE,
    port::INTERNAL_TABLE,
    port::TABLE,
    port::input::TABLE,
    port::custom::INTERNAL_TABLE,
    port::output::INTERNAL_TABLE,
    port::output::TABLE,
    pretty::INTERNAL_TABLE,
    places::INTERNAL_TABLE,
    printer::INTERNAL_TABLE,
    procedure::INTERNAL_TABLE,
    procedure::TABLE,
    record::INTERNAL_TABLE,
    record::PUBLIC_TABLE,
    record::TABLE,
    regex::INTERNAL_TABLE,
    regex::TABLE,
    simple_format::TABLE,
    state::INTERNAL_TABLE,
    state::TABLE,
    string::TABLE,
    string_search::INTERNAL_TABLE,
    string_search::TABLE,
    symbol::TABLE,
    truncated::INTERNAL_TABLE,
    values::INTERNAL_TABLE,
    values::TABLE,
    vector::TABLE,
];

/// A primitive of Steel's that does what Guile's does, under the name that lets Steel's compiler
/// inline it: Scheme name, Steel global, Steel's own name for it in errors, arity.
struct Primitive {
    name: &'static str,
    global: &'static str,
    steel_name: &'static str,
    required: usize,
    maximum: usize,
}

const fn primitive_of(
    name: &'static str,
    global: &'static str,
    steel_name: &'static str,
    required: usize,
    maximum: usize,
) -> Primitive {
    Primitive { name, global, steel_name, required, maximum }
}

const PRIMITIVES: &[Primitive] = &[
    primitive_of("car", "#%prim.car", "car", 1, 1),
    primitive_of("cdr", "#%prim.cdr", "cdr", 1, 1),
    primitive_of("cons", "#%prim.cons", "cons", 2, 2),
    primitive_of("list", "#%prim.list", "list", 0, usize::MAX),
    primitive_of("null?", "#%prim.null?", "null?", 1, 1),
    primitive_of("pair?", "#%prim.pair?", "pair?", 1, 1),
    primitive_of("not", "#%prim.not", "not", 1, 1),
    primitive_of("+", "#%prim.+", "+", 0, usize::MAX),
    primitive_of("-", "#%prim.-", "subtract_primitive", 1, usize::MAX),
];

/// The primitive that Steel calls `steel_name` in its errors.
fn primitive(steel_name: &str) -> Option<SteelVal> {
    PRIMITIVE_VALUES.with_borrow(|values| {
        let found = values.iter().find(|(_, primitive)| {
            primitive.steel_name == steel_name || primitive.name == steel_name
        });
        found.map(|(value, _)| value.clone())
    })
}

/// Scheme name and Steel global of everything in module `(tintype native)`: natives, primitives of
/// Steel's, and the control procedures.
pub fn natives() -> &'static [(&'static str, &'static str)] {
    static ALL: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
        let ours = TABLES.iter().copied().flatten().map(|native| (native.name, native.global));
        let steel = PRIMITIVES.iter().map(|primitive| (primitive.name, primitive.global));
        let control = CONTROL.iter().map(|definition| (definition.name, definition.global));
        ours.chain(steel).chain(control).collect()
    });
    &ALL
}

thread_local! {
    /// Primitives as values, to tell their names.
    static PRIMITIVE_VALUES: RefCell<Vec<(SteelVal, &'static Primitive)>> =
        const { RefCell::new(Vec::new()) };
    /// Natives that the engine knows by another function, by its address.
    static WRAPPED: RefCell<BTreeMap<usize, &'static Native>> =
        const { RefCell::new(BTreeMap::new()) };
}

/// Registers the natives with an engine in which Steel's primitives are there as `#%prim.NAME`.
pub fn install(engine: &mut Engine) {
    if let Ok(cons) = engine.extract_value("#%prim.cons") {
        object::use_cons(&cons);
    }
    let values = PRIMITIVES
        .iter()
        .filter_map(|primitive| Some((engine.extract_value(primitive.global).ok()?, primitive)))
        .collect();
    PRIMITIVE_VALUES.set(values);
    for native in TABLES.iter().copied().flatten() {
        engine.register_value(native.global, SteelVal::FuncV(native.call));
    }
}

/// The native in the engine's variable `global`.
pub fn native(global: &str) -> Option<&'static Native> {
    TABLES.iter().copied().flatten().find(|native| native.global == global)
}

/// Takes note that `value` is how the engine knows a native that needs more than its arguments.
pub fn wrap_native(value: &SteelVal, native: &'static Native) {
    if let SteelVal::BuiltIn(function) = value {
        WRAPPED.with_borrow_mut(|wrapped| wrapped.insert(*function as usize, native));
    }
}

/// The native behind a procedure.
fn native_of(value: &SteelVal) -> Option<&'static Native> {
    static BY_ADDRESS: LazyLock<BTreeMap<usize, &'static Native>> = LazyLock::new(|| {
        let all = TABLES.iter().copied().flatten();
        all.map(|native| (native.call as usize, native)).collect()
    });
    match value {
        SteelVal::FuncV(function) => BY_ADDRESS.get(&(*function as usize)).copied(),
        SteelVal::BuiltIn(function) => {
            WRAPPED.with_borrow(|wrapped| wrapped.get(&(*function as usize)).copied())
        }
        _ => None,
    }
}

/// The primitive of Steel's that a value is.
fn primitive_of_value(value: &SteelVal) -> Option<&'static Primitive> {
    PRIMITIVE_VALUES.with_borrow(|values| {
        let found = values.iter().find(|(known, _)| equality::is_eq(known, value));
        found.map(|(_, primitive)| *primitive)
    })
}

/// How a primitive of Steel's is written.
fn primitive_name(value: &SteelVal) -> String {
    match primitive_of_value(value) {
        Some(found) => print::native_procedure(found.name, found.required, found.maximum),
        None => "#<procedure>".to_string(),
    }
}

/// What a user should read about an error that reached the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncaught {
    /// The text, in Guile's wording.
    pub message: String,
    /// The exception's key, `%exception` for objects without one.
    pub key: String,
    /// `FILE:LINE:COLUMN` that the exception itself carries.
    pub location: Option<String>,
    /// The way out, where Guix's `&fix-hint` tells it.
    pub hint: Option<String>,
    /// Status to exit with, if the program asked to.
    pub exit_status: Option<i32>,
}

/// Takes what was raised with an error that reached the top.
pub fn uncaught(error: &steel::SteelErr) -> Uncaught {
    let payload = take_raised(error);
    Uncaught {
        message: printer::printing(|| describe(&payload)),
        key: display_datum(&condition::key_and_args(&payload).0),
        location: told::location(&payload),
        hint: told::hint(&payload),
        exit_status: exit_status(&payload),
    }
}
