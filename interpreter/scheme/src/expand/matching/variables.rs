//! The variables that patterns bind.

use super::pattern::Bound;
use crate::session::Session;
use crate::syntax::{Form, Identifier, Symbol, Syntax};

impl Session {
    /// The variables of a pattern that are not bound before it, in order.
    pub(super) fn variables(&self, pattern: &Syntax, bound: &Bound, names: &mut Vec<Identifier>) {
        match pattern.form() {
            Form::Identifier(identifier) => {
                let key = identifier.key();
                let is_new = identifier.name != Symbol::UNDERSCORE
                    && self.repetition(Some(pattern)).is_none()
                    && bound.local(&key).is_none()
                    && !names.iter().any(|name| name.key() == key);
                if is_new {
                    names.push(identifier.clone());
                }
            }
            Form::List(items) => {
                let skipped = match self.pattern_word(items, bound) {
                    Some(Symbol::QUOTE) => return,
                    Some(Symbol::QUASIQUOTE) => {
                        items[1..].iter().for_each(|item| self.quasi_variables(item, bound, names));
                        return;
                    }
                    Some(Symbol::QUESTION | Symbol::EQUALS | Symbol::DOLLAR) => 2,
                    Some(Symbol::NOT) => return,
                    Some(_) => 1,
                    None => 0,
                };
                items.iter().skip(skipped).for_each(|item| self.variables(item, bound, names));
            }
            Form::Dotted(items, tail) => {
                items.iter().for_each(|item| self.variables(item, bound, names));
                self.variables(tail, bound, names);
            }
            Form::Vector(items) => {
                items.iter().for_each(|item| self.variables(item, bound, names));
            }
            _ => {}
        }
    }

    fn quasi_variables(&self, template: &Syntax, bound: &Bound, names: &mut Vec<Identifier>) {
        match template.form() {
            Form::List(items) => match &items[..] {
                [head, pattern]
                    if matches!(head.name(), Some(Symbol::UNQUOTE | Symbol::UNQUOTE_SPLICING)) =>
                {
                    self.variables(pattern, bound, names);
                }
                [items @ .., head, pattern] if head.name() == Some(Symbol::UNQUOTE) => {
                    items.iter().for_each(|item| self.quasi_variables(item, bound, names));
                    self.variables(pattern, bound, names);
                }
                items => items.iter().for_each(|item| self.quasi_variables(item, bound, names)),
            },
            Form::Dotted(items, tail) => {
                items.iter().for_each(|item| self.quasi_variables(item, bound, names));
                self.quasi_variables(tail, bound, names);
            }
            Form::Vector(items) => {
                items.iter().for_each(|item| self.quasi_variables(item, bound, names));
            }
            _ => {}
        }
    }
}
