//! Core forms as data that a person can read: what `,expand` shows.

use std::collections::HashMap;

use crate::core::{Expression, Kind, Lambda};
use crate::datum::Datum;
use crate::emit::local_name;
use crate::expand::strip;
use crate::machine::Value;
use crate::scope::Local;
use crate::syntax::{Form, Syntax};

/// Names given to local variables: as the user wrote them, numbered where two are called the same.
#[derive(Default)]
struct Names {
    by_slot: HashMap<Box<str>, String>,
    uses: HashMap<String, usize>,
}

/// A core form as data.
pub fn unexpand(code: &Expression) -> Datum {
    Names::default().expression(code)
}

fn symbol(name: &str) -> Datum {
    Datum::Symbol(name.to_owned())
}

fn form(head: &str, rest: impl IntoIterator<Item = Datum>) -> Datum {
    Datum::List([symbol(head)].into_iter().chain(rest).collect())
}

impl Names {
    fn local(&mut self, local: &Local) -> Datum {
        if let Some(name) = self.by_slot.get(&local.slot) {
            return symbol(name);
        }
        let plain = local_name(local).map_or("t".to_owned(), |name| name.to_string());
        let uses = self.uses.entry(plain.clone()).or_default();
        *uses += 1;
        let name = if *uses == 1 { plain } else { format!("{plain}-{uses}") };
        self.by_slot.insert(local.slot.clone(), name.clone());
        symbol(&name)
    }

    fn all<'a>(&mut self, codes: impl IntoIterator<Item = &'a Expression>) -> Vec<Datum> {
        codes.into_iter().map(|code| self.expression(code)).collect()
    }

    fn expression(&mut self, code: &Expression) -> Datum {
        match &code.kind {
            Kind::Constant(datum) => constant(datum),
            Kind::Unspecified => {
                Datum::List(vec![symbol("if"), Datum::Bool(false), Datum::Bool(false)])
            }
            Kind::Local(local) => self.local(local),
            Kind::Global(global) => symbol(&global.name.name()),
            Kind::Free(_, identifier) => symbol(&identifier.name.name()),
            Kind::Native(name) => symbol(name.trim_start_matches("#%prim.")),
            Kind::If(test, then, otherwise) => {
                let parts = self.all([&**test, then, otherwise]);
                match &otherwise.kind {
                    Kind::Unspecified => form("if", parts.into_iter().take(2)),
                    _ => form("if", parts),
                }
            }
            Kind::Lambda(lambda) => self.lambda(lambda),
            Kind::Call(procedure, arguments) => {
                let procedure = self.expression(procedure);
                let arguments = self.all(arguments);
                Datum::List([procedure].into_iter().chain(arguments).collect())
            }
            Kind::Let(bindings, body) => {
                let values = self.all(bindings.iter().map(|(_, value)| value));
                let names: Vec<Datum> =
                    bindings.iter().map(|(local, _)| self.local(local)).collect();
                let pairs = names.into_iter().zip(values);
                let pairs = pairs.map(|(name, value)| Datum::List(vec![name, value])).collect();
                form("let", [Datum::List(pairs)].into_iter().chain(self.body(body)))
            }
            Kind::Recursive(steps, body) => {
                let mut forms = Vec::with_capacity(steps.len() + 1);
                for (local, value) in steps {
                    let value = match local {
                        Some(local) => {
                            let name = self.local(local);
                            form("define", [name, self.expression(value)])
                        }
                        None => self.expression(value),
                    };
                    forms.push(value);
                }
                forms.extend(self.body(body));
                form("let", [Datum::List(Vec::new())].into_iter().chain(forms))
            }
            Kind::Sequence(steps) => form("begin", self.all(steps)),
            Kind::SetLocal(local, value) => {
                let name = self.local(local);
                form("set!", [name, self.expression(value)])
            }
            Kind::SetGlobal(global, value) => {
                form("set!", [symbol(&global.name.name()), self.expression(value)])
            }
            Kind::Define(global, value) => {
                form("define", [symbol(&global.name.name()), self.expression(value)])
            }
        }
    }

    fn lambda(&mut self, lambda: &Lambda) -> Datum {
        let required: Vec<Datum> =
            lambda.parameters.iter().map(|parameter| self.local(parameter)).collect();
        let parameters = match &lambda.rest {
            None => Datum::List(required),
            Some(rest) if required.is_empty() => self.local(rest),
            Some(rest) => Datum::Improper(required, Box::new(self.local(rest))),
        };
        form("lambda", [parameters].into_iter().chain(self.body(&lambda.body)))
    }

    /// The forms of a body.
    fn body(&mut self, body: &Expression) -> Vec<Datum> {
        match &body.kind {
            Kind::Sequence(steps) => self.all(steps),
            _ => vec![self.expression(body)],
        }
    }
}

fn constant(datum: &Syntax) -> Datum {
    let plain = datum_of(datum);
    match datum.form() {
        Form::List(_) | Form::Dotted(..) | Form::Identifier(_) => form("quote", [plain]),
        _ => plain,
    }
}

/// A quoted datum as data.
pub fn datum_of(datum: &Syntax) -> Datum {
    match Value::from_constant(&strip(datum)) {
        Some(value) => value.to_datum(),
        None => Datum::Opaque(datum.to_string()),
    }
}
