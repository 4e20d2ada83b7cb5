//! A dialogue with an interpreter: one form after the other in modules that stay.

use std::rc::Rc;

use crate::core::{Expression, Kind};
use crate::datum::Datum;
use crate::diagnostic::{Diagnostic, Fault, Result as FrontResult};
use crate::expand::Keyword;
use crate::interpreter::Interpreter;
use crate::machine::Value;
use crate::modules::module_name;
use crate::reader::Reader;
use crate::scope::{Binding, Import, Module, State};
use crate::session::Session;
use crate::syntax::{Identifier, Span, Symbol, Syntax};
use crate::unexpand::unexpand;

impl Interpreter {
    /// Makes a fresh module for a dialogue, which sees `(guile)` and the named modules.
    pub fn open(&mut self, imports: &[&str]) {
        self.session.program_module("(tintype repl)", "", imports);
    }

    /// Evaluates the forms of a text in the current module, and tells each value that a form has.
    /// What was done before an error stays.
    ///
    /// # Errors
    /// The first thing that goes wrong.
    pub fn evaluate(
        &mut self,
        file: &str,
        text: &str,
        each: &mut dyn FnMut(Value),
    ) -> Result<(), Diagnostic> {
        self.run(|session| {
            let id = session.sources.borrow_mut().add(file, text.into(), false);
            let mut reader = Reader::new(text, id);
            while let Some(form) = reader.read()? {
                session.depth.set(0);
                session.last_value.take();
                session.run_here(&form)?;
                if let Some(value) = session.last_value.take() {
                    value.each().into_iter().for_each(&mut *each);
                }
            }
            Ok(())
        })
    }

    /// Gives a variable of the current module its value.
    pub fn define(&mut self, name: &str, value: &Value) {
        let session = &self.session;
        let identifier = Identifier::plain(Symbol::new(name));
        let global = session.define_global(&session.current_module(), &identifier);
        session.machine.borrow_mut().define(&global.slot, value);
        global.declared.set(true);
        *global.state.borrow_mut() = State::Defined;
    }

    /// Name of the current module, without parentheses.
    pub fn current_module(&self) -> String {
        self.session.current_module().name.to_string()
    }

    /// Makes a module the current one; loads it if need be.
    ///
    /// # Errors
    /// When there is no such module, or it is wrong.
    pub fn enter_module(&mut self, name: &str) -> Result<(), Diagnostic> {
        self.run(|session| {
            let module = session.module(name, Span::default())?;
            session.flush()?;
            *session.current.borrow_mut() = Some(module);
            Ok(())
        })
    }

    /// Imports a module into the current one.
    ///
    /// # Errors
    /// When there is no such module, or it is wrong.
    pub fn use_module(&mut self, name: &str) -> Result<(), Diagnostic> {
        self.run(|session| {
            session.module(name, Span::default())?;
            session.flush()?;
            session.current_module().import(Rc::new(Import::whole(name, Span::default())));
            Ok(())
        })
    }

    /// Runs a module's text again; who uses its variables sees their new values.
    ///
    /// # Errors
    /// When there is no such module, or it is wrong now.
    pub fn reload_module(&mut self, name: &str) -> Result<(), Diagnostic> {
        self.run(|session| {
            let module = session.module(name, Span::default())?;
            let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
            let Some(source) = session.loader.source(&parts) else {
                let message = format!("no code for module ({name})");
                return Err(Diagnostic::new(crate::Kind::Module, message).into());
            };
            let text: Rc<str> = source.text.as_ref().into();
            let file = session.sources.borrow_mut().add(&source.file, text.clone(), source.lazy);
            module.file.set(file);
            let forget = |other: &Rc<Module>| other.found.borrow_mut().clear();
            session.modules.borrow().values().for_each(forget);
            session.run_module(&module, &text)?;
            session.flush()
        })
    }

    /// What the forms of a text are after expansion.
    ///
    /// # Errors
    /// When a form is malformed.
    pub fn expand(&mut self, file: &str, text: &str) -> Result<Vec<Datum>, Diagnostic> {
        self.run(|session| {
            let id = session.sources.borrow_mut().add(file, text.into(), false);
            let module = session.current_module();
            let forms = Reader::new(text, id).read_all()?;
            forms.iter().map(|form| Ok(unexpand(&session.expand_form(form, &module)?))).collect()
        })
    }
}

impl Session {
    /// Runs a form in the current module, and goes where a `define-module` leads.
    fn run_here(&self, form: &Syntax) -> FrontResult<()> {
        let current = self.current_module();
        self.run_forms(&current, std::slice::from_ref(form))?;
        if form.head().and_then(Syntax::name) == Some(Symbol::DEFINE_MODULE)
            && let Some(name) = form.items().and_then(|items| module_name(items.get(1)?))
            && let Some(module) = self.modules.borrow().get(&name)
        {
            *self.current.borrow_mut() = Some(module.clone());
        }
        Ok(())
    }

    /// The core form of an expression, or of a definition of a variable.
    fn expand_form(&self, form: &Syntax, module: &Rc<Module>) -> FrontResult<Expression> {
        let scope = module.scope();
        let head = self.head_binding(form.items().unwrap_or(&[]), &scope)?;
        let Some(Binding::Keyword(
            keyword @ (Keyword::Define
            | Keyword::DefineStar
            | Keyword::DefinePublic
            | Keyword::DefineInlinable
            | Keyword::DefineOnce),
        )) = head
        else {
            return self.expand(form, &scope);
        };
        let parts = self.definition_parts(keyword, form)?;
        let name = parts.target.identifier().cloned();
        let name = name.ok_or_else(|| Fault::syntax(form.span(), "a name is needed"))?;
        let value = self.defined_value(&parts.value, &scope, form.span())?;
        // Only its name matters: the definition is shown, not made.
        let global = self.unbound_global(module, &name);
        Ok(Expression::new(Kind::Define(global, Box::new(value)), form.span()))
    }
}
