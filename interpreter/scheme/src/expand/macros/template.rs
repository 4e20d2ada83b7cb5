//! Templates of `syntax-rules` and `syntax-case`, filled with what patterns matched.

use std::rc::Rc;

use super::Match;
use super::expansion::Expansion;
use super::pattern::is_ellipsis;
use crate::diagnostic::{Fault, Result};
use crate::scope::Scope;
use crate::session::Session;
use crate::syntax::{Form, Identifier, Span, Syntax};

/// A template, ready to be filled.
pub struct Template {
    node: Node,
    /// Where the identifiers that it inserts mean what they mean.
    scope: Scope,
}

enum Node {
    /// Neither identifier nor list.
    Atom(Form),
    Identifier(Identifier),
    Variable(usize),
    List(Box<[Item]>, Option<Box<Node>>),
    Vector(Box<[Item]>),
}

enum Item {
    One(Node),
    /// An item once for each match of the variables.
    Each(Box<Item>, Vec<usize>),
}

/// What an identifier of a template stands for: number and depth of a pattern's variable.
type Lookup<'a> = dyn FnMut(&Identifier) -> Result<Option<(usize, usize)>> + 'a;

struct Compiler<'a> {
    /// None inside of `(... template)`.
    ellipsis: Option<&'a Identifier>,
    lookup: &'a mut Lookup<'a>,
    /// The variables of each ellipsis around the place, innermost last.
    repeated: Vec<Vec<usize>>,
}

impl Template {
    /// Reads a template.
    pub fn new<'a>(
        syntax: &Syntax,
        ellipsis: &'a Identifier,
        lookup: &'a mut Lookup<'a>,
        scope: &Scope,
    ) -> Result<Template> {
        let mut compiler = Compiler { ellipsis: Some(ellipsis), lookup, repeated: Vec::new() };
        Ok(Template { node: compiler.node(syntax)?, scope: scope.clone() })
    }

    /// The template with the variables' matches, by number, in their places; as code, or as what
    /// running code takes further apart.
    pub fn fill(
        &self,
        session: &Session,
        expansion: &Expansion,
        matches: &[Match],
        make: fn(Form, Span) -> Syntax,
    ) -> Result<Syntax> {
        let row: Vec<&Match> = matches.iter().collect();
        let filler = Filler { session, expansion, scope: &self.scope, span: expansion.span, make };
        filler.node(&self.node, &row)
    }
}

impl Compiler<'_> {
    fn is_ellipsis(&self, syntax: &Syntax) -> bool {
        self.ellipsis.is_some_and(|ellipsis| is_ellipsis(syntax, ellipsis))
    }

    fn node(&mut self, syntax: &Syntax) -> Result<Node> {
        Ok(match syntax.form() {
            Form::Identifier(_) if self.is_ellipsis(syntax) => {
                return Err(Fault::syntax(syntax.span(), "misplaced ellipsis"));
            }
            Form::Identifier(identifier) => match (self.lookup)(identifier)? {
                Some((number, depth)) => self.variable(syntax, number, depth)?,
                None => Node::Identifier(identifier.clone()),
            },
            Form::List(items) => match &items[..] {
                [escape, verbatim] if self.is_ellipsis(escape) => {
                    let ellipsis = self.ellipsis.take();
                    let node = self.node(verbatim);
                    self.ellipsis = ellipsis;
                    node?
                }
                items => Node::List(self.items(items)?, None),
            },
            Form::Dotted(items, tail) => {
                let items = self.items(items)?;
                Node::List(items, Some(Box::new(self.node(tail)?)))
            }
            Form::Vector(items) => Node::Vector(self.items(items)?),
            form => Node::Atom(form.clone()),
        })
    }

    /// A variable is repeated by as many ellipses as its pattern has, the innermost ones.
    fn variable(&mut self, syntax: &Syntax, number: usize, depth: usize) -> Result<Node> {
        let Some(outermost) = self.repeated.len().checked_sub(depth) else {
            let message = format!("missing ellipsis after {syntax}");
            return Err(Fault::syntax(syntax.span(), message));
        };
        for variables in &mut self.repeated[outermost..] {
            if !variables.contains(&number) {
                variables.push(number);
            }
        }
        Ok(Node::Variable(number))
    }

    fn items(&mut self, items: &[Syntax]) -> Result<Box<[Item]>> {
        let mut output = Vec::with_capacity(items.len());
        let mut rest = items;
        while let [first, others @ ..] = rest {
            let ellipses = others.iter().take_while(|item| self.is_ellipsis(item)).count();
            rest = &others[ellipses..];
            self.repeated.extend(vec![Vec::new(); ellipses]);
            let mut item = Item::One(self.node(first)?);
            for _ in 0..ellipses {
                let variables = self.repeated.pop().unwrap_or_default();
                if variables.is_empty() {
                    let message = format!("extra ellipsis after {first}");
                    return Err(Fault::syntax(first.span(), message));
                }
                item = Item::Each(Box::new(item), variables);
            }
            output.push(item);
        }
        Ok(output.into())
    }
}

struct Filler<'a> {
    session: &'a Session,
    expansion: &'a Expansion,
    scope: &'a Scope,
    /// The use: what the template inserts is blamed on it.
    span: Span,
    /// Makes the lists and vectors.
    make: fn(Form, Span) -> Syntax,
}

impl Filler<'_> {
    fn node(&self, node: &Node, row: &[&Match]) -> Result<Syntax> {
        Ok(match node {
            Node::Atom(form) => Syntax::new(form.clone(), self.span),
            Node::Identifier(identifier) => {
                let identifier = self.expansion.mark(self.session, identifier, self.scope);
                Syntax::new(Form::Identifier(identifier), self.span)
            }
            Node::Variable(number) => row[*number].syntax(self.span),
            Node::List(items, tail) => {
                let items = self.items(items, row)?;
                match tail {
                    None => (self.make)(Form::List(items.into()), self.span),
                    Some(tail) => self.with_tail(items, self.node(tail, row)?),
                }
            }
            Node::Vector(items) => {
                (self.make)(Form::Vector(self.items(items, row)?.into()), self.span)
            }
        })
    }

    fn with_tail(&self, items: Vec<Syntax>, tail: Syntax) -> Syntax {
        if items.is_empty() {
            return tail;
        }
        // A tail that is syntax by itself stays so; what a transformer takes apart are the items.
        let whole = Syntax::list_with_tail(items, tail, self.span);
        (self.make)(whole.form().clone(), self.span)
    }

    fn items(&self, items: &[Item], row: &[&Match]) -> Result<Vec<Syntax>> {
        let mut output = Vec::with_capacity(items.len());
        for item in items {
            self.item(item, row, &mut output)?;
        }
        Ok(output)
    }

    fn item(&self, item: &Item, row: &[&Match], output: &mut Vec<Syntax>) -> Result<()> {
        let (item, variables) = match item {
            Item::One(node) => {
                output.push(self.node(node, row)?);
                return Ok(());
            }
            Item::Each(item, variables) => (item, variables),
        };
        let columns: Vec<&[Match]> = variables.iter().map(|number| row[*number].many()).collect();
        let count = columns.first().map_or(0, |column| column.len());
        if columns.iter().any(|column| column.len() != count) {
            let message = "incompatible ellipsis match counts for template";
            return Err(Fault::syntax(self.span, message));
        }
        let mut inner = row.to_vec();
        for index in 0..count {
            for (number, column) in variables.iter().zip(&columns) {
                inner[*number] = &column[index];
            }
            self.item(item, &inner, output)?;
        }
        Ok(())
    }
}

/// A form as if it had been written in another scope: the identifiers of a definition that are used
/// elsewhere.
impl Session {
    pub(crate) fn transplant(&self, syntax: &Syntax, scope: &Scope, span: Span) -> Syntax {
        let expansion = Rc::new(Expansion::new(None, span));
        self.moved(syntax, scope, &expansion)
    }

    fn moved(&self, syntax: &Syntax, scope: &Scope, expansion: &Expansion) -> Syntax {
        let all = |items: &[Syntax]| {
            items.iter().map(|item| self.moved(item, scope, expansion)).collect::<Box<[_]>>()
        };
        let form = match syntax.form() {
            Form::List(items) => Form::List(all(items)),
            Form::Vector(items) => Form::Vector(all(items)),
            Form::Dotted(items, tail) => {
                Form::Dotted(all(items), self.moved(tail, scope, expansion))
            }
            Form::Identifier(identifier) => {
                Form::Identifier(expansion.mark(self, identifier, scope))
            }
            _ => return syntax.clone(),
        };
        Syntax::new(form, expansion.span)
    }
}
