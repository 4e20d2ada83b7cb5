//! Patterns of `syntax-rules` and `syntax-case`: literals, ellipses with what follows them, vectors,
//! tails (R7RS section 4.3.2, R6RS library section 12.4).

use std::ops::Range;

use super::Match;
use crate::diagnostic::{Fault, Result};
use crate::scope::Scope;
use crate::session::Session;
use crate::syntax::{Form, Identifier, Key, Symbol, Syntax};

/// A pattern, ready to be matched.
pub struct Pattern {
    node: Node,
    /// Its variables, in the order in which they are matched.
    pub variables: Vec<Variable>,
    /// Where its literals mean what they mean.
    scope: Scope,
}

/// A variable of a pattern.
#[derive(Clone)]
pub struct Variable {
    /// The identifier.
    pub identifier: Identifier,
    /// How many ellipses follow it.
    pub depth: usize,
}

enum Node {
    Anything,
    Variable,
    Literal(Identifier),
    List(Box<Sequence>),
    Vector(Box<Sequence>),
    Datum(Syntax),
}

/// Items, at most one of which is repeated, and what follows them.
struct Sequence {
    before: Vec<Node>,
    repeated: Option<Repeated>,
    after: Vec<Node>,
    tail: Option<Node>,
}

/// What an ellipsis follows, and which of the pattern's variables are in it.
struct Repeated {
    node: Node,
    variables: Range<usize>,
}

/// What patterns and templates are read by.
pub struct Words<'a> {
    /// Identifiers that stand for themselves.
    pub literals: &'a [Identifier],
    /// What means "any number of these".
    pub ellipsis: &'a Identifier,
}

impl Words<'_> {
    fn is_literal(&self, identifier: &Identifier) -> bool {
        self.literals.iter().any(|literal| literal.key() == identifier.key())
    }

    fn is_ellipsis(&self, syntax: &Syntax) -> bool {
        is_ellipsis(syntax, self.ellipsis)
            && syntax.identifier().is_some_and(|identifier| !self.is_literal(identifier))
    }
}

/// The datum is the ellipsis.
pub fn is_ellipsis(syntax: &Syntax, ellipsis: &Identifier) -> bool {
    let Some(identifier) = syntax.identifier() else { return false };
    // The usual ellipsis may come from any macro; a custom one is that very identifier.
    match ellipsis.name == Symbol::ELLIPSIS && ellipsis.mark.is_none() {
        true => identifier.name == Symbol::ELLIPSIS,
        false => identifier.key() == ellipsis.key(),
    }
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(syntax: &Syntax, words: &Words, scope: &Scope) -> Result<Pattern> {
        let mut variables = Vec::new();
        let node = compile(syntax, words, 0, &mut variables)?;
        Ok(Pattern { node, variables, scope: scope.clone() })
    }

    /// What its variables stand for in a form that it matches.
    pub fn matches(
        &self,
        session: &Session,
        form: &Syntax,
        scope: Option<&Scope>,
    ) -> Result<Option<Vec<Match>>> {
        let matcher = Matcher { session, pattern: self, scope };
        let mut found = Vec::with_capacity(self.variables.len());
        Ok(matcher.node(&self.node, form, &mut found)?.then_some(found))
    }

    /// Number and depth of a variable.
    pub fn variable(&self, key: Key) -> Option<(usize, usize)> {
        let number = self.variables.iter().position(|variable| variable.identifier.key() == key)?;
        Some((number, self.variables[number].depth))
    }
}

fn compile(
    syntax: &Syntax,
    words: &Words,
    depth: usize,
    variables: &mut Vec<Variable>,
) -> Result<Node> {
    Ok(match syntax.form() {
        Form::Identifier(identifier) if words.is_literal(identifier) => {
            Node::Literal(identifier.clone())
        }
        Form::Identifier(identifier) if identifier.name == Symbol::UNDERSCORE => Node::Anything,
        Form::Identifier(_) if words.is_ellipsis(syntax) => {
            return Err(Fault::syntax(syntax.span(), "misplaced ellipsis"));
        }
        Form::Identifier(identifier) => {
            let key = identifier.key();
            if variables.iter().any(|variable| variable.identifier.key() == key) {
                let message = format!("duplicate pattern variable {syntax}");
                return Err(Fault::syntax(syntax.span(), message));
            }
            variables.push(Variable { identifier: identifier.clone(), depth });
            Node::Variable
        }
        Form::List(items) => Node::List(sequence(items, None, words, depth, variables)?),
        Form::Dotted(items, tail) => {
            Node::List(sequence(items, Some(tail), words, depth, variables)?)
        }
        Form::Vector(items) => Node::Vector(sequence(items, None, words, depth, variables)?),
        _ => Node::Datum(syntax.clone()),
    })
}

fn sequence(
    items: &[Syntax],
    tail: Option<&Syntax>,
    words: &Words,
    depth: usize,
    variables: &mut Vec<Variable>,
) -> Result<Box<Sequence>> {
    let all = |items: &[Syntax], variables: &mut Vec<Variable>| {
        items.iter().map(|item| compile(item, words, depth, variables)).collect::<Result<Vec<_>>>()
    };
    let ellipsis = (1..items.len()).find(|index| words.is_ellipsis(&items[*index]));
    let before = all(&items[..ellipsis.map_or(items.len(), |index| index - 1)], variables)?;
    let mut repeated = None;
    let mut after = Vec::new();
    if let Some(index) = ellipsis {
        let first = variables.len();
        let node = compile(&items[index - 1], words, depth + 1, variables)?;
        repeated = Some(Repeated { node, variables: first..variables.len() });
        after = all(&items[index + 1..], variables)?;
    }
    let tail = tail.map(|tail| compile(tail, words, depth, variables)).transpose()?;
    Ok(Box::new(Sequence { before, repeated, after, tail }))
}

struct Matcher<'a> {
    session: &'a Session,
    pattern: &'a Pattern,
    /// Where the form stands; none for what no macro use brought.
    scope: Option<&'a Scope>,
}

impl Matcher<'_> {
    fn node(&self, node: &Node, form: &Syntax, found: &mut Vec<Match>) -> Result<bool> {
        match node {
            Node::Anything => Ok(true),
            Node::Variable => {
                found.push(Match::One(form.clone()));
                Ok(true)
            }
            Node::Literal(literal) => {
                let Some(identifier) = form.identifier() else { return Ok(false) };
                let own = &self.pattern.scope;
                let scope = self.scope.unwrap_or(own);
                self.session.same_meaning(literal, own, identifier, scope)
            }
            Node::List(sequence) => {
                let (forms, tail) = form.items_and_tail().unwrap_or((&[], Some(form)));
                if tail.is_some() && sequence.tail.is_none() {
                    return Ok(false);
                }
                self.sequence(sequence, forms, form, found)
            }
            Node::Vector(sequence) => match form.form() {
                Form::Vector(forms) => self.sequence(sequence, forms, form, found),
                _ => Ok(false),
            },
            Node::Datum(datum) => Ok(datum.same_datum(form)),
        }
    }

    fn sequence(
        &self,
        sequence: &Sequence,
        forms: &[Syntax],
        whole: &Syntax,
        found: &mut Vec<Match>,
    ) -> Result<bool> {
        let fixed = sequence.before.len() + sequence.after.len();
        let any_number = sequence.repeated.is_some() || sequence.tail.is_some();
        if forms.len() < fixed || (!any_number && forms.len() > fixed) {
            return Ok(false);
        }
        let (first, mut rest) = forms.split_at(sequence.before.len());
        if !self.each(&sequence.before, first, found)? {
            return Ok(false);
        }
        if let Some(repeated) = &sequence.repeated {
            let (again, last) = rest.split_at(rest.len() - sequence.after.len());
            let mut columns = vec![Vec::with_capacity(again.len()); repeated.variables.len()];
            for form in again {
                let mut row = Vec::with_capacity(columns.len());
                if !self.node(&repeated.node, form, &mut row)? {
                    return Ok(false);
                }
                columns.iter_mut().zip(row).for_each(|(column, one)| column.push(one));
            }
            found.extend(columns.into_iter().map(Match::Many));
            rest = last;
        }
        let (last, rest) = rest.split_at(sequence.after.len());
        if !self.each(&sequence.after, last, found)? {
            return Ok(false);
        }
        let Some(tail) = &sequence.tail else { return Ok(true) };
        let used = forms.len() - rest.len();
        match used {
            0 => self.node(tail, whole, found),
            used => match whole.after(used) {
                Some(rest) => self.node(tail, &rest, found),
                None => Ok(false),
            },
        }
    }

    fn each(&self, nodes: &[Node], forms: &[Syntax], found: &mut Vec<Match>) -> Result<bool> {
        for (node, form) in nodes.iter().zip(forms) {
            if !self.node(node, form, found)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
