//! Running what is ready, be it while other code runs.

use std::rc::Rc;

use super::{Computing, Session};
use crate::core::Expression;
use crate::diagnostic::{Fault, Result};
use crate::machine::{self, Machine, Value};
use crate::scope::{Definition, Global, State};

impl Session {
    /// Runs what is ready, unless the engine is already running: then the code that called back
    /// takes it from the queue itself.
    pub(crate) fn flush(&self) -> Result<()> {
        // What a transformer evaluates is run even so.
        if self.is_checking() && self.suspensions() == 0 {
            // Definitions wait: a transformer may need them.
            self.queue.borrow_mut().retain(|unit| unit.defines.is_some());
            return Ok(());
        }
        match self.machine.try_borrow_mut() {
            Ok(mut machine) => self.run_ready(&mut machine),
            Err(_) => Ok(()),
        }
    }

    fn run_ready(&self, machine: &mut Machine) -> Result<()> {
        let result = self.run_units(machine);
        // Of those whose values were being computed, some may have none: an error, caught or not.
        for Computing { global, definition } in self.computing.take() {
            if machine.has_value(&global.slot) {
                *global.state.borrow_mut() = State::Defined;
            } else {
                global.forget(definition);
            }
        }
        result
    }

    /// Notes that code which is ready will give a variable its value, unless that fails; then it has that
    /// definition, if any.
    pub(crate) fn computing(&self, global: &Rc<Global>, definition: Option<Rc<Definition>>) {
        *global.state.borrow_mut() = State::InProgress;
        self.computing.borrow_mut().push(Computing { global: global.clone(), definition });
    }

    fn run_units(&self, machine: &mut Machine) -> Result<()> {
        while let Some(unit) = self.next_unit() {
            let has_value = unit.has_value;
            let defined = unit.defines.clone();
            let value = machine.run(self, unit).map_err(|diagnostic| {
                let diagnostic = match defined {
                    Some(defined) => self.blame(diagnostic, &defined),
                    None => diagnostic,
                };
                self.abandon();
                Fault::from(diagnostic)
            })?;
            if has_value {
                *self.last_value.borrow_mut() = value;
            }
        }
        Ok(())
    }

    /// Runs an expression now, after what is ready, and gives its value.
    pub(crate) fn evaluate_now(&self, code: Expression) -> Result<Value> {
        let before = self.last_value.take();
        let is_running = self.machine.try_borrow_mut().is_err();
        let result = match is_running {
            false => self.queue_code(code, true).and_then(|()| {
                self.run_ready(&mut self.machine.borrow_mut())?;
                Ok(self.last_value.take().unwrap_or_else(Value::unspecified))
            }),
            true => {
                // What a native has queued so far may define what the code needs.
                let collected = self.collecting.replace(false);
                if collected {
                    self.run_queued_first()
                } else {
                    self.suspend()
                }
                let waiting = self.suspensions();
                let result = self.queue_code(code, true).and_then(|()| machine::run_nested(self));
                self.resume_to(waiting - 1);
                self.collecting.set(collected);
                result
            }
        };
        *self.last_value.borrow_mut() = before;
        result
    }

    /// Applies a procedure now, whether code is running or not.
    pub(crate) fn apply_now(&self, procedure: &Value, arguments: &[Value]) -> Result<Value> {
        match self.machine.try_borrow_mut() {
            Ok(mut machine) => Ok(machine.call(self, procedure, arguments)?),
            Err(_) => machine::apply_nested(self, procedure, arguments),
        }
    }
}
