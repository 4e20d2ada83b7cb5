//! `syntax-rules` and `identifier-syntax`.

use std::cell::OnceCell;

use super::Macro;
use super::expansion::Expansion;
use super::pattern::{Pattern, Words};
use super::template::Template;
use crate::diagnostic::{Fault, Result};
use crate::expand::{Keyword, bad_form};
use crate::scope::Scope;
use crate::session::Session;
use crate::syntax::{Form, Identifier, Span, Symbol, Syntax};

/// A macro by patterns and templates.
pub struct Rules {
    clauses: Vec<Clause>,
}

struct Clause {
    pattern: Syntax,
    template: Syntax,
    literals: Vec<Identifier>,
    ellipsis: Identifier,
    scope: Scope,
    /// The pattern's first item is part of it, not the keyword.
    whole: bool,
    /// Pattern and template, once the clause was tried.
    ready: OnceCell<(Pattern, OnceCell<Template>)>,
}

impl Rules {
    /// The macro that a `syntax-rules` form describes.
    pub fn new(syntax: &Syntax, items: &[Syntax], scope: &Scope) -> Result<Rules> {
        let bad = || bad_form("syntax-rules", syntax);
        let (ellipsis, rest) = match items {
            [_, custom, rest @ ..] if custom.identifier().is_some() => {
                (custom.identifier().cloned(), rest)
            }
            items => (None, items.get(1..).unwrap_or(&[])),
        };
        let [literals, clauses @ ..] = rest else { return Err(bad()) };
        // Guile allows a docstring before the clauses.
        let clauses = match clauses {
            [docstring, clauses @ ..] if docstring.text().is_some() => clauses,
            clauses => clauses,
        };
        let literals = literals.items().ok_or_else(bad)?;
        let literals: Vec<Identifier> = literals
            .iter()
            .map(|literal| literal.identifier().cloned().ok_or_else(bad))
            .collect::<Result<_>>()?;
        let ellipsis = ellipsis.unwrap_or(Identifier::plain(Symbol::ELLIPSIS));
        let clauses = clauses.iter().map(|clause| match clause.items() {
            Some([pattern, template]) if pattern.head().is_some() => Ok(Clause {
                pattern: pattern.clone(),
                template: template.clone(),
                literals: literals.clone(),
                ellipsis: ellipsis.clone(),
                scope: scope.clone(),
                whole: false,
                ready: OnceCell::new(),
            }),
            _ => Err(bad_form("syntax-rules clause", clause)),
        });
        Ok(Rules { clauses: clauses.collect::<Result<_>>()? })
    }

    /// One pattern and template.
    pub fn one(pattern: &Syntax, template: &Syntax, scope: &Scope) -> Rules {
        Rules { clauses: vec![Clause::new(pattern.clone(), template.clone(), scope, false)] }
    }

    fn identifier_clauses(template: &Syntax, scope: &Scope) -> Vec<Clause> {
        let span = template.span();
        let word = |name| Syntax::symbol(name, span);
        let (arguments, keyword) = (Symbol::new(" arguments"), Symbol::new(" keyword"));
        let applied = Form::Dotted(vec![word(keyword)].into(), word(arguments));
        let value = Form::Dotted(vec![template.clone()].into(), word(arguments));
        vec![
            Clause::new(Syntax::new(applied, span), Syntax::new(value, span), scope, true),
            Clause::new(word(Symbol::UNDERSCORE), template.clone(), scope, true),
        ]
    }

    /// The expansion of a use; none if no pattern matches.
    fn expand(
        &self,
        session: &Session,
        expansion: &Expansion,
        syntax: &Syntax,
    ) -> Result<Option<Syntax>> {
        for clause in &self.clauses {
            let form = match clause.whole {
                true => syntax.clone(),
                false => match syntax.after(1) {
                    Some(arguments) => arguments,
                    None => continue,
                },
            };
            let (pattern, template) = clause.ready()?;
            if let Some(matches) = pattern.matches(session, &form, expansion.scope.as_ref())? {
                let template = match template.get() {
                    Some(template) => template,
                    None => {
                        let made = clause.template(pattern)?;
                        template.get_or_init(|| made)
                    }
                };
                return template.fill(session, expansion, &matches, Syntax::new).map(Some);
            }
        }
        Ok(None)
    }
}

impl Clause {
    fn new(pattern: Syntax, template: Syntax, scope: &Scope, whole: bool) -> Clause {
        Clause {
            pattern,
            template,
            literals: Vec::new(),
            ellipsis: Identifier::plain(Symbol::ELLIPSIS),
            scope: scope.clone(),
            whole,
            ready: OnceCell::new(),
        }
    }

    fn ready(&self) -> Result<&(Pattern, OnceCell<Template>)> {
        if let Some(ready) = self.ready.get() {
            return Ok(ready);
        }
        let pattern = match self.whole {
            true => self.pattern.clone(),
            false => {
                let pattern = self.pattern.after(1);
                pattern.ok_or_else(|| bad_form("syntax-rules pattern", &self.pattern))?
            }
        };
        let words = Words { literals: &self.literals, ellipsis: &self.ellipsis };
        let pattern = Pattern::new(&pattern, &words, &self.scope)?;
        Ok(self.ready.get_or_init(|| (pattern, OnceCell::new())))
    }

    fn template(&self, pattern: &Pattern) -> Result<Template> {
        let mut lookup = |identifier: &Identifier| Ok(pattern.variable(identifier.key()));
        Template::new(&self.template, &self.ellipsis, &mut lookup, &self.scope)
    }
}

impl Session {
    /// The macro that an `identifier-syntax` form describes.
    pub(super) fn identifier_syntax(
        &self,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Macro> {
        let bad = || bad_form("identifier-syntax", syntax);
        match items {
            [_, template] => {
                Ok(Macro::of_rules(Rules { clauses: Rules::identifier_clauses(template, scope) }))
            }
            // (identifier-syntax (name template) ((set! name value) template))
            [_, reference, assignment] => {
                let Some([_, template]) = reference.items() else { return Err(bad()) };
                let Some([pattern, setter]) = assignment.items() else { return Err(bad()) };
                let Some([set, name, value]) = pattern.items() else { return Err(bad()) };
                if !self.is_keyword(set, Keyword::Set, scope) {
                    return Err(bad());
                }
                let mut clause = Clause::new(
                    Syntax::list(vec![set.clone(), name.clone(), value.clone()], pattern.span()),
                    setter.clone(),
                    scope,
                    true,
                );
                clause.literals = set.identifier().into_iter().cloned().collect();
                let mut clauses = vec![clause];
                clauses.extend(Rules::identifier_clauses(template, scope));
                Ok(Macro::of_variable(Rules { clauses }))
            }
            _ => Err(bad()),
        }
    }

    /// The expansion of a use of a macro by rules.
    pub(super) fn apply_rules(
        &self,
        rules: &Rules,
        syntax: &Syntax,
        scope: &Scope,
    ) -> Result<Syntax> {
        let expansion = Expansion::new(Some(scope.clone()), syntax.span());
        match rules.expand(self, &expansion, syntax)? {
            Some(expanded) => Ok(expanded),
            None => Err(no_match(syntax, syntax.span())),
        }
    }
}

/// No clause of a macro is for this form.
pub fn no_match(syntax: &Syntax, span: Span) -> Fault {
    let message = "source expression failed to match any pattern";
    Fault::syntax(span, message).about(bad_form("", syntax).subject())
}
