//! Code that is given as data: what a G-expression of a definition has become. Its parts are led back to
//! the templates that they were made from, so that errors show them where the user wrote them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::datum::Datum;
use crate::diagnostic::{Diagnostic, Result as FrontResult};
use crate::interpreter::Interpreter;
use crate::machine::Value;
use crate::reader::Reader;
use crate::scope::Module;
use crate::session::Session;
use crate::syntax::{FileId, Form, Location, Span, Symbol, Syntax};

/// Code as data, with what is known of where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// What the text is called in messages about parts whose origin is not known.
    pub name: &'a str,
    /// One expression.
    pub text: &'a str,
    /// Ways to parts of it, an index at each list, and where the G-expression is that they were made
    /// from.
    pub origins: &'a [(Vec<usize>, Location)],
}

/// What stands in code for a list with that head, by its second item.
pub type Replacement<'a> = dyn Fn(&str, &Datum) -> Option<Datum> + 'a;

impl Interpreter {
    /// Every text that was read, by the name that messages give it. Of two with one name, the first.
    pub fn source_texts(&self) -> BTreeMap<Rc<str>, Rc<str>> {
        let mut texts = BTreeMap::new();
        for file in self.session().sources.borrow().files() {
            texts.entry(file.name.clone()).or_insert_with(|| file.text.clone());
        }
        texts
    }

    /// Runs code in a fresh module that sees `(guile)` and the named modules, and gives its value.
    /// `text` gives the text of a file that an origin names; `replace` what stands for a list of two
    /// items whose head is a symbol between asterisks.
    pub fn run_code(
        &mut self,
        code: &Code,
        imports: &[&str],
        text: &dyn Fn(&str) -> Option<Rc<str>>,
        replace: &Replacement,
    ) -> Result<Value, Diagnostic> {
        self.run(|session| {
            let (module, forms) = session.placed_code(code, imports, text, replace)?;
            session.last_value.take();
            session.run_forms(&module, &forms)?;
            Ok(session.last_value.take().unwrap_or_else(Value::unspecified))
        })
    }
}

impl Session {
    /// A fresh module for code, and its forms with the places where they were written.
    pub(crate) fn placed_code(
        &self,
        code: &Code,
        imports: &[&str],
        text: &dyn Fn(&str) -> Option<Rc<str>>,
        replace: &Replacement,
    ) -> FrontResult<(Rc<Module>, Vec<Syntax>)> {
        let (module, forms) = self.program(code.name, code.text, imports)?;
        let mut origins =
            Origins { session: self, text, replace, files: BTreeMap::new(), at: code.origins };
        let place = |form: &Syntax| origins.placed(form, &mut Vec::new(), None, form.span());
        let forms = forms.iter().map(place).collect();
        Ok((module, forms))
    }
}

struct Origins<'a> {
    session: &'a Session,
    text: &'a dyn Fn(&str) -> Option<Rc<str>>,
    replace: &'a Replacement<'a>,
    /// Files that were opened for their templates; none where there is no text.
    files: BTreeMap<String, Option<FileId>>,
    at: &'a [(Vec<usize>, Location)],
}

impl Origins<'_> {
    /// `code`, which is at `way`, with the places of the template `written`; where they do not fit, and
    /// where there is none, the place is `otherwise`.
    fn placed(
        &mut self,
        code: &Syntax,
        way: &mut Vec<usize>,
        written: Option<&Syntax>,
        otherwise: Span,
    ) -> Syntax {
        let origin = self.at.iter().find(|(at, _)| at == way).map(|(_, place)| place.clone());
        let template = origin.and_then(|place| self.template(&place));
        let written = template.as_ref().or(written);
        let span = written.map_or(otherwise, Syntax::span);
        if let Some(replaced) = self.replaced(code, span) {
            return replaced;
        }
        // What was inserted here was not written here: its parts have no place in the template.
        let written = written.filter(|written| !is_ungexp(written));
        let mut parts = |parts: &[Syntax]| -> Vec<Syntax> {
            let templates = written.and_then(Syntax::items_and_tail).map(|(items, _)| items);
            let mut placed = Vec::with_capacity(parts.len());
            for (index, part) in parts.iter().enumerate() {
                let template = templates.and_then(|items| partner(items, index, parts.len()));
                way.push(index);
                placed.push(self.placed(part, way, template, span));
                way.pop();
            }
            placed
        };
        match code.form() {
            Form::List(items) => Syntax::list(parts(items), span),
            Form::Dotted(items, tail) => {
                let placed = parts(items);
                way.push(items.len());
                let tail = self.placed(tail, way, None, span);
                way.pop();
                Syntax::list_with_tail(placed, tail, span)
            }
            Form::Vector(items) => Syntax::new(Form::Vector(parts(items).into()), span),
            Form::Identifier(identifier) => Syntax::symbol(identifier.name, span),
            Form::Keyword(name) => Syntax::new(Form::Keyword(*name), span),
            Form::String(text) => Syntax::string(text, span),
            Form::Boolean(value) => Syntax::new(Form::Boolean(*value), span),
            Form::Number(number) => Syntax::new(Form::Number(number.clone()), span),
            Form::Character(character) => Syntax::new(Form::Character(*character), span),
            Form::Bytes(bytes) => Syntax::new(Form::Bytes(bytes.clone()), span),
            Form::Unspecified => Syntax::new(Form::Unspecified, span),
            // Only macros make these; a text has none.
            Form::Value(_) => code.clone(),
        }
    }

    fn replaced(&self, code: &Syntax, span: Span) -> Option<Syntax> {
        let [head, argument] = code.items()? else { return None };
        let head = head.name()?.name();
        if !head.starts_with('*') || !head.ends_with('*') {
            return None;
        }
        let argument = match argument.form() {
            Form::String(text) => Datum::String(text.to_string()),
            Form::Number(number) => Datum::Integer(number.to_string().parse().ok()?),
            _ => return None,
        };
        match (self.replace)(&head, &argument)? {
            Datum::String(text) => Some(Syntax::string(&text, span)),
            _ => None,
        }
    }

    /// The template of the G-expression that is written at a place.
    fn template(&mut self, place: &Location) -> Option<Syntax> {
        let (session, text) = (self.session, self.text);
        let id = *self.files.entry(place.file.clone()).or_insert_with(|| {
            let text = text(&place.file)?;
            Some(session.sources.borrow_mut().add(&place.file, text, false))
        });
        let file = session.sources.borrow().file(id?)?;
        let mut line_start = 0;
        for _ in 1..place.line {
            line_start += file.text[line_start..].find('\n')? + 1;
        }
        let line = &file.text[line_start..];
        let column = line.char_indices().nth(place.column as usize)?.0;
        let gexp = Reader::at(&file.text, id?, line_start + column).read().ok()??;
        match gexp.items() {
            Some([head, template]) if head.name() == Some(Symbol::new("gexp")) => {
                Some(template.clone())
            }
            _ => Some(gexp),
        }
    }
}

/// The part of a template that became the part `index` of `count`: what is before the first
/// `#$@` counts from the front, what is after the last from the end.
fn partner(items: &[Syntax], index: usize, count: usize) -> Option<&Syntax> {
    let first = items.iter().position(is_splicing);
    let last = items.iter().rposition(is_splicing);
    let (Some(first), Some(last)) = (first, last) else {
        return items.get(index).filter(|_| items.len() == count);
    };
    let from_end = count - index;
    if index < first {
        items.get(index)
    } else if from_end < items.len() - last {
        items.get(items.len() - from_end)
    } else {
        items.get(first)
    }
}

fn head_is(syntax: &Syntax, names: &[&str]) -> bool {
    let head = syntax.items().and_then(|items| items.first()).and_then(Syntax::name);
    head.is_some_and(|head| names.contains(&&*head.name()))
}

fn is_splicing(syntax: &Syntax) -> bool {
    head_is(syntax, &["ungexp-splicing", "ungexp-native-splicing"])
}

fn is_ungexp(syntax: &Syntax) -> bool {
    is_splicing(syntax) || head_is(syntax, &["ungexp", "ungexp-native"])
}
