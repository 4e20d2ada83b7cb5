//! Exceptions: how a native procedure raises one, and how its payload travels through Steel, which
//! knows only errors with a text.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use steel::rerrs::ErrorKind;
use steel::rvals::Result;
use steel::{SteelErr, SteelVal};

use super::condition;
use super::describe::describe;
use super::object::{list, peek, string, symbol};
use super::print;

struct Raised {
    /// The text of the Steel error that carries it.
    message: String,
    payload: SteelVal,
}

thread_local! {
    // Never dropped at the end of a thread: destructors of ours reach into Steel's own
    // thread-local tables, which may be gone by then.
    static RAISED: RefCell<ManuallyDrop<Option<Raised>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// The Steel error that carries `payload` to the next handler, or out of the engine.
pub fn raise(payload: SteelVal) -> SteelErr {
    let message = super::printer::plainly(|| describe(&payload));
    let raised = Raised { message: message.clone(), payload };
    let old = RAISED.with(|slot| slot.borrow_mut().replace(raised));
    drop(old);
    SteelErr::new(ErrorKind::Generic, message)
}

/// Raises `payload` again with the place of the error that first carried it.
pub(crate) fn reraise(payload: SteelVal, error: SteelErr) -> SteelErr {
    let raised = Raised { message: message_of(&error), payload };
    let old = RAISED.with(|slot| slot.borrow_mut().replace(raised));
    drop(old);
    error
}

/// The text of a Steel error without the kind in front.
pub(crate) fn message_of(error: &SteelErr) -> String {
    let text = error.to_string();
    let prefix = format!("Error: {:?}: ", error.kind());
    text.strip_prefix(&prefix).map(str::to_string).unwrap_or(text)
}

/// What was raised with `error`: its payload, or for an error of Steel's own the exception that
/// Guile would have raised.
pub fn take_raised(error: &SteelErr) -> SteelVal {
    let message = message_of(error);
    let raised = RAISED.with(|slot| slot.borrow_mut().take());
    match raised {
        Some(raised) if raised.message == message => raised.payload,
        _ => super::engine_error::stands_for(error.kind(), &message),
    }
}

/// The exception for `(throw KEY ARG ...)`.
pub fn thrown(key: &str, args: Vec<SteelVal>) -> SteelVal {
    condition::from_throw(symbol(key), list(args))
}

pub(super) fn throw_payload(
    key: &str,
    origin: &str,
    message: &str,
    irritants: &[SteelVal],
) -> SteelVal {
    let irritants_value =
        if irritants.is_empty() { SteelVal::BoolV(false) } else { list(irritants.to_vec()) };
    thrown(key, vec![string(origin), string(message), irritants_value.clone(), irritants_value])
}

fn error_in(
    key: &str,
    origin: &str,
    message: &str,
    irritants: Vec<SteelVal>,
    data: Vec<SteelVal>,
) -> SteelErr {
    let origin = if origin.is_empty() { SteelVal::BoolV(false) } else { string(origin) };
    raise(thrown(key, vec![origin, string(message), list(irritants), list(data)]))
}

/// `In procedure NAME: Wrong type argument in position N: VALUE`.
pub(crate) fn wrong_type(name: &str, position: usize, value: &SteelVal) -> SteelErr {
    error_in(
        "wrong-type-arg",
        name,
        "Wrong type argument in position ~A: ~S",
        vec![SteelVal::IntV(position as isize), value.clone()],
        vec![value.clone()],
    )
}

/// `In procedure NAME: Wrong type argument in position N (expecting WHAT): VALUE`.
pub(crate) fn expecting(name: &str, position: usize, what: &str, value: &SteelVal) -> SteelErr {
    error_in(
        "wrong-type-arg",
        name,
        "Wrong type argument in position ~A (expecting ~A): ~S",
        vec![SteelVal::IntV(position as isize), string(what), value.clone()],
        vec![value.clone()],
    )
}

/// `In procedure NAME: Wrong type (expecting WHAT): VALUE`.
pub(crate) fn expecting_somewhere(name: &str, what: &str, value: &SteelVal) -> SteelErr {
    error_in(
        "wrong-type-arg",
        name,
        "Wrong type (expecting ~A): ~S",
        vec![string(what), value.clone()],
        vec![value.clone()],
    )
}

/// `In procedure NAME: Wrong type argument: VALUE`.
pub(crate) fn wrong_type_plain(name: &str, value: &SteelVal) -> SteelErr {
    error_in(
        "wrong-type-arg",
        name,
        "Wrong type argument: ~S",
        vec![value.clone()],
        vec![value.clone()],
    )
}

/// `In procedure NAME: Argument N out of range: VALUE`.
pub(crate) fn out_of_range(name: &str, position: usize, value: &SteelVal) -> SteelErr {
    error_in(
        "out-of-range",
        name,
        "Argument ~A out of range: ~S",
        vec![SteelVal::IntV(position as isize), value.clone()],
        vec![value.clone()],
    )
}

/// `Value out of range LOW to< HIGH: VALUE`.
pub(crate) fn not_in_range(low: usize, high: usize, value: &SteelVal) -> SteelErr {
    error_in(
        "out-of-range",
        "",
        "Value out of range ~S to< ~S: ~S",
        vec![SteelVal::IntV(low as isize), SteelVal::IntV(high as isize), value.clone()],
        vec![value.clone()],
    )
}

/// `Numerical overflow` in a procedure.
pub(crate) fn numerical_overflow(name: &str) -> SteelErr {
    raise(throw_payload("numerical-overflow", name, "Numerical overflow", &[]))
}

/// What `(error MESSAGE IRRITANT ...)` raises.
pub(crate) fn misc_error(message: &str, irritants: &[SteelVal]) -> SteelErr {
    let mut args = vec![string(message)];
    args.extend_from_slice(irritants);
    raise(error_payload(&args))
}

/// An error of the named procedure with a template, as C code in Guile raises it.
pub(crate) fn misc_error_in(name: &str, template: &str, irritants: &[SteelVal]) -> SteelErr {
    let arguments = vec![
        if name.is_empty() { SteelVal::BoolV(false) } else { string(name) },
        string(template),
        list(irritants.to_vec()),
        SteelVal::BoolV(false),
    ];
    raise(thrown("misc-error", arguments))
}

/// A failed system call on a file.
pub(crate) fn system_error(name: &str, error: &std::io::Error, path: &str) -> SteelErr {
    system_error_with(name, error, "~A: ~S", &[path])
}

/// A file that is not there.
pub fn no_such_file(name: &str, path: &str) -> SteelErr {
    system_error(name, &std::io::Error::from_raw_os_error(2), path)
}

/// A failed system call on two files.
pub(crate) fn system_error_between(
    name: &str,
    error: &std::io::Error,
    from: &str,
    to: &str,
) -> SteelErr {
    system_error_with(name, error, "~A: ~S, ~S", &[from, to])
}

fn system_error_with(
    name: &str,
    error: &std::io::Error,
    template: &str,
    paths: &[&str],
) -> SteelErr {
    // What is refused without asking the system has the number that the system would give (errno(3)).
    let code = error.raw_os_error().unwrap_or(match error.kind() {
        std::io::ErrorKind::PermissionDenied => 13,
        std::io::ErrorKind::ReadOnlyFilesystem => 30,
        _ => 5,
    });
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text).to_string();
    let mut irritants = vec![string(text)];
    irritants.extend(paths.iter().map(|path| string(*path)));
    raise(thrown(
        "system-error",
        vec![
            string(name),
            string(template),
            list(irritants),
            list(vec![SteelVal::IntV(code as isize)]),
        ],
    ))
}

/// The exception of `(error ARG ...)`: `~A` for a first argument that is a string, `~S` else.
pub(crate) fn error_payload(args: &[SteelVal]) -> SteelVal {
    let mut template = String::new();
    for position in 0..args.len() {
        template.push_str(if position == 0 { "~A" } else { " ~S" });
    }
    thrown(
        "misc-error",
        vec![SteelVal::BoolV(false), string(template), list(args.to_vec()), SteelVal::BoolV(false)],
    )
}

/// A call of a procedure with a number of arguments that it does not take.
pub(crate) fn wrong_number_of_args(procedure: SteelVal) -> SteelErr {
    let arguments = vec![
        SteelVal::BoolV(false),
        string("Wrong number of arguments to ~A"),
        list(vec![procedure]),
        SteelVal::BoolV(false),
    ];
    raise(thrown("wrong-number-of-args", arguments))
}

/// `Wrong number of arguments to WHAT`.
pub fn wrong_number_of_args_to(what: &str) -> SteelErr {
    wrong_number_of_args(string(what))
}

/// `In procedure NAME: Wrong type argument in position N (expecting WHAT): VALUE`, with all but the
/// value in the template: so Guile's compiler raises it for its own instructions.
pub(crate) fn instruction_expecting(
    name: &str,
    position: usize,
    what: &str,
    value: &SteelVal,
) -> SteelErr {
    error_in(
        "wrong-type-arg",
        name,
        &format!("Wrong type argument in position {position} (expecting {what}): ~S"),
        vec![value.clone()],
        vec![value.clone()],
    )
}

/// The same for an index: `Argument N out of range: VALUE`.
pub(crate) fn instruction_out_of_range(name: &str, position: usize, value: &SteelVal) -> SteelErr {
    error_in(
        "out-of-range",
        name,
        &format!("Argument {position} out of range: ~S"),
        vec![value.clone()],
        vec![value.clone()],
    )
}

/// The text of a name given as a string or a symbol.
pub(crate) fn text(value: &SteelVal) -> String {
    match value {
        SteelVal::StringV(text) | SteelVal::SymbolV(text) => text.to_string(),
        other => print::display_datum(other),
    }
}

/// The payload behind the error object that a handler of Steel's receives.
pub fn caught(value: &SteelVal) -> Result<SteelVal> {
    match peek::<SteelErr, _>(value, SteelErr::clone) {
        Some(error) => Ok(take_raised(&error)),
        None => Ok(value.clone()),
    }
}
