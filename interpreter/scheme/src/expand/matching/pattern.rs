//! Patterns of (ice-9 match), compiled to tests. The code after a match is made once: where
//! several ways lead to it (`or`), it becomes a procedure of the pattern's variables.

use super::list::ListPattern;
use crate::core::Expression;
use crate::diagnostic::Result;
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

    pub(super) fn with(&self, key: Key, local: &Local) -> Bound {
        let scope = Contour::inside(&self.scope);
        scope.bind(key, Binding::Local(local.clone()));
        let mut variables = self.variables.clone();
        variables.push((key, local.clone()));
        Bound { scope, variables }
    }

    pub(super) fn local(&self, key: &Key) -> Option<&Local> {
        self.variables.iter().find(|(bound, _)| bound == key).map(|(_, local)| local)
    }
}

/// Code for when a pattern does not match.
pub(super) type Fail<'a> = &'a dyn Fn() -> Expression;
/// Code for when it does.
pub(super) type Success<'a> = &'a mut dyn FnMut(Bound) -> Result<Expression>;

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
    pub(super) fn pattern_word(&self, items: &[Syntax], bound: &Bound) -> Option<Symbol> {
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
    pub(super) fn repetition(&self, syntax: Option<&Syntax>) -> Option<usize> {
        match syntax?.name()? {
            Symbol::ELLIPSIS | Symbol::LONG_UNDERSCORE => Some(0),
            Symbol::AT_LEAST_ONE => Some(1),
            _ => None,
        }
    }

    pub(super) fn match_variable(
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

    pub(super) fn match_constant(
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
            (Symbol::GET, [name]) => {
                let get = Expression::lambda(Vec::new(), None, value(), span);
                self.match_accessor(name, get, bound, success)
            }
            (Symbol::SET, [name]) => {
                let new = self.temporary("new");
                let set = vec![value(), Expression::local(&new, span)];
                let set = Expression::native("%set-car!", set, span);
                let set = Expression::lambda(vec![new], None, set, span);
                self.match_accessor(name, set, bound, success)
            }
            _ => Err(bad()),
        }
    }

    /// `(get! name)`, `(set! name)`: a procedure for the part that is there.
    fn match_accessor(
        &self,
        name: &Syntax,
        procedure: Expression,
        bound: Bound,
        success: Success,
    ) -> Result<Expression> {
        let identifier = name.identifier().ok_or_else(|| bad_form("match pattern", name))?;
        let local = self.temporary(&identifier.name.name());
        let code = success(bound.with(identifier.key(), &local))?;
        Ok(procedure.bind(local, code, name.span()))
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
}
