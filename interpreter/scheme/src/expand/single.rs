//! Where one value is wanted: of several, it is the first. Looking at each value would cost every program,
//! so only what may well give several is looked at: applications of procedures that are known to.

use crate::core::{Expression, Kind};
use crate::diagnostic::Result;
use crate::scope::{Definition, DefinitionSource, Global, Scope, State};
use crate::session::Session;
use crate::syntax::{Form, Symbol, Syntax};

impl Session {
    /// Expands an expression of which one value is wanted.
    pub(crate) fn expand_one(&self, syntax: &Syntax, scope: &Scope) -> Result<Expression> {
        self.expand(syntax, scope).map(|expression| self.one(expression))
    }

    /// The same for each of several.
    pub(crate) fn expand_arguments(
        &self,
        forms: &[Syntax],
        scope: &Scope,
    ) -> Result<Vec<Expression>> {
        forms.iter().map(|form| self.expand_one(form, scope)).collect()
    }

    /// The first of the values that an expression gives.
    pub(super) fn one(&self, expression: Expression) -> Expression {
        if !self.may_give_several(&expression) {
            return expression;
        }
        let span = expression.span;
        Expression::native("%first-value", vec![expression], span)
    }

    fn may_give_several(&self, expression: &Expression) -> bool {
        match &expression.kind {
            Kind::If(_, then, otherwise) => {
                self.may_give_several(then) || self.may_give_several(otherwise)
            }
            Kind::Sequence(steps) => steps.last().is_some_and(|last| self.may_give_several(last)),
            Kind::Let(bindings, body) => {
                for (local, value) in bindings {
                    local.gives_several.set(self.is_giving_several(value));
                }
                self.may_give_several(body)
            }
            Kind::Recursive(steps, body) => {
                for (local, value) in steps {
                    if let Some(local) = local {
                        local.gives_several.set(self.is_giving_several(value));
                    }
                }
                self.may_give_several(body)
            }
            Kind::Call(procedure, arguments) => match (&procedure.kind, &arguments[..]) {
                (Kind::Global(global), [_]) if &*global.slot == "%values" => false,
                (Kind::Global(global), [applied, ..]) if &*global.slot == "%apply" => {
                    self.is_giving_several(applied)
                }
                (Kind::Global(global), [_, consumer]) if &*global.slot == "%call-with-values" => {
                    self.is_giving_several(consumer)
                }
                (Kind::Native("#%prim.apply"), [applied, ..]) => self.is_giving_several(applied),
                _ => self.is_giving_several(procedure),
            },
            _ => false,
        }
    }

    /// A procedure that may give several values.
    pub(crate) fn is_giving_several(&self, procedure: &Expression) -> bool {
        match &procedure.kind {
            Kind::Lambda(lambda) => self.may_give_several(&lambda.body),
            Kind::Local(local) => local.gives_several.get(),
            Kind::Global(global) => self.is_global_giving_several(global),
            _ => false,
        }
    }

    fn is_global_giving_several(&self, global: &Global) -> bool {
        match &*global.state.borrow() {
            State::Pending(definition) => self.mentions_values(definition),
            _ => global.gives_several.get(),
        }
    }

    /// A definition that was not expanded yet mentions `values`.
    fn mentions_values(&self, definition: &Definition) -> bool {
        match &definition.source {
            DefinitionSource::Form(_, form) => mentions(form, Symbol::VALUES),
            DefinitionSource::Unread(_, span) => {
                let file = self.sources.borrow().file(span.file);
                let text = file
                    .as_ref()
                    .and_then(|file| file.text.get(span.start as usize..span.end as usize));
                text.is_some_and(|text| text.contains("values"))
            }
            _ => false,
        }
    }
}

/// A name stands somewhere in a datum.
pub(super) fn mentions(syntax: &Syntax, name: Symbol) -> bool {
    let in_items = |items: &[Syntax]| items.iter().any(|item| mentions(item, name));
    match syntax.form() {
        Form::Identifier(identifier) => identifier.name == name,
        Form::List(items) | Form::Vector(items) => in_items(items),
        Form::Dotted(items, tail) => in_items(items) || mentions(tail, name),
        _ => false,
    }
}
