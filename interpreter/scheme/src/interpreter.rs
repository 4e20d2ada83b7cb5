//! The crate's face: an interpreter that loads programs and modules.

use std::rc::Rc;

use crate::core::Expression;
use crate::datum::Datum;
use crate::diagnostic::{Diagnostic, Fault, Kind, Result as FrontResult};
use crate::machine::{Interrupt, Machine, Value, with_session};
use crate::reader::Reader;
use crate::scope::{Global, Import, Module};
use crate::session::{Loader, Session};
use crate::syntax::{Span, Syntax};

/// A procedure of the host program, exported by module `(tintype host)`.
pub type HostProcedure = Box<dyn Fn(&[Datum]) -> Result<Datum, String>>;

/// A Scheme system: modules, their sources, and an engine that runs them.
pub struct Interpreter {
    pub(crate) session: Rc<Session>,
}

impl Interpreter {
    /// An interpreter that takes modules from `loader` and lets programs call `host`.
    pub fn new(loader: Box<dyn Loader>, host: Vec<(&'static str, HostProcedure)>) -> Interpreter {
        Interpreter { session: Rc::new(Session::new(loader, Machine::new(), host)) }
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// What stops this interpreter, from another thread.
    pub fn interrupt(&self) -> Interrupt {
        self.session.interrupt.clone()
    }

    pub(crate) fn run<T>(
        &self,
        work: impl FnOnce(&Session) -> FrontResult<T>,
    ) -> Result<T, Diagnostic> {
        let session = &self.session;
        session.depth.set(0);
        with_session(session, || work(session)).map_err(|fault| session.report(fault))
    }

    /// Runs a program in a fresh module that sees `(guile)` and the named modules; the value of
    /// its last form.
    pub fn load_program(
        &mut self,
        file: &str,
        text: &str,
        imports: &[&str],
    ) -> Result<Value, Diagnostic> {
        self.run(|session| {
            let (module, forms) = session.program(file, text, imports)?;
            session.last_value.take();
            session.run_forms(&module, &forms)?;
            Ok(session.last_value.take().unwrap_or_else(Value::unspecified))
        })
    }

    /// Loads a module.
    pub fn load_module(&mut self, name: &str) -> Result<(), Diagnostic> {
        self.run(|session| {
            session.module(name, Span::default())?;
            session.flush()
        })
    }

    /// The value of a module's variable; exported names first.
    pub fn module_ref(&mut self, module: &str, name: &str) -> Result<Value, Diagnostic> {
        self.run(|session| {
            let Some(global) = session.variable(module, name)? else {
                let message = format!("no binding `{name}' in module ({module})");
                return Err(Diagnostic::new(Kind::Module, message).into());
            };
            session.evaluate_now(Expression::global(&global, Span::default()))
        })
    }

    /// What a module exports, macros too, sorted.
    pub fn module_exports(&mut self, module: &str) -> Result<Vec<String>, Diagnostic> {
        self.run(|session| {
            let module = session.module(module, Span::default())?;
            Ok(session.exported_names(&module)?.iter().map(ToString::to_string).collect())
        })
    }

    /// Applies a procedure.
    pub fn call(&mut self, procedure: &Value, arguments: &[Value]) -> Result<Value, Diagnostic> {
        self.run(|session| {
            let mut machine = session.machine.borrow_mut();
            machine.call(session, procedure, arguments).map_err(Fault::from)
        })
    }

    /// A value as plain data.
    pub fn to_datum(&self, value: &Value) -> Datum {
        value.to_datum()
    }

    /// A value from plain data; what is no data becomes the text that describes it.
    pub fn from_datum(&mut self, datum: &Datum) -> Value {
        Value::from_datum(datum).unwrap_or_else(|text| Value::string(&text))
    }

    /// As `write` prints a value.
    pub fn write(&self, value: &Value) -> String {
        value.written()
    }
}

impl Session {
    /// A fresh module for a program, and its forms.
    pub(crate) fn program(
        &self,
        file: &str,
        text: &str,
        imports: &[&str],
    ) -> FrontResult<(Rc<Module>, Vec<Syntax>)> {
        let module = self.program_module(file, text, imports);
        let forms = Reader::new(text, module.file.get()).read_all()?;
        Ok((module, forms))
    }

    /// A fresh module for a program, in which it is run.
    pub(crate) fn program_module(&self, file: &str, text: &str, imports: &[&str]) -> Rc<Module> {
        let id = self.sources.borrow_mut().add(file, text.into(), false);
        let module = Module::new("guile-user", id, false);
        *self.current.borrow_mut() = Some(module.clone());
        self.modules.borrow_mut().insert(module.name.clone(), module.clone());
        self.import_guile(&module);
        for import in imports {
            module.import(Rc::new(Import::whole(import, Span::default())));
        }
        module
    }

    /// Makes a reference to a variable ready to run.
    pub(crate) fn queue_reference(&self, global: &Rc<Global>) -> FrontResult<()> {
        self.queue_code(Expression::global(global, Span::default()), true)
    }
}
