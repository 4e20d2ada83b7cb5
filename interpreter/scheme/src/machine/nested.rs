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
    // Values are never dropped at the end of a thread: their destructors reach into the engine's own
    // thread-local tables, which may be gone by then.
    static TOOLS: ManuallyDrop<Tools> = const {
        ManuallyDrop::new(Tools {
            transduce: RefCell::new(None),
            into_list: RefCell::new(None),
            mapping: RefCell::new(None),
            nested: RefCell::new(None),
            runner: RefCell::new(None),
        })
    };
}

/// What nested calls are made with.
struct Tools {
    transduce: RefCell<Option<SteelVal>>,
    into_list: RefCell<Option<SteelVal>>,
    mapping: RefCell<Option<SteelVal>>,
    /// The procedure `%nested`.
    nested: RefCell<Option<Held>>,
    /// The procedure `%run-queue`.
    runner: RefCell<Option<Held>>,
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
    source: "(%keep-nested
  (lambda (ignored)
    ((#%prim.call/cc
       (lambda (escape)
         (#%prim.call-with-exception-handler
           (lambda (error) (escape (lambda () (%nested-failed error))))
           (lambda ()
             ((lambda (result) (lambda () (%nested-done result)))
              (#%prim.apply (%nested-procedure) (%nested-arguments))))))))))",
};

pub(super) const NATIVES: &[(&str, FunctionSignature)] = &[
    ("%keep-nested", |args| Ok(keep(&args[0], |tools| &tools.nested))),
    ("%keep-runner", |args| Ok(keep(&args[0], |tools| &tools.runner))),
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

fn keep(procedure: &SteelVal, place: fn(&Tools) -> &RefCell<Option<Held>>) -> SteelVal {
    let held = Held::new(procedure.clone());
    TOOLS.with(|tools| place(tools).replace(Some(held)));
    procedure.clone()
}

/// The innermost call.
fn last<T>(look: impl FnOnce(&mut Call) -> T) -> T {
    CALLS.with_borrow_mut(|calls| look(calls.last_mut().expect("%nested runs in a call only")))
}

/// Makes nested calls possible.
pub(super) fn install(engine: &mut Engine) {
    let modules = engine.builtin_modules().clone();
    let module = modules.get("steel/transducers");
    let tool = |name: &str| module.as_ref().map(|module| module.get(name.to_owned()));
    TOOLS.with(|tools| {
        tools.transduce.replace(tool("transduce"));
        tools.into_list.replace(tool("into-list"));
        tools.mapping.replace(tool("mapping"));
    });
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
    TOOLS.with(|tools| {
        let apply = |tool: &RefCell<Option<SteelVal>>, arguments: &[SteelVal]| match &*tool.borrow()
        {
            Some(SteelVal::FuncV(tool)) => tool(arguments).ok(),
            other => other.clone(),
        };
        let transducer = apply(&tools.mapping, std::slice::from_ref(procedure))?;
        let reducer = apply(&tools.into_list, &[])?;
        let list = SteelVal::ListV(vec![SteelVal::BoolV(false)].into());
        Some((tools.transduce.borrow().clone()?, [list, transducer, reducer]))
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
    let runner = TOOLS.with(|tools| tools.runner.borrow().as_ref().map(Held::get));
    let Some(runner) = runner else { return Err(impossible()) };
    apply_nested(session, &Value(runner), &[Value(SteelVal::BoolV(false))])
}

/// Applies a procedure while code is running.
pub(crate) fn apply_nested(
    session: &Session,
    procedure: &Value,
    arguments: &[Value],
) -> Result<Value> {
    let nested = TOOLS.with(|tools| tools.nested.borrow().as_ref().map(Held::get));
    let (Some(nested), Some(way)) = (nested, WAY.take()) else { return Err(impossible()) };
    let arguments = arguments.iter().map(|argument| argument.0.clone()).collect();
    CALLS.with_borrow_mut(|calls| {
        calls.push(Call {
            procedure: Held::new(procedure.0.clone()),
            arguments: Held::new(SteelVal::ListV(arguments)),
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
        (Some(Ok(value)), _) => Ok(Value(value.get())),
        (Some(Err(payload)), _) => {
            let message = runtime::describe(payload.peek());
            *session.payload.borrow_mut() = Some(super::Kept::new(&Value(payload.get())));
            Err(Diagnostic::new(Kind::Runtime, message).into())
        }
        (None, Some(Err(error))) => Err(Diagnostic::new(Kind::Internal, error.to_string()).into()),
        (None, _) => Err(impossible()),
    }
}

fn impossible() -> crate::diagnostic::Fault {
    let message = "a macro's procedure cannot be called from here";
    Diagnostic::new(Kind::Internal, message).into()
}
