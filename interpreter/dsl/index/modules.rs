//! Scheme modules made from Guix's interface: what each exports, and just enough behind the names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::datum::{Datum, joined, read};
use crate::records::Records;

/// What a module that exports such a thing imports.
const IMPORTS: [(&str, &str); 8] = [
    ("", "(tintype index)"),
    ("build-system", "(guix build-system)"),
    ("origin", "(guix packages)"),
    ("package", "(guix packages)"),
    ("record", "(guix records)"),
    ("record", "(srfi srfi-9)"),
    ("record", "(tintype services checks)"),
    ("service-type", "(gnu services)"),
];

/// A module of Guix's as the index states it.
pub struct Module {
    /// Its name, the parts joined by spaces.
    pub name: String,
    exports: Vec<Datum>,
}

impl Module {
    /// Reads a line of the index.
    pub fn read(line: &str) -> Module {
        let Datum::List(mut items) = Datum::read(line) else { panic!("index: a module is a list") };
        let exports = items.split_off(1);
        let mut module = Module { name: joined(&items[0]), exports };
        module.tell_other_kinds();
        module
    }

    /// The index has no kinds of their own for build systems and sources: names tell them.
    fn tell_other_kinds(&mut self) {
        for export in &mut self.exports {
            let Datum::List(items) = export else { continue };
            let [Datum::Atom(name), Datum::Atom(kind)] = items.as_mut_slice() else { continue };
            if kind != "other" {
                continue;
            }
            if name.ends_with("-build-system") || name.contains("-build-system/") {
                "build-system".clone_into(kind);
            } else if self.name.starts_with("gnu packages ") && name.ends_with("-source") {
                "origin".clone_into(kind);
            }
        }
    }

    /// Puts what `other` states of the same names in place of what the index states.
    pub fn amend(&mut self, other: Module) {
        for amended in other.exports {
            let name = amended.list()[0].atom();
            let place = self.exports.iter().position(|export| export.list()[0].atom() == name);
            let place = place.unwrap_or_else(|| panic!("index: no {name} in ({})", self.name));
            self.exports[place] = amended;
        }
    }

    /// Adds to every service type what it extends, as expressions, and a thunk of its default value.
    pub fn tell_extensions(&mut self, types: &ServiceTypes, records: &Records) {
        for export in &mut self.exports {
            if let Datum::List(items) = export
                && items[1].is("service-type")
            {
                items.extend(types.extensions(&self.name, items[0].atom(), records));
            }
        }
    }

    /// The module as Scheme text, for use where nobody wrote it.
    pub fn whole(&self, exporters: &Exporters, records: &Records) -> String {
        let (passed_on, made) = self.divided(&self.exports, exporters);
        let mut source = format!("(define-module ({})\n", self.name);
        for module in imports(&made) {
            writeln!(source, "  #:use-module {module}").expect("memory");
        }
        for (name, module) in &passed_on {
            writeln!(source, "  #:use-module (({module}) #:select ({name}))").expect("memory");
        }
        source.push_str("  #:re-export (");
        for (name, _) in &passed_on {
            write!(source, "{name} ").expect("memory");
        }
        source.push_str(")\n  #:export (");
        push_names(&made, &mut source);
        source.push_str("))\n");
        self.define_all(&made, records, &mut source);
        source
    }

    /// The exports that this module passes on from another one of services, each with that; and the others.
    /// Modules of home environments pass on many, those of the system what was moved.
    fn divided<'a>(
        &self,
        exports: &'a [Datum],
        exporters: &'a Exporters,
    ) -> (Vec<(&'a str, &'a str)>, Vec<Datum>) {
        let home = self.name.starts_with("gnu home ");
        let system = self.name.starts_with("gnu services ");
        let mut passed_on = Vec::new();
        let mut made = Vec::new();
        for export in exports {
            let [name, kind, ..] = export.list() else { continue };
            let passes_on = home || system && kind.is("macro");
            let module = exporters.module_of(name.atom());
            match module.filter(|module| passes_on && *module != self.name) {
                Some(module) => passed_on.push((name.atom(), module)),
                None => made.push(export.clone()),
            }
        }
        (passed_on, made)
    }

    /// Every package: name, version, variable.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.exports.iter().filter_map(|export| match export.list() {
            [variable, kind, name, version] if kind.is("package") => {
                Some((name.unquoted(), version.unquoted(), variable.atom()))
            }
            _ => None,
        })
    }

    /// What to append to `text`, our own version of the module, for the names that it lacks.
    pub fn supplement(&self, text: &str, records: &Records) -> String {
        let known = exported_names(text);
        let missing: Vec<&Datum> =
            self.exports.iter().filter(|export| !known.contains(export.list()[0].atom())).collect();
        if missing.is_empty() {
            return String::new();
        }
        let missing: Vec<Datum> = missing.into_iter().cloned().collect();
        let mut source = String::from("\n(use-modules");
        for module in imports(&missing) {
            write!(source, " {module}").expect("memory");
        }
        source.push_str(")\n(export ");
        push_names(&missing, &mut source);
        source.push_str(")\n");
        self.define_all(&missing, records, &mut source);
        source
    }

    /// Defines `exports`, record types first: what the index calls macros are often their accessors.
    fn define_all(&self, exports: &[Datum], records: &Records, source: &mut String) {
        let names: BTreeSet<&str> = exports.iter().map(|it| it.list()[0].atom()).collect();
        let mut bound = BTreeSet::new();
        for export in exports {
            if let [name, kind, fields] = export.list()
                && kind.is("record")
            {
                let named = (name.atom(), self.name.as_str());
                *source += &records.definition(named, fields.list(), &names, &mut bound);
            }
        }
        for export in exports.iter().filter(|it| !bound.contains(it.list()[0].atom())) {
            match records.named(export.list()[0].atom(), &self.name) {
                Some(definition) => *source += &definition,
                None => define(export.list(), source),
            }
        }
    }
}

/// Guix's service types: `(VARIABLE MODULE NAME (TARGET ...) PART ...)`, a target by its name, and a part
/// `extensible` or `(default VALUE)`.
pub struct ServiceTypes(Vec<Datum>);

impl ServiceTypes {
    /// Reads one a line.
    pub fn read(text: &str) -> ServiceTypes {
        let lines = text.lines().filter(|line| line.starts_with('('));
        ServiceTypes(lines.map(Datum::read).collect())
    }

    /// What `variable` of `module` extends: expressions, and a thunk of its default value or `#f`.
    fn extensions(&self, module: &str, variable: &str, records: &Records) -> [Datum; 2] {
        let is_it =
            |line: &&Datum| line.list()[0].atom() == variable && joined(&line.list()[1]) == module;
        // Types that Guix only passes on from other modules are written here.
        let Some(line) = self.0.iter().find(is_it) else {
            return [Datum::List(Vec::new()), Datum::Atom("(const #f)".to_owned())];
        };
        let targets = line.list()[3].list().iter().map(|name| self.reference(name.atom()));
        let default = line.part("default").map_or_else(
            || "#f".to_owned(),
            // What is computed is not made.
            |_| format!("(lambda () {})", records.default(line, module).as_deref().unwrap_or("#f")),
        );
        [Datum::List(targets.collect()), Datum::Atom(default)]
    }

    /// The expression for the type called `name` that others extend.
    fn reference(&self, name: &str) -> Datum {
        let named = || self.0.iter().filter(|line| line.list()[2].atom() == name);
        let extensible = |line: &&Datum| line.list().iter().any(|part| part.is("extensible"));
        let target = named().find(extensible).or_else(|| named().next());
        let target = target.unwrap_or_else(|| panic!("index: no service type {name}")).list();
        Datum::List(vec![Datum::Atom("@".to_owned()), target[1].clone(), target[0].clone()])
    }
}

/// Which module of the system's services exports a name.
pub struct Exporters(BTreeMap<String, String>);

impl Exporters {
    /// Reads what `written` modules, names with their texts, export, and then those of the `index`.
    pub fn read<'a>(
        written: impl Iterator<Item = (&'a str, &'a str)>,
        index: &[Module],
    ) -> Exporters {
        let mut exporters = BTreeMap::new();
        for (module, text) in written {
            for name in exported_names(text) {
                exporters.entry(name).or_insert_with(|| module.to_owned());
            }
        }
        for module in index.iter().filter(|module| module.name.starts_with("gnu services ")) {
            for export in &module.exports {
                let name = export.list()[0].atom().to_owned();
                exporters.entry(name).or_insert_with(|| module.name.clone());
            }
        }
        Exporters(exporters)
    }

    fn module_of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn imports(exports: &[Datum]) -> impl Iterator<Item = &'static str> + use<> {
    let needed = |kind: &str| {
        kind.is_empty()
            || exports.iter().any(|export| export.list().get(1).is_some_and(|it| it.is(kind)))
    };
    let modules: BTreeSet<&str> =
        IMPORTS.into_iter().filter(|(kind, _)| needed(kind)).map(|(_, module)| module).collect();
    modules.into_iter()
}

fn push_names(exports: &[Datum], source: &mut String) {
    for export in exports {
        source.push_str(export.list()[0].atom());
        source.push(' ');
    }
}

/// The names that the module written in `text` exports.
fn exported_names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let start = text.find("(define-module").expect("a module begins with define-module");
    let (module, _) = read(text.as_bytes(), start);
    let clauses = module.list();
    for (clause, next) in clauses.iter().zip(&clauses[1..]) {
        let exporting = matches!(clause, Datum::Atom(text)
            if text.starts_with("#:") && (text.contains("export") || text.contains("replace")));
        if exporting {
            names.extend(next.list().iter().map(seen_name));
        }
    }
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("(define-public ") {
            let name = rest.trim_start_matches('(');
            let end = name.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(name.len());
            names.insert(name[..end].to_owned());
        }
    }
    names
}

/// The name under which an item of an export list is seen: `name`, or the second of `(own . seen)`.
fn seen_name(item: &Datum) -> String {
    match item {
        Datum::Atom(name) => name.clone(),
        Datum::List(pair) => pair.last().expect("a pair").atom().to_owned(),
    }
}

fn define(export: &[Datum], source: &mut String) {
    let name = export[0].atom();
    let kind = export.get(1).map_or("other", Datum::atom);
    match (kind, &export[2.min(export.len())..]) {
        ("package", [package, version]) => {
            let (package, version) = (package.atom(), version.atom());
            writeln!(source, "(define {name} (index-package {package} {version}))")
        }
        ("origin", []) => writeln!(source, "(define {name} (index-origin '{name}))"),
        ("build-system", []) => writeln!(source, "(define {name} (index-build-system '{name}))"),
        ("service-type", [service, targets, default]) => {
            let mut references = String::new();
            for target in targets.list() {
                references.push(' ');
                target.write(&mut references);
            }
            let (service, default) = (service.atom(), default.atom());
            writeln!(
                source,
                "(define {name} (index-service-type '{service} (list{references}) {default}))"
            )
        }
        ("value", [value]) => {
            let mut text = String::new();
            value.write(&mut text);
            writeln!(source, "(define {name} '{text})")
        }
        ("procedure", _) => writeln!(source, "(define {name} (index-procedure '{name}))"),
        ("macro", _) => {
            writeln!(source, "(define-syntax-rule ({name} . arguments) (index-value '{name}))")
        }
        _ => writeln!(source, "(define {name} (index-value '{name}))"),
    }
    .expect("memory");
}
