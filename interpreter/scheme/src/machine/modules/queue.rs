//! What running code wants run: references, definitions, forms, files become ready for `%run-queue`.

use std::rc::Rc;

use steel::SteelVal;
use steel::rvals::Result;

use super::super::natives::{fail, misc_error, session, text, thrown};
use super::super::{Kept, Value, syntax};
use super::{is_bound, new_variable, the_module, the_variable};
use crate::core::{Expression, Kind};
use crate::runtime;
use crate::scope::{Global, State};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Span, Symbol, Syntax};

/// Runs a native that makes code ready for the `%run-queue` that follows.
pub(super) fn collecting(
    args: &[SteelVal],
    native: fn(&[SteelVal]) -> Result<SteelVal>,
) -> Result<SteelVal> {
    let session = session()?;
    session.suspend();
    collect(&session, || native(args))
}

/// Fills the queue that was started last; an error takes it away.
fn collect(session: &Session, fill: impl FnOnce() -> Result<SteelVal>) -> Result<SteelVal> {
    let waiting = session.suspensions();
    let outer = session.collecting.replace(true);
    let result = fill();
    session.collecting.set(outer);
    if result.is_err() {
        session.resume_to(waiting - 1);
    }
    result
}

/// `(%queue-reference MODULE NAME MAY-BE-UNBOUND?)`: `#f` if it is unbound and may be.
pub(super) fn queue_reference(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    match session.named_variable(&args[0], &args[1])?.filter(|global| is_bound(global)) {
        Some(global) => {
            session.queue_reference(&global).map_err(|fault| fail(&session, fault))?;
            Ok(SteelVal::BoolV(true))
        }
        None if matches!(args[2], SteelVal::BoolV(true)) => {
            // Nothing will be run.
            session.resume();
            Ok(SteelVal::BoolV(false))
        }
        None => {
            let irritants = vec![args[1].clone(), SteelVal::SymbolV("in".into()), args[0].clone()];
            Err(thrown("misc-error", "No variable named ~S ~S ~S", irritants))
        }
    }
}

pub(super) fn queue_variable(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let global = the_variable(&args[0])?;
    if !is_bound(&global) {
        let message = format!("variable is unbound: {}", runtime::write_datum(&args[0]));
        return Err(misc_error(&message));
    }
    session.queue_reference(&global).map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::Void)
}

/// A value as code.
fn constant(value: &SteelVal) -> Box<Expression> {
    let form = Form::Value(Kept::new(&Value(value.clone())));
    Box::new(Expression::constant(Syntax::new(form, Span::default())))
}

pub(super) fn queue_definition(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let (module, _) = the_module(&args[0])?;
    let global = session.define_global(&module, &Identifier::plain(Symbol::new(text(&args[1]))));
    define(&session, &global, &args[2])
}

fn define(session: &Session, global: &Rc<Global>, value: &SteelVal) -> Result<SteelVal> {
    let code = Expression::new(Kind::Define(global.clone(), constant(value)), Span::default());
    session.queue_code(code, false).map_err(|fault| fail(session, fault))?;
    *global.state.borrow_mut() = State::Defined;
    Ok(SteelVal::Void)
}

pub(super) fn queue_assignment(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let global = the_variable(&args[0])?;
    if !is_bound(&global) {
        return define(&session, &global, &args[1]);
    }
    let code = Kind::SetGlobal(global, constant(&args[1]));
    let queued = session.queue_code(Expression::new(code, Span::default()), false);
    queued.map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::Void)
}

pub(super) fn queue_new_variable(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let global = new_variable()?;
    define(&session, &global, &args[0])?;
    Ok(session.variable_handle(&global))
}

/// `(%queue-eval FORM MODULE)`
pub(super) fn queue_eval(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let (module, _) = the_module(&args[1])?;
    let form = syntax::to_syntax(&args[0], Span::default()).as_code();
    session.run_forms(&module, &[form]).map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::Void)
}

pub(super) fn queue_load(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let path = text(&args[0]);
    match session.load_file(path) {
        None => Err(runtime::no_such_file("open-file", path)),
        Some(loaded) => loaded.map(|()| SteelVal::Void).map_err(|fault| fail(&session, fault)),
    }
}
