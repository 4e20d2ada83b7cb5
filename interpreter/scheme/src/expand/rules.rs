//! `syntax-rules`: patterns and templates (R7RS section 4.3.2, SRFI-46, SRFI-149 tails).

use std::collections::HashMap;
use std::rc::Rc;

use super::{Keyword, bad_form};
use crate::diagnostic::{Fault, Result};
use crate::scope::Scope;
use crate::session::Session;
use crate::syntax::{Form, Identifier, Key, Mark, Span, Symbol, Syntax};

/// A macro by pattern and template.
pub struct Rules {
    /// Identifiers that stand for themselves in patterns.
    pub literals: Vec<Identifier>,
    /// Pattern and template.
    pub clauses: Vec<(Syntax, Syntax)>,
    /// What means "any number of these".
    pub ellipsis: Identifier,
    /// Where the macro was defined.
    pub scope: Scope,
    /// The keyword alone is a use as well: `identifier-syntax`.
    pub for_identifiers: bool,
}

/// What a pattern variable stands for.
#[derive(Clone)]
enum Match {
    One(Syntax),
    Many(Vec<Match>),
}

type Matches = HashMap<Key, Match>;

/// The marks of one expansion: the template's mark to the new one.
type Marks = HashMap<u32, Rc<Mark>>;

impl Session {
    /// The macro that a transformer expression describes.
    pub(crate) fn transformer(&self, syntax: &Syntax, scope: &Scope) -> Result<Rc<Rules>> {
        let items = syntax.items().ok_or_else(|| unsupported(syntax))?;
        let [head, rest @ ..] = items else { return Err(unsupported(syntax)) };
        if self.is_keyword(head, Keyword::IdentifierSyntax, scope) {
            let [template] = rest else { return Err(bad_form("identifier-syntax", syntax)) };
            let pattern = Syntax::symbol(Symbol::UNDERSCORE, syntax.span());
            return Ok(Rc::new(Rules {
                literals: Vec::new(),
                clauses: vec![(pattern, template.clone())],
                ellipsis: Identifier::plain(Symbol::ELLIPSIS),
                scope: scope.clone(),
                for_identifiers: true,
            }));
        }
        if !self.is_keyword(head, Keyword::SyntaxRules, scope) {
            return Err(unsupported(syntax));
        }
        let (ellipsis, rest) = match rest {
            [custom, rest @ ..] if custom.identifier().is_some() => {
                (custom.identifier().cloned(), rest)
            }
            rest => (None, rest),
        };
        let [literals, clauses @ ..] = rest else { return Err(bad_form("syntax-rules", syntax)) };
        // Guile allows a docstring before the clauses.
        let clauses = match clauses {
            [docstring, clauses @ ..] if docstring.text().is_some() => clauses,
            clauses => clauses,
        };
        let mut parsed = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause.items() {
                Some([pattern, template]) => parsed.push((pattern.clone(), template.clone())),
                _ => return Err(bad_form("syntax-rules clause", clause)),
            }
        }
        let literals = literals.items().ok_or_else(|| bad_form("syntax-rules", syntax))?;
        Ok(Rc::new(Rules {
            literals: literals.iter().filter_map(|item| item.identifier().cloned()).collect(),
            clauses: parsed,
            ellipsis: ellipsis.unwrap_or(Identifier::plain(Symbol::ELLIPSIS)),
            scope: scope.clone(),
            for_identifiers: false,
        }))
    }

    /// The expansion of a macro use.
    pub(crate) fn apply_rules(
        &self,
        rules: &Rules,
        syntax: &Syntax,
        scope: &Scope,
    ) -> Result<Syntax> {
        let mut expansion = Expansion {
            session: self,
            rules,
            scope,
            ellipsis: Some(rules.ellipsis.clone()),
            marks: Marks::new(),
            span: syntax.span(),
        };
        if rules.for_identifiers {
            let (_, template) = &rules.clauses[0];
            let value = expansion.instantiate(template, &Matches::new())?;
            return Ok(match syntax.items_and_tail() {
                Some(_) => {
                    let arguments = syntax.after(1).expect("a use has a head");
                    Syntax::list_with_tail(vec![value], arguments, syntax.span())
                }
                None => value,
            });
        }
        let arguments = syntax.after(1).ok_or_else(|| bad_form("macro use", syntax))?;
        for (pattern, template) in &rules.clauses {
            let Some(pattern) = pattern.after(1) else {
                return Err(bad_form("syntax-rules pattern", pattern));
            };
            let mut matches = Matches::new();
            if expansion.matches(&pattern, &arguments, &mut matches)? {
                return expansion.instantiate(template, &matches);
            }
        }
        let message = "source expression failed to match any pattern";
        Err(Fault::syntax(syntax.span(), message).about(bad_form("", syntax).subject()))
    }

    /// The form as if it had been written in the given scope: the identifiers of a definition
    /// that are used elsewhere.
    pub(crate) fn transplant(&self, syntax: &Syntax, scope: &Scope, span: Span) -> Syntax {
        let mut marks = Marks::new();
        self.remark(syntax, scope, span, &mut marks)
    }

    fn remark(&self, syntax: &Syntax, scope: &Scope, span: Span, marks: &mut Marks) -> Syntax {
        let mut all = |items: &[Syntax]| {
            items.iter().map(|item| self.remark(item, scope, span, marks)).collect::<Box<[_]>>()
        };
        let form = match syntax.form() {
            Form::List(items) => Form::List(all(items)),
            Form::Vector(items) => Form::Vector(all(items)),
            Form::Dotted(items, tail) => {
                let items = all(items);
                Form::Dotted(items, self.remark(tail, scope, span, marks))
            }
            Form::Identifier(identifier) => Form::Identifier(self.marked(identifier, scope, marks)),
            _ => return syntax.clone(),
        };
        Syntax::new(form, span)
    }

    fn marked(&self, identifier: &Identifier, scope: &Scope, marks: &mut Marks) -> Identifier {
        let mark = marks.entry(identifier.key().1).or_insert_with(|| {
            Rc::new(Mark {
                number: self.fresh(),
                parent: identifier.mark.clone(),
                scope: scope.clone(),
            })
        });
        Identifier { name: identifier.name, mark: Some(mark.clone()) }
    }
}

fn unsupported(syntax: &Syntax) -> Fault {
    Fault::syntax(syntax.span(), "only syntax-rules and identifier-syntax make macros here")
        .about(bad_form("", syntax).subject())
}

struct Expansion<'a> {
    session: &'a Session,
    rules: &'a Rules,
    /// Where the macro is used.
    scope: &'a Scope,
    /// None inside of `(... template)`.
    ellipsis: Option<Identifier>,
    marks: Marks,
    /// The use: what the template inserts is blamed on it.
    span: Span,
}

impl Expansion<'_> {
    fn is_ellipsis(&self, syntax: &Syntax) -> bool {
        match (syntax.identifier(), &self.ellipsis) {
            (Some(identifier), Some(ellipsis)) => {
                // The usual ellipsis may come from any macro; a custom one is that very name.
                if ellipsis.name == Symbol::ELLIPSIS && ellipsis.mark.is_none() {
                    identifier.name == Symbol::ELLIPSIS
                } else {
                    identifier.key() == ellipsis.key()
                }
            }
            _ => false,
        }
    }

    fn is_literal(&self, identifier: &Identifier) -> bool {
        self.rules.literals.iter().any(|literal| literal.key() == identifier.key())
    }

    fn matches(&self, pattern: &Syntax, form: &Syntax, matches: &mut Matches) -> Result<bool> {
        match pattern.form() {
            Form::Identifier(identifier) if self.is_literal(identifier) => {
                let Some(found) = form.identifier() else { return Ok(false) };
                self.session.same_meaning(identifier, &self.rules.scope, found, self.scope)
            }
            Form::Identifier(identifier) => {
                if identifier.name != Symbol::UNDERSCORE {
                    matches.insert(identifier.key(), Match::One(form.clone()));
                }
                Ok(true)
            }
            Form::List(patterns) => {
                let Some((forms, tail)) = form.items_and_tail() else { return Ok(false) };
                if tail.is_some() {
                    return Ok(false);
                }
                self.match_items(patterns, None, forms, form, matches)
            }
            Form::Dotted(patterns, end) => {
                let forms = form.items_and_tail().map_or(&[][..], |(forms, _)| forms);
                self.match_items(patterns, Some(end), forms, form, matches)
            }
            Form::Vector(patterns) => match form.form() {
                Form::Vector(forms) => self.match_items(patterns, None, forms, form, matches),
                _ => Ok(false),
            },
            _ => Ok(pattern.same_datum(form)),
        }
    }

    /// Matches items, at most one of which is repeated, and then the tail.
    fn match_items(
        &self,
        patterns: &[Syntax],
        end: Option<&Syntax>,
        forms: &[Syntax],
        whole: &Syntax,
        matches: &mut Matches,
    ) -> Result<bool> {
        let repeated = (1..patterns.len()).find(|index| self.is_ellipsis(&patterns[*index]));
        let fixed = patterns.len() - if repeated.is_some() { 2 } else { 0 };
        let enough = if repeated.is_some() || end.is_some() {
            forms.len() >= fixed
        } else {
            forms.len() == fixed
        };
        if !enough {
            return Ok(false);
        }
        let before = repeated.map_or(fixed, |index| index - 1);
        for (pattern, form) in patterns[..before].iter().zip(forms) {
            if !self.matches(pattern, form, matches)? {
                return Ok(false);
            }
        }
        let mut used = before;
        if let Some(index) = repeated {
            let count = forms.len() - fixed;
            let pattern = &patterns[index - 1];
            let mut all = Vec::with_capacity(count);
            for form in &forms[before..before + count] {
                let mut one = Matches::new();
                if !self.matches(pattern, form, &mut one)? {
                    return Ok(false);
                }
                all.push(one);
            }
            let mut variables = Vec::new();
            self.pattern_variables(pattern, &mut variables);
            for variable in variables {
                let column = all.iter_mut().filter_map(|one| one.remove(&variable)).collect();
                matches.insert(variable, Match::Many(column));
            }
            used += count;
            for (pattern, form) in patterns[index + 1..].iter().zip(&forms[used..]) {
                if !self.matches(pattern, form, matches)? {
                    return Ok(false);
                }
                used += 1;
            }
        }
        match end {
            None => Ok(true),
            Some(end) if used == 0 => self.matches(end, whole, matches),
            Some(end) => {
                let Some(rest) = whole.after(used) else { return Ok(false) };
                self.matches(end, &rest, matches)
            }
        }
    }

    fn pattern_variables(&self, pattern: &Syntax, variables: &mut Vec<Key>) {
        match pattern.form() {
            Form::Identifier(identifier) => {
                let is_variable = identifier.name != Symbol::UNDERSCORE
                    && !self.is_ellipsis(pattern)
                    && !self.is_literal(identifier);
                if is_variable {
                    variables.push(identifier.key());
                }
            }
            Form::List(items) | Form::Vector(items) => {
                items.iter().for_each(|item| self.pattern_variables(item, variables));
            }
            Form::Dotted(items, tail) => {
                items.iter().for_each(|item| self.pattern_variables(item, variables));
                self.pattern_variables(tail, variables);
            }
            _ => {}
        }
    }

    fn instantiate(&mut self, template: &Syntax, matches: &Matches) -> Result<Syntax> {
        match template.form() {
            Form::Identifier(identifier) => match matches.get(&identifier.key()) {
                Some(Match::One(form)) => Ok(form.clone()),
                Some(Match::Many(_)) => {
                    let message = format!("missing ellipsis after {template}");
                    Err(Fault::syntax(template.span(), message))
                }
                None => {
                    let identifier =
                        self.session.marked(identifier, &self.rules.scope, &mut self.marks);
                    Ok(Syntax::new(Form::Identifier(identifier), self.span))
                }
            },
            Form::List(items) => match &items[..] {
                [escape, verbatim] if self.is_ellipsis(escape) => {
                    let ellipsis = self.ellipsis.take();
                    let result = self.instantiate(verbatim, matches);
                    self.ellipsis = ellipsis;
                    result
                }
                items => {
                    let items = self.instantiate_items(items, matches)?;
                    Ok(Syntax::list(items, self.span))
                }
            },
            Form::Dotted(items, tail) => {
                let items = self.instantiate_items(items, matches)?;
                let tail = self.instantiate(tail, matches)?;
                Ok(Syntax::list_with_tail(items, tail, self.span))
            }
            Form::Vector(items) => {
                let items = self.instantiate_items(items, matches)?;
                Ok(Syntax::new(Form::Vector(items.into()), self.span))
            }
            _ => Ok(Syntax::new(clone_atom(template.form()), self.span)),
        }
    }

    fn instantiate_items(&mut self, items: &[Syntax], matches: &Matches) -> Result<Vec<Syntax>> {
        let mut output = Vec::with_capacity(items.len());
        let mut index = 0;
        while index < items.len() {
            let template = &items[index];
            let mut depth = 0;
            while items.get(index + 1 + depth).is_some_and(|item| self.is_ellipsis(item)) {
                depth += 1;
            }
            if depth == 0 {
                output.push(self.instantiate(template, matches)?);
            } else {
                self.repeat(template, depth, matches, &mut output)?;
            }
            index += 1 + depth;
        }
        Ok(output)
    }

    /// The template once for each match of its repeated variables.
    fn repeat(
        &mut self,
        template: &Syntax,
        depth: usize,
        matches: &Matches,
        output: &mut Vec<Syntax>,
    ) -> Result<()> {
        let mut variables = Vec::new();
        self.pattern_variables(template, &mut variables);
        variables.retain(|variable| matches!(matches.get(variable), Some(Match::Many(_))));
        let lengths = variables.iter().map(|variable| match matches.get(variable) {
            Some(Match::Many(column)) => column.len(),
            _ => 0,
        });
        let Some(count) = lengths.max() else {
            let message = format!("extra ellipsis after {template}");
            return Err(Fault::syntax(template.span(), message));
        };
        for index in 0..count {
            let mut row = matches.clone();
            for variable in &variables {
                if let Some(Match::Many(column)) = matches.get(variable) {
                    let Some(one) = column.get(index) else {
                        let message = "incompatible ellipsis match counts for template";
                        return Err(Fault::syntax(self.span, message));
                    };
                    row.insert(*variable, one.clone());
                }
            }
            if depth > 1 {
                self.repeat(template, depth - 1, &row, output)?;
            } else {
                output.push(self.instantiate(template, &row)?);
            }
        }
        Ok(())
    }
}

fn clone_atom(form: &Form) -> Form {
    match form {
        Form::Keyword(name) => Form::Keyword(*name),
        Form::String(text) => Form::String(text.clone()),
        Form::Boolean(value) => Form::Boolean(*value),
        Form::Number(number) => Form::Number(number.clone()),
        Form::Character(character) => Form::Character(*character),
        Form::Bytes(bytes) => Form::Bytes(bytes.clone()),
        Form::Unspecified => Form::Unspecified,
        Form::Identifier(identifier) => Form::Identifier(identifier.clone()),
        Form::List(items) => Form::List(items.clone()),
        Form::Dotted(items, tail) => Form::Dotted(items.clone(), tail.clone()),
        Form::Vector(items) => Form::Vector(items.clone()),
    }
}
