//! Definitions on first reference: before code runs, what it refers to is emitted, however
//! indirectly. A procedure is emitted before what it refers to (making it runs nothing); a
//! variable after everything that its value may need.

use std::rc::Rc;

use crate::core::{Expression, Kind};
use crate::diagnostic::Result;
use crate::expand::Keyword;
use crate::reader::Reader;
use crate::scope::{Definition, DefinitionSource, Global, Scope, State};
use crate::session::Session;
use crate::syntax::{Span, Syntax};

impl Session {
    /// Emits every pending definition that the globals need.
    pub(crate) fn require_all(&self, globals: &[Rc<Global>]) -> Result<()> {
        let mut visited = Vec::new();
        for global in globals {
            self.require(global, &mut visited)?;
        }
        Ok(())
    }

    /// Emits a definition now.
    pub(crate) fn realise(&self, global: &Rc<Global>) -> Result<()> {
        self.require(global, &mut Vec::new())
    }

    fn require(&self, global: &Rc<Global>, visited: &mut Vec<Rc<Global>>) -> Result<()> {
        global.referenced.set(true);
        if global.complete.get() || visited.iter().any(|seen| Rc::ptr_eq(seen, global)) {
            return Ok(());
        }
        visited.push(global.clone());
        let pending = match &*global.state.borrow() {
            State::Pending(definition) => Some(definition.clone()),
            State::Unbound | State::InProgress => return Ok(()),
            State::Defined => None,
        };
        if let Some(definition) = pending {
            *global.state.borrow_mut() = State::InProgress;
            let result = self.emit_definition(global, &definition);
            if result.is_err() {
                *global.state.borrow_mut() = State::Pending(definition);
            }
            result?;
        }
        let references = global.references.borrow().clone();
        for reference in &references {
            self.require(reference, visited)?;
        }
        Ok(())
    }

    fn emit_definition(&self, global: &Rc<Global>, definition: &Rc<Definition>) -> Result<()> {
        if let DefinitionSource::Control(control) = &definition.source {
            self.emit_control(global, control);
            return Ok(());
        }
        let value = self.definition_value(definition)?;
        let is_procedure = value.is_lambda();
        global.gives_several.set(self.is_giving_several(&value));
        if is_procedure {
            // It may call itself, and others may call it, before its unit is reached.
            *global.state.borrow_mut() = State::Defined;
        }
        let span = value.span;
        let is_direct = self.is_direct(&value);
        let code = Expression::new(Kind::Define(global.clone(), Box::new(value)), span);
        let (mut unit, references) = self.emit(&code, false);
        unit.defines = Some(global.clone());
        unit.is_procedure = is_procedure;
        unit.definition = Some(definition.clone());
        if let Kind::Define(global, value) = code.kind
            && is_direct
        {
            unit.direct = Some((global, *value));
        }
        if is_procedure {
            self.queue.borrow_mut().push_back(unit);
            *global.references.borrow_mut() = references;
        } else {
            // Its own list of visited procedures: all that they refer to must be there first.
            self.require_all(&references)?;
            self.queue.borrow_mut().push_back(unit);
            *global.references.borrow_mut() = references;
            *global.state.borrow_mut() = State::Defined;
            global.complete.set(true);
        }
        Ok(())
    }

    /// A procedure of the runtime's, which is written in the engine's text.
    fn emit_control(&self, global: &Rc<Global>, control: &'static crate::runtime::Definition) {
        let nothing = Expression::unspecified(Span::default());
        let (mut unit, _) = self.emit(&nothing, false);
        unit.text = format!("(set! {} {})", control.global, control.source);
        self.declare(global);
        unit.defines = Some(global.clone());
        unit.is_procedure = true;
        self.queue.borrow_mut().push_back(unit);
        *global.state.borrow_mut() = State::Defined;
        *global.references.borrow_mut() =
            control.needs.iter().filter_map(|slot| self.native_global(slot)).collect();
    }

    fn definition_value(&self, definition: &Definition) -> Result<Expression> {
        match &definition.source {
            DefinitionSource::Form(keyword, form) => {
                self.definition_code(*keyword, form, &definition.scope)
            }
            DefinitionSource::Unread(keyword, span) => {
                let form = self.read_form(*span)?;
                self.definition_code(*keyword, &form, &definition.scope)
            }
            DefinitionSource::Accessor(accessor, span) => {
                let record = self.temporary("record");
                let body = self.access(accessor, Expression::local(&record, *span), *span);
                Ok(Expression::lambda(vec![record], None, body, *span))
            }
            DefinitionSource::Control(control) => {
                Ok(Expression::new(Kind::Native(control.global), Span::default()))
            }
            DefinitionSource::Code(code) => {
                Ok(code.borrow_mut().take().unwrap_or(Expression::unspecified(Span::default())))
            }
        }
    }

    fn definition_code(
        &self,
        keyword: Keyword,
        form: &Syntax,
        scope: &Scope,
    ) -> Result<Expression> {
        let parts = self.definition_parts(keyword, form)?;
        self.defined_value(&parts.value, scope, form.span())
    }

    /// Reads one form of a file that was only skimmed.
    pub(crate) fn read_form(&self, span: Span) -> Result<Syntax> {
        let file = self.sources.borrow().file(span.file);
        let text = file.map(|file| file.text.clone()).unwrap_or_default();
        let mut reader = Reader::at(&text, span.file, span.start as usize);
        Ok(reader.read()?.unwrap_or_else(|| Syntax::list(Vec::new(), span)))
    }
}
