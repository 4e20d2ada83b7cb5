//! Procedures and local variables in the engine's text, and the names that procedures are told.

use super::Emitter;
use crate::core::{Expression, Kind, Lambda};
use crate::scope::Local;
use crate::syntax::Symbol;

impl Emitter<'_> {
    pub(super) fn lambda(&mut self, lambda: &Lambda) {
        self.text.push_str("(lambda ");
        match (&lambda.rest, &lambda.parameters[..]) {
            (Some(rest), []) => self.parameter(rest),
            (rest, parameters) => {
                self.text.push('(');
                for (index, parameter) in parameters.iter().enumerate() {
                    if index > 0 {
                        self.text.push(' ');
                    }
                    self.parameter(parameter);
                }
                if let Some(rest) = rest {
                    self.text.push_str(" . ");
                    self.parameter(rest);
                }
                self.text.push(')');
            }
        }
        self.text.push(' ');
        let all = lambda.parameters.iter().chain(&lambda.rest);
        let boxed: Vec<&Local> = all.filter(|parameter| parameter.assigned.get()).collect();
        for parameter in &boxed {
            self.text.push_str(&format!("((lambda ({}) ", parameter.slot));
        }
        self.expression(&lambda.body);
        for parameter in boxed.iter().rev() {
            self.text.push_str(&format!(") (#%prim.box {}*))", parameter.slot));
        }
        self.text.push(')');
    }

    /// A parameter that is assigned to comes under another name, to be put into a box.
    fn parameter(&mut self, local: &Local) {
        self.text.push_str(&local.slot);
        if local.assigned.get() {
            self.text.push('*');
        }
    }

    /// The first value of a variable.
    fn initial(&mut self, local: &Local, value: &Expression) {
        if local.assigned.get() {
            self.text.push_str("(#%prim.box ");
            self.expression(value);
            self.text.push(')');
        } else if let Some(name) = local_name(local) {
            self.named(value, name);
        } else {
            self.expression(value);
        }
    }

    pub(super) fn bindings(&mut self, bindings: &[(Local, Expression)], body: &Expression) {
        self.text.push_str("((lambda (");
        for (index, (local, _)) in bindings.iter().enumerate() {
            if index > 0 {
                self.text.push(' ');
            }
            self.text.push_str(&local.slot);
        }
        self.text.push_str(") ");
        self.expression(body);
        self.text.push(')');
        for (local, value) in bindings {
            self.text.push(' ');
            match wanted_name(local, value) {
                Some((name, _)) => self.told_its_name(value, name),
                None => self.initial(local, value),
            }
        }
        self.text.push(')');
    }

    pub(super) fn recursive(&mut self, steps: &[(Option<Local>, Expression)], body: &Expression) {
        self.text.push_str("((lambda ()");
        for (local, value) in steps {
            self.text.push(' ');
            match local {
                Some(local) => {
                    self.text.push_str("(define ");
                    self.text.push_str(&local.slot);
                    self.text.push(' ');
                    self.initial(local, value);
                    self.text.push(')');
                }
                None => {
                    self.session.note_steps(std::slice::from_ref(value));
                    self.expression(value);
                }
            }
        }
        for (local, value) in steps {
            // Not where it is defined: the engine lets a procedure refer to itself only there.
            if let Some(local) = local
                && let Some((name, lambda)) = wanted_name(local, value)
            {
                self.text.push_str(" (%named ");
                self.text.push_str(&local.slot);
                self.name(name, lambda);
            }
        }
        self.text.push(' ');
        self.expression(body);
        self.text.push_str("))");
    }

    /// An expression whose value gets a name.
    fn named(&mut self, value: &Expression, name: Symbol) {
        let start = self.text.len() as u32;
        self.expression(value);
        if value.is_lambda() {
            self.procedures.push((start, self.text.len() as u32, name));
        }
    }

    /// The same, and a procedure is told its name.
    pub(super) fn told_its_name(&mut self, value: &Expression, name: Symbol) {
        let Kind::Lambda(lambda) = &value.kind else { return self.expression(value) };
        self.text.push_str("(%named ");
        self.named(value, name);
        self.name(name, lambda);
    }

    /// The end of `(%named PROCEDURE "NAME PARAMETERS")`.
    fn name(&mut self, name: Symbol, lambda: &Lambda) {
        self.text.push(' ');
        self.string(&format!("{name} {}", lambda.written.shown()));
        self.text.push(')');
    }
}

/// The name that a procedure is to be told: one that is only ever applied where it is known needs none.
fn wanted_name<'a>(local: &Local, value: &'a Expression) -> Option<(Symbol, &'a Lambda)> {
    let Kind::Lambda(lambda) = &value.kind else { return None };
    let is_wanted = local.passed_on.get() > 0 && !local.assigned.get();
    Some((local_name(local).filter(|_| is_wanted)?, lambda))
}

/// A local variable's name as the user wrote it.
pub(crate) fn local_name(local: &Local) -> Option<Symbol> {
    own_name(&local.slot).map(Symbol::new)
}

/// The same, of its name in the engine.
pub(crate) fn own_name(slot: &str) -> Option<&str> {
    let (_, name) = slot.split_once(':')?;
    (!name.is_empty()).then_some(name)
}
