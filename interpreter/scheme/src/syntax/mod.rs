//! Syntax: data with places, and identifiers that remember where they were introduced.

mod number;
mod source;
mod symbol;

use std::fmt;
use std::rc::Rc;

pub use number::Number;
pub use source::{FileId, Location, Sources, Span};
pub use symbol::Symbol;

use crate::machine::Kept;
use crate::scope::Scope;

/// A datum with the place it was read from. Cheap to clone.
#[derive(Clone)]
pub struct Syntax(Rc<Node>);

struct Node {
    form: Form,
    span: Span,
    /// Running code made it of a plain value: a transformer sees that value again, not syntax.
    plain: bool,
}

/// What a datum is.
#[derive(Clone)]
pub enum Form {
    /// A proper list; the empty one is `()`.
    List(Box<[Syntax]>),
    /// At least one item, then a tail that is no list.
    Dotted(Box<[Syntax]>, Syntax),
    /// `#(...)`.
    Vector(Box<[Syntax]>),
    /// A symbol in its lexical context.
    Identifier(Identifier),
    /// `#:name`.
    Keyword(Symbol),
    /// A string.
    String(Rc<str>),
    /// `#t`, `#f`.
    Boolean(bool),
    /// A number.
    Number(Number),
    /// A character.
    Character(char),
    /// `#vu8(...)`.
    Bytes(Rc<[u8]>),
    /// `#<unspecified>`.
    Unspecified,
    /// Any other object that running code put into code.
    Value(Kept),
}

/// A name, and the chain of macro expansions that introduced it.
#[derive(Clone)]
pub struct Identifier {
    /// The name as written.
    pub name: Symbol,
    /// The expansion that inserted it; none when the user wrote it.
    pub mark: Option<Rc<Mark>>,
}

/// One macro expansion, as seen by the identifiers it inserted: they mean what `parent`'s
/// identifier of the same name means in the scope of the macro's definition, unless bound anew.
pub struct Mark {
    /// Distinct for each expansion and parent.
    pub number: u32,
    /// The mark that the identifier had in the template.
    pub parent: Option<Rc<Mark>>,
    /// Where the macro was defined.
    pub scope: Scope,
}

/// What identifiers are compared by when they bind: name and mark.
pub type Key = (Symbol, u32);

impl Identifier {
    /// A name as a user writes it.
    pub fn plain(name: Symbol) -> Identifier {
        Identifier { name, mark: None }
    }

    /// Name and mark.
    pub fn key(&self) -> Key {
        (self.name, self.mark.as_ref().map_or(0, |mark| mark.number))
    }

    /// The identifier in the template that this one was made from, and the scope it belongs to.
    pub fn origin(&self) -> Option<(Identifier, &Scope)> {
        let mark = self.mark.as_ref()?;
        Some((Identifier { name: self.name, mark: mark.parent.clone() }, &mark.scope))
    }
}

impl Syntax {
    /// A datum at a place.
    pub fn new(form: Form, span: Span) -> Syntax {
        Syntax(Rc::new(Node { form, span, plain: false }))
    }

    /// A datum that stands for a plain value of running code.
    pub fn plain(form: Form, span: Span) -> Syntax {
        Syntax(Rc::new(Node { form, span, plain: true }))
    }

    /// It stands for a plain value of running code.
    pub fn is_plain(&self) -> bool {
        self.0.plain
    }

    /// The same as code, none of which stands for plain values.
    pub fn as_code(&self) -> Syntax {
        if !self.is_plain() {
            return self.clone();
        }
        let all = |items: &[Syntax]| items.iter().map(Syntax::as_code).collect();
        let form = match self.form() {
            Form::List(items) => Form::List(all(items)),
            Form::Vector(items) => Form::Vector(all(items)),
            Form::Dotted(items, tail) => Form::Dotted(all(items), tail.as_code()),
            form => form.clone(),
        };
        Syntax::new(form, self.span())
    }

    /// A proper list.
    pub fn list(items: Vec<Syntax>, span: Span) -> Syntax {
        Syntax::new(Form::List(items.into()), span)
    }

    /// Items followed by a tail; a list when the tail is one.
    pub fn list_with_tail(mut items: Vec<Syntax>, tail: Syntax, span: Span) -> Syntax {
        match tail.form() {
            _ if items.is_empty() => tail,
            Form::List(rest) => {
                items.extend(rest.iter().cloned());
                Syntax::list(items, span)
            }
            Form::Dotted(rest, end) => {
                items.extend(rest.iter().cloned());
                Syntax::new(Form::Dotted(items.into(), end.clone()), span)
            }
            _ => Syntax::new(Form::Dotted(items.into(), tail), span),
        }
    }

    /// A symbol as a user writes it.
    pub fn symbol(name: Symbol, span: Span) -> Syntax {
        Syntax::new(Form::Identifier(Identifier::plain(name)), span)
    }

    /// A string.
    pub fn string(text: &str, span: Span) -> Syntax {
        Syntax::new(Form::String(text.into()), span)
    }

    /// What it is.
    pub fn form(&self) -> &Form {
        &self.0.form
    }

    /// Where it was read.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// The items of a proper list.
    pub fn items(&self) -> Option<&[Syntax]> {
        match self.form() {
            Form::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list and, if it is dotted, its tail.
    pub fn items_and_tail(&self) -> Option<(&[Syntax], Option<&Syntax>)> {
        match self.form() {
            Form::List(items) => Some((items, None)),
            Form::Dotted(items, tail) => Some((items, Some(tail))),
            _ => None,
        }
    }

    /// First item of a non-empty list, dotted or not.
    pub fn head(&self) -> Option<&Syntax> {
        self.items_and_tail()?.0.first()
    }

    /// What follows the first `count` items.
    pub fn after(&self, count: usize) -> Option<Syntax> {
        let (items, tail) = self.items_and_tail()?;
        let rest = items.get(count..)?;
        let end = rest.last().map_or(self.span(), Syntax::span);
        let span = rest.first().map_or(self.span(), |first| first.span().to(end));
        let form = match tail {
            None => Form::List(rest.into()),
            Some(tail) if rest.is_empty() => return Some(tail.clone()),
            Some(tail) => Form::Dotted(rest.into(), tail.clone()),
        };
        Some(Syntax(Rc::new(Node { form, span, plain: self.is_plain() })))
    }

    /// The identifier, if it is one.
    pub fn identifier(&self) -> Option<&Identifier> {
        match self.form() {
            Form::Identifier(identifier) => Some(identifier),
            _ => None,
        }
    }

    /// The identifier's name, if it is one.
    pub fn name(&self) -> Option<Symbol> {
        self.identifier().map(|identifier| identifier.name)
    }

    /// The keyword's name, if it is one.
    pub fn keyword(&self) -> Option<Symbol> {
        match self.form() {
            Form::Keyword(name) => Some(*name),
            _ => None,
        }
    }

    /// The string's text, if it is one.
    pub fn text(&self) -> Option<&Rc<str>> {
        match self.form() {
            Form::String(text) => Some(text),
            _ => None,
        }
    }

    /// `()`.
    pub fn is_empty_list(&self) -> bool {
        matches!(self.form(), Form::List(items) if items.is_empty())
    }

    /// Equal as data, whatever the identifiers' contexts.
    pub fn same_datum(&self, other: &Syntax) -> bool {
        let all = |a: &[Syntax], b: &[Syntax]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_datum(b))
        };
        match (self.form(), other.form()) {
            (Form::List(a), Form::List(b)) | (Form::Vector(a), Form::Vector(b)) => all(a, b),
            (Form::Dotted(a, x), Form::Dotted(b, y)) => all(a, b) && x.same_datum(y),
            (Form::Identifier(a), Form::Identifier(b)) => a.name == b.name,
            (Form::Keyword(a), Form::Keyword(b)) => a == b,
            (Form::String(a), Form::String(b)) => a == b,
            (Form::Boolean(a), Form::Boolean(b)) => a == b,
            (Form::Number(a), Form::Number(b)) => a.same(b),
            (Form::Character(a), Form::Character(b)) => a == b,
            (Form::Bytes(a), Form::Bytes(b)) => a == b,
            (Form::Unspecified, Form::Unspecified) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn sequence(items: &[Syntax], out: &mut fmt::Formatter<'_>) -> fmt::Result {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.write_str(" ")?;
                }
                write!(out, "{item}")?;
            }
            Ok(())
        }
        match self.form() {
            Form::List(items) => {
                if let ([head, datum], Some(prefix)) = (
                    &items[..],
                    items.first().and_then(Syntax::name).and_then(|name| match name {
                        Symbol::QUOTE => Some("'"),
                        Symbol::QUASIQUOTE => Some("`"),
                        Symbol::UNQUOTE => Some(","),
                        Symbol::UNQUOTE_SPLICING => Some(",@"),
                        _ => None,
                    }),
                ) && head.identifier().is_some()
                {
                    return write!(out, "{prefix}{datum}");
                }
                out.write_str("(")?;
                sequence(items, out)?;
                out.write_str(")")
            }
            Form::Dotted(items, tail) => {
                out.write_str("(")?;
                sequence(items, out)?;
                write!(out, " . {tail})")
            }
            Form::Vector(items) => {
                out.write_str("#(")?;
                sequence(items, out)?;
                out.write_str(")")
            }
            Form::Identifier(identifier) => write!(out, "{}", identifier.name),
            Form::Keyword(name) => write!(out, "#:{name}"),
            Form::String(text) => write!(out, "{text:?}"),
            Form::Boolean(value) => out.write_str(if *value { "#t" } else { "#f" }),
            Form::Number(number) => write!(out, "{number}"),
            Form::Character(character) => write!(out, "#\\{character}"),
            Form::Bytes(bytes) => {
                out.write_str("#vu8(")?;
                for (index, byte) in bytes.iter().enumerate() {
                    let space = if index > 0 { " " } else { "" };
                    write!(out, "{space}{byte}")?;
                }
                out.write_str(")")
            }
            Form::Unspecified => out.write_str("#<unspecified>"),
            Form::Value(value) => out.write_str(&value.written()),
        }
    }
}
