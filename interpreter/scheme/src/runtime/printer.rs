//! Printers of records: procedures of programs that `write` and `display` call.
//!
//! Natives call no procedures by themselves: whoever runs them gives the way to do so here. A printer's
//! exception is kept until the native that prints ends.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::misc_error;
use super::object::Held;
use super::port::{string_port, written};
use super::record::{descriptor, type_of};
use super::registry::internals;

/// Applies a procedure to arguments: its value, or what it raised; nothing where that cannot be done now.
pub type Apply = fn(&SteelVal, &[SteelVal]) -> Option<std::result::Result<SteelVal, SteelVal>>;

/// Printers within printers, before that is taken for an endless printer.
const DEEPEST: usize = 100;

thread_local! {
    static APPLY: Cell<Option<Apply>> = const { Cell::new(None) };
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    // Never dropped at the end of a thread, as in `exception`.
    static FAILURE: RefCell<ManuallyDrop<Option<Held>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Says how natives that print call procedures.
pub fn call_printers_by(apply: Apply) {
    APPLY.set(Some(apply));
}

/// Applies a procedure of a program: its value or what it raised; nothing where that cannot be done now.
pub(crate) fn apply(
    procedure: &SteelVal,
    arguments: &[SteelVal],
) -> Option<std::result::Result<SteelVal, SteelVal>> {
    APPLY.get().and_then(|apply| apply(procedure, arguments))
}

/// Runs a native that prints. What a printer raised, it raises.
pub fn print_with(native: impl FnOnce() -> Result<SteelVal>) -> Result<SteelVal> {
    let result = native();
    match FAILURE.with_borrow_mut(|failure| failure.take()) {
        Some(payload) => Err(super::raise(payload.get())),
        None => result,
    }
}

/// Prints without any printer of a program's: what is printed is on its way to a handler.
pub(crate) fn plainly<T>(print: impl FnOnce() -> T) -> T {
    let apply = APPLY.take();
    let printed = print();
    APPLY.set(apply);
    printed
}

/// Prints for people who are told what went wrong: what a printer raises meanwhile is not told.
pub(crate) fn printing<T>(print: impl FnOnce() -> T) -> T {
    let printed = print();
    let failure = FAILURE.with_borrow_mut(|failure| failure.take());
    drop(failure);
    printed
}

/// Whether a printer has failed: then what it was called for is not written.
pub(crate) fn has_failed() -> bool {
    FAILURE.with_borrow(|failure| failure.is_some())
}

fn fail(payload: SteelVal) {
    FAILURE.with_borrow_mut(|failure| {
        failure.get_or_insert_with(|| Held::new(payload));
    });
}

/// What the printer of a record's type makes of it, if it has one that can be called.
pub(crate) fn printed(record: &SteelVal) -> Option<String> {
    let printer = type_of(record)?.printer.borrow().as_ref()?.get();
    if has_failed() {
        return None;
    }
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        let error = misc_error("a record's printer prints records for ever", &[]);
        fail(super::exception::take_raised(&error));
        return None;
    }
    DEPTH.set(depth + 1);
    let port = string_port().ok()?;
    let outcome = apply(&printer, &[record.clone(), port.clone()]);
    DEPTH.set(depth);
    match outcome? {
        Ok(_) => written(&port),
        Err(payload) => {
            fail(payload);
            None
        }
    }
}

/// `(%keep-record-printer TYPE PRINTER)`.
fn set_printer(args: &[SteelVal]) -> Result<SteelVal> {
    let record_type = descriptor("set-record-type-printer!", 1, &args[0])?;
    let printer = match &args[1] {
        SteelVal::BoolV(false) => None,
        printer => Some(Held::new(printer.clone())),
    };
    let old = record_type.printer.replace(printer);
    drop(old);
    Ok(SteelVal::Void)
}

internals! { INTERNAL_TABLE:
    "%keep-record-printer" 2 => set_printer;
}
