//! Multiple values: `let-values`, `receive`, `define-values`.

use super::body::BodyStep;
use super::{bad_form, bind::bindings};
use crate::core::{Expression, Kind};
use crate::diagnostic::Result;
use crate::scope::{Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::{Span, Syntax};

impl Session {
    /// `consumer` applied to the values of `producer`.
    pub(crate) fn receive(
        &self,
        producer: Expression,
        consumer: Expression,
        span: Span,
    ) -> Expression {
        let local = self.temporary("consumer");
        let values = Expression::native("%values->list", vec![producer], span);
        let call = vec![Expression::local(&local, span), values];
        consumer.bind(local, Expression::native("#%prim.apply", call, span), span)
    }

    pub(crate) fn expand_let_values(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
        sequential: bool,
    ) -> Result<Expression> {
        let span = syntax.span();
        let keyword = if sequential { "let*-values" } else { "let-values" };
        let mut inner = if sequential { scope.clone() } else { Contour::inside(scope) };
        let mut steps = Vec::new();
        for (formals, producer) in bindings(keyword, syntax, items.get(1))? {
            let producer = self.expand(producer, if sequential { &inner } else { scope })?;
            if sequential {
                inner = Contour::inside(&inner);
            }
            steps.push((self.bind_parameters(formals, &inner)?, producer));
        }
        let body = syntax.after(2).ok_or_else(|| bad_form(keyword, syntax))?;
        let mut expression = self.expand_body(&body, &inner)?;
        for ((locals, rest), producer) in steps.into_iter().rev() {
            let consumer = Expression::lambda(locals, rest, expression, span);
            expression = self.receive(producer, consumer, span);
        }
        Ok(expression)
    }

    /// `(receive formals expression body ...)`
    pub(crate) fn expand_receive(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let (Some(formals), Some(producer), Some(body)) =
            (items.get(1), items.get(2), syntax.after(3))
        else {
            return Err(bad_form("receive", syntax));
        };
        let producer = self.expand(producer, scope)?;
        let consumer = self.procedure(formals, &body, scope, syntax.span())?;
        Ok(self.receive(producer, consumer, syntax.span()))
    }

    /// `(define-values formals expression)` in a body: a list of the values, then each variable.
    pub(crate) fn collect_define_values(
        &self,
        syntax: &Syntax,
        scope: &Scope,
        inner: &Scope,
        steps: &mut Vec<BodyStep>,
    ) -> Result<()> {
        let span = syntax.span();
        let Some([_, formals, producer]) = syntax.items() else {
            return Err(bad_form("define-values", syntax));
        };
        let (locals, rest) = self.bind_parameters(formals, scope)?;
        let list = self.temporary("values");
        // The producer sees the names that it defines, so it is expanded with the body.
        let producer = Syntax::list(vec![producer.clone()], span);
        steps.push(BodyStep::Definition(
            list.clone(),
            super::body::DefinedValue::Procedure {
                parameters: vec![Syntax::list(Vec::new(), span)],
                body: producer,
                star: false,
            },
            span,
            inner.clone(),
        ));
        let values = self.temporary("values");
        let all = self.checked_values(Expression::local(&list, span), &locals, &rest, span);
        steps.push(BodyStep::Code(Some(values.clone()), all));
        let mut tail = values;
        for local in locals {
            let first = vec![Expression::local(&tail, span)];
            let first = Expression::native("#%prim.car", first, span);
            steps.push(BodyStep::Code(Some(local), first));
            let next = self.temporary("values");
            let others = vec![Expression::local(&tail, span)];
            let others = Expression::native("#%prim.cdr", others, span);
            steps.push(BodyStep::Code(Some(next.clone()), others));
            tail = next;
        }
        if let Some(rest) = rest {
            steps.push(BodyStep::Code(Some(rest), Expression::local(&tail, span)));
        }
        Ok(())
    }

    /// The values of a thunk as a list, after a check that there are as many as variables.
    fn checked_values(
        &self,
        thunk: Expression,
        locals: &[Local],
        rest: &Option<Local>,
        span: Span,
    ) -> Expression {
        let count = Expression::integer(locals.len(), span);
        let more = Expression::boolean(rest.is_some(), span);
        let values = Expression::native("%values->list", vec![thunk.call(Vec::new(), span)], span);
        Expression::native("%expect-values", vec![values, count, more], span)
    }

    /// `(define-values formals expression)` at top level.
    pub(crate) fn define_values(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
        mut define: impl FnMut(&Syntax) -> Result<std::rc::Rc<crate::scope::Global>>,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, formals, producer] = items else { return Err(bad_form("define-values", syntax)) };
        let (names, rest) = match formals.items_and_tail() {
            Some((names, rest)) => (names, rest),
            None => (&[][..], Some(formals)),
        };
        let globals = names.iter().map(&mut define).collect::<Result<Vec<_>>>()?;
        let rest = rest.map(define).transpose()?;
        let producer = self.expand(producer, scope)?;
        let locals: Vec<Local> = globals.iter().map(|_| self.temporary("value")).collect();
        let rest_local = rest.as_ref().map(|_| self.temporary("value"));
        let set = |global, local: &Local| {
            let value = Box::new(Expression::local(local, span));
            Expression::new(Kind::Define(global, value), span)
        };
        let mut steps: Vec<Expression> =
            globals.into_iter().zip(&locals).map(|(global, local)| set(global, local)).collect();
        if let (Some(global), Some(local)) = (rest, &rest_local) {
            steps.push(set(global, local));
        }
        let body = Expression::sequence(steps, span);
        Ok(self.receive(producer, Expression::lambda(locals, rest_local, body, span), span))
    }
}
