//! Code that runs while code is running: a transformer, when a program calls `eval` or loads a module.
//!
//! A native cannot call a procedure by itself, but the engine's own `transduce` can, through the
//! context that natives of its kind are given. Natives that may come to need a transformer leave that
//! way open here for as long as they run. The engine loses its place when an error leaves such a
//! call, so `%nested`, which is what is called, catches every error.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

use steel::SteelVal;
use steel::rvals::{FunctionSignature, Result as EngineResult};
use steel::steel_vm::engine::Engine;

use super::Value;
use super::natives::{session, text};
use crate::diagnostic::{Diagnostic, Kind, Result};
use crate::runtime::{self, Held};
use crate::session::Session;

/// Applies a procedure of one argument in the running engine.
type Way<'a> = dyn FnMut(&SteelVal) -> Option<EngineResult<SteelVal>> + 'a;

thread_local! {
    /// The innermost native that runs and can call procedures.
    static WAY: Cell<Option<*mut Way<'static>>> = const { Cell::new(None) };
    /// What is to be called.
    static CALLS: RefCell<Vec<Call>> = const { RefCell::new(Vec::new()) };
    // Never dropped at the end of a thread: destructors of values reach into the engine's own
    // thread-local tables, which may be gone by then.
    static TRANSDUCERS: RefCell<ManuallyDrop<Option<Transducers>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// The engine's procedures that nested calls are made with.
struct Transducers {
    transduce: SteelVal,
    into_list: SteelVal,
    mapping: SteelVal,
}

/// Procedures of an engine that the front end calls.
#[derive(Default)]
pub(crate) struct Tools {
    nested: RefCell<Option<Held>>,
    run_queue: RefCell<Option<Held>>,
}

/// One nested call and how it ended.
struct Call {
    procedure: Held,
    arguments: Held,
    outcome: Option<std::result::Result<Held, Held>>,
}

/// `%nested` calls what waits to be called, and keeps its value or its exception.
pub(super) const NESTED: runtime::Definition = runtime::Definition {
    global: "%nested",
    name: "%nested",
    needs: &[],
    source: "(%keep-tool \"nested\"
  (lambda (ignored)
    ((#%prim.call/cc
       (lambda (escape)
         (#%prim.call-with-exception-handler
           (lambda (error) (escape (lambda () (%nested-failed error))))
           (lambda ()
             ((lambda (result) (lambda () (%nested-done result)))
              (#%prim.apply (%nested-procedure) (%nested-arguments))))))))))",
};

/// Whoever gives a record type a printer needs what printers are called with.
pub(super) const SET_PRINTER: runtime::Definition = runtime::Definition {
    global: "%set-record-printer!",
    name: "%set-record-printer!",
    needs: &["%nested"],
    source: "(lambda (type printer) (%keep-record-printer type printer))",
};

/// So does whoever makes a port of procedures.
pub(super) const CUSTOM_PORT: runtime::Definition = runtime::Definition {
    global: "%make-custom-port",
    name: "%make-custom-port",
    needs: &["%nested"],
    source: "(lambda (id read write position set-position close binary?)
  (%open-custom-port id read write position set-position close binary?))",
};

pub(super) const NATIVES: &[(&str, FunctionSignature)] = &[
    ("%keep-tool", keep),
    ("%nested-procedure", |_| Ok(last(|call| call.procedure.get()))),
    ("%nested-arguments", |_| Ok(last(|call| call.arguments.get()))),
    ("%nested-done", |args| {
        let held = Held::new(args[0].clone());
        last(|call| call.outcome = Some(Ok(held)));
        Ok(SteelVal::Void)
    }),
    ("%nested-failed", |args| {
        let held = Held::new(runtime::caught(&args[0])?);
        last(|call| call.outcome = Some(Err(held)));
        Ok(SteelVal::Void)
    }),
];

/// `(%keep-tool NAME PROCEDURE)`: keeps a procedure that the front end calls.
fn keep(args: &[SteelVal]) -> EngineResult<SteelVal> {
    let session = session()?;
    let place = match text(&args[0]) {
        "nested" => &session.tools.nested,
        _ => &session.tools.run_queue,
    };
    place.replace(Some(Held::new(args[1].clone())));
    Ok(args[1].clone())
}

/// The innermost call.
fn last<T>(look: impl FnOnce(&mut Call) -> T) -> T {
    CALLS.with_borrow_mut(|calls| look(calls.last_mut().expect("%nested runs in a call only")))
}

/// Makes nested calls possible.
pub(super) fn install(engine: &mut Engine) {
    let modules = engine.builtin_modules().clone();
    runtime::call_printers_by(print);
    let Some(module) = modules.get("steel/transducers") else { return };
    let transducers = Transducers {
        transduce: module.get("transduce".to_owned()),
        into_list: module.get("into-list".to_owned()),
        mapping: module.get("mapping".to_owned()),
    };
    TRANSDUCERS.replace(ManuallyDrop::new(Some(transducers)));
}

/// A native that may need to call procedures: `$native` with the way to do so open.
macro_rules! calling {
    ($native:expr) => {
        steel::SteelVal::BuiltIn(|context, args| {
            let mut way = |procedure: &steel::SteelVal| {
                let (transduce, arguments) = $crate::machine::nested::transduction(procedure)?;
                match transduce {
                    steel::SteelVal::BuiltIn(transduce) => transduce(context, &arguments),
                    _ => None,
                }
            };
            Some($crate::machine::nested::with_way(&mut way, || $native(args)))
        })
    };
}
pub(super) use calling;

/// `(transduce '(#f) (mapping PROCEDURE) (into-list))`
pub(super) fn transduction(procedure: &SteelVal) -> Option<(SteelVal, [SteelVal; 3])> {
    let apply = |tool: &SteelVal, arguments: &[SteelVal]| match tool {
        SteelVal::FuncV(tool) => tool(arguments).ok(),
        other => Some(other.clone()),
    };
    TRANSDUCERS.with_borrow(|transducers| {
        let Transducers { transduce, into_list, mapping } = transducers.as_ref()?;
        let transducer = apply(mapping, std::slice::from_ref(procedure))?;
        let reducer = apply(into_list, &[])?;
        let list = SteelVal::ListV(vec![SteelVal::BoolV(false)].into());
        Some((transduce.clone(), [list, transducer, reducer]))
    })
}

/// Runs `work` while procedures can be called that way.
pub(super) fn with_way<T>(way: &mut Way, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<*mut Way<'static>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            WAY.set(self.0);
        }
    }
    let way: *mut Way = way;
    // SAFETY: only the lifetime changes. The pointer is taken back when `work` is over, and what it
    // points to is borrowed until then.
    let way = unsafe { std::mem::transmute::<*mut Way<'_>, *mut Way<'static>>(way) };
    let _restore = Restore(WAY.replace(Some(way)));
    work()
}

/// Runs what is ready; the value of the last unit.
pub(crate) fn run_nested(session: &Session) -> Result<Value> {
    let runner = session.tools.run_queue.borrow().as_ref().map(Held::get);
    let Some(runner) = runner else { return Err(impossible()) };
    apply_nested(session, &Value(runner), &[Value(SteelVal::BoolV(false))])
}

/// Applies a procedure while code is running.
pub(crate) fn apply_nested(
    session: &Session,
    procedure: &Value,
    arguments: &[Value],
) -> Result<Value> {
    let arguments = arguments.iter().map(|argument| argument.0.clone()).collect();
    match apply(session, &procedure.0, arguments) {
        Ok(Ok(value)) => Ok(Value(value)),
        Ok(Err(payload)) => {
            let message = runtime::describe(&payload);
            *session.payload.borrow_mut() = Some(super::Kept::new(&Value(payload)));
            Err(Diagnostic::new(Kind::Runtime, message).into())
        }
        Err(error) => Err(error),
    }
}

/// Applies a procedure: its value or what it raised, or why it could not be applied.
fn apply(
    session: &Session,
    procedure: &SteelVal,
    arguments: Vec<SteelVal>,
) -> Result<std::result::Result<SteelVal, SteelVal>> {
    let nested = session.tools.nested.borrow().as_ref().map(Held::get);
    let (Some(nested), Some(way)) = (nested, WAY.take()) else { return Err(impossible()) };
    CALLS.with_borrow_mut(|calls| {
        calls.push(Call {
            procedure: Held::new(procedure.clone()),
            arguments: Held::new(SteelVal::ListV(arguments.into())),
            outcome: None,
        });
    });
    let extent = runtime::DynamicExtent::enter();
    // SAFETY: `with_way` put it there and has not returned; it was taken out, so nobody else uses it.
    let called = unsafe { (*way)(&nested) };
    drop(extent);
    WAY.set(Some(way));
    let outcome = CALLS.with_borrow_mut(Vec::pop).and_then(|call| call.outcome);
    match (outcome, called) {
        (Some(Ok(value)), _) => Ok(Ok(value.get())),
        (Some(Err(payload)), _) => Ok(Err(payload.get())),
        (None, Some(Err(error))) => Err(Diagnostic::new(Kind::Internal, error.to_string()).into()),
        (None, _) => Err(impossible()),
    }
}

/// Calls a record's printer, where that is possible.
fn print(
    printer: &SteelVal,
    arguments: &[SteelVal],
) -> Option<std::result::Result<SteelVal, SteelVal>> {
    apply(session().ok()?.as_ref(), printer, arguments.to_vec()).ok()
}

fn impossible() -> crate::diagnostic::Fault {
    let message = "a macro's procedure cannot be called from here";
    Diagnostic::new(Kind::Internal, message).into()
}
