//! Patterns of lists, vectors and quasiquotes.

use super::pattern::{Bound, Fail, Success};
use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Result};
use crate::scope::Local;
use crate::session::Session;
use crate::syntax::{Form, Span, Symbol, Syntax};

/// The items of a list pattern, in front of its end.
pub(super) struct ListPattern<'a> {
    pub items: &'a [Syntax],
    pub tail: Option<&'a Syntax>,
    pub quasi: bool,
    pub span: Span,
}

impl Session {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn match_vector(
        &self,
        items: &[Syntax],
        quasi: bool,
        subject: &Local,
        bound: Bound,
        span: Span,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let list = self.temporary("items");
        let pattern = ListPattern { items, tail: None, quasi, span };
        let code = self.match_list(&pattern, &list, bound, fail, success)?;
        let value = || vec![Expression::local(subject, span)];
        let items = Expression::native("%vector->list", value(), span);
        let test = Expression::native("%vector?", value(), span);
        Ok(test.choose(items.bind(list, code, span), fail(), span))
    }

    /// A pattern inside of a quasiquote: constant but for what is unquoted.
    pub(super) fn match_quasi(
        &self,
        template: &Syntax,
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let span = template.span();
        match template.form() {
            Form::List(items) => match &items[..] {
                [head, pattern] if head.name() == Some(Symbol::UNQUOTE) => {
                    self.match_pattern(pattern, subject, bound, fail, success)
                }
                items => {
                    let list = ListPattern { items, tail: None, quasi: true, span };
                    self.match_list(&list, subject, bound, fail, success)
                }
            },
            Form::Dotted(items, tail) => {
                let list = ListPattern { items, tail: Some(tail), quasi: true, span };
                self.match_list(&list, subject, bound, fail, success)
            }
            Form::Vector(items) => {
                self.match_vector(items, true, subject, bound, span, fail, success)
            }
            _ => self.match_constant(template, subject, bound, fail, success),
        }
    }

    fn match_item(
        &self,
        pattern: &Syntax,
        quasi: bool,
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        if quasi {
            self.match_quasi(pattern, subject, bound, fail, success)
        } else {
            self.match_pattern(pattern, subject, bound, fail, success)
        }
    }

    pub(super) fn match_list(
        &self,
        list: &ListPattern,
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let span = list.span;
        let value = || vec![Expression::local(subject, span)];
        let Some((first, rest)) = list.items.split_first() else {
            return match list.tail {
                Some(tail) => self.match_item(tail, list.quasi, subject, bound, fail, success),
                None => {
                    let test = Expression::native("#%prim.null?", value(), span);
                    Ok(test.choose(success(bound)?, fail(), span))
                }
            };
        };
        // `(a . ,b)` is read as `(a unquote b)`.
        if list.quasi
            && let ([pattern], Some(Symbol::UNQUOTE), None) = (rest, first.name(), list.tail)
        {
            return self.match_pattern(pattern, subject, bound, fail, success);
        }
        if let Some(least) = self.repetition(rest.first()) {
            let end = ListPattern { items: &rest[1..], ..*list };
            return self.match_repeated(first, least, &end, subject, bound, fail, success);
        }
        // `,@pattern` matches the whole rest.
        if list.quasi
            && let (Some([head, pattern]), [], None) = (first.items(), rest, list.tail)
            && head.name() == Some(Symbol::UNQUOTE_SPLICING)
        {
            return self.match_pattern(pattern, subject, bound, fail, success);
        }
        let (head, tail) = (self.temporary("head"), self.temporary("tail"));
        let others = ListPattern { items: rest, ..*list };
        let code = self.match_item(first, list.quasi, &head, bound, fail, &mut |bound| {
            self.match_list(&others, &tail, bound, fail, success)
        })?;
        let parts = vec![
            (head.clone(), Expression::native("#%prim.car", value(), span)),
            (tail.clone(), Expression::native("#%prim.cdr", value(), span)),
        ];
        let code = Expression::new(Kind::Let(parts, Box::new(code)), span);
        Ok(Expression::native("#%prim.pair?", value(), span).choose(code, fail(), span))
    }

    /// `pattern ...` and what follows it, which takes as many items as it has patterns.
    #[allow(clippy::too_many_arguments)]
    fn match_repeated(
        &self,
        pattern: &Syntax,
        least: usize,
        end: &ListPattern,
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let span = end.span;
        if end.items.iter().any(|item| self.repetition(Some(item)).is_some()) {
            let message = "multiple ellipsis patterns not allowed at same level";
            return Err(Fault::syntax(span, message).about(pattern.to_string()));
        }
        let value = || vec![Expression::local(subject, span)];
        let simple = pattern.identifier().filter(|identifier| {
            end.items.is_empty()
                && end.tail.is_none()
                && least == 0
                && !end.quasi
                && bound.local(&identifier.key()).is_none()
        });
        if let Some(identifier) = simple {
            let test = Expression::native("%list?", value(), span);
            let code = self.match_variable(identifier, subject, bound, span, fail, success)?;
            return Ok(test.choose(code, fail(), span));
        }
        let mut names = Vec::new();
        self.variables(pattern, &bound, &mut names);
        let again = self.temporary("repeat");
        let (rest, left) = (self.temporary("rest"), self.temporary("left"));
        let (item, count) = (self.temporary("item"), self.temporary("count"));
        let gathered: Vec<Local> = names.iter().map(|_| self.temporary("gathered")).collect();
        let integer = |value| Expression::integer(value, span);
        let local = |local: &Local| Expression::local(local, span);

        // One more item: match it and go on with the rest.
        let one =
            self.match_item(pattern, end.quasi, &item, bound.clone(), fail, &mut |inner| {
                let mut arguments = vec![
                    Expression::native("#%prim.cdr", vec![local(&rest)], span),
                    Expression::native("#%prim.-", vec![local(&left), integer(1)], span),
                ];
                for (identifier, gathered) in names.iter().zip(&gathered) {
                    let found = match inner.local(&identifier.key()) {
                        Some(found) => local(found),
                        None => Expression::boolean(false, span),
                    };
                    let more = vec![found, local(gathered)];
                    arguments.push(Expression::native("#%prim.cons", more, span));
                }
                Ok(local(&again).call(arguments, span))
            })?;
        let first = Expression::native("#%prim.car", vec![local(&rest)], span);
        let one = first.bind(item.clone(), one, span);

        // No more: bind the lists and match the end.
        let mut after = bound;
        let mut lists = Vec::with_capacity(names.len());
        for (identifier, gathered) in names.iter().zip(&gathered) {
            let variable = self.temporary(&identifier.name.name());
            after = after.with(identifier.key(), &variable);
            let list = Expression::native("#%prim.reverse", vec![local(gathered)], span);
            lists.push((variable, list));
        }
        let mut done = self.match_list(end, &rest, after, fail, success)?;
        for (variable, list) in lists.into_iter().rev() {
            done = list.bind(variable, done, span);
        }

        let none_left = Expression::native("#%prim.=", vec![local(&left), integer(0)], span);
        let mut parameters = vec![rest.clone(), left.clone()];
        parameters.extend(gathered.iter().cloned());
        let turn = Expression::lambda(parameters, None, none_left.choose(done, one, span), span);
        let mut start = vec![
            local(subject),
            Expression::native("#%prim.-", vec![local(&count), integer(end.items.len())], span),
        ];
        for _ in &names {
            start.push(Expression::constant(Syntax::list(Vec::new(), span)));
        }
        let start = local(&again).call(start, span);
        let steps = vec![(Some(again.clone()), turn)];
        let run = Expression::new(Kind::Recursive(steps, Box::new(start)), span);
        let enough = vec![local(&count), integer(end.items.len() + least)];
        let run = Expression::native("#%prim.>=", enough, span).choose(run, fail(), span);
        Ok(Expression::native("%pair-count", value(), span).bind(count, run, span))
    }
}
