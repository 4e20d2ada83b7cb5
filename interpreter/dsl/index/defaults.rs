//! Default values of fields as the facts print them, in Scheme's words.

use std::collections::BTreeMap;

use crate::datum::Datum;
use crate::records::Records;

/// What stands for a configuration field that was left alone.
pub const UNSET: &str = "%unset-marker%";

/// How the facts begin what is no plain datum: what is made by a call, and what they do not tell.
const MADE: [&str; 16] = [
    "computed-file",
    "date",
    "delayed",
    "error",
    "file-append",
    "gexp",
    "gexp-summary",
    "local-file",
    "long-string",
    "origin",
    "package",
    "plain-file",
    "procedure",
    "program-file",
    "scheme-file",
    "uninterned-symbol",
];

/// Modules and variables of packages by their names.
pub struct Packages(BTreeMap<String, Vec<(String, String)>>);

impl Packages {
    /// Takes names, modules and variables.
    pub fn new<'a>(packages: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Packages {
        let mut known: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (name, module, variable) in packages {
            known
                .entry(name.to_owned())
                .or_default()
                .push((module.to_owned(), variable.to_owned()));
        }
        Packages(known)
    }

    /// An expression for the package called `name`: the one in `hint`, in the variable of that name, or the
    /// only one.
    fn expression(&self, name: &str, hint: Option<&str>) -> Option<String> {
        let known = self.0.get(name)?;
        let bound_to = |name: &str| known.iter().find(|(_, variable)| variable == name);
        let found = hint.and_then(bound_to).or_else(|| bound_to(name));
        let (module, variable) = found.or_else(|| known.first().filter(|_| known.len() == 1))?;
        Some(format!("(@ ({module}) {variable})"))
    }
}

impl Records {
    /// The expression in `module` for the default of `field`; none for one that is computed.
    pub fn default(&self, field: &Datum, module: &str) -> Option<String> {
        let hint = field.part("default-expression").and_then(|parts| match parts {
            [Datum::List(items)] if items[0].is("variable") => Some(items[1].atom()),
            _ => None,
        });
        match field.part("default")? {
            [value] if value.begins("package") => {
                self.packages.expression(value.list()[1].unquoted(), hint)
            }
            [value] => self.expression(value, module),
            _ => None,
        }
    }

    fn expression(&self, value: &Datum, module: &str) -> Option<String> {
        if let Some(text) = self.plain(value, module) {
            let is_number =
                text.contains(|it: char| it.is_ascii_digit()) && text.parse::<f64>().is_ok();
            let evaluates_to_itself = is_number || text.starts_with(['"', '#']);
            return Some(if evaluates_to_itself { text } else { format!("'{text}") });
        }
        let Datum::List(items) = value else {
            return value.is("*unspecified*").then(|| value.atom().to_owned());
        };
        let all = |items: &[Datum]| {
            let made = items.iter().map(|item| self.expression(item, module));
            made.collect::<Option<Vec<String>>>().map(|made| made.join(" "))
        };
        let Datum::Atom(head) = &items[0] else {
            return Some(format!("(list {})", all(items)?));
        };
        match (head.as_str(), &items[1..]) {
            ("package", [name]) => self.packages.expression(name.unquoted(), None),
            ("file-append", parts) => {
                Some(format!("((@ (guix gexp) file-append) {})", all(parts)?))
            }
            // Comments in texts are not told, so only an empty one is known to be whole.
            ("plain-file", [name, text]) if text.is("\"\"") => {
                Some(format!("((@ (guix gexp) plain-file) {} \"\")", name.atom()))
            }
            (head, _) if MADE.contains(&head) => None,
            (name, fields) if self.is_record(items, module) => self.record(name, fields, module),
            _ if items.iter().any(|item| item.is(".")) => None,
            _ => Some(format!("(list {})", all(items)?)),
        }
    }

    /// Whether `items` are the name of a record type and values of its fields.
    fn is_record(&self, items: &[Datum], module: &str) -> bool {
        let [Datum::Atom(name), fields @ ..] = items else { return false };
        let Some((known, _)) = self.find(name, module) else { return false };
        let known = known.part("fields").unwrap_or(&[]);
        let is_field = |it: &Datum| {
            matches!(it, Datum::List(pair) if matches!(pair.as_slice(), [Datum::Atom(name), _]
                if known.iter().any(|field| field.begins(name))))
        };
        fields.iter().all(is_field)
    }

    /// The expression in `module` for a record whose `fields` are told: those that are not its defaults are
    /// written.
    fn record(&self, name: &str, fields: &[Datum], module: &str) -> Option<String> {
        let (known, exporter) = self.find(name, module)?;
        let mut expression = if exporter == module {
            format!("({name}")
        } else {
            format!("((@ ({exporter}) {name})")
        };
        for stated in fields {
            let [field, value] = stated.list() else { return None };
            let facts = known.part("fields")?.iter().find(|it| it.begins(field.atom()))?;
            if facts.part("default").is_none_or(|default| default != [value.clone()]) {
                let value = self.expression(value, module)?;
                expression += &format!(" ({} {value})", field.atom());
            }
        }
        Some(expression + ")")
    }

    /// The text of a value that is read as it is written.
    fn plain(&self, value: &Datum, module: &str) -> Option<String> {
        match value {
            Datum::Atom(text) => match text.as_str() {
                "*unset*" => Some(UNSET.to_owned()),
                "#nil" => Some("#f".to_owned()),
                text if text.len() > 2 && text.starts_with('*') && text.ends_with('*') => None,
                text => Some(text.to_owned()),
            },
            Datum::List(items) => {
                let is_made = |items: &[Datum]| {
                    MADE.iter().any(|head| items.first().is_some_and(|first| first.is(head)))
                        || self.is_record(items, module)
                };
                let behind_dot = items.iter().position(|item| item.is(".")).map_or(0, |at| at + 1);
                if is_made(items) || is_made(&items[behind_dot..]) {
                    return None;
                }
                let texts = items.iter().map(|item| self.plain(item, module));
                Some(format!("({})", texts.collect::<Option<Vec<String>>>()?.join(" ")))
            }
        }
    }
}
