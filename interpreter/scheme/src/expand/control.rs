//! Choices and control: `cond`, `case`, `and`, `or`, `while`, `delay`, `guard`, `cut`.

use super::{Keyword, bad_form};
use crate::core::{Expression, Kind};
use crate::diagnostic::Result;
use crate::scope::{Binding, Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::{Identifier, Span, Symbol, Syntax};

impl Session {
    pub(crate) fn expand_and(
        &self,
        syntax: &Syntax,
        forms: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let mut forms = self.expand_each(forms, scope)?.into_iter().rev();
        let Some(last) = forms.next() else { return Ok(Expression::boolean(true, span)) };
        let no = || Expression::boolean(false, span);
        Ok(forms.fold(last, |rest, form| self.one(form).choose(rest, no(), span)))
    }

    pub(crate) fn expand_or(
        &self,
        syntax: &Syntax,
        forms: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let mut forms = self.expand_each(forms, scope)?.into_iter().rev();
        let Some(last) = forms.next() else { return Ok(Expression::boolean(false, span)) };
        Ok(forms.fold(last, |rest, form| self.either(self.one(form), rest, span)))
    }

    /// The value if it is true, else the other expression's.
    fn either(&self, value: Expression, otherwise: Expression, span: Span) -> Expression {
        let local = self.temporary("value");
        let test = Expression::local(&local, span);
        let choice = test.choose(Expression::local(&local, span), otherwise, span);
        value.bind(local, choice, span)
    }

    pub(crate) fn expand_when(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, test, body @ ..] = items else { return Err(bad_form(keyword.name(), syntax)) };
        let test = self.expand_one(test, scope)?;
        let body = Expression::sequence(self.expand_each(body, scope)?, span);
        let nothing = Expression::unspecified(span);
        Ok(match keyword {
            Keyword::When => test.choose(body, nothing, span),
            _ => test.choose(nothing, body, span),
        })
    }

    pub(crate) fn expand_cond(
        &self,
        syntax: &Syntax,
        clauses: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let nothing = Expression::unspecified(syntax.span());
        self.expand_clauses(syntax, clauses, scope, nothing)
    }

    /// The clauses of a `cond`, and what follows when none applies.
    fn expand_clauses(
        &self,
        syntax: &Syntax,
        clauses: &[Syntax],
        scope: &Scope,
        otherwise: Expression,
    ) -> Result<Expression> {
        let mut result = otherwise;
        for (index, clause) in clauses.iter().enumerate().rev() {
            let span = clause.span();
            let items = clause.items().filter(|items| !items.is_empty());
            let items = items.ok_or_else(|| bad_form("cond clause", clause))?;
            if self.is_keyword(&items[0], Keyword::Else, scope) {
                if index + 1 != clauses.len() || items.len() < 2 {
                    return Err(bad_form("cond", syntax));
                }
                result = Expression::sequence(self.expand_each(&items[1..], scope)?, span);
                continue;
            }
            let test = self.expand(&items[0], scope)?;
            result = match items {
                [_] => self.either(self.one(test), result, span),
                [_, arrow, receiver] if self.is_keyword(arrow, Keyword::Arrow, scope) => {
                    let receiver = self.expand(receiver, scope)?;
                    let local = self.temporary("value");
                    let call = receiver.call(vec![Expression::local(&local, span)], span);
                    let choice = Expression::local(&local, span).choose(call, result, span);
                    self.one(test).bind(local, choice, span)
                }
                [_, guard, arrow, receiver] if self.is_keyword(arrow, Keyword::Arrow, scope) => {
                    self.guarded_clause(test, [guard, receiver], scope, result, span)?
                }
                _ => {
                    let body = Expression::sequence(self.expand_each(&items[1..], scope)?, span);
                    self.one(test).choose(body, result, span)
                }
            };
        }
        Ok(result)
    }

    /// SRFI-61: `(generator guard => receiver)`, both applied to the generator's values.
    fn guarded_clause(
        &self,
        generator: Expression,
        [guard, receiver]: [&Syntax; 2],
        scope: &Scope,
        otherwise: Expression,
        span: Span,
    ) -> Result<Expression> {
        let values = self.temporary("values");
        let apply = |procedure: Expression| {
            let local = self.temporary("procedure");
            let call = vec![Expression::local(&local, span), Expression::local(&values, span)];
            procedure.bind(local, Expression::native("#%prim.apply", call, span), span)
        };
        let test = apply(self.expand(guard, scope)?);
        let then = apply(self.expand(receiver, scope)?);
        let choice = test.choose(then, otherwise, span);
        let list = Expression::native("%values->list", vec![generator], span);
        Ok(list.bind(values, choice, span))
    }

    pub(crate) fn expand_case(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, key, clauses @ ..] = items else { return Err(bad_form("case", syntax)) };
        let key = self.expand_one(key, scope)?;
        let local = self.temporary("key");
        let mut result = Expression::unspecified(span);
        for clause in clauses.iter().rev() {
            let span = clause.span();
            let items = clause.items().filter(|items| items.len() > 1);
            let items = items.ok_or_else(|| bad_form("case clause", clause))?;
            let body = match items {
                [_, arrow, receiver] if self.is_keyword(arrow, Keyword::Arrow, scope) => {
                    self.expand(receiver, scope)?.call(vec![Expression::local(&local, span)], span)
                }
                _ => Expression::sequence(self.expand_each(&items[1..], scope)?, span),
            };
            if self.is_keyword(&items[0], Keyword::Else, scope) {
                result = body;
                continue;
            }
            let data = items[0].items().ok_or_else(|| bad_form("case clause", clause))?;
            let key = || Expression::local(&local, span);
            let test = match data {
                [] => Expression::boolean(false, span),
                [single] => {
                    let datum = Expression::constant(super::strip(single));
                    Expression::native("%eqv?", vec![key(), datum], span)
                }
                _ => {
                    let data = Expression::constant(super::strip(&items[0]));
                    Expression::native("%memv", vec![key(), data], span)
                }
            };
            result = test.choose(body, result, span);
        }
        Ok(key.bind(local, result, span))
    }

    /// `(while test body ...)` with `break` and `continue`.
    pub(crate) fn expand_while(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, test, body @ ..] = items else { return Err(bad_form("while", syntax)) };
        let test = self.expand_one(test, scope)?;
        let inner = Contour::inside(scope);
        let mark = items[0].identifier().and_then(|identifier| identifier.mark.clone());
        let word = |name: &str| {
            let local = self.temporary(name);
            let identifier = Identifier { name: Symbol::new(name), mark: mark.clone() };
            inner.bind(identifier.key(), Binding::Local(local.clone()));
            local
        };
        let (leave, next) = (word("break"), word("continue"));
        let body = Expression::sequence(self.expand_each(body, &inner)?, span);
        let again = self.temporary("while");
        let escaping = |local: Local, body: Expression| {
            let procedure = Expression::lambda(vec![local], None, body, span);
            self.control("%call-with-current-continuation", span).call(vec![procedure], span)
        };
        let turn = Expression::sequence(
            vec![escaping(next, body), Expression::local(&again, span).call(Vec::new(), span)],
            span,
        );
        let turn = test.choose(turn, Expression::boolean(false, span), span);
        let procedure = Expression::lambda(Vec::new(), None, turn, span);
        let start = Expression::local(&again, span).call(Vec::new(), span);
        let whole =
            Expression::new(Kind::Recursive(vec![(Some(again), procedure)], Box::new(start)), span);
        Ok(escaping(leave, whole))
    }

    pub(crate) fn expand_delay(
        &self,
        native: &'static str,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        if items.len() < 2 {
            return Err(bad_form("delay", syntax));
        }
        let body = Expression::sequence(self.expand_each(&items[1..], scope)?, span);
        Ok(Expression::native(native, vec![Expression::lambda(Vec::new(), None, body, span)], span))
    }

    /// SRFI-34: `(guard (condition clause ...) body ...)`.
    pub(crate) fn expand_guard(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let bad = || bad_form("guard", syntax);
        let [name, clauses @ ..] = items.get(1).and_then(Syntax::items).ok_or_else(bad)? else {
            return Err(bad());
        };
        let body = self.expand_body(&syntax.after(2).ok_or_else(bad)?, &Contour::inside(scope))?;
        let thunk = Expression::lambda(Vec::new(), None, body, span);
        let inner = Contour::inside(scope);
        let condition = self.bind_local(name, &inner)?;
        let reraise = self.temporary("reraise");
        let otherwise = Expression::local(&reraise, span).call(Vec::new(), span);
        let choice = self.expand_clauses(syntax, clauses, &inner, otherwise)?;
        let handler = Expression::lambda(vec![condition, reraise], None, choice, span);
        Ok(self.control("%guard", span).call(vec![thunk, handler], span))
    }

    pub(crate) fn expand_assert(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, test] = items else { return Err(bad_form("assert", syntax)) };
        let shown = Expression::constant(super::strip(test));
        let test = self.expand_one(test, scope)?;
        let failed = Expression::native("%assertion-failed", vec![shown], span);
        Ok(self.either(test, failed, span))
    }

    /// SRFI-26: `cut` and `cute`.
    pub(crate) fn expand_cut(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let macro_head = matches!(self.head_binding(&items[1..], scope)?,
            Some(binding) if binding.global().is_none() && !matches!(binding, Binding::Local(_)));
        if macro_head && keyword == Keyword::Cut {
            return self.expand_cut_macro(&items[1..], span, scope);
        }
        let mut parameters = Vec::new();
        let mut rest = None;
        let mut evaluated = Vec::new();
        let mut parts = Vec::with_capacity(items.len());
        for (index, item) in items[1..].iter().enumerate() {
            if self.is_keyword(item, Keyword::Slot, scope) {
                let slot = self.temporary("slot");
                parts.push(Expression::local(&slot, item.span()));
                parameters.push(slot);
            } else if self.is_keyword(item, Keyword::RestSlot, scope) {
                if index + 2 != items.len() {
                    return Err(bad_form(keyword.name(), syntax));
                }
                rest = Some(self.temporary("slots"));
            } else {
                let value = self.expand_one(item, scope)?;
                if keyword == Keyword::Cute {
                    let local = self.temporary("value");
                    parts.push(Expression::local(&local, item.span()));
                    evaluated.push((local, value));
                } else {
                    parts.push(value);
                }
            }
        }
        if parts.is_empty() {
            return Err(bad_form(keyword.name(), syntax));
        }
        let body = match &rest {
            None => {
                let procedure = parts.remove(0);
                super::apply(procedure, parts, span, self)
            }
            Some(rest) => {
                parts.push(Expression::local(rest, span));
                let procedure = self.temporary("procedure");
                let first = std::mem::replace(&mut parts[0], Expression::local(&procedure, span));
                first.bind(procedure, Expression::native("#%prim.apply", parts, span), span)
            }
        };
        let lambda = Expression::lambda(parameters, rest, body, span);
        if evaluated.is_empty() {
            return Ok(lambda);
        }
        Ok(Expression::new(Kind::Let(evaluated, Box::new(lambda)), span))
    }

    /// `(cut MACRO ...)`: the form is kept as it is, with a variable in each slot.
    fn expand_cut_macro(&self, items: &[Syntax], span: Span, scope: &Scope) -> Result<Expression> {
        let inner = Contour::inside(scope);
        let mut parameters = Vec::new();
        let mut form = Vec::with_capacity(items.len());
        for item in items {
            if self.is_keyword(item, Keyword::Slot, scope) {
                // A space keeps the name apart from any that a program can write plainly.
                let name = Symbol::new(&format!("slot {}", parameters.len()));
                let slot = self.temporary("slot");
                inner.bind(Identifier::plain(name).key(), Binding::Local(slot.clone()));
                form.push(Syntax::symbol(name, item.span()));
                parameters.push(slot);
            } else {
                form.push(item.clone());
            }
        }
        let body = self.expand(&Syntax::list(form, span), &inner)?;
        Ok(Expression::lambda(parameters, None, body, span))
    }
}
