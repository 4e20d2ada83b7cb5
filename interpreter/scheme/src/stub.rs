//! Procedures of the library that are only passed on, compiled when they are called first.
//!
//! Code that applies a procedure has it compiled before it runs. Where a procedure is just a value
//! (the extension of a service, an argument), a stub stands for it: a procedure with the same
//! parameters that calls it, and has it compiled if it was not yet. A variable stands for the same
//! stub, or for none, wherever it is a value, so that what is `eq?` stays so.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use crate::core::Expression;
use crate::diagnostic::Result;
use crate::emit::Unit;
use crate::expand::Keyword;
use crate::reader::Reader;
use crate::scope::{Definition, DefinitionSource, Global, State};
use crate::session::Session;
use crate::syntax::{Identifier, Span};

/// What a stub is made of.
pub struct Stub {
    /// The procedure.
    target: Rc<Global>,
    /// How many parameters it requires.
    required: usize,
    /// It takes more.
    has_rest: bool,
    /// Where it is defined.
    span: Span,
}

impl Session {
    /// What stands for a variable where it is a value; none if the variable itself does.
    pub(crate) fn stub(&self, global: &Rc<Global>) -> Option<Rc<Global>> {
        global.stub.get_or_init(|| self.make_stub(global)).clone()
    }

    fn make_stub(&self, target: &Rc<Global>) -> Option<Rc<Global>> {
        let State::Pending(definition) = &*target.state.borrow() else { return None };
        let DefinitionSource::Unread(Keyword::Define | Keyword::DefinePublic, span) =
            definition.source
        else {
            return None;
        };
        let (required, has_rest) = self.parameters_at(span)?;
        let stub = self.new_global(&Identifier::plain(target.name));
        let source =
            DefinitionSource::Stub(Stub { target: target.clone(), required, has_rest, span });
        let definition = Definition { source, scope: definition.scope.clone() };
        *stub.state.borrow_mut() = State::Pending(Rc::new(definition));
        Some(stub)
    }

    /// The parameters in `(define (NAME PARAMETER ...) ...)`, of which no more than that is read.
    fn parameters_at(&self, span: Span) -> Option<(usize, bool)> {
        let text = self.sources.borrow().file(span.file)?.text.clone();
        let form = text.get(span.start as usize..)?;
        let keyword = form.find(char::is_whitespace)?;
        let target = keyword + (form[keyword..].len() - form[keyword..].trim_start().len());
        if !form[target..].starts_with('(') {
            return None;
        }
        let target = Reader::at(&text, span.file, span.start as usize + target).read().ok()??;
        let (items, tail) = target.items_and_tail()?;
        let are_names = items.iter().chain(tail).all(|item| item.identifier().is_some());
        are_names.then(|| (items.len() - 1, tail.is_some()))
    }

    /// Emits a stub, in the engine's text.
    pub(crate) fn emit_stub(&self, global: &Rc<Global>, stub: &Stub) {
        let Stub { target, required, has_rest, span } = stub;
        let number = self.stubbed.borrow().len();
        self.stubbed.borrow_mut().push(target.clone());
        self.declare(global);
        self.declare(target);
        let names: String = (0..*required).map(|number| format!(" a{number}")).collect();
        let slot = &target.slot;
        let blanks = vec!["_"; *required].join(" ");
        let shown = match (has_rest, required) {
            (false, _) => format!("({blanks})"),
            (true, 0) => "_".to_owned(),
            (true, _) => format!("({blanks} . _)"),
        };
        let (parameters, call) = match (has_rest, required) {
            (false, _) => (format!("({names})"), format!("({slot}{names})")),
            (true, 0) => ("r".to_owned(), format!("(#%prim.apply {slot} r)")),
            (true, _) => {
                (format!("({names} . r)"), format!("(#%prim.apply {slot} (%spread{names} r))"))
            }
        };
        let (mut unit, _) = self.emit(&Expression::unspecified(*span), false);
        unit.text = format!(
            ";unit {}\n(set! {} (%named (lambda {parameters} (begin (if (%unbound? {slot}) \
             (%load-procedure {number}) #f) {call})) \"{} {shown}\"))",
            unit.number, global.slot, target.name
        );
        unit.is_procedure = true;
        unit.defines = Some(global.clone());
        self.queue.borrow_mut().push_back(unit);
        *global.state.borrow_mut() = State::Defined;
        *global.references.borrow_mut() =
            self.native_global("%load-procedure").into_iter().collect();
    }

    /// Makes ready the procedure behind a stub that is being called, with all that it needs.
    pub(crate) fn load_procedure(&self, number: usize) -> Result<()> {
        let Some(target) = self.stubbed.borrow().get(number).cloned() else { return Ok(()) };
        self.require_all(std::slice::from_ref(&target))?;
        self.take_waiting(std::slice::from_ref(&target));
        Ok(())
    }

    /// Of the definitions that wait for other code to have run, moves those to the front of the queue
    /// that the globals need.
    pub(crate) fn take_waiting(&self, globals: &[Rc<Global>]) {
        let mut suspended = self.suspended.borrow_mut();
        if !suspended.iter().flatten().any(|unit| unit.defines.is_some()) {
            return;
        }
        let needed = reached(globals);
        let is_needed = |unit: &Unit| {
            unit.defines.as_ref().is_some_and(|own| needed.contains(&Rc::as_ptr(own)))
        };
        let mut taken = VecDeque::new();
        for queue in suspended.iter_mut() {
            let (mine, others): (VecDeque<Unit>, VecDeque<Unit>) =
                std::mem::take(queue).into_iter().partition(is_needed);
            *queue = others;
            taken.extend(mine);
        }
        let mut queue = self.queue.borrow_mut();
        taken.append(&mut queue);
        *queue = taken;
    }
}

/// All globals that these refer to, however indirectly, themselves included.
pub(crate) fn reached(globals: &[Rc<Global>]) -> HashSet<*const Global> {
    let mut reached = HashSet::new();
    let mut ahead = globals.to_vec();
    while let Some(global) = ahead.pop() {
        if reached.insert(Rc::as_ptr(&global)) {
            ahead.extend(global.references.borrow().iter().cloned());
        }
    }
    reached
}
