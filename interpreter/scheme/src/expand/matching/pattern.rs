//! Patterns of (ice-9 match), compiled to tests. The code after a match is made once: where
//! several ways lead to it (`or`), it becomes a procedure of the pattern's variables.

use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Result};
use crate::expand::{bad_form, strip};
use crate::scope::{Binding, Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Key, Span, Symbol, Syntax};

/// The variables that a clause has bound so far.
#[derive(Clone)]
pub(super) struct Bound {
    /// The scope in which they are.
    pub scope: Scope,
    variables: Vec<(Key, Local)>,
}

impl Bound {
    pub(super) fn new(scope: &Scope) -> Bound {
        Bound { scope: scope.clone(), variables: Vec::new() }
    }

    fn with(&self, key: Key, local: &Local) -> Bound {
        let scope = Contour::inside(&self.scope);
        scope.bind(key, Binding::Local(local.clone()));
        let mut variables = self.variables.clone();
        variables.push((key, local.clone()));
        Bound { scope, variables }
    }

    fn local(&self, key: &Key) -> Option<&Local> {
        self.variables.iter().find(|(bound, _)| bound == key).map(|(_, local)| local)
    }
}

/// Code for when a pattern does not match.
type Fail<'a> = &'a dyn Fn() -> Expression;
/// Code for when it does.
type Success<'a> = &'a mut dyn FnMut(Bound) -> Result<Expression>;

/// The items of a list pattern, in front of its end.
struct ListPattern<'a> {
    items: &'a [Syntax],
    tail: Option<&'a Syntax>,
    quasi: bool,
    span: Span,
}

impl Session {
    pub(super) fn match_pattern(
        &self,
        pattern: &Syntax,
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let span = pattern.span();
        match pattern.form() {
            Form::Identifier(identifier) => {
                self.match_variable(identifier, subject, bound, span, fail, success)
            }
            Form::List(items) => {
                if let Some(word) = self.pattern_word(items, &bound) {
                    return self.match_word(
                        word,
                        pattern,
                        &items[1..],
                        subject,
                        bound,
                        fail,
                        success,
                    );
                }
                // `(a . (? p))` is the list `(a ? p)`: what follows the items may be such a pattern.
                let tail = self
                    .word_in_tail(items, &bound)
                    .map(|at| (at, Syntax::list(items[at..].to_vec(), span)));
                let (items, tail) = match &tail {
                    Some((at, tail)) => (&items[..*at], Some(tail)),
                    None => (&items[..], None),
                };
                let list = ListPattern { items, tail, quasi: false, span };
                self.match_list(&list, subject, bound, fail, success)
            }
            Form::Dotted(items, tail) => {
                let list = ListPattern { items, tail: Some(tail), quasi: false, span };
                self.match_list(&list, subject, bound, fail, success)
            }
            Form::Vector(items) => {
                self.match_vector(items, false, subject, bound, span, fail, success)
            }
            _ => self.match_constant(pattern, subject, bound, fail, success),
        }
    }

    /// The pattern keyword at the head of a list pattern.
    fn pattern_word(&self, items: &[Syntax], bound: &Bound) -> Option<Symbol> {
        const WORDS: [Symbol; 9] = [
            Symbol::QUOTE,
            Symbol::QUASIQUOTE,
            Symbol::QUESTION,
            Symbol::EQUALS,
            Symbol::DOLLAR,
            Symbol::AND,
            Symbol::OR,
            Symbol::NOT,
            Symbol::GET,
        ];
        let identifier = items.first()?.identifier()?;
        let is_word = WORDS.contains(&identifier.name) || identifier.name == Symbol::SET;
        (is_word && !self.is_local(identifier, &bound.scope)).then_some(identifier.name)
    }

    /// Where in a list pattern a pattern with a keyword at its head begins.
    fn word_in_tail(&self, items: &[Syntax], bound: &Bound) -> Option<usize> {
        (1..items.len()).find(|at| {
            let after = items.len() - at - 1;
            match self.pattern_word(&items[*at..], bound) {
                Some(Symbol::QUOTE | Symbol::QUASIQUOTE | Symbol::NOT) => after == 1,
                Some(Symbol::EQUALS) => after == 2,
                Some(_) => after > 0,
                None => false,
            }
        })
    }

    fn is_local(&self, identifier: &Identifier, scope: &Scope) -> bool {
        matches!(self.resolve(identifier, scope), Ok(Some(Binding::Local(_))))
    }

    /// The number of matches that a following `...`, `___` or `..1` asks for at least.
    fn repetition(&self, syntax: Option<&Syntax>) -> Option<usize> {
        match syntax?.name()? {
            Symbol::ELLIPSIS | Symbol::LONG_UNDERSCORE => Some(0),
            Symbol::AT_LEAST_ONE => Some(1),
            _ => None,
        }
    }

    fn match_variable(
        &self,
        identifier: &Identifier,
        subject: &Local,
        bound: Bound,
        span: Span,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        if identifier.name == Symbol::UNDERSCORE {
            return success(bound);
        }
        let value = Expression::local(subject, span);
        if let Some(earlier) = bound.local(&identifier.key()) {
            let same = vec![value, Expression::local(earlier, span)];
            let test = Expression::native("%equal?", same, span);
            return Ok(test.choose(success(bound)?, fail(), span));
        }
        let local = self.temporary(&identifier.name.name());
        let code = success(bound.with(identifier.key(), &local))?;
        Ok(value.bind(local, code, span))
    }

    fn match_constant(
        &self,
        datum: &Syntax,
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let span = datum.span();
        let value = Expression::local(subject, span);
        let test = if datum.is_empty_list() {
            Expression::native("#%prim.null?", vec![value], span)
        } else {
            let same = vec![value, Expression::constant(strip(datum))];
            Expression::native("%equal?", same, span)
        };
        Ok(test.choose(success(bound)?, fail(), span))
    }

    #[allow(clippy::too_many_arguments)]
    fn match_word(
        &self,
        word: Symbol,
        pattern: &Syntax,
        rest: &[Syntax],
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let span = pattern.span();
        let bad = || bad_form("match pattern", pattern);
        let value = || Expression::local(subject, span);
        match (word, rest) {
            (Symbol::QUOTE, [datum]) => self.match_constant(datum, subject, bound, fail, success),
            (Symbol::QUASIQUOTE, [template]) => {
                self.match_quasi(template, subject, bound, fail, success)
            }
            (Symbol::AND, patterns) => self.match_every(patterns, subject, bound, fail, success),
            (Symbol::OR, patterns) => self.match_any(patterns, subject, bound, span, fail, success),
            (Symbol::NOT, [negated]) => {
                let after = self.temporary("after");
                let code = Expression::lambda(Vec::new(), None, success(bound.clone())?, span);
                let go_on = || Expression::local(&after, span).call(Vec::new(), span);
                let test =
                    self.match_pattern(negated, subject, bound, &go_on, &mut |_| Ok(fail()))?;
                Ok(code.bind(after.clone(), test, span))
            }
            (Symbol::QUESTION, [predicate, patterns @ ..]) => {
                let predicate = self.expand(predicate, &bound.scope)?;
                let test = crate::expand::apply(predicate, vec![value()], span, self);
                let code = self.match_every(patterns, subject, bound, fail, success)?;
                Ok(test.choose(code, fail(), span))
            }
            (Symbol::EQUALS, [procedure, result]) => {
                let procedure = self.expand(procedure, &bound.scope)?;
                let local = self.temporary("result");
                let code = self.match_pattern(result, &local, bound, fail, success)?;
                let call = crate::expand::apply(procedure, vec![value()], span, self);
                Ok(call.bind(local, code, span))
            }
            (Symbol::DOLLAR, [descriptor, fields @ ..]) => {
                let type_local = self.temporary("type");
                let descriptor = self.expand(descriptor, &bound.scope)?;
                let fields: Vec<(usize, &Syntax)> = fields.iter().enumerate().collect();
                let code =
                    self.match_fields(&fields, &type_local, subject, bound, span, fail, success)?;
                let test = vec![value(), Expression::local(&type_local, span)];
                let test = Expression::native("%record?", test, span);
                Ok(descriptor.bind(type_local, test.choose(code, fail(), span), span))
            }
            _ => Err(bad()),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn match_fields(
        &self,
        fields: &[(usize, &Syntax)],
        descriptor: &Local,
        subject: &Local,
        bound: Bound,
        span: Span,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let Some(((index, pattern), rest)) = fields.split_first() else { return success(bound) };
        let read = vec![
            Expression::local(subject, span),
            Expression::local(descriptor, span),
            Expression::integer(*index, span),
            Expression::string("match", span),
        ];
        let local = self.temporary("field");
        let code = self.match_pattern(pattern, &local, bound, fail, &mut |bound| {
            self.match_fields(rest, descriptor, subject, bound, span, fail, success)
        })?;
        Ok(Expression::native("%record-ref", read, span).bind(local, code, span))
    }

    fn match_every(
        &self,
        patterns: &[Syntax],
        subject: &Local,
        bound: Bound,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let Some((pattern, rest)) = patterns.split_first() else { return success(bound) };
        self.match_pattern(pattern, subject, bound, fail, &mut |bound| {
            self.match_every(rest, subject, bound, fail, success)
        })
    }

    /// `(or pattern ...)`: each binds the variables of the first; others are unbound in it.
    fn match_any(
        &self,
        patterns: &[Syntax],
        subject: &Local,
        bound: Bound,
        span: Span,
        fail: Fail,
        success: Success,
    ) -> Result<Expression> {
        let mut names = Vec::new();
        for pattern in patterns {
            self.variables(pattern, &bound, &mut names);
        }
        let after = self.temporary("after");
        let mut inner = bound.clone();
        let mut parameters = Vec::with_capacity(names.len());
        for identifier in &names {
            let local = self.temporary(&identifier.name.name());
            inner = inner.with(identifier.key(), &local);
            parameters.push(local);
        }
        let join = Expression::lambda(parameters, None, success(inner)?, span);
        let mut code = fail();
        for pattern in patterns.iter().rev() {
            let next = self.temporary("next");
            let go_on = || Expression::local(&next, span).call(Vec::new(), span);
            let test =
                self.match_pattern(pattern, subject, bound.clone(), &go_on, &mut |bound| {
                    let value = |identifier: &Identifier| match bound.local(&identifier.key()) {
                        Some(local) => Expression::local(local, span),
                        None => Expression::boolean(false, span),
                    };
                    let arguments = names.iter().map(value).collect();
                    Ok(Expression::local(&after, span).call(arguments, span))
                })?;
            let rest = Expression::lambda(Vec::new(), None, code, span);
            code = rest.bind(next.clone(), test, span);
        }
        Ok(join.bind(after, code, span))
    }

    #[allow(clippy::too_many_arguments)]
    fn match_vector(
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
    fn match_quasi(
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

    fn match_list(
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

    /// The variables of a pattern that are not bound before it, in order.
    fn variables(&self, pattern: &Syntax, bound: &Bound, names: &mut Vec<Identifier>) {
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
