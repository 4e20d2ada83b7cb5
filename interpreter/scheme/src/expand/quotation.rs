//! `quote`, `quasiquote`, and the templates that G-expressions share with it.

use super::{Keyword, bad_form, strip};
use crate::core::Expression;
use crate::diagnostic::Result;
use crate::scope::Scope;
use crate::session::Session;
use crate::syntax::{Form, Syntax};

/// What is inserted into a template, and how.
pub(super) enum Insertion {
    Value(Expression),
    Splice(Expression),
}

impl Session {
    pub(crate) fn expand_quote(&self, syntax: &Syntax, items: &[Syntax]) -> Result<Expression> {
        match items {
            [_, datum] => Ok(Expression::constant(strip(datum))),
            _ => Err(bad_form("quote", syntax)),
        }
    }

    pub(crate) fn expand_quasiquote(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let [_, template] = items else { return Err(bad_form("quasiquote", syntax)) };
        self.template(template, &mut |inserted, depth| self.unquoted(inserted, depth, scope), 1)
    }

    /// What an unquote form at that depth inserts; none if it belongs to an inner quasiquote.
    fn unquoted(&self, form: &Syntax, depth: u32, scope: &Scope) -> Result<Nested> {
        let Some([head, rest @ ..]) = form.items() else { return Ok(Nested::Same) };
        let is = |keyword| self.is_keyword(head, keyword, scope);
        if is(Keyword::Quasiquote) && rest.len() == 1 {
            return Ok(Nested::Deeper);
        }
        let splicing = is(Keyword::UnquoteSplicing);
        if !splicing && !is(Keyword::Unquote) {
            return Ok(Nested::Same);
        }
        if depth > 1 {
            return Ok(Nested::Shallower);
        }
        let mut insertions = Vec::new();
        for item in rest {
            let value = self.expand(item, scope)?;
            insertions.push(if splicing {
                Insertion::Splice(value)
            } else {
                Insertion::Value(value)
            });
        }
        Ok(Nested::Insert(insertions))
    }

    /// Code that builds a template; `insert` recognises what is not quoted.
    pub(super) fn template(
        &self,
        template: &Syntax,
        insert: &mut dyn FnMut(&Syntax, u32) -> Result<Nested>,
        depth: u32,
    ) -> Result<Expression> {
        let span = template.span();
        match template.form() {
            Form::List(_) => {
                let depth = match insert(template, depth)? {
                    Nested::Insert(mut insertions) => {
                        return match insertions.pop() {
                            Some(Insertion::Value(value)) if insertions.is_empty() => Ok(value),
                            _ => Err(bad_form("unquote", template)),
                        };
                    }
                    Nested::Same => depth,
                    Nested::Deeper => depth + 1,
                    Nested::Shallower => depth - 1,
                };
                self.template_list(template, insert, depth)
            }
            Form::Dotted(..) => self.template_list(template, insert, depth),
            Form::Vector(items) => {
                let list = Syntax::list(items.to_vec(), span);
                let list = self.template_list(&list, insert, depth)?;
                if matches!(list.kind, crate::core::Kind::Constant(_)) {
                    return Ok(Expression::constant(strip(template)));
                }
                Ok(Expression::native("%list->vector", vec![list], span))
            }
            _ => Ok(Expression::constant(strip(template))),
        }
    }

    fn template_list(
        &self,
        template: &Syntax,
        insert: &mut dyn FnMut(&Syntax, u32) -> Result<Nested>,
        depth: u32,
    ) -> Result<Expression> {
        let span = template.span();
        let Some((items, tail)) = template.items_and_tail() else {
            return Ok(Expression::constant(strip(template)));
        };
        // `(a . ,b)` is read as `(a unquote b)`.
        let dotted = (1..items.len().saturating_sub(1))
            .find(|index| tail.is_none() && items.len() - index == 2);
        let mut items = items;
        let mut end = match tail {
            Some(tail) => self.template(tail, insert, depth)?,
            None => Expression::constant(Syntax::list(Vec::new(), span)),
        };
        let mut constant = true;
        if let Some(index) = dotted {
            let last = Syntax::list(items[index..].to_vec(), span);
            match insert(&last, depth)? {
                Nested::Insert(_) | Nested::Shallower | Nested::Deeper => {
                    end = self.template(&last, insert, depth)?;
                    items = &items[..index];
                    constant = false;
                }
                Nested::Same => {}
            }
        }
        let mut result = end;
        constant &= matches!(result.kind, crate::core::Kind::Constant(_));
        let mut constants_from = items.len();
        for (index, item) in items.iter().enumerate().rev() {
            let (insertions, inserted) = match item.form() {
                Form::List(_) => match insert(item, depth)? {
                    Nested::Insert(insertions) => (insertions, true),
                    _ => (vec![Insertion::Value(self.template(item, insert, depth)?)], false),
                },
                _ => (vec![Insertion::Value(self.template(item, insert, depth)?)], false),
            };
            for insertion in insertions.into_iter().rev() {
                result = match insertion {
                    Insertion::Value(value) => {
                        let is_constant = matches!(value.kind, crate::core::Kind::Constant(_));
                        if constant && !inserted && is_constant {
                            constants_from = index;
                            continue;
                        }
                        result = self.constant_tail(
                            template,
                            items,
                            tail,
                            constants_from,
                            constant,
                            result,
                        );
                        constant = false;
                        Expression::native("#%prim.cons", vec![value, result], span)
                    }
                    Insertion::Splice(list) => {
                        result = self.constant_tail(
                            template,
                            items,
                            tail,
                            constants_from,
                            constant,
                            result,
                        );
                        constant = false;
                        if is_empty_constant(&result) {
                            list
                        } else {
                            Expression::native("%append", vec![list, result], span)
                        }
                    }
                };
            }
        }
        Ok(self.constant_tail(template, items, tail, constants_from, constant, result))
    }

    /// The rest of the template as one constant, if nothing is inserted into it.
    fn constant_tail(
        &self,
        template: &Syntax,
        items: &[Syntax],
        tail: Option<&Syntax>,
        from: usize,
        constant: bool,
        end: Expression,
    ) -> Expression {
        if !constant || from == items.len() {
            return end;
        }
        let rest: Vec<Syntax> = items[from..].iter().map(strip).collect();
        let datum = match tail {
            Some(tail) => Syntax::list_with_tail(rest, strip(tail), template.span()),
            None => Syntax::list(rest, template.span()),
        };
        Expression::constant(datum)
    }
}

/// What a form inside a template is.
pub(super) enum Nested {
    /// Part of the template.
    Same,
    /// A template in the template.
    Deeper,
    /// An insertion into an outer template.
    Shallower,
    /// An insertion here.
    Insert(Vec<Insertion>),
}

fn is_empty_constant(expression: &Expression) -> bool {
    matches!(&expression.kind, crate::core::Kind::Constant(datum) if datum.is_empty_list())
}
