//! (ice-9 match): clauses. Patterns are in `pattern`.

mod list;
mod pattern;
mod variables;

use super::{Keyword, bad_form};
use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Result};
use crate::scope::{Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::{Span, Syntax};
use pattern::Bound;

impl Session {
    /// `(match expression (pattern body ...) ...)`
    pub(crate) fn expand_match(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let [_, subject, clauses @ ..] = items else { return Err(bad_form("match", syntax)) };
        if clauses.is_empty() {
            return Err(Fault::syntax(syntax.span(), "no match clauses").about(syntax.to_string()));
        }
        let subject = self.expand(subject, scope)?;
        let local = self.temporary("subject");
        let code = self.match_clauses(&local, clauses, scope, syntax.span())?;
        Ok(subject.bind(local, code, syntax.span()))
    }

    pub(crate) fn expand_match_lambda(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let local = self.temporary("subject");
        let code = self.match_clauses(&local, &items[1..], scope, syntax.span())?;
        Ok(Expression::lambda(vec![local], None, code, syntax.span()))
    }

    pub(crate) fn expand_match_lambda_star(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let local = self.temporary("arguments");
        let code = self.match_clauses(&local, &items[1..], scope, syntax.span())?;
        Ok(Expression::lambda(Vec::new(), Some(local), code, syntax.span()))
    }

    fn match_error(&self, subject: &Local, span: Span) -> Expression {
        Expression::native("%match-error", vec![Expression::local(subject, span)], span)
    }

    fn match_clauses(
        &self,
        subject: &Local,
        clauses: &[Syntax],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let mut otherwise = self.match_error(subject, span);
        for clause in clauses.iter().rev() {
            let Some([pattern, body @ ..]) = clause.items() else {
                return Err(bad_form("match clause", clause));
            };
            let place = clause.span();
            let next = self.temporary("next");
            let fail = || Expression::local(&next, place).call(Vec::new(), place);
            let bound = Bound::new(scope);
            let code = self.match_pattern(pattern, subject, bound, &fail, &mut |bound| {
                self.match_body(clause, body, &next, &bound.scope)
            })?;
            let rest = Expression::lambda(Vec::new(), None, otherwise, place);
            otherwise = rest.bind(next, code, place);
        }
        Ok(otherwise)
    }

    /// A clause's body, which may begin with `(=> next)`: a procedure that gives up.
    fn match_body(
        &self,
        clause: &Syntax,
        body: &[Syntax],
        next: &Local,
        scope: &Scope,
    ) -> Result<Expression> {
        if let [first, rest @ ..] = body
            && let Some([arrow, name]) = first.items()
            && self.is_keyword(arrow, Keyword::Arrow, scope)
        {
            let inner = Contour::inside(scope);
            let local = self.bind_local(name, &inner)?;
            let code = self.expand_body_forms(rest, &inner, clause.span())?;
            let give_up = Expression::local(next, clause.span());
            return Ok(give_up.bind(local, code, clause.span()));
        }
        self.expand_body_forms(body, &Contour::inside(scope), clause.span())
    }

    /// `(match-let ((pattern value) ...) body ...)` and its sequential and named variants.
    pub(crate) fn expand_match_let(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let named = items.get(1).filter(|name| name.identifier().is_some());
        let skipped = if named.is_some() { 2 } else { 1 };
        let pairs = super::bind::bindings(keyword.name(), syntax, items.get(skipped))?;
        let body = syntax.after(skipped + 1).ok_or_else(|| bad_form(keyword.name(), syntax))?;
        let forms = body.items().ok_or_else(|| bad_form(keyword.name(), syntax))?;
        if keyword != Keyword::MatchLet {
            if keyword == Keyword::MatchLetrec {
                return self.expand_letrec(syntax, items, scope);
            }
            return self.match_sequence(&pairs, forms, Bound::new(scope), span);
        }
        let mut values = Vec::with_capacity(pairs.len());
        for (_, value) in &pairs {
            values.push(self.expand(value, scope)?);
        }
        let subjects: Vec<Local> = pairs.iter().map(|_| self.temporary("subject")).collect();
        let patterns: Vec<(&Syntax, Local)> =
            pairs.iter().map(|(pattern, _)| *pattern).zip(subjects.iter().cloned()).collect();
        match named {
            None => {
                let code = self.match_all(&patterns, forms, Bound::new(scope), span)?;
                if subjects.is_empty() {
                    return Ok(code);
                }
                let bindings = subjects.into_iter().zip(values).collect();
                Ok(Expression::new(Kind::Let(bindings, Box::new(code)), span))
            }
            Some(name) => {
                let inner = Contour::inside(scope);
                let procedure = self.bind_local(name, &inner)?;
                let code = self.match_all(&patterns, forms, Bound::new(&inner), span)?;
                let lambda = Expression::lambda(subjects, None, code, span);
                let start = Expression::local(&procedure, span).call(values, span);
                let steps = vec![(Some(procedure), lambda)];
                Ok(Expression::new(Kind::Recursive(steps, Box::new(start)), span))
            }
        }
    }

    /// Every pattern against its subject, then the body.
    fn match_all(
        &self,
        patterns: &[(&Syntax, Local)],
        body: &[Syntax],
        bound: Bound,
        span: Span,
    ) -> Result<Expression> {
        let Some(((pattern, subject), rest)) = patterns.split_first() else {
            return self.expand_body_forms(body, &Contour::inside(&bound.scope), span);
        };
        let fail = || self.match_error(subject, span);
        self.match_pattern(pattern, subject, bound, &fail, &mut |bound| {
            self.match_all(rest, body, bound, span)
        })
    }

    fn match_sequence(
        &self,
        pairs: &[(&Syntax, &Syntax)],
        body: &[Syntax],
        bound: Bound,
        span: Span,
    ) -> Result<Expression> {
        let Some(((pattern, value), rest)) = pairs.split_first() else {
            return self.expand_body_forms(body, &Contour::inside(&bound.scope), span);
        };
        let value = self.expand(value, &bound.scope)?;
        let subject = self.temporary("subject");
        let fail = || self.match_error(&subject, span);
        let bound = Bound::new(&bound.scope);
        let code = self.match_pattern(pattern, &subject, bound, &fail, &mut |bound| {
            self.match_sequence(rest, body, bound, span)
        })?;
        Ok(value.bind(subject.clone(), code, span))
    }
}
