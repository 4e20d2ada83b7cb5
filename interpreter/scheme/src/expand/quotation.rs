//! `quote`, `quasiquote`, and G-expressions.

use super::{Keyword, bad_form, strip};
use crate::core::Expression;
use crate::diagnostic::Result;
use crate::scope::{Local, Scope};
use crate::session::Session;
use crate::syntax::{Form, Symbol, Syntax};

/// What is inserted into a template, and how.
enum Insertion {
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
    fn template(
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

    /// `(gexp template)`: its references, and a procedure of their values that builds it.
    pub(crate) fn expand_gexp(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, template] = items else { return Err(bad_form("gexp", syntax)) };
        let mut references: Vec<(Local, Expression)> = Vec::new();
        let body = self.template(
            template,
            &mut |form, depth| self.ungexped(form, depth, scope, &mut references),
            1,
        )?;
        let (locals, references): (Vec<Local>, Vec<Expression>) = references.into_iter().unzip();
        let references = Expression::native("#%prim.list", references, span);
        let build = Expression::lambda(locals, None, body, span);
        let location = match self.location_text(span) {
            Some(location) => Expression::string(&location, span),
            None => Expression::boolean(false, span),
        };
        Ok(Expression::native("%make-gexp", vec![references, build, location], span))
    }

    fn ungexped(
        &self,
        form: &Syntax,
        depth: u32,
        scope: &Scope,
        references: &mut Vec<(Local, Expression)>,
    ) -> Result<Nested> {
        let Some([head, rest @ ..]) = form.items() else { return Ok(Nested::Same) };
        let is = |keyword| self.is_keyword(head, keyword, scope);
        if is(Keyword::Gexp) && rest.len() == 1 {
            return Ok(Nested::Deeper);
        }
        let native = is(Keyword::UngexpNative) || is(Keyword::UngexpNativeSplicing);
        let splicing = is(Keyword::UngexpSplicing) || is(Keyword::UngexpNativeSplicing);
        if !native && !splicing && !is(Keyword::Ungexp) {
            return Ok(Nested::Same);
        }
        if depth > 1 {
            return Ok(Nested::Shallower);
        }
        let reference = self.gexp_reference(form, rest, native, scope)?;
        let local = self.temporary("reference");
        let value = Expression::local(&local, form.span());
        references.push((local, reference));
        let insertion = if splicing { Insertion::Splice(value) } else { Insertion::Value(value) };
        Ok(Nested::Insert(vec![insertion]))
    }

    fn gexp_reference(
        &self,
        form: &Syntax,
        rest: &[Syntax],
        native: bool,
        scope: &Scope,
    ) -> Result<Expression> {
        let span = form.span();
        let (thing, output) = match rest {
            [thing] => (thing, None),
            [thing, output] => (thing, Some(output)),
            _ => return Err(bad_form("ungexp", form)),
        };
        if let Some(name) = thing.name() {
            let name = name.name();
            let (word, output_name) = name.split_once(':').unwrap_or((&name, "out"));
            if Symbol::new(word) == Symbol::OUTPUT {
                let name = match output {
                    Some(output) => self.expand(output, scope)?,
                    None => Expression::string(output_name, span),
                };
                return Ok(Expression::native("%make-gexp-output", vec![name], span));
            }
            // `#$thing:output`, unless the whole is a variable.
            if let (Some((word, output_name)), None, Some(identifier)) =
                (name.split_once(':'), output, thing.identifier())
                && !word.is_empty()
                && self.resolve(identifier, scope)?.is_none()
            {
                let identifier = crate::syntax::Identifier {
                    name: Symbol::new(word),
                    mark: identifier.mark.clone(),
                };
                let thing = Syntax::new(Form::Identifier(identifier), thing.span());
                let arguments = vec![
                    self.expand(&thing, scope)?,
                    Expression::string(output_name, span),
                    Expression::boolean(native, span),
                ];
                return Ok(Expression::native("%make-gexp-input", arguments, span));
            }
        }
        let output = match output {
            Some(output) => self.expand(output, scope)?,
            None => Expression::string("out", span),
        };
        let arguments = vec![self.expand(thing, scope)?, output, Expression::boolean(native, span)];
        Ok(Expression::native("%make-gexp-input", arguments, span))
    }
}

/// What a form inside a template is.
enum Nested {
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
