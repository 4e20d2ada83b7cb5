//! Record types of Guix, from what is known of their fields: defaults, flags, types and accessors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::datum::{Datum, joined};
use crate::defaults::{Packages, UNSET};

/// Types of configuration fields that mean the same in all modules, each with its predicate.
const PREDICATES: [(&str, &str); 11] = [
    ("boolean", "boolean?"),
    ("file-like", "(@ (guix gexp) file-like?)"),
    ("gexp", "(@ (guix gexp) gexp?)"),
    ("integer", "integer?"),
    ("list", "list?"),
    ("list-of-strings", "list-of-strings?"),
    ("list-of-symbols", "list-of-symbols?"),
    ("non-negative-integer", "non-negative-integer?"),
    ("number", "number?"),
    ("package", "(@ (guix packages) package?)"),
    ("string", "string?"),
];

/// The record types of Guix and what is known of their fields.
pub struct Records {
    types: Vec<Datum>,
    /// The place in `types` by name and module.
    places: BTreeMap<(String, String), usize>,
    /// The packages that defaults name.
    pub packages: Packages,
}

impl Records {
    /// Reads the facts, one record type a line.
    pub fn read(text: &str, packages: Packages) -> Records {
        let types: Vec<Datum> =
            text.lines().filter(|line| line.starts_with('(')).map(Datum::read).collect();
        let mut places = BTreeMap::new();
        for (place, record) in types.iter().enumerate() {
            let modules = ["module", "exported-by"].map(|part| record.part(part).unwrap_or(&[]));
            for module in modules.concat() {
                places.insert((record.list()[1].atom().to_owned(), joined(&module)), place);
            }
        }
        Records { types, places, packages }
    }

    /// What is known of the record type `name`, and a module that exports it: `module`, if it does.
    pub fn find(&self, name: &str, module: &str) -> Option<(&Datum, &str)> {
        let exporters = self
            .places
            .range((name.to_owned(), String::new())..)
            .take_while(|((other, _), _)| other == name);
        let exporters: Vec<_> = exporters.collect();
        let ((_, module), place) =
            exporters.iter().find(|((_, it), _)| it == module).or(exporters.first())?;
        Some((&self.types[**place], module))
    }

    /// The definition of the record type `name` of `module`, whose fields the index lists. It binds those of
    /// `exported` that it can, and adds their names to `bound`.
    pub fn definition<'a>(
        &self,
        (name, module): (&'a str, &str),
        fields: &[Datum],
        exported: &BTreeSet<&'a str>,
        bound: &mut BTreeSet<&'a str>,
    ) -> String {
        let place = self.places.get(&(name.to_owned(), module.to_owned()));
        let known = place.map(|place| &self.types[*place]);
        let mut bind = |name: &str| {
            exported.get(name).is_some_and(|name| bound.insert(name)).then(|| name.to_owned())
        };
        let predicate = format!("{name}?");
        bind(name);
        bind(&predicate);
        let mut names = String::new();
        let mut specifications = String::new();
        for field in fields {
            let field = field.atom();
            let facts = known.and_then(|known| known.part("fields"));
            let facts = facts.and_then(|fields| fields.iter().find(|it| it.begins(field)));
            let derived = format!("{name}-{field}");
            let stated = facts.and_then(|facts| facts.part("accessor"));
            let accessor = stated
                .and_then(|names| bind(names[0].atom()))
                .or_else(|| bind(&derived))
                .unwrap_or_else(|| format!("%{derived}"));
            write!(names, " {field}").expect("memory");
            write!(specifications, " ({field} {accessor}").expect("memory");
            match (known, facts) {
                (Some(known), Some(facts)) => {
                    self.options(known, module, facts, &mut specifications)
                }
                (Some(_), None) => {}
                (None, _) => specifications.push_str(" (default #f)"),
            }
            specifications.push(')');
        }
        let (form, constructors) = if known.is_some_and(|known| known.list()[0].is("plain-record"))
        {
            ("define-record-type", format!("({name}{names})"))
        } else {
            ("define-record-type*", format!("{name} make-{name}"))
        };
        format!("({form} <{name}> {constructors} {predicate}{specifications})\n")
    }

    /// The definition of `name` of `module` where that is another name of a record type, or the variable that
    /// has the default of a field.
    pub fn named(&self, name: &str, module: &str) -> Option<String> {
        self.alias(name, module).or_else(|| self.variable(name, module))
    }

    fn variable(&self, name: &str, module: &str) -> Option<String> {
        let in_module = |record: &&Datum| {
            record.part("module").is_some_and(|named| joined(&named[0]) == module)
        };
        let fields = self.types.iter().filter(in_module).filter_map(|record| record.part("fields"));
        let field = fields.flatten().find(|field| {
            matches!(field, Datum::List(_))
                && field
                    .part("default-expression")
                    .is_some_and(|parts| parts[0].begins("variable") && parts[0].list()[1].is(name))
        })?;
        Some(format!("(define {name} {})\n", self.default(field, module)?))
    }

    fn alias(&self, name: &str, module: &str) -> Option<String> {
        let place = self.places.get(&(name.to_owned(), module.to_owned()))?;
        let own = self.types[*place].part("type")?[0].atom();
        let (_, exporter) = self.find(own, module).filter(|_| own != name)?;
        let form =
            format!("(define-syntax-rule ({name} . fields) ((@ ({exporter}) {own}) . fields))");
        Some(form + "\n")
    }

    /// Writes what the specification of a `field` of `record` says after the accessor.
    fn options(&self, record: &Datum, module: &str, field: &Datum, out: &mut String) {
        let has = |flag: &str| field.part(flag).is_some();
        let typed = record.part("define-configuration").is_some();
        let kind = field.part("type").filter(|_| typed && !has("sanitizer"));
        let mut check = kind.and_then(|kind| predicate(kind[0].atom()));
        let mut default = None;
        if !is_required(field) {
            default = self.default(field, module);
            // What is computed is not made, and the #f in its place is of no type.
            check = check.filter(|_| default.is_some());
            default = default.or_else(|| Some("#f".to_owned()));
        } else if typed {
            default = Some(format!("'{UNSET}"));
            check = check.or_else(|| Some("maybe-value-set?".to_owned()));
        }
        if let Some(default) = default {
            write!(out, " (default {default})").expect("memory");
        }
        for flag in ["thunked", "delayed", "innate"].into_iter().filter(|flag| has(flag)) {
            write!(out, " ({flag})").expect("memory");
        }
        if let Some(check) = check {
            let name = field.list()[0].atom();
            write!(out, " (sanitize (checked {check} '{name}))").expect("memory");
        }
    }
}

/// Whether records need a value of this field.
fn is_required(field: &Datum) -> bool {
    ["required", "default-rejected-by-type"].iter().any(|flag| field.part(flag).is_some())
}

/// The predicate of a type of configuration fields.
fn predicate(kind: &str) -> Option<String> {
    let of = |kind: &str| PREDICATES.iter().find(|(name, _)| *name == kind).map(|it| it.1);
    match kind.strip_prefix("maybe-") {
        Some(kind) => Some(format!("(maybe {})", of(kind)?)),
        None => of(kind).map(str::to_owned),
    }
}
