//! `syntax-case` and its relatives: code that takes syntax apart and puts it together while it runs.

use super::Match;
use super::pattern::{Pattern, Words};
use super::template::Template;
use crate::core::{Expression, Kind};
use crate::diagnostic::Result;
use crate::expand::{Keyword, bad_form};
use crate::machine::{Kept, Value};
use crate::scope::{Binding, Contour, Local, PatternVariable, Role, Scope};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Key, Span, Symbol, Syntax};

/// A pattern as running code holds it.
pub struct CasePattern(Pattern);

/// A template as running code holds it.
pub struct CaseTemplate {
    template: Template,
    /// How deep the lists are that its variables are given as, in order.
    depths: Vec<usize>,
}

impl CasePattern {
    /// The values of the variables in a form, in order; none if it does not match.
    pub fn matches(&self, session: &Session, form: &Syntax) -> Result<Option<Vec<Value>>> {
        let expansion = session.expansion();
        let matches = self.0.matches(session, form, expansion.scope.as_ref())?;
        Ok(matches.map(|matches| matches.iter().map(value).collect()))
    }
}

impl CaseTemplate {
    /// The template with these values of its variables.
    pub fn fill(&self, session: &Session, values: &[Value]) -> Result<Value> {
        let expansion = session.expansion();
        let matches: Vec<Match> = values
            .iter()
            .zip(&self.depths)
            .map(|(value, depth)| match_of(value, *depth, expansion.span))
            .collect();
        let filled = self.template.fill(session, &expansion, &matches, Syntax::plain)?;
        Ok(Value::from_syntax(&filled))
    }
}

fn value(found: &Match) -> Value {
    match found {
        Match::One(form) => Value::from_syntax(form),
        Match::Many(items) => Value::list(items.iter().map(value)),
    }
}

fn match_of(value: &Value, depth: usize, span: Span) -> Match {
    match depth {
        0 => Match::One(value.to_syntax(span)),
        depth => {
            let items = value.items();
            Match::Many(items.iter().map(|item| match_of(item, depth - 1, span)).collect())
        }
    }
}

impl Session {
    /// `(syntax-case expression (literal ...) (pattern [fender] output) ...)`
    pub(in crate::expand) fn expand_syntax_case(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let bad = || bad_form("syntax-case", syntax);
        let [_, subject, literals, clauses @ ..] = items else { return Err(bad()) };
        let literals: Vec<Identifier> = literals
            .items()
            .ok_or_else(bad)?
            .iter()
            .map(|literal| literal.identifier().cloned().ok_or_else(bad))
            .collect::<Result<_>>()?;
        let subject = self.expand(subject, scope)?;
        let local = self.temporary("subject");
        let code = self.syntax_clauses(&local, &literals, clauses, scope, syntax.span())?;
        Ok(subject.bind(local, code, syntax.span()))
    }

    fn syntax_clauses(
        &self,
        subject: &Local,
        literals: &[Identifier],
        clauses: &[Syntax],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let subject_again = || vec![Expression::local(subject, span)];
        let mut otherwise = Expression::native("%syntax-mismatch", subject_again(), span);
        for clause in clauses.iter().rev() {
            let place = clause.span();
            let (pattern, fender, output) = match clause.items() {
                Some([pattern, output]) => (pattern, None, output),
                Some([pattern, fender, output]) => (pattern, Some(fender), output),
                _ => return Err(bad_form("syntax-case clause", clause)),
            };
            let ellipsis = ellipsis(scope);
            let words = Words { literals, ellipsis: &ellipsis };
            let pattern = Pattern::new(pattern, &words, &template_scope(scope))?;
            let inner = Contour::inside(scope);
            let locals = self.bind_variables(&pattern, &inner);
            let next = self.temporary("next");
            let go_on = || Expression::local(&next, place).call(Vec::new(), place);
            let output = self.expand(output, &inner)?;
            let body = match fender {
                None => output,
                Some(fender) => self.expand(fender, &inner)?.choose(output, go_on(), place),
            };
            let found = self.temporary("found");
            let pattern = object(Value::of_pattern(CasePattern(pattern)), place);
            let mut arguments = vec![pattern];
            arguments.extend(subject_again());
            let matched = Expression::native("%syntax-match", arguments, place);
            let list = Expression::local(&found, place);
            let taken = Expression::lambda(locals, None, body, place);
            let taken = Expression::native("#%prim.apply", vec![taken, list], place);
            let test = Expression::local(&found, place).choose(taken, go_on(), place);
            let code = matched.bind(found, test, place);
            let rest = Expression::lambda(Vec::new(), None, otherwise, place);
            otherwise = rest.bind(next, code, place);
        }
        Ok(otherwise)
    }

    fn bind_variables(&self, pattern: &Pattern, scope: &Scope) -> Vec<Local> {
        let bind = |variable: &super::pattern::Variable| {
            let local = self.temporary(&variable.identifier.name.name());
            let binding = PatternVariable { local: local.clone(), depth: variable.depth };
            scope.bind(variable.identifier.key(), Binding::Pattern(binding));
            local
        };
        pattern.variables.iter().map(bind).collect()
    }

    /// `(with-syntax ((pattern expression) ...) body ...)`
    pub(in crate::expand) fn expand_with_syntax(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let pairs = crate::expand::bind::bindings("with-syntax", syntax, items.get(1))?;
        let mut values = Vec::with_capacity(pairs.len());
        for (_, value) in &pairs {
            values.push(self.expand(value, scope)?);
        }
        let ellipsis = ellipsis(scope);
        let words = Words { literals: &[], ellipsis: &ellipsis };
        let patterns = pairs.iter().map(|(pattern, _)| (*pattern).clone()).collect();
        let patterns = Syntax::list(patterns, span);
        let pattern = Pattern::new(&patterns, &words, &template_scope(scope))?;
        let inner = Contour::inside(scope);
        let locals = self.bind_variables(&pattern, &inner);
        let body = syntax.after(2).ok_or_else(|| bad_form("with-syntax", syntax))?;
        let body = self.expand_body(&body, &inner)?;
        let list = Expression::native("#%prim.list", values, span);
        let pattern = object(Value::of_pattern(CasePattern(pattern)), span);
        let found = Expression::native("%syntax-take", vec![pattern, list], span);
        let taken = Expression::lambda(locals, None, body, span);
        Ok(Expression::native("#%prim.apply", vec![taken, found], span))
    }

    /// `(syntax template)`
    pub(in crate::expand) fn expand_syntax(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let [_, template] = items else { return Err(bad_form("syntax", syntax)) };
        self.template_code(template, scope, syntax.span())
    }

    fn template_code(&self, template: &Syntax, scope: &Scope, span: Span) -> Result<Expression> {
        let mut variables: Vec<(Key, PatternVariable)> = Vec::new();
        let mut lookup = |identifier: &Identifier| {
            let key = identifier.key();
            let found = variables.iter().position(|(known, _)| *known == key);
            if let Some(number) = found {
                return Ok(Some((number, variables[number].1.depth)));
            }
            let Some(Binding::Pattern(variable)) = self.resolve(identifier, scope)? else {
                return Ok(None);
            };
            let depth = variable.depth;
            variables.push((key, variable));
            Ok(Some((variables.len() - 1, depth)))
        };
        let ellipsis = ellipsis(scope);
        let template = Template::new(template, &ellipsis, &mut lookup, &template_scope(scope))?;
        let depths = variables.iter().map(|(_, variable)| variable.depth).collect();
        let template = Value::of_template(CaseTemplate { template, depths });
        let mut arguments = vec![object(template, span)];
        let values = variables.iter().map(|(_, variable)| Expression::local(&variable.local, span));
        arguments.extend(values);
        Ok(Expression::native("%syntax-fill", arguments, span))
    }

    /// `(quasisyntax template)`: what is unquoted becomes a variable of the template.
    pub(in crate::expand) fn expand_quasisyntax(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let span = syntax.span();
        let [_, template] = items else { return Err(bad_form("quasisyntax", syntax)) };
        let mut quasi = Quasi {
            session: self,
            scope,
            inner: Contour::inside(scope),
            bindings: Vec::new(),
            ellipsis: ellipsis(scope),
        };
        let template = quasi.template(template, 0)?;
        let mut code = self.template_code(&template, &quasi.inner, span)?;
        for (local, value) in quasi.bindings.into_iter().rev() {
            code = value.bind(local, code, span);
        }
        Ok(code)
    }

    /// `(with-ellipsis identifier body ...)`
    pub(in crate::expand) fn expand_with_ellipsis(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let bad = || bad_form("with-ellipsis", syntax);
        let ellipsis = items.get(1).and_then(Syntax::identifier).ok_or_else(bad)?;
        let inner = Contour::with_role(scope, Role::Ellipsis(ellipsis.clone()));
        self.expand_body(&syntax.after(2).ok_or_else(bad)?, &inner)
    }
}

/// A `quasisyntax` on its way to a plain template.
struct Quasi<'a> {
    session: &'a Session,
    /// Where it stands.
    scope: &'a Scope,
    /// The same with the variables that stand for what is unquoted.
    inner: Scope,
    bindings: Vec<(Local, Expression)>,
    ellipsis: Identifier,
}

impl Quasi<'_> {
    fn template(&mut self, template: &Syntax, depth: usize) -> Result<Syntax> {
        let span = template.span();
        let (items, tail) = match template.form() {
            Form::List(items) => (items, None),
            Form::Dotted(items, tail) => (items, Some(tail)),
            Form::Vector(items) => {
                let items = self.items(items, depth)?;
                return Ok(Syntax::new(Form::Vector(items.into()), span));
            }
            _ => return Ok(template.clone()),
        };
        if let ([head, form], None) = (&items[..], tail) {
            match self.word(head) {
                Some(Keyword::Unsyntax) if depth == 0 => return self.variable(form, 0),
                Some(Keyword::Unsyntax | Keyword::UnsyntaxSplicing) => {
                    let form = self.template(form, depth - 1)?;
                    return Ok(Syntax::list(vec![head.clone(), form], span));
                }
                Some(Keyword::Quasisyntax) => {
                    let form = self.template(form, depth + 1)?;
                    return Ok(Syntax::list(vec![head.clone(), form], span));
                }
                _ => {}
            }
        }
        // `(a . #,b)` is read as `(a unsyntax b)`.
        if let ([first @ .., head, form], None) = (&items[..], tail)
            && !first.is_empty()
            && depth == 0
            && self.word(head) == Some(Keyword::Unsyntax)
        {
            let first = self.items(first, depth)?;
            let form = self.variable(form, 0)?;
            return Ok(Syntax::new(Form::Dotted(first.into(), form), span));
        }
        let items = self.items(items, depth)?;
        match tail {
            None => Ok(Syntax::list(items, span)),
            Some(tail) => Ok(Syntax::list_with_tail(items, self.template(tail, depth)?, span)),
        }
    }

    fn items(&mut self, items: &[Syntax], depth: usize) -> Result<Vec<Syntax>> {
        let mut output = Vec::with_capacity(items.len());
        for item in items {
            let (word, forms) = match item.items() {
                Some([head, forms @ ..]) if depth == 0 => (self.word(head), forms),
                _ => (None, &[][..]),
            };
            match word {
                Some(Keyword::UnsyntaxSplicing) => {
                    for form in forms {
                        output.push(self.variable(form, 1)?);
                        let ellipsis = Form::Identifier(self.ellipsis.clone());
                        output.push(Syntax::new(ellipsis, form.span()));
                    }
                }
                Some(Keyword::Unsyntax) => {
                    for form in forms {
                        output.push(self.variable(form, 0)?);
                    }
                }
                _ => output.push(self.template(item, depth)?),
            }
        }
        Ok(output)
    }

    fn word(&self, head: &Syntax) -> Option<Keyword> {
        let words = [Keyword::Unsyntax, Keyword::UnsyntaxSplicing, Keyword::Quasisyntax];
        words.into_iter().find(|word| self.session.is_keyword(head, *word, self.scope))
    }

    /// An identifier of the template that stands for an expression's value.
    fn variable(&mut self, form: &Syntax, depth: usize) -> Result<Syntax> {
        let value = self.session.expand(form, self.scope)?;
        let local = self.session.temporary("unsyntax");
        let name = Symbol::new(&format!(" unsyntax {}", self.bindings.len()));
        let binding = PatternVariable { local: local.clone(), depth };
        self.inner.bind((name, 0), Binding::Pattern(binding));
        self.bindings.push((local, value));
        Ok(Syntax::symbol(name, form.span()))
    }
}

/// Where the identifiers of a template mean what they mean: around the transformer that it is part
/// of, whose own variables are not there when the code runs; else at the module's top level.
fn template_scope(scope: &Scope) -> Scope {
    for contour in scope.outward() {
        match &contour.role {
            Role::Transformer => return contour.parent.clone().unwrap_or(contour),
            Role::Module(_) => return contour,
            _ => {}
        }
    }
    scope.clone()
}

/// What means "any number of these" in a scope.
fn ellipsis(scope: &Scope) -> Identifier {
    let found = scope.outward().find_map(|contour| match &contour.role {
        Role::Ellipsis(identifier) => Some(identifier.clone()),
        _ => None,
    });
    found.unwrap_or(Identifier::plain(Symbol::ELLIPSIS))
}

/// An object of the expander as a constant of code.
fn object(value: Value, span: Span) -> Expression {
    let kind = Kind::Constant(Syntax::new(Form::Value(Kept::new(&value)), span));
    Expression::new(kind, span)
}
