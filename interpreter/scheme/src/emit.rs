//! Core forms to the engine's text, with a table that leads from ranges of that text back to
//! places in the user's files.

mod binding;

use std::rc::Rc;

pub(crate) use binding::{local_name, own_name};

use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Kind as FaultKind};
use crate::expand::is_plain;
use crate::machine::UnitTable;
use crate::scope::{Definition, Global, State};
use crate::session::Session;
use crate::syntax::{Form, Number, Span, Symbol, Syntax};

/// A piece of code for the engine.
#[derive(Default)]
pub struct Unit {
    /// Its text; the first line is a comment with its number.
    pub text: String,
    /// Number of its table.
    pub number: usize,
    /// Constants that cannot be written in the engine's text, by engine name.
    pub constants: Vec<(Rc<str>, Syntax)>,
    /// Its value is the value of a form that the user wrote.
    pub has_value: bool,
    /// What it defines, if it is a definition that was pending.
    pub defines: Option<Rc<Global>>,
    /// What it refers to.
    pub references: Vec<Rc<Global>>,
    /// The definition is of a procedure.
    pub is_procedure: bool,
    /// The definition, should it fail.
    pub definition: Option<Rc<Definition>>,
    /// The variable and its value, where that needs no compiling.
    pub direct: Option<(Rc<Global>, Expression)>,
}

/// A range of a unit's text and the form that it stands for.
pub struct Mapping {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// The form.
    pub span: Span,
    /// What is applied there, as the user wrote it.
    pub operator: Option<Symbol>,
}

struct Emitter<'a> {
    session: &'a Session,
    text: String,
    mappings: Vec<Mapping>,
    procedures: Vec<(u32, u32, Symbol)>,
    references: Vec<Rc<Global>>,
    constants: Vec<(Rc<str>, Syntax)>,
}

impl Session {
    /// The text of a core form, and the globals that it refers to.
    pub(crate) fn emit(&self, code: &Expression, has_value: bool) -> (Unit, Vec<Rc<Global>>) {
        let number = self.tables.borrow().len();
        let mut emitter = Emitter {
            session: self,
            text: format!(";unit {number}\n"),
            mappings: Vec::new(),
            procedures: Vec::new(),
            references: Vec::new(),
            constants: Vec::new(),
        };
        emitter.expression(code);
        let Emitter { text, mappings, procedures, references, constants, .. } = emitter;
        let table = UnitTable { mappings, span: code.span, procedures, parts: Vec::new() };
        self.tables.borrow_mut().push(Rc::new(table));
        let unit = Unit {
            text,
            number,
            constants,
            has_value,
            references: references.clone(),
            ..Unit::default()
        };
        (unit, references)
    }
}

impl Emitter<'_> {
    fn expression(&mut self, code: &Expression) {
        let start = self.text.len() as u32;
        let mut operator = None;
        match &code.kind {
            Kind::Constant(datum) => self.constant(datum),
            Kind::Unspecified => self.text.push_str("#%prim.void"),
            Kind::Local(local) if local.assigned.get() => {
                self.text.push_str("(#%prim.unbox ");
                self.text.push_str(&local.slot);
                self.text.push(')');
            }
            Kind::Local(local) => self.text.push_str(&local.slot),
            Kind::Global(global) => self.global(global),
            Kind::Free(module, identifier) => self.free(module, identifier, code.span),
            Kind::Native(name) => self.text.push_str(name),
            Kind::If(test, then, otherwise) => self.form("if", &[test, then, otherwise]),
            Kind::Lambda(lambda) => self.lambda(lambda),
            Kind::Call(procedure, arguments) => {
                operator = operator_name(procedure);
                match &arguments[..] {
                    [applied, arguments @ ..] if is_apply(procedure) && !arguments.is_empty() => {
                        self.application(applied, arguments);
                    }
                    arguments => self.call(procedure, arguments),
                }
            }
            Kind::Let(bindings, body) => self.bindings(bindings, body),
            Kind::Recursive(steps, body) => self.recursive(steps, body),
            Kind::Sequence(steps) => {
                self.text.push_str("(begin");
                self.session.note_steps(steps.split_last().map_or(&[], |(_, steps)| steps));
                for step in steps {
                    self.text.push(' ');
                    self.expression(step);
                }
                self.text.push(')');
            }
            Kind::SetLocal(local, value) => self.assign("#%prim.set-box!", &local.slot, value),
            Kind::SetGlobal(global, value) => {
                // Guile refuses to set what is not defined.
                if global.may_be_unbound() {
                    self.text.push_str("(begin ");
                    self.global(global);
                    self.text.push(' ');
                    self.assign("set!", &global.slot, value);
                    self.text.push(')');
                } else {
                    self.note(global);
                    self.assign("set!", &global.slot, value);
                }
            }
            Kind::Define(global, value) => {
                self.session.declare(global);
                self.text.push_str("(set! ");
                self.text.push_str(&global.slot);
                self.text.push(' ');
                self.told_its_name(value, global.name);
                self.text.push(')');
            }
        }
        let end = self.text.len() as u32;
        self.mappings.push(Mapping { start, end, span: code.span, operator });
    }

    fn call(&mut self, procedure: &Expression, arguments: &[Expression]) {
        self.text.push('(');
        match miscounted_primitive(procedure, arguments.len()) {
            Some(native) => self.text.push_str(native),
            None => self.expression(procedure),
        }
        for argument in arguments {
            self.text.push(' ');
            self.expression(argument);
        }
        self.text.push(')');
    }

    /// `(apply PROCEDURE ARGUMENT ... LIST)`. The engine's `apply` gets one list: it puts arguments in
    /// front of a list that is the rest of another one in the wrong place.
    fn application(&mut self, procedure: &Expression, arguments: &[Expression]) {
        let arguments: Vec<&Expression> = arguments.iter().collect();
        self.text.push_str("(#%prim.apply ");
        self.expression(procedure);
        self.text.push(' ');
        match arguments[..] {
            [list] => self.expression(list),
            _ => self.form("%spread", &arguments),
        }
        self.text.push(')');
    }

    fn form(&mut self, keyword: &str, parts: &[&Expression]) {
        self.text.push('(');
        self.text.push_str(keyword);
        for part in parts {
            self.text.push(' ');
            self.expression(part);
        }
        self.text.push(')');
    }

    /// An assignment has no value; the engine's `set!` gives the old one.
    fn assign(&mut self, setter: &str, slot: &str, value: &Expression) {
        self.text.push_str("(begin (");
        self.text.push_str(setter);
        self.text.push(' ');
        self.text.push_str(slot);
        self.text.push(' ');
        self.expression(value);
        self.text.push_str(") #%prim.void)");
    }

    fn note(&mut self, global: &Rc<Global>) {
        self.session.declare(global);
        global.referenced.set(true);
        if !self.references.iter().any(|seen| Rc::ptr_eq(seen, global)) {
            self.references.push(global.clone());
        }
    }

    fn global(&mut self, global: &Rc<Global>) {
        self.note(global);
        if global.may_be_unbound() {
            self.text.push_str("(%bound ");
            self.text.push_str(&global.slot);
            self.text.push(' ');
            self.string(&global.name.name());
            self.text.push(')');
        } else {
            self.text.push_str(&global.slot);
        }
    }

    /// A name that was unbound when the code was expanded may have been defined since.
    fn free(
        &mut self,
        module: &Rc<crate::scope::Module>,
        identifier: &crate::syntax::Identifier,
        span: Span,
    ) {
        let found = self.session.module_binding(module, &identifier.key());
        let global = found.ok().flatten().as_ref().and_then(|binding| binding.global().cloned());
        match global {
            Some(global) => self.global(&global),
            None => {
                let global = self.session.unbound_global(module, identifier);
                if self.session.is_checking() && matches!(&*global.state.borrow(), State::Unbound) {
                    let message = format!("Unbound variable: {}", identifier.name);
                    let fault = Fault::of_kind(FaultKind::UnboundVariable, span, message);
                    self.session.note_fault(fault);
                }
                self.global(&global);
            }
        }
    }

    fn constant(&mut self, datum: &Syntax) {
        match datum.form() {
            Form::Boolean(value) => self.text.push_str(if *value { "#t" } else { "#f" }),
            Form::Number(Number::Small(value)) => self.text.push_str(&value.to_string()),
            Form::String(text) => self.string(text),
            Form::Unspecified => self.text.push_str("#%prim.void"),
            Form::Identifier(identifier) if is_plain_name(&identifier.name.name()) => {
                self.text.push('\'');
                self.text.push_str(&identifier.name.name());
            }
            Form::List(items) if items.is_empty() => self.text.push_str("'()"),
            _ => {
                let slot: Rc<str> = self.session.unique("constant").into();
                self.text.push_str(&slot);
                self.constants.push((slot, datum.clone()));
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                '\r' => self.text.push_str("\\r"),
                character if character.is_control() => {
                    self.text.push_str(&format!("\\x{:x};", u32::from(character)));
                }
                character => self.text.push(character),
            }
        }
        self.text.push('"');
    }
}

impl Global {
    /// Code that is emitted now may run before the variable has a value.
    pub(crate) fn may_be_unbound(&self) -> bool {
        matches!(&*self.state.borrow(), State::Unbound | State::InProgress)
    }
}

/// Whether a procedure is `apply`, the language's or the engine's.
fn is_apply(procedure: &Expression) -> bool {
    match &procedure.kind {
        Kind::Global(global) => &*global.slot == "%apply",
        Kind::Native(name) => *name == "#%prim.apply",
        _ => false,
    }
}

/// The engine's instructions for these trust the number of arguments: where it is wrong, the
/// runtime's procedure says so.
fn miscounted_primitive(procedure: &Expression, count: usize) -> Option<&'static str> {
    const FIXED: [(&str, usize, &str); 6] = [
        ("#%prim.cons", 2, "%cons"),
        ("#%prim.car", 1, "%car"),
        ("#%prim.cdr", 1, "%cdr"),
        ("#%prim.not", 1, "%not"),
        ("#%prim.null?", 1, "%null?"),
        ("#%prim.pair?", 1, "%pair?"),
    ];
    let Kind::Global(global) = &procedure.kind else { return None };
    let (_, wanted, native) = FIXED.iter().find(|(slot, _, _)| *slot == &*global.slot)?;
    (*wanted != count).then_some(*native)
}

/// Calls that are written otherwise than they stand.
pub(crate) fn is_special(procedure: &Expression, arguments: usize) -> bool {
    is_apply(procedure) || miscounted_primitive(procedure, arguments).is_some()
}

fn is_plain_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_plain)
}

fn operator_name(procedure: &Expression) -> Option<Symbol> {
    match &procedure.kind {
        Kind::Global(global) => Some(global.name),
        Kind::Free(_, identifier) => Some(identifier.name),
        Kind::Local(local) => local_name(local),
        _ => None,
    }
}
