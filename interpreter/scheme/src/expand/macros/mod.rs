//! Macros that programs define: by rules, or by a procedure that runs while its uses are expanded.

mod case;
mod expansion;
mod pattern;
mod rules;
mod template;

use std::rc::Rc;

use crate::core::Expression;
use crate::diagnostic::{Fault, Frame, Result};
use crate::expand::{Keyword, bad_form};
use crate::machine::{Kept, Value};
use crate::scope::{Binding, Contour, Role, Scope, SyntaxParameter};
use crate::session::Session;
use crate::syntax::{Form, Span, Symbol, Syntax};

pub use case::{CasePattern, CaseTemplate};
pub use expansion::Expansion;
pub use rules::{Rules, no_match};

/// A macro.
pub struct Macro {
    transformer: Transformer,
    /// `set!` of its name is a use of it.
    pub is_variable: bool,
}

enum Transformer {
    Rules(Rules),
    Procedure(Kept),
}

/// What a variable of a pattern stands for.
#[derive(Clone)]
pub enum Match {
    /// A form.
    One(Syntax),
    /// Any number of matches: an ellipsis follows the variable.
    Many(Vec<Match>),
}

impl Match {
    fn many(&self) -> &[Match] {
        match self {
            Match::One(_) => &[],
            Match::Many(items) => items,
        }
    }

    fn syntax(&self, span: Span) -> Syntax {
        match self {
            Match::One(form) => form.clone(),
            Match::Many(items) => {
                let items = items.iter().map(|item| item.syntax(span)).collect();
                Syntax::plain(Form::List(items), span)
            }
        }
    }
}

impl Macro {
    /// A macro by rules.
    pub fn of_rules(rules: Rules) -> Macro {
        Macro { transformer: Transformer::Rules(rules), is_variable: false }
    }

    /// A macro by rules that `set!` uses too.
    pub fn of_variable(rules: Rules) -> Macro {
        Macro { transformer: Transformer::Rules(rules), is_variable: true }
    }

    /// A macro by a procedure.
    pub fn of_procedure(procedure: &Value, is_variable: bool) -> Macro {
        let transformer = Transformer::Procedure(Kept::new(procedure));
        Macro { transformer, is_variable }
    }
}

impl Session {
    /// What `define-syntax` and its like bind.
    pub(crate) fn syntax_definition(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        scope: &Scope,
    ) -> Result<(crate::syntax::Key, Binding)> {
        let bad = || bad_form(keyword.name(), syntax);
        let items = syntax.items().ok_or_else(bad)?;
        if keyword == Keyword::DefineSyntaxRule {
            // (define-syntax-rule (name . pattern) [docstring] template)
            let (pattern, template) = match items {
                [_, pattern, template] => (pattern, template),
                [_, pattern, docstring, template] if docstring.text().is_some() => {
                    (pattern, template)
                }
                _ => return Err(bad()),
            };
            let name = pattern.head().and_then(Syntax::identifier).ok_or_else(bad)?;
            let rules = Macro::of_rules(Rules::one(pattern, template, scope));
            return Ok((name.key(), Binding::Macro(rules.into())));
        }
        let [_, name, transformer] = items else { return Err(bad()) };
        let name = name.identifier().ok_or_else(bad)?;
        let binding = self.syntax_binding(transformer, scope)?;
        Ok((
            name.key(),
            match keyword {
                Keyword::DefineSyntaxParameter => {
                    Binding::Parameter(Rc::new(SyntaxParameter { default: binding }))
                }
                _ => binding,
            },
        ))
    }

    /// What a transformer expression stands for: a macro, or another keyword.
    fn syntax_binding(&self, transformer: &Syntax, scope: &Scope) -> Result<Binding> {
        if let Some(identifier) = transformer.identifier()
            && let Some(binding @ (Binding::Keyword(_) | Binding::Macro(_) | Binding::Record(_))) =
                self.resolve(identifier, scope)?
        {
            return Ok(binding);
        }
        Ok(Binding::Macro(self.transformer(transformer, scope)?))
    }

    /// The macro that a transformer expression describes.
    fn transformer(&self, syntax: &Syntax, scope: &Scope) -> Result<Rc<Macro>> {
        let items = syntax.items().unwrap_or(&[]);
        match self.head_binding(items, scope)? {
            Some(Binding::Keyword(Keyword::SyntaxRules)) => {
                Ok(Rc::new(Macro::of_rules(Rules::new(syntax, items, scope)?)))
            }
            Some(Binding::Keyword(Keyword::IdentifierSyntax)) => {
                Ok(Rc::new(self.identifier_syntax(syntax, items, scope)?))
            }
            Some(Binding::Macro(used)) => {
                let expansion = self.expand_macro(&used, syntax, scope)?;
                self.nested(syntax, || self.transformer(&expansion, scope))
            }
            _ => self.computed_transformer(syntax, scope),
        }
    }

    /// Evaluates a transformer expression now.
    fn computed_transformer(&self, syntax: &Syntax, scope: &Scope) -> Result<Rc<Macro>> {
        let value = self.evaluate_transformer(syntax, scope)?;
        if let Some(made) = value.as_macro() {
            return Ok(made);
        }
        let (procedure, is_variable) = match value.as_variable_transformer() {
            Some(procedure) => (procedure, true),
            None => (value, false),
        };
        if !procedure.is_procedure() {
            let message = "nonprocedure transformer";
            return Err(Fault::syntax(syntax.span(), message).about(procedure.written()));
        }
        Ok(Rc::new(Macro::of_procedure(&procedure, is_variable)))
    }

    fn evaluate_transformer(&self, syntax: &Syntax, scope: &Scope) -> Result<Value> {
        let inner = Contour::with_role(scope, Role::Transformer);
        self.phase.set(self.phase.get() + 1);
        let code = self.expand(syntax, &inner);
        self.phase.set(self.phase.get() - 1);
        // Running it may come to need other transformers.
        self.require_all(&self.native_global("%run-queue").into_iter().collect::<Vec<_>>())?;
        self.evaluate_now(code?)
    }

    /// `syntax-rules` and `identifier-syntax` where a value is wanted: the macro itself.
    pub(super) fn expand_transformer(&self, syntax: &Syntax, scope: &Scope) -> Result<Expression> {
        let made = self.transformer(syntax, scope)?;
        let value = Kept::new(&Value::of_macro(made));
        Ok(Expression::constant(Syntax::new(Form::Value(value), syntax.span())))
    }

    /// The expansion of a macro use.
    pub(crate) fn expand_macro(
        &self,
        used: &Rc<Macro>,
        syntax: &Syntax,
        scope: &Scope,
    ) -> Result<Syntax> {
        self.note_macro_use(syntax)?;
        let procedure = match &used.transformer {
            Transformer::Rules(rules) => return self.apply_rules(rules, syntax, scope),
            Transformer::Procedure(procedure) => procedure,
        };
        let expansion = Rc::new(Expansion::new(Some(scope.clone()), syntax.span()));
        let value = self.during(expansion, || {
            self.apply_now(&procedure.value(), &[Value::from_syntax(syntax)])
        });
        let output = value.map_err(|fault| self.in_macro_use(fault, syntax))?;
        let output = output.to_syntax(syntax.span());
        match plain_symbol(&output) {
            None => Ok(output.as_code()),
            Some(symbol) => {
                let message = format!("encountered raw symbol {symbol} in macro output");
                Err(Fault::syntax(syntax.span(), message).about(bad_form("", syntax).subject()))
            }
        }
    }

    /// Adds to an error of a transformer the use that it was about.
    fn in_macro_use(&self, fault: Fault, syntax: &Syntax) -> Fault {
        let mut diagnostic = self.report(fault);
        if let Some(location) = self.sources.borrow().locate(syntax.span()) {
            let name = syntax.head().unwrap_or(syntax).to_string();
            if diagnostic.location.is_none() {
                diagnostic.location = Some(location);
                diagnostic.excerpt = self.sources.borrow().excerpt(syntax.span());
            } else if diagnostic.location.as_ref() != Some(&location) {
                let frame =
                    Frame { procedure: None, operator: Some(name), location, library: false };
                diagnostic.trace.push(frame);
            }
        }
        diagnostic.into()
    }

    /// What a syntax parameter means in a scope; any other binding is itself.
    pub(crate) fn in_force(&self, binding: Binding, scope: &Scope) -> Binding {
        let Binding::Parameter(parameter) = &binding else { return binding };
        let found = scope.outward().find_map(|contour| match &contour.role {
            Role::Parameter(own, meaning) if Rc::ptr_eq(own, parameter) => Some(meaning.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| parameter.default.clone())
    }

    /// `((name transformer) ...)` of `let-syntax` and its like: a scope with those macros.
    pub(crate) fn bind_syntax(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        scope: &Scope,
    ) -> Result<Scope> {
        let bad = || bad_form(keyword.name(), syntax);
        let bindings = syntax.items().and_then(|items| items.get(1)).and_then(Syntax::items);
        let mut inner = Contour::inside(scope);
        for binding in bindings.ok_or_else(bad)? {
            let Some([name, transformer]) = binding.items() else { return Err(bad()) };
            let identifier = name.identifier().ok_or_else(bad)?;
            let definition = if keyword == Keyword::LetrecSyntax { &inner } else { scope };
            let meaning = self.syntax_binding(transformer, definition)?;
            if keyword != Keyword::SyntaxParameterize {
                inner.bind(identifier.key(), meaning);
                continue;
            }
            let Some(Binding::Parameter(parameter)) = self.resolve(identifier, scope)? else {
                return Err(
                    Fault::syntax(name.span(), "invalid syntax parameter").about(name.to_string())
                );
            };
            inner = Contour::with_role(&inner, Role::Parameter(parameter, meaning));
        }
        Ok(inner)
    }
}

/// A symbol among the plain values of a transformer's output.
fn plain_symbol(syntax: &Syntax) -> Option<Symbol> {
    if !syntax.is_plain() {
        return None;
    }
    match syntax.form() {
        Form::Identifier(identifier) => Some(identifier.name),
        Form::List(items) | Form::Vector(items) => items.iter().find_map(plain_symbol),
        Form::Dotted(items, tail) => {
            items.iter().find_map(plain_symbol).or_else(|| plain_symbol(tail))
        }
        _ => None,
    }
}
