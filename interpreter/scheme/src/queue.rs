//! Code that is ready to run, in order, and what waits until code that came up while it ran has run.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use crate::core::Expression;
use crate::diagnostic::Result;
use crate::emit::Unit;
use crate::machine::UnitTable;
use crate::scope::{Definition, Global, State};
use crate::session::Session;
use crate::syntax::Syntax;

impl Session {
    /// Starts a queue of its own for what running code needs at once. Definitions that waited run
    /// first, since it may refer to them; all else goes on waiting until that queue has run.
    pub(crate) fn suspend(&self) {
        let (definitions, waiting): (VecDeque<Unit>, VecDeque<Unit>) =
            self.queue.take().into_iter().partition(|unit| unit.defines.is_some());
        self.queue.replace(definitions);
        self.suspended.borrow_mut().push(waiting);
    }

    /// Runs what is queued already before what comes next, as a queue of its own.
    pub(crate) fn run_queued_first(&self) {
        self.suspended.borrow_mut().push(VecDeque::new());
    }

    /// Goes back to what waited. Procedures that were not set are still to be set, because code that
    /// refers to them exists.
    pub(crate) fn resume(&self) {
        let Some(waiting) = self.suspended.borrow_mut().pop() else { return };
        let left = self.queue.replace(waiting);
        for unit in left.into_iter().rev() {
            self.keep_procedure(unit);
        }
    }

    /// How many queues wait.
    pub(crate) fn suspensions(&self) -> usize {
        self.suspended.borrow().len()
    }

    /// Goes back to the queue that ran when `count` queues waited, after an error.
    pub(crate) fn resume_to(&self, count: usize) {
        while self.suspensions() > count {
            self.resume();
        }
    }

    /// Of code that will not run, procedures go to the front of the queue, variables become pending.
    fn keep_procedure(&self, unit: Unit) {
        match &unit.defines {
            Some(_) if unit.is_procedure => self.queue.borrow_mut().push_front(unit),
            Some(global) => global.forget(unit.definition.clone()),
            None => {}
        }
    }

    /// The text of the next unit for code that is running: first what declares its variables
    /// and constants, then itself. None at the end of a queue, which is then over.
    pub(crate) fn next_text(&self) -> Option<String> {
        self.merge_procedures();
        if self.queue.borrow().is_empty() {
            self.resume();
            return None;
        }
        let mut queue = self.queue.borrow_mut();
        let unit = queue.front_mut()?;
        let undeclared = self.undeclared.take();
        if undeclared.is_empty() && unit.constants.is_empty() {
            let unit = queue.pop_front()?;
            // Whether it has failed is only seen in the end: the error may be caught.
            if let Some(global) = unit.defines.filter(|_| !unit.is_procedure) {
                self.computing(&global, unit.definition);
            }
            return Some(unit.text);
        }
        let mut text = String::new();
        for slot in undeclared {
            text.push_str(&format!("(define {slot} (%unbound-value))\n"));
        }
        for (slot, datum) in unit.constants.drain(..) {
            text.push_str(&format!("(define {slot} (%constant \"{slot}\"))\n"));
            self.constants.borrow_mut().push((slot, datum));
        }
        text.push_str("#t");
        Some(text)
    }

    /// A constant of a unit that running code declares.
    pub(crate) fn take_constant(&self, slot: &str) -> Option<Syntax> {
        let mut constants = self.constants.borrow_mut();
        let index = constants.iter().position(|(name, _)| **name == *slot)?;
        Some(constants.swap_remove(index).1)
    }

    /// Adds code to what is ready to run, after the definitions that it needs.
    pub(crate) fn queue_code(&self, code: Expression, has_value: bool) -> Result<()> {
        let (unit, references) = self.emit(&code, has_value);
        self.require_all(&references)?;
        self.take_waiting(&references);
        self.queue.borrow_mut().push_back(unit);
        Ok(())
    }

    /// Of the definitions that wait for other code to have run, moves those to the front of the queue
    /// that the globals need.
    fn take_waiting(&self, globals: &[Rc<Global>]) {
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

    /// After an error: procedures that wait to be set are still set, because code that refers to
    /// them exists; variables go back to being pending; the rest is dropped.
    pub(crate) fn abandon(&self) {
        for unit in self.queue.take().into_iter().rev() {
            self.keep_procedure(unit);
        }
    }

    /// Makes one unit of all definitions of procedures in the queue, and puts it in front: making
    /// procedures runs nothing, and the engine takes longer over many units than over one.
    fn merge_procedures(&self) {
        let mut queue = self.queue.borrow_mut();
        let is_procedure = |unit: &Unit| unit.is_procedure && unit.defines.is_some();
        if queue.iter().filter(|unit| is_procedure(unit)).nth(1).is_none() {
            return;
        }
        let (procedures, others): (VecDeque<Unit>, VecDeque<Unit>) =
            queue.drain(..).partition(is_procedure);
        *queue = others;
        let mut tables = self.tables.borrow_mut();
        let number = tables.len();
        let mut merged = Unit { number, text: format!(";unit {number}\n"), ..Unit::default() };
        let mut parts = Vec::new();
        for unit in procedures {
            parts.push((merged.text.len() as u32, unit.number));
            merged.text.push_str(&unit.text);
            merged.text.push('\n');
            merged.constants.extend(unit.constants);
            merged.references.extend(unit.references);
            merged.defines = merged.defines.or(unit.defines);
        }
        merged.is_procedure = true;
        tables.push(Rc::new(UnitTable { parts, ..UnitTable::default() }));
        queue.push_front(merged);
    }

    /// The next unit to run, when no code is running.
    pub(crate) fn next_unit(&self) -> Option<Unit> {
        self.merge_procedures();
        self.queue.borrow_mut().pop_front()
    }
}

impl Global {
    /// The value was not computed after all.
    pub(crate) fn forget(&self, definition: Option<Rc<Definition>>) {
        self.complete.set(false);
        *self.state.borrow_mut() = match definition {
            Some(definition) => State::Pending(definition),
            None => State::Unbound,
        };
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
