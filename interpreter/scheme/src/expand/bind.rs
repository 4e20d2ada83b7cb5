//! Forms that bind: the `let` family, `do`, `parameterize`.

use super::bad_form;
use crate::core::{Expression, Kind};
use crate::diagnostic::{Fault, Result};
use crate::scope::{Contour, Scope};
use crate::session::Session;
use crate::syntax::Syntax;

/// `((name value) ...)`.
pub(crate) fn bindings<'a>(
    keyword: &str,
    syntax: &Syntax,
    list: Option<&'a Syntax>,
) -> Result<Vec<(&'a Syntax, &'a Syntax)>> {
    let items = list.and_then(Syntax::items).ok_or_else(|| bad_form(keyword, syntax))?;
    items
        .iter()
        .map(|binding| match binding.items() {
            Some([name, value]) => Ok((name, value)),
            _ => Err(bad_form(&format!("{keyword} binding"), binding)),
        })
        .collect()
}

impl Session {
    pub(crate) fn expand_let(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        if items.get(1).is_some_and(|name| name.identifier().is_some()) {
            return self.expand_named_let(syntax, items, scope);
        }
        let span = syntax.span();
        let inner = Contour::inside(scope);
        let mut bound = Vec::new();
        let pairs = bindings("let", syntax, items.get(1))?;
        for (_, value) in &pairs {
            bound.push(self.expand_one(value, scope)?);
        }
        let mut locals = Vec::with_capacity(pairs.len());
        for ((name, _), value) in pairs.into_iter().zip(bound) {
            if name.identifier().is_some_and(|id| inner.own(&id.key()).is_some()) {
                return Err(Fault::syntax(name.span(), format!("duplicate binding of {name}")));
            }
            locals.push((self.bind_local(name, &inner)?, value));
        }
        let body = syntax.after(2).ok_or_else(|| bad_form("let", syntax))?;
        let body = self.expand_body(&body, &inner)?;
        if locals.is_empty() {
            return Ok(body);
        }
        Ok(Expression::new(Kind::Let(locals, Box::new(body)), span))
    }

    fn expand_named_let(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let pairs = bindings("let", syntax, items.get(2))?;
        let body = syntax.after(3).ok_or_else(|| bad_form("let", syntax))?;
        let mut arguments = Vec::with_capacity(pairs.len());
        for (_, value) in &pairs {
            arguments.push(self.expand_one(value, scope)?);
        }
        let inner = Contour::inside(scope);
        let name = self.bind_local(&items[1], &inner)?;
        let names = pairs.iter().map(|(name, _)| (*name).clone()).collect();
        let procedure = self.procedure(&Syntax::list(names, span), &body, &inner, span)?;
        let call = Expression::local(&name, items[1].span()).call(arguments, span);
        Ok(Expression::new(Kind::Recursive(vec![(Some(name), procedure)], Box::new(call)), span))
    }

    pub(crate) fn expand_let_star(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let mut scope = scope.clone();
        let mut locals = Vec::new();
        for (name, value) in bindings("let*", syntax, items.get(1))? {
            let value = self.expand_one(value, &scope)?;
            scope = Contour::inside(&scope);
            locals.push((self.bind_local(name, &scope)?, value));
        }
        let body = syntax.after(2).ok_or_else(|| bad_form("let*", syntax))?;
        let mut expression = self.expand_body(&body, &scope)?;
        for (local, value) in locals.into_iter().rev() {
            expression = value.bind(local, expression, syntax.span());
        }
        Ok(expression)
    }

    pub(crate) fn expand_letrec(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let inner = Contour::inside(scope);
        let pairs = bindings("letrec", syntax, items.get(1))?;
        let mut locals = Vec::with_capacity(pairs.len());
        for (name, _) in &pairs {
            locals.push(self.bind_local(name, &inner)?);
        }
        let mut steps = Vec::with_capacity(pairs.len());
        for ((_, value), local) in pairs.into_iter().zip(locals) {
            steps.push((Some(local), self.expand_one(value, &inner)?));
        }
        let body = syntax.after(2).ok_or_else(|| bad_form("letrec", syntax))?;
        let body = self.expand_body(&body, &inner)?;
        if steps.is_empty() {
            return Ok(body);
        }
        Ok(Expression::new(Kind::Recursive(steps, Box::new(body)), syntax.span()))
    }

    /// `(do ((variable init step) ...) (test result ...) body ...)`
    pub(crate) fn expand_do(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let bad = || bad_form("do", syntax);
        let [_, variables, exit, body @ ..] = items else { return Err(bad()) };
        let exit = exit.items().filter(|exit| !exit.is_empty()).ok_or_else(bad)?;
        let inner = Contour::inside(scope);
        let mut locals = Vec::new();
        let mut initial = Vec::new();
        let mut steps = Vec::new();
        for variable in variables.items().ok_or_else(bad)? {
            let (name, init, step) = match variable.items() {
                Some([name, init]) => (name, init, name),
                Some([name, init, step]) => (name, init, step),
                _ => return Err(bad_form("do variable", variable)),
            };
            initial.push(self.expand_one(init, scope)?);
            locals.push(self.bind_local(name, &inner)?);
            steps.push(step);
        }
        let test = self.expand_one(&exit[0], &inner)?;
        let result = Expression::sequence(self.expand_each(&exit[1..], &inner)?, span);
        let mut turn = self.expand_each(body, &inner)?;
        let again = self.temporary("do");
        let mut next = Vec::with_capacity(steps.len());
        for step in steps {
            next.push(self.expand_one(step, &inner)?);
        }
        turn.push(Expression::local(&again, span).call(next, span));
        let turn = test.choose(result, Expression::sequence(turn, span), span);
        let procedure = Expression::lambda(locals, None, turn, span);
        let start = Expression::local(&again, span).call(initial, span);
        Ok(Expression::new(Kind::Recursive(vec![(Some(again), procedure)], Box::new(start)), span))
    }

    pub(crate) fn expand_parameterize(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let (mut parameters, mut values) = (Vec::new(), Vec::new());
        for (parameter, value) in bindings("parameterize", syntax, items.get(1))? {
            parameters.push(self.expand(parameter, scope)?);
            values.push(self.expand_one(value, scope)?);
        }
        let body = syntax.after(2).ok_or_else(|| bad_form("parameterize", syntax))?;
        let body = self.expand_body(&body, &Contour::inside(scope))?;
        let thunk = Expression::lambda(Vec::new(), None, body, span);
        let parameters = Expression::native("#%prim.list", parameters, span);
        let values = Expression::native("#%prim.list", values, span);
        Ok(self.control("%parameterize", span).call(vec![parameters, values, thunk], span))
    }
}
