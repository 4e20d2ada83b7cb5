//! The engine: the only place besides `runtime` that knows Steel. Makes an engine without Steel's
//! own macros and prelude, declares variables, runs units, and leads errors back to the user's text.

mod direct;
mod fault;
mod interrupt;
mod lower;
mod modules;
mod natives;
mod nested;
mod syntax;
mod value;

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::rc::{Rc, Weak};

use steel::SteelVal;
use steel::rvals::Result as EngineResult;
use steel::steel_vm::engine::Engine;

use crate::diagnostic::{Diagnostic, Kind};
use crate::emit::{Mapping, Unit};
use crate::runtime;
use crate::session::Session;
use crate::syntax::{Span, Symbol};

pub use interrupt::Interrupt;
pub use natives::{control, native_names};
pub(crate) use nested::{Tools, apply_nested, run_nested};
pub use value::{Kept, Value};

/// What a unit's text stands for.
#[derive(Default)]
pub struct UnitTable {
    /// Ranges of the text.
    pub mappings: Vec<Mapping>,
    /// The form that the unit was made from.
    pub span: Span,
    /// Ranges of the text that are procedures, with their names.
    pub procedures: Vec<(u32, u32, Symbol)>,
    /// Of several units in one: where the text of each begins, and its number.
    pub parts: Vec<(u32, usize)>,
}

impl UnitTable {
    /// Of several units, that which `at` is in: where it begins, and its number.
    fn part_at(&self, at: u32) -> Option<(u32, usize)> {
        self.parts.iter().copied().rev().find(|(start, _)| *start <= at)
    }
}

/// Modules of Steel whose procedures are available as `#%prim.NAME`.
const PRIMITIVE_MODULES: [&str; 8] = [
    "steel/lists",
    "steel/numbers",
    "steel/ord",
    "steel/identity",
    "steel/equality",
    "steel/meta",
    "steel/constants",
    "steel/vectors",
];

/// The engine and what it was told.
pub struct Machine {
    engine: Engine,
    interrupt: Interrupt,
    carrier: Option<lower::Carrier>,
}

thread_local! {
    /// The session whose code is running, for natives that call back into the front end.
    static RUNNING: RefCell<Vec<Weak<Session>>> = const { RefCell::new(Vec::new()) };
}

impl Machine {
    /// An engine with the primitives and the runtime library.
    pub fn new() -> Machine {
        set_up_steel();
        let mut engine = Engine::new_raw_no_kernel();
        steel::steel_vm::primitives::register_builtin_modules(&mut engine, false);
        let mut primitives: Vec<(String, SteelVal)> = Vec::new();
        let modules = engine.builtin_modules().clone();
        for name in PRIMITIVE_MODULES {
            let Some(module) = modules.get(name) else { continue };
            for identifier in module.bound_identifiers() {
                if let SteelVal::StringV(name) = &identifier {
                    let value = module.get(name.to_string());
                    primitives.push((name.to_string(), value));
                }
            }
        }
        primitives.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, value) in primitives {
            engine.register_value(&format!("#%prim.{name}"), value);
        }
        runtime::install(&mut engine);
        natives::install(&mut engine);
        nested::install(&mut engine);
        engine.register_value(lower::UNIT, SteelVal::Void);
        let interrupt = Interrupt::new(engine.get_thread_state_controller());
        Machine { engine, interrupt, carrier: lower::Carrier::new() }
    }

    /// What stops it.
    pub(crate) fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Gives a variable its value.
    pub(crate) fn define(&mut self, slot: &str, value: &Value) {
        self.engine.register_value(slot, value.0.clone());
    }

    /// A variable has a value.
    pub(crate) fn has_value(&self, slot: &str) -> bool {
        self.engine.extract_value(slot).is_ok_and(|value| !natives::is_unbound(&value))
    }

    /// Runs a unit; its value, if it has one.
    pub(crate) fn run(
        &mut self,
        session: &Session,
        unit: Unit,
    ) -> Result<Option<Value>, Diagnostic> {
        for slot in session.undeclared.take() {
            self.engine.register_value(&slot, natives::unbound_value());
        }
        let extent = runtime::DynamicExtent::enter();
        let waiting = session.suspensions();
        let number = unit.number;
        let run = AssertUnwindSafe(|| {
            if let Some((global, code)) = &unit.direct
                && let Some(value) = self.direct(code)?
            {
                self.engine.update_value(&global.slot, value);
                return Ok(Vec::new());
            }
            for (slot, datum) in &unit.constants {
                self.engine.register_value(slot, value::from_syntax(datum)?);
            }
            self.run_text(&unit.text, number)
        });
        let result = std::panic::catch_unwind(run);
        drop(extent);
        session.resume_to(waiting);
        match result {
            Ok(Ok(values)) => Ok(values.into_iter().last().map(Value)),
            Ok(Err(error)) => Err(self.explain(session, &error, number)),
            Err(panic) => {
                let what = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or(panic.downcast_ref::<&str>().copied())
                    .unwrap_or("unknown");
                let message = format!("the engine failed: {what}");
                Err(session.locate_unit(Diagnostic::new(Kind::Internal, message), number))
            }
        }
    }

    /// Runs a unit's text; its values.
    fn run_text(&mut self, text: &str, number: usize) -> EngineResult<Vec<SteelVal>> {
        let lowered = self.carrier.as_ref().and_then(|carrier| {
            let code = lower::lower(text, number)?;
            carrier.load(&code).ok()
        });
        let Some(path) = lowered else {
            return self.engine.compile_and_run_raw_program(text.to_owned());
        };
        self.interrupt.put_off(|| self.engine.load_from_expanded_file(path));
        let unit = self.engine.extract_value(lower::UNIT)?;
        self.engine.call_function_with_args(unit, Vec::new()).map(|value| vec![value])
    }

    /// Applies a procedure.
    pub(crate) fn call(
        &mut self,
        session: &Session,
        procedure: &Value,
        arguments: &[Value],
    ) -> Result<Value, Diagnostic> {
        let arguments = arguments.iter().map(|argument| argument.0.clone()).collect();
        let extent = runtime::DynamicExtent::enter();
        let waiting = session.suspensions();
        let procedure = procedure.0.clone();
        let run = AssertUnwindSafe(|| self.engine.call_function_with_args(procedure, arguments));
        let result = std::panic::catch_unwind(run);
        drop(extent);
        session.resume_to(waiting);
        match result {
            Ok(Ok(value)) => Ok(Value(value)),
            Ok(Err(error)) => Err(self.explain(session, &error, usize::MAX)),
            Err(_) => Err(Diagnostic::new(Kind::Internal, "the engine failed")),
        }
    }
}

/// What Steel takes from the environment. It makes a directory in the user's home, and complains where it
/// cannot, unless it is told of one that exists. Lifting closures takes longer than it saves.
fn set_up_steel() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: nothing here or in Steel reads the environment through C while the first engine
        // is being made.
        unsafe {
            std::env::set_var("STEEL_HOME", "/");
            std::env::set_var("STEEL_CLOSURE_LIFTING", "false");
        }
    });
}

/// Makes a session known to natives while `run` runs.
pub(crate) fn with_session<T>(session: &Rc<Session>, run: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            RUNNING.with_borrow_mut(|running| running.pop());
        }
    }
    RUNNING.with_borrow_mut(|running| running.push(Rc::downgrade(session)));
    let _leave = Leave;
    run()
}

/// The session whose code is running.
pub(crate) fn running_session() -> Option<Rc<Session>> {
    RUNNING.with_borrow(|running| running.last().and_then(Weak::upgrade))
}
