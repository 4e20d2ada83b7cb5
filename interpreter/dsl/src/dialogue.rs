//! What a dialogue asks of a session: evaluation form by form, and what is known about names.

use crate::session::{Input, Session, SessionError, USER_IMPORTS};
use tintype_scheme::{Datum, Description, Interrupt, Value, Visible};

impl Session {
    /// What stops this session, from another thread.
    pub fn interrupt(&self) -> Interrupt {
        self.interpreter.interrupt()
    }

    /// Begins a dialogue, in a module that sees what a definition sees.
    pub fn open(&mut self) {
        self.interpreter.open(&USER_IMPORTS);
    }

    /// Evaluates every form of `input` in the current module, and tells each value. What was done
    /// before an error stays.
    ///
    /// # Errors
    /// When the file cannot be read, or the first time that something goes wrong.
    pub fn evaluate_each(
        &mut self,
        input: Input,
        each: &mut dyn FnMut(Value),
    ) -> Result<(), SessionError> {
        let text = input.text()?;
        Ok(self.interpreter.evaluate(&input.name(), &text, each)?)
    }

    /// Gives a variable of the current module its value.
    pub fn define(&mut self, name: &str, value: &Value) {
        self.interpreter.define(name, value);
    }

    /// Name of the current module: its parts with spaces between.
    pub fn current_module(&self) -> String {
        self.interpreter.current_module()
    }

    /// Makes a module the current one.
    ///
    /// # Errors
    /// When there is none, or it is wrong.
    pub fn enter_module(&mut self, name: &str) -> Result<(), SessionError> {
        Ok(self.interpreter.enter_module(name)?)
    }

    /// Imports a module into the current one.
    ///
    /// # Errors
    /// When there is none, or it is wrong.
    pub fn use_module(&mut self, name: &str) -> Result<(), SessionError> {
        Ok(self.interpreter.use_module(name)?)
    }

    /// Loads a module's file again.
    ///
    /// # Errors
    /// When there is none, or it is wrong.
    pub fn reload_module(&mut self, name: &str) -> Result<(), SessionError> {
        Ok(self.interpreter.reload_module(name)?)
    }

    /// What forms become by expansion.
    ///
    /// # Errors
    /// When a form is malformed.
    pub fn expand(&mut self, input: Input) -> Result<Vec<Datum>, SessionError> {
        let text = input.text()?;
        Ok(self.interpreter.expand(&input.name(), &text)?)
    }

    /// What is known about a name of the current module.
    ///
    /// # Errors
    /// When a module that may define it is wrong.
    pub fn describe(&mut self, name: &str) -> Result<Option<Description>, SessionError> {
        Ok(self.interpreter.describe(name)?)
    }

    /// The names of the current module in which `text` occurs, sorted.
    pub fn apropos(&self, text: &str) -> Vec<Visible> {
        let mut names = self.interpreter.visible_names();
        names.retain(|visible| visible.name.contains(text));
        names
    }

    /// A value as data.
    pub fn datum(&self, value: &Value) -> Datum {
        self.interpreter.to_datum(value)
    }
}
