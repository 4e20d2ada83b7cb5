//! `lambda*`, `case-lambda`, `case-lambda*`: procedures that look at their argument list.

use super::{Keyword, bad_form};
use crate::core::{Expression, Written};
use crate::diagnostic::{Fault, Result};
use crate::scope::{Contour, Local, Scope};
use crate::session::Session;
use crate::syntax::{Form, Span, Symbol, Syntax};

/// The parameters of a `lambda*`.
#[derive(Default)]
struct StarParameters {
    required: Vec<Syntax>,
    optional: Vec<Parameter>,
    keys: Vec<Parameter>,
    /// There is a `#:key`, be it without parameters of its own.
    takes_keys: bool,
    allow_other_keys: bool,
    rest: Option<Syntax>,
}

/// An optional or keyword parameter.
struct Parameter {
    name: Syntax,
    default: Option<Syntax>,
    keyword: Option<Symbol>,
}

impl Session {
    pub(crate) fn expand_lambda_star(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let (Some(parameters), Some(body)) = (items.get(1), syntax.after(2)) else {
            return Err(bad_form("lambda*", syntax));
        };
        self.procedure_star(parameters, &body, scope, syntax.span())
    }

    /// A procedure with optional and keyword parameters: the engine passes what follows the
    /// required ones as a list, which is then taken apart, each default seeing the parameters
    /// before it.
    pub(crate) fn procedure_star(
        &self,
        parameters: &Syntax,
        body: &Syntax,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let star = StarParameters::parse(parameters)?;
        if star.optional.is_empty() && !star.takes_keys && star.rest.is_none() {
            return self.procedure(&Syntax::list(star.required, span), body, scope, span);
        }
        let contour = Contour::inside(scope);
        let required = star
            .required
            .iter()
            .map(|name| self.bind_local(name, &contour))
            .collect::<Result<Vec<Local>>>()?;
        let arguments = self.temporary("arguments");
        let body = self.star_body(&star, 0, &arguments, body, &contour, span)?;
        let written = Written::Once(parameters.clone());
        Ok(Expression::lambda(required, Some(arguments), body, span).written(written))
    }

    /// Binds the optional parameters from `index` on, then the others, around the body.
    fn star_body(
        &self,
        star: &StarParameters,
        index: usize,
        arguments: &Local,
        body: &Syntax,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let given = || Expression::local(arguments, span);
        let Some(parameter) = star.optional.get(index) else {
            return self.star_rest(star, arguments, body, scope, span);
        };
        let default = self.default_value(parameter, scope, span)?;
        let inner = Contour::inside(scope);
        let local = self.bind_local(&parameter.name, &inner)?;
        let others = self.temporary("arguments");
        let rest = self.star_body(star, index + 1, &others, body, &inner, span)?;
        // With #:key, the first keyword ends the optional arguments.
        let is_given = if star.takes_keys { "%optional-given?" } else { "#%prim.pair?" };
        let is_given = || Expression::native(is_given, vec![given()], span);
        let first = Expression::native("#%prim.car", vec![given()], span);
        let tail = Expression::native("#%prim.cdr", vec![given()], span);
        let value = is_given().choose(first, default, span);
        let tail = is_given().choose(tail, given(), span);
        Ok(value.bind(local, tail.bind(others, rest, span), span))
    }

    fn star_rest(
        &self,
        star: &StarParameters,
        arguments: &Local,
        body: &Syntax,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let given = || Expression::local(arguments, span);
        let inner = Contour::inside(scope);
        let rest = star.rest.as_ref().map(|rest| self.bind_local(rest, &inner)).transpose()?;
        let mut expression = if star.takes_keys {
            self.star_keys(star, arguments, body, &inner, span)?
        } else {
            self.expand_body(body, &inner)?
        };
        if let Some(rest) = rest {
            expression = given().bind(rest, expression, span);
        } else if !star.takes_keys {
            let none = Expression::native("#%prim.null?", vec![given()], span);
            let wrong = Expression::native("%too-many-arguments", vec![given()], span);
            expression = none.choose(expression, wrong, span);
        }
        Ok(expression)
    }

    fn star_keys(
        &self,
        star: &StarParameters,
        arguments: &Local,
        body: &Syntax,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let keyword = |parameter: &Parameter| {
            let name = parameter.keyword.or(parameter.name.name()).unwrap_or(Symbol::KEY);
            Syntax::new(Form::Keyword(name), span)
        };
        let keywords = star.keys.iter().map(keyword).collect();
        let values = Expression::native(
            "%keyword-arguments",
            vec![
                Expression::local(arguments, span),
                Expression::constant(Syntax::list(keywords, span)),
                Expression::boolean(star.allow_other_keys, span),
                Expression::boolean(star.rest.is_some(), span),
            ],
            span,
        );
        // Bind each value, in order, inside out at the end.
        let list = self.temporary("keys");
        let mut current = list.clone();
        let mut scope = scope.clone();
        let mut bindings: Vec<(Local, Expression)> = vec![(list, values)];
        for parameter in &star.keys {
            let default = self.default_value(parameter, &scope, span)?;
            let given = self.temporary("given");
            let next = self.temporary("keys");
            let first = vec![Expression::local(&current, span)];
            bindings.push((given.clone(), Expression::native("#%prim.car", first, span)));
            let tail = vec![Expression::local(&current, span)];
            bindings.push((next.clone(), Expression::native("#%prim.cdr", tail, span)));
            current = next;
            scope = Contour::inside(&scope);
            let local = self.bind_local(&parameter.name, &scope)?;
            let absent =
                Expression::native("%absent?", vec![Expression::local(&given, span)], span);
            let value = absent.choose(default, Expression::local(&given, span), span);
            bindings.push((local, value));
        }
        let mut expression = self.expand_body(body, &scope)?;
        for (local, value) in bindings.into_iter().rev() {
            expression = value.bind(local, expression, span);
        }
        Ok(expression)
    }

    fn default_value(
        &self,
        parameter: &Parameter,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        match &parameter.default {
            Some(default) => self.expand_one(default, scope),
            None => Ok(Expression::boolean(false, span)),
        }
    }

    /// `case-lambda`: the first clause that takes as many arguments as are given.
    pub(crate) fn expand_case_lambda(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let arguments = self.temporary("arguments");
        let count = self.temporary("count");
        let given = || Expression::local(&arguments, span);
        let mut choice = Expression::native("%too-many-arguments", vec![given()], span);
        let clauses = match &items[1..] {
            [docstring, clauses @ ..] if docstring.text().is_some() => clauses,
            clauses => clauses,
        };
        for clause in clauses.iter().rev() {
            let (Some(parameters), Some(body)) = (clause.head(), clause.after(1)) else {
                return Err(bad_form(keyword.name(), syntax));
            };
            let star = match keyword {
                Keyword::CaseLambdaStar => StarParameters::parse(parameters)?,
                _ => StarParameters::parse_plain(parameters)?,
            };
            let procedure = match keyword {
                Keyword::CaseLambdaStar => {
                    self.procedure_star(parameters, &body, scope, clause.span())?
                }
                _ => self.procedure(parameters, &body, scope, clause.span())?,
            };
            let local = self.temporary("clause");
            let call = vec![Expression::local(&local, span), given()];
            let call = Expression::native("#%prim.apply", call, span).span_of(clause);
            let call = procedure.bind(local, call, span);
            let number = |value| Expression::integer(value, span);
            let count = || Expression::local(&count, span);
            let least = star.required.len();
            let most = least + star.optional.len();
            let compare =
                |name, value| Expression::native(name, vec![count(), number(value)], span);
            let fits = if star.rest.is_some() || star.takes_keys {
                compare("#%prim.>=", least)
            } else if most == least {
                compare("#%prim.=", least)
            } else {
                let not_more = compare("#%prim.<=", most);
                compare("#%prim.>=", least).choose(not_more, Expression::boolean(false, span), span)
            };
            choice = fits.choose(call, choice, span);
        }
        let length = Expression::native("#%prim.length", vec![given()], span);
        let body = length.bind(count, choice, span);
        let written = clauses.iter().filter_map(Syntax::head).cloned().collect();
        let procedure = Expression::lambda(Vec::new(), Some(arguments), body, span);
        Ok(procedure.written(Written::Clauses(written)))
    }
}

impl StarParameters {
    fn parse(syntax: &Syntax) -> Result<StarParameters> {
        #[derive(PartialEq)]
        enum Section {
            Required,
            Optional,
            Key,
            Rest,
        }
        let Some((items, tail)) = syntax.items_and_tail() else {
            let rest = Some(syntax.clone());
            return Ok(StarParameters { rest, ..StarParameters::default() });
        };
        let mut parameters = StarParameters::default();
        let mut section = Section::Required;
        for item in items {
            match item.keyword() {
                Some(Symbol::OPTIONAL) => section = Section::Optional,
                Some(Symbol::KEY) => {
                    section = Section::Key;
                    parameters.takes_keys = true;
                }
                Some(Symbol::REST) => section = Section::Rest,
                Some(Symbol::ALLOW_OTHER_KEYS) => {
                    parameters.allow_other_keys = true;
                    parameters.takes_keys = true;
                }
                Some(_) => return Err(bad_form("lambda*", syntax)),
                None => match section {
                    Section::Required => parameters.required.push(item.clone()),
                    Section::Optional => parameters.optional.push(Parameter::parse(item)?),
                    Section::Key => parameters.keys.push(Parameter::parse(item)?),
                    Section::Rest if parameters.rest.is_none() => {
                        parameters.rest = Some(item.clone());
                    }
                    Section::Rest => return Err(bad_form("lambda*", syntax)),
                },
            }
        }
        if let Some(tail) = tail {
            parameters.rest = Some(tail.clone());
        }
        Ok(parameters)
    }

    fn parse_plain(syntax: &Syntax) -> Result<StarParameters> {
        let Some((items, tail)) = syntax.items_and_tail() else {
            let rest = Some(syntax.clone());
            return Ok(StarParameters { rest, ..StarParameters::default() });
        };
        Ok(StarParameters {
            required: items.to_vec(),
            rest: tail.cloned(),
            ..StarParameters::default()
        })
    }
}

impl Parameter {
    /// `name`, `(name default)` or `(name default #:keyword)`.
    fn parse(syntax: &Syntax) -> Result<Parameter> {
        let (name, default, keyword) = match syntax.items() {
            None => (syntax, None, None),
            Some([name]) => (name, None, None),
            Some([name, default]) => (name, Some(default.clone()), None),
            Some([name, default, keyword]) => (name, Some(default.clone()), keyword.keyword()),
            Some(_) => return Err(bad_form("lambda*", syntax)),
        };
        if name.identifier().is_none() {
            return Err(Fault::syntax(name.span(), format!("{name} is no identifier")));
        }
        Ok(Parameter { name: name.clone(), default, keyword })
    }
}

impl Expression {
    /// The same, standing for another form.
    fn span_of(self, syntax: &Syntax) -> Expression {
        Expression { span: syntax.span(), ..self }
    }
}
