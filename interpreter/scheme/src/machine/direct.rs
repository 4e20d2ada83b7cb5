//! Values that need no compiling: constants, variables, and calls of procedures with these. Most
//! variables of the library have such a value, and the engine's compiler takes longer over the
//! smallest text than over running it.

use steel::SteelVal;
use steel::rvals::Result;

use super::{Machine, natives, value};
use crate::core::{Expression, Kind};
use crate::session::Session;

impl Machine {
    /// The value of an expression that [`Session::is_direct`]; none if a variable is not bound.
    pub(super) fn direct(&mut self, code: &Expression) -> Result<Option<SteelVal>> {
        match &code.kind {
            Kind::Constant(datum) => value::from_syntax(datum).map(Some),
            Kind::Unspecified => Ok(Some(SteelVal::Void)),
            Kind::Native(name) => self.engine.extract_value(name).map(Some),
            Kind::Global(global) => {
                let value = self.engine.extract_value(&global.slot)?;
                Ok(Some(value).filter(|value| !natives::is_unbound(value)))
            }
            Kind::Call(procedure, arguments) => {
                let Some(procedure) = self.direct(procedure)? else { return Ok(None) };
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    match self.direct(argument)? {
                        Some(value) => values.push(value),
                        None => return Ok(None),
                    }
                }
                match procedure {
                    SteelVal::FuncV(native) => native(&values).map(Some),
                    procedure => self.engine.call_function_with_args(procedure, values).map(Some),
                }
            }
            _ => Ok(None),
        }
    }
}

impl Session {
    /// An expression whose value can be had without compiling it.
    pub(crate) fn is_direct(&self, code: &Expression) -> bool {
        match &code.kind {
            Kind::Constant(_) | Kind::Unspecified | Kind::Native(_) => true,
            Kind::Global(global) => !global.may_be_unbound(),
            Kind::Call(procedure, arguments) => {
                let is_procedure = match &procedure.kind {
                    Kind::Global(global) => !global.may_be_unbound(),
                    Kind::Native(_) => true,
                    _ => false,
                };
                is_procedure
                    && !crate::emit::is_special(procedure, arguments.len())
                    && arguments.iter().all(|argument| self.is_direct(argument))
            }
            _ => false,
        }
    }
}
