//! Bodies and what defines inside of them; `lambda`, `if`, `set!`.

use std::collections::VecDeque;

use super::{Keyword, bad_form};
use crate::core::{Expression, Kind, Written};
use crate::diagnostic::{Fault, Result};
use crate::scope::{Binding, Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::{Form, Span, Syntax};

/// More macro uses in one body than this do not end.
const LONGEST_EXPANSION: u32 = 100_000;

/// What a `define` defines and by what.
pub(crate) struct DefinitionParts {
    /// The identifier.
    pub target: Syntax,
    /// What its value is.
    pub value: DefinedValue,
}

/// The right-hand side of a definition.
pub(crate) enum DefinedValue {
    /// An expression; none in `(define x)`.
    Expression(Option<Syntax>),
    /// A procedure: parameter lists from the outermost of a curried define inward, and the body.
    Procedure { parameters: Vec<Syntax>, body: Syntax, star: bool },
}

impl Session {
    /// Takes a `define` form apart.
    pub(crate) fn definition_parts(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
    ) -> Result<DefinitionParts> {
        let bad = || bad_form(keyword.name(), syntax);
        let items = syntax.items().ok_or_else(bad)?;
        let [_, target, ..] = items else { return Err(bad()) };
        if target.items_and_tail().is_none() {
            if target.identifier().is_none() || items.len() > 3 {
                return Err(bad());
            }
            let value = DefinedValue::Expression(items.get(2).cloned());
            return Ok(DefinitionParts { target: target.clone(), value });
        }
        let mut target = target.clone();
        let mut parameters = Vec::new();
        while let Some(head) = target.head() {
            parameters.insert(0, target.after(1).ok_or_else(bad)?);
            target = head.clone();
        }
        if target.identifier().is_none() || items.len() < 3 {
            return Err(bad());
        }
        let body = syntax.after(2).ok_or_else(bad)?;
        let star = keyword == Keyword::DefineStar;
        Ok(DefinitionParts { target, value: DefinedValue::Procedure { parameters, body, star } })
    }

    /// The code for the right-hand side of a definition.
    pub(crate) fn defined_value(
        &self,
        value: &DefinedValue,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        match value {
            DefinedValue::Expression(None) => Ok(Expression::unspecified(span)),
            DefinedValue::Expression(Some(value)) => self.expand_one(value, scope),
            DefinedValue::Procedure { parameters, body, star } => {
                self.curried(parameters, body, *star, scope, span)
            }
        }
    }

    fn curried(
        &self,
        parameters: &[Syntax],
        body: &Syntax,
        star: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        match parameters {
            [] => self.expand_body(body, scope),
            [own] if star => self.procedure_star(own, body, scope, span),
            [own, inner @ ..] => {
                let contour = Contour::inside(scope);
                let (locals, rest) = self.bind_parameters(own, &contour)?;
                let body = self.curried(inner, body, star, &contour, span)?;
                let written = Written::Once(own.clone());
                Ok(Expression::lambda(locals, rest, body, span).written(written))
            }
        }
    }

    pub(crate) fn expand_lambda(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let (Some(parameters), Some(body)) = (items.get(1), syntax.after(2)) else {
            return Err(bad_form("lambda", syntax));
        };
        self.procedure(parameters, &body, scope, syntax.span())
    }

    /// A procedure with plain parameters.
    pub(crate) fn procedure(
        &self,
        parameters: &Syntax,
        body: &Syntax,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let contour = Contour::inside(scope);
        let (locals, rest) = self.bind_parameters(parameters, &contour)?;
        let body = self.expand_body(body, &contour)?;
        let written = Written::Once(parameters.clone());
        Ok(Expression::lambda(locals, rest, body, span).written(written))
    }

    /// Binds the parameters of a `lambda`.
    pub(crate) fn bind_parameters(
        &self,
        parameters: &Syntax,
        scope: &Scope,
    ) -> Result<(Vec<Local>, Option<Local>)> {
        let Some((required, tail)) = parameters.items_and_tail() else {
            return Ok((Vec::new(), Some(self.bind_local(parameters, scope)?)));
        };
        let mut locals: Vec<Local> = Vec::with_capacity(required.len());
        for parameter in required {
            let bound = parameter.identifier().is_some_and(|id| scope.own(&id.key()).is_some());
            if bound {
                let message = format!("duplicate parameter {parameter}");
                return Err(Fault::syntax(parameter.span(), message));
            }
            locals.push(self.bind_local(parameter, scope)?);
        }
        let rest = tail.map(|tail| self.bind_local(tail, scope)).transpose()?;
        Ok((locals, rest))
    }

    pub(crate) fn expand_if(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let (test, then, otherwise) = match items {
            [_, test, then] => (test, then, None),
            [_, test, then, otherwise] => (test, then, Some(otherwise)),
            _ => return Err(bad_form("if", syntax)),
        };
        let test = self.expand_one(test, scope)?;
        let then = self.expand(then, scope)?;
        let otherwise = match otherwise {
            Some(otherwise) => self.expand(otherwise, scope)?,
            None => Expression::unspecified(span),
        };
        Ok(test.choose(then, otherwise, span))
    }

    pub(crate) fn expand_set(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, target, value] = items else { return Err(bad_form("set!", syntax)) };
        let Some(identifier) = target.identifier() else { return Err(bad_form("set!", syntax)) };
        let binding = self.resolve(identifier, scope)?.map(|found| self.in_force(found, scope));
        if let Some(Binding::Macro(used)) = &binding
            && used.is_variable
        {
            return self.expand_use(used, syntax, scope);
        }
        let value = self.expand_one(value, scope)?;
        let value = Box::new(value.named(identifier.name));
        let kind = match binding {
            Some(Binding::Local(local)) => {
                local.assigned.set(true);
                Kind::SetLocal(local, value)
            }
            Some(binding) => match binding.global() {
                Some(global) => Kind::SetGlobal(global.clone(), value),
                None => return Err(bad_form("set!", syntax)),
            },
            None => {
                let (module, identifier) = self.top_level_name(identifier, scope);
                let unbound = Expression::new(Kind::Free(module, identifier), target.span());
                return Ok(Expression::sequence(vec![unbound, *value], span));
            }
        };
        Ok(Expression::new(kind, span))
    }

    /// A body: definitions and expressions, in any order, at least one expression at its end.
    pub(crate) fn expand_body(&self, body: &Syntax, scope: &Scope) -> Result<Expression> {
        let forms = body.items().ok_or_else(|| bad_form("body", body))?;
        self.expand_body_forms(forms, scope, body.span())
    }

    /// See [`Session::expand_body`].
    pub(crate) fn expand_body_forms(
        &self,
        forms: &[Syntax],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let forms = match forms {
            // A docstring.
            [docstring, rest @ ..] if docstring.text().is_some() && !rest.is_empty() => rest,
            forms => forms,
        };
        let forms = skip_properties(forms);
        if let [single] = forms
            && single.head().is_none()
        {
            return self.expand(single, scope);
        }
        let scope = Contour::inside(scope);
        let steps = self.collect_body(forms, &scope)?;
        if steps.is_empty() {
            return Err(Fault::syntax(span, "no expressions in body"));
        }
        let mut expressions = Vec::with_capacity(steps.len());
        let mut defines = false;
        for step in steps {
            let (local, expression) = match step {
                BodyStep::Expression(form, scope) => (None, self.expand(&form, &scope)?),
                BodyStep::Definition(local, value, span, scope) => {
                    let value = self.defined_value(&value, &scope, span)?;
                    local.gives_several.set(self.is_giving_several(&value));
                    (Some(local), value)
                }
                BodyStep::Code(local, expression) => (local, expression),
            };
            defines |= local.is_some();
            expressions.push((local, expression));
        }
        if !defines {
            let expressions = expressions.into_iter().map(|(_, expression)| expression).collect();
            return Ok(Expression::sequence(expressions, span));
        }
        let last = match expressions.pop() {
            Some((None, last)) => last,
            Some(definition) => {
                expressions.push(definition);
                Expression::unspecified(span)
            }
            None => Expression::unspecified(span),
        };
        Ok(Expression::new(Kind::Recursive(expressions, Box::new(last)), span))
    }

    /// Expands heads until it is known what each form of a body defines.
    fn collect_body(&self, forms: &[Syntax], scope: &Scope) -> Result<Vec<BodyStep>> {
        let mut steps = Vec::with_capacity(forms.len());
        let mut expansions = 0;
        // Each form with the scope that it is in: `let-syntax` puts its body into one of its own.
        let mut waiting: VecDeque<(Syntax, Scope)> =
            forms.iter().map(|form| (form.clone(), scope.clone())).collect();
        while let Some((form, inner)) = waiting.pop_front() {
            let mut in_place = |forms: &[Syntax], scope: &Scope| {
                forms
                    .iter()
                    .rev()
                    .for_each(|form| waiting.push_front((form.clone(), scope.clone())));
            };
            let items = form.items_and_tail().map_or(&[][..], |(items, _)| items);
            let keyword = match self.head_binding(items, &inner)? {
                Some(Binding::Keyword(keyword)) => keyword,
                Some(Binding::Macro(used)) => {
                    expansions += 1;
                    if expansions > LONGEST_EXPANSION {
                        let message = "the expansion of this body never ends";
                        return Err(Fault::syntax(form.span(), message));
                    }
                    in_place(&[self.expand_macro(&used, &form, &inner)?], &inner);
                    continue;
                }
                _ => {
                    steps.push(BodyStep::Expression(form, inner));
                    continue;
                }
            };
            match keyword {
                Keyword::Begin => {
                    let forms = form.items().ok_or_else(|| bad_form("begin", &form))?;
                    in_place(&forms[1..], &inner);
                }
                Keyword::EvalWhen => {
                    let forms = form.items().ok_or_else(|| bad_form("eval-when", &form))?;
                    in_place(forms.get(2..).unwrap_or(&[]), &inner);
                }
                Keyword::LetSyntax | Keyword::LetrecSyntax => {
                    let bad = || bad_form(keyword.name(), &form);
                    let forms = form.items().and_then(|items| items.get(2..)).ok_or_else(bad)?;
                    in_place(forms, &self.bind_syntax(keyword, &form, &inner)?);
                }
                Keyword::Include | Keyword::IncludeCi | Keyword::IncludeFromPath => {
                    in_place(&self.included(keyword, &form, items)?, &inner);
                }
                Keyword::CondExpand => in_place(&self.cond_expand(&form, items)?, &inner),
                Keyword::Define
                | Keyword::DefineStar
                | Keyword::DefineInlinable
                | Keyword::DefineOnce
                | Keyword::DefinePublic => {
                    let parts = self.definition_parts(keyword, &form)?;
                    let local = self.bind_local(&parts.target, scope)?;
                    steps.push(BodyStep::Definition(local, parts.value, form.span(), inner));
                }
                Keyword::DefineValues => {
                    self.collect_define_values(&form, scope, &inner, &mut steps)?;
                }
                Keyword::DefineSyntax
                | Keyword::DefineSyntaxRule
                | Keyword::DefineSyntaxParameter => {
                    let (key, binding) = self.syntax_definition(keyword, &form, &inner)?;
                    scope.bind(key, binding);
                }
                Keyword::DefineRecordType | Keyword::DefineImmutableRecordType => {
                    self.collect_local_record(&form, scope, &mut steps)?;
                }
                _ => steps.push(BodyStep::Expression(form, inner)),
            }
        }
        Ok(steps)
    }
}

/// A form of a body whose kind is known.
pub(crate) enum BodyStep {
    /// An expression, not expanded yet.
    Expression(Syntax, Scope),
    /// A definition, not expanded yet.
    Definition(Local, DefinedValue, Span, Scope),
    /// Core code, for a variable or for nothing.
    Code(Option<Local>, Expression),
}

/// Guile's procedure properties: a vector literal before the body's forms.
fn skip_properties(forms: &[Syntax]) -> &[Syntax] {
    match forms {
        [properties, rest @ ..]
            if matches!(properties.form(), Form::Vector(_)) && !rest.is_empty() =>
        {
            rest
        }
        forms => forms,
    }
}
