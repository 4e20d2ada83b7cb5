//! Build-side code, lowered to data: see `lower-code` of `(tintype lowering)`.

use super::file_like::file_like;
use super::{PlanError, error};
use std::collections::BTreeSet;
use tintype_image::plan::{Code, FileLike, Place};
use tintype_scheme::Datum;

/// Reads code. `(*with-modules* ((NAME OBJECT) ...) CODE)` is code with modules that are made for it;
/// `(*at* PLACE CODE)` marks what was made from the G-expression at a place, `(*input*
/// OBJECT)` what stands for an object's path.
pub(super) fn code(datum: &Datum) -> Result<Code, PlanError> {
    let mut reader = CodeReader::default();
    let (made, datum) = match datum.list() {
        Some([head, Datum::List(made), code]) if head.symbol() == Some("*with-modules*") => {
            (&made[..], code)
        }
        _ => (&[][..], datum),
    };
    let text = reader.read(datum, &mut Vec::new())?;
    let modules = made.iter().map(|module| reader.made_module(module)).collect::<Result<_, _>>()?;
    Ok(Code {
        text: crate::sexp::flat(&text),
        inputs: reader.inputs,
        outputs: reader.outputs.into_iter().collect(),
        modules,
        origins: reader.origins,
    })
}

/// Code that writes a file of code: `body` makes it of the code's text and the numbers of more inputs.
pub(super) fn written_code(
    datum: &Datum,
    more_inputs: &[FileLike],
    body: impl FnOnce(&str, &[usize]) -> String,
) -> Result<Code, PlanError> {
    let mut code = code(datum)?;
    let mut numbers = Vec::new();
    for input in more_inputs {
        numbers.push(number_of(&mut code.inputs, input.clone()));
    }
    code.text = body(&code.text, &numbers);
    code.outputs = vec!["out".to_owned()];
    // Nothing of it is run where it was written, but it is what the file is made from.
    for (way, _) in &mut code.origins {
        way.clear();
    }
    code.origins.truncate(1);
    Ok(code)
}

fn number_of(inputs: &mut Vec<FileLike>, object: FileLike) -> usize {
    inputs.iter().position(|known| *known == object).unwrap_or_else(|| {
        inputs.push(object);
        inputs.len() - 1
    })
}

#[derive(Default)]
struct CodeReader {
    inputs: Vec<FileLike>,
    outputs: BTreeSet<String>,
    origins: Vec<(Vec<usize>, Place)>,
}

impl CodeReader {
    /// `(NAME OBJECT)`
    fn made_module(&mut self, module: &Datum) -> Result<(Vec<String>, usize), PlanError> {
        let bad = || error("a module and its file", module);
        let Some([Datum::List(name), object]) = module.list() else { return Err(bad()) };
        let name = name.iter().map(|part| part.symbol().map(str::to_owned));
        let name = name.collect::<Option<_>>().ok_or_else(bad)?;
        Ok((name, number_of(&mut self.inputs, file_like(object)?)))
    }

    fn read(&mut self, datum: &Datum, way: &mut Vec<usize>) -> Result<Datum, PlanError> {
        match datum {
            Datum::List(items) => match (&items[..], items.first().and_then(Datum::symbol)) {
                ([_, Datum::String(place), code], Some("*at*")) => {
                    self.origins.push((way.clone(), Place(place.clone())));
                    self.read(code, way)
                }
                ([_, object], Some("*input*")) => {
                    let number = number_of(&mut self.inputs, file_like(object)?);
                    Ok(marked("*input*", Datum::Integer(number as i128)))
                }
                ([_, Datum::String(name)], Some("*output*")) => {
                    self.outputs.insert(name.clone());
                    Ok(datum.clone())
                }
                _ => Ok(Datum::List(self.read_items(items, way)?)),
            },
            Datum::Improper(items, tail) => {
                let items = self.read_items(items, way)?;
                way.push(items.len());
                let tail = self.read(tail, way)?;
                way.pop();
                Ok(Datum::Improper(items, Box::new(tail)))
            }
            Datum::Vector(items) => Ok(Datum::Vector(self.read_items(items, way)?)),
            Datum::Opaque(_) | Datum::Record { .. } | Datum::Unspecified => {
                Err(error("a value that is no code", datum))
            }
            other => Ok(other.clone()),
        }
    }

    /// Items of a list. A mark in the middle was spliced into the list: its own items are meant.
    fn read_items(
        &mut self,
        items: &[Datum],
        way: &mut Vec<usize>,
    ) -> Result<Vec<Datum>, PlanError> {
        let mut read = Vec::with_capacity(items.len());
        let mut rest = items;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if let (Some("*at*"), [Datum::String(_), Datum::List(spliced), after @ ..]) =
                (first.symbol(), rest)
            {
                rest = after;
                for item in spliced {
                    way.push(read.len());
                    read.push(self.read(item, way)?);
                    way.pop();
                }
                continue;
            }
            way.push(read.len());
            read.push(self.read(first, way)?);
            way.pop();
        }
        Ok(read)
    }
}

fn marked(head: &str, argument: Datum) -> Datum {
    Datum::List(vec![Datum::Symbol(head.to_owned()), argument])
}

/// The same data without the marks of places, for people.
pub(crate) fn without_places(datum: &Datum) -> Datum {
    let all = |items: &[Datum]| {
        let mut plain = Vec::with_capacity(items.len());
        let mut rest = items;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match (first.symbol(), rest) {
                (Some("*at*"), [Datum::String(_), Datum::List(spliced), after @ ..]) => {
                    plain.extend(spliced.iter().map(without_places));
                    rest = after;
                }
                _ => plain.push(without_places(first)),
            }
        }
        plain
    };
    match datum {
        Datum::List(items) => match &items[..] {
            [Datum::Symbol(head), Datum::String(_), code] if head == "*at*" => without_places(code),
            items => Datum::List(all(items)),
        },
        Datum::Improper(items, tail) => Datum::Improper(all(items), Box::new(without_places(tail))),
        Datum::Vector(items) => Datum::Vector(all(items)),
        other => other.clone(),
    }
}
