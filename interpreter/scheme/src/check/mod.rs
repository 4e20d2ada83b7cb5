//! What is wrong with a program, as far as can be told without running it.

mod standing;
mod template;

use std::rc::Rc;

use crate::code::{Code, Replacement};
use crate::diagnostic::{Diagnostic, Fault, Kind};
use crate::interpreter::Interpreter;
use crate::machine::with_session;
use crate::reader::Reader;
use crate::scope::Module;
use crate::session::Session;
use crate::syntax::{Span, Symbol, Syntax};

pub use standing::{CodePlace, Standing};

/// What is known while nothing is run.
#[derive(Default)]
pub(crate) struct Checking {
    /// What is wrong so far.
    faults: Vec<Fault>,
    /// Which positions tell what a G-expression is.
    places: Rc<[CodePlace]>,
    /// What G-expressions are by their positions.
    standings: Vec<(Span, Standing)>,
    /// The templates of G-expressions.
    templates: Vec<template::Template>,
    /// What stands for the values that are inserted into the template at hand.
    insertions: Vec<Symbol>,
    /// What is inserted there may define names.
    is_open: bool,
}

impl Interpreter {
    /// Everything that is wrong with a program and with the build-side code in it, as far as can be
    /// told without running it. What is checked is not defined afterwards: use an interpreter of its
    /// own.
    pub fn check(
        &mut self,
        file: &str,
        text: &str,
        imports: &[&str],
        places: &[CodePlace],
    ) -> Vec<Diagnostic> {
        self.checking(places, |session| {
            let module = session.program_module(file, text, imports);
            // What can be read before the first mistake is looked at too.
            let mut reader = Reader::new(text, module.file.get());
            let mut forms = Vec::new();
            let unread = loop {
                match reader.read() {
                    Ok(Some(form)) => forms.push(form),
                    Ok(None) => break None,
                    Err(fault) => break Some(fault),
                }
            };
            session.check_forms(&module, &forms);
            session.check_templates();
            unread
        })
    }

    /// Everything that is wrong with code: see [`Interpreter::run_code`].
    pub fn check_code(
        &mut self,
        code: &Code,
        imports: &[&str],
        text: &dyn Fn(&str) -> Option<Rc<str>>,
        replace: &Replacement,
    ) -> Vec<Diagnostic> {
        self.checking(&[], |session| {
            let placed = session.placed_code(code, imports, text, replace);
            placed.map(|(module, forms)| session.check_forms(&module, &forms)).err()
        })
    }

    /// What is wrong with all that `look` expands, which gives what could not be read.
    fn checking(
        &self,
        places: &[CodePlace],
        look: impl FnOnce(&Session) -> Option<Fault>,
    ) -> Vec<Diagnostic> {
        let session = &self.session;
        with_session(session, || {
            let checking = Checking { places: places.into(), ..Checking::default() };
            session.checking.replace(Some(checking));
            let unread = look(session);
            let mut faults = session.checking.take().unwrap_or_default().faults;
            if let Some(fault) = unread {
                // Definitions that were not read are not missing.
                faults.retain(|fault| fault.kind() != Kind::UnboundVariable);
                faults.push(fault);
            }
            session.reports(faults)
        })
    }
}

impl Session {
    /// Nothing is run.
    pub(crate) fn is_checking(&self) -> bool {
        self.checking.borrow().is_some()
    }

    /// Takes note of what is wrong; where code is run, gives it back.
    pub(crate) fn note_fault(&self, fault: Fault) -> Option<Fault> {
        match &mut *self.checking.borrow_mut() {
            Some(checking) => {
                // Modules of the library may refer to each other before they are defined.
                let file = fault.span().and_then(|span| self.sources.borrow().file(span.file));
                if file.is_none_or(|file| !file.library) {
                    checking.faults.push(fault);
                }
                None
            }
            None => Some(fault),
        }
    }

    /// Expands forms and all that they define.
    fn check_forms(&self, module: &Rc<Module>, forms: &[Syntax]) {
        let outer = self.current.replace(Some(module.clone()));
        if let Err(fault) = self.run_each(module, forms) {
            self.note_fault(fault);
        }
        self.check_definitions(&self.current_module());
        self.add_hints();
        self.current.replace(outer);
    }

    /// Ways out for names that are unbound in the module at hand.
    fn add_hints(&self) {
        let faults = match &mut *self.checking.borrow_mut() {
            Some(checking) => std::mem::take(&mut checking.faults),
            None => return,
        };
        for fault in faults {
            let hint = match &fault {
                Fault::Syntax(found) if found.kind == Kind::UnboundVariable => match found.hint {
                    None => self.unbound_hint(&found.message),
                    Some(_) => None,
                },
                _ => None,
            };
            self.note_fault(match hint {
                Some(hint) => fault.with_hint(hint),
                None => fault,
            });
        }
    }

    /// Where nothing is run: expands every definition that still waits in a module, and notes what
    /// is wrong.
    pub(crate) fn check_definitions(&self, module: &Rc<Module>) {
        if !self.is_checking() {
            return;
        }
        let keys = {
            let definitions = module.definitions.borrow();
            crate::expand::sorted_keys(definitions.keys())
        };
        for key in keys {
            let binding = module.definitions.borrow().get(&key).cloned();
            let Some(global) = binding.as_ref().and_then(|binding| binding.global()) else {
                continue;
            };
            if let Err(fault) = self.realise(global) {
                self.note_fault(fault);
            }
        }
    }

    /// Each fault once, in the order of their places.
    fn reports(&self, faults: Vec<Fault>) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for fault in faults {
            let diagnostic = self.report(fault);
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
        diagnostics.sort_by_key(|diagnostic| {
            let place = diagnostic.location.as_ref();
            place.map(|place| (place.file.clone(), place.line, place.column))
        });
        diagnostics
    }
}
