//! Scheme modules made from Guix's interface: what each exports, and just enough behind the names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A datum of the index.
#[derive(Clone)]
enum Datum {
    Atom(String),
    List(Vec<Datum>),
}

impl Datum {
    fn atom(&self) -> &str {
        match self {
            Datum::Atom(text) => text,
            Datum::List(_) => panic!("index: a name was expected"),
        }
    }

    fn list(&self) -> &[Datum] {
        match self {
            Datum::List(items) => items,
            Datum::Atom(text) => panic!("index: a list was expected, not {text}"),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Datum::Atom(text) => out.push_str(text),
            Datum::List(items) => {
                out.push('(');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    item.write(out);
                }
                out.push(')');
            }
        }
    }
}

/// What a module that exports such a thing imports.
const IMPORTS: [(&str, &str); 6] = [
    ("", "(tintype index)"),
    ("build-system", "(guix build-system)"),
    ("origin", "(guix packages)"),
    ("package", "(guix packages)"),
    ("record", "(guix records)"),
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
        let (module, _) = read(line.as_bytes(), 0);
        let Datum::List(mut items) = module else { panic!("index: a module is a list") };
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

    /// Adds to every service type what it extends, as expressions, and whether it has a default value.
    pub fn tell_extensions(&mut self, types: &ServiceTypes) {
        for export in &mut self.exports {
            if let Datum::List(items) = export
                && kind_is(&items[1], "service-type")
            {
                items.extend(types.extensions(&self.name, items[0].atom()));
            }
        }
    }

    /// The module as Scheme text, for use where nobody wrote it.
    pub fn whole(&self, written: &Written) -> String {
        let (passed_on, made) = self.divided(&self.exports, written);
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
        define_all(&made, &mut source);
        source
    }

    /// The exports that modules of home environments pass on from the system's services, each with the
    /// module that is written; and the others.
    fn divided<'a>(
        &self,
        exports: &'a [Datum],
        written: &'a Written,
    ) -> (Vec<(&'a str, &'a str)>, Vec<Datum>) {
        let mut passed_on = Vec::new();
        let mut made = Vec::new();
        for export in exports {
            let name = &export.list()[0];
            let home = self.name.starts_with("gnu home ");
            let module = written.exporter(name.atom()).filter(|_| home);
            match module {
                Some(module) => passed_on.push((name.atom(), module)),
                None => made.push(export.clone()),
            }
        }
        (passed_on, made)
    }

    /// Every package: name, version, variable.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.exports.iter().filter_map(|export| match export.list() {
            [variable, kind, name, version] if kind_is(kind, "package") => {
                Some((unquoted(name), unquoted(version), variable.atom()))
            }
            _ => None,
        })
    }

    /// What to append to `text`, our own version of the module, for the names that it lacks.
    pub fn supplement(&self, text: &str) -> String {
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
        define_all(&missing, &mut source);
        source
    }
}

/// Guix's service types: `(VARIABLE MODULE NAME (TARGET ...) FLAG ...)`, a target by its name, and a flag
/// `extensible` or `default`.
pub struct ServiceTypes(Vec<Datum>);

impl ServiceTypes {
    /// Reads one a line.
    pub fn read(text: &str) -> ServiceTypes {
        let lines = text.lines().filter(|line| line.starts_with('('));
        ServiceTypes(lines.map(|line| read(line.as_bytes(), 0).0).collect())
    }

    /// What `variable` of `module` extends: expressions, and `#t` where it has a default value.
    fn extensions(&self, module: &str, variable: &str) -> [Datum; 2] {
        let is_it =
            |line: &&Datum| line.list()[0].atom() == variable && joined(&line.list()[1]) == module;
        // Types that Guix only passes on from other modules are written here.
        let Some(line) = self.0.iter().find(is_it) else {
            return [Datum::List(Vec::new()), Datum::Atom("#t".to_owned())];
        };
        let targets = line.list()[3].list().iter().map(|name| self.reference(name.atom()));
        let default = if has_flag(line, "default") { "#t" } else { "#f" };
        [Datum::List(targets.collect()), Datum::Atom(default.to_owned())]
    }

    /// The expression for the type called `name` that others extend.
    fn reference(&self, name: &str) -> Datum {
        let named = || self.0.iter().filter(|line| line.list()[2].atom() == name);
        let target = named().find(|line| has_flag(line, "extensible")).or_else(|| named().next());
        let target = target.unwrap_or_else(|| panic!("index: no service type {name}")).list();
        Datum::List(vec![Datum::Atom("@".to_owned()), target[1].clone(), target[0].clone()])
    }
}

fn has_flag(line: &Datum, flag: &str) -> bool {
    line.list()[4..].iter().any(|it| it.atom() == flag)
}

fn joined(name: &Datum) -> String {
    let parts: Vec<&str> = name.list().iter().map(Datum::atom).collect();
    parts.join(" ")
}

/// Which written module of the system's services exports a name.
pub struct Written(BTreeMap<String, String>);

impl Written {
    /// Reads what `modules`, names with their texts, export.
    pub fn read<'a>(modules: impl Iterator<Item = (&'a str, &'a str)>) -> Written {
        let mut exporters = BTreeMap::new();
        for (module, text) in modules {
            for name in exported_names(text) {
                exporters.entry(name).or_insert_with(|| module.to_owned());
            }
        }
        Written(exporters)
    }

    fn exporter(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn imports(exports: &[Datum]) -> impl Iterator<Item = &'static str> + use<> {
    let needed = |kind: &str| {
        kind.is_empty()
            || exports.iter().any(|export| export.list().get(1).is_some_and(|it| kind_is(it, kind)))
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

fn define_all(exports: &[Datum], source: &mut String) {
    let defined = define_records(exports, source);
    for export in exports {
        if !defined.contains(export.list()[0].atom()) {
            define(export.list(), source);
        }
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

/// Record types first: what the index calls macros are often their accessors.
fn define_records<'a>(exports: &'a [Datum], source: &mut String) -> BTreeSet<&'a str> {
    let macros: BTreeSet<&str> = exports
        .iter()
        .filter(|export| export.list().get(1).is_some_and(|kind| kind_is(kind, "macro")))
        .map(|export| export.list()[0].atom())
        .collect();
    let mut defined = BTreeSet::new();
    for export in exports {
        let [name, kind, fields] = export.list() else { continue };
        if !kind_is(kind, "record") {
            continue;
        }
        let name = name.atom();
        defined.insert(name);
        let predicate = format!("{name}?");
        write!(source, "(define-record-type* <{name}> {name} make-{name} {predicate}")
            .expect("memory");
        if let Some(predicate) = macros.get(predicate.as_str()) {
            defined.insert(predicate);
        }
        for field in fields.list() {
            let field = field.atom();
            let accessor = format!("{name}-{field}");
            let shown = match macros.get(accessor.as_str()) {
                Some(known) if defined.insert(known) => accessor,
                _ => format!("%{accessor}"),
            };
            write!(source, " ({field} {shown} (default #f))").expect("memory");
        }
        source.push_str(")\n");
    }
    defined
}

fn unquoted(string: &Datum) -> &str {
    string.atom().trim_matches('"')
}

fn kind_is(kind: &Datum, name: &str) -> bool {
    matches!(kind, Datum::Atom(text) if text == name)
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

/// Reads one datum from `at` on; also gives the position after it.
fn read(text: &[u8], at: usize) -> (Datum, usize) {
    let mut at = skip_blank(text, at);
    let start = at;
    match text[at] {
        b'(' => {
            let mut items = Vec::new();
            at += 1;
            loop {
                at = skip_blank(text, at);
                if text[at] == b')' {
                    return (Datum::List(items), at + 1);
                }
                let (item, next) = read(text, at);
                items.push(item);
                at = next;
            }
        }
        b'"' => {
            at += 1;
            while text[at] != b'"' {
                at += if text[at] == b'\\' { 2 } else { 1 };
            }
            (atom(text, start, at + 1), at + 1)
        }
        _ => {
            while at < text.len() && !text[at].is_ascii_whitespace() && !b"()".contains(&text[at]) {
                at += 1;
            }
            (atom(text, start, at), at)
        }
    }
}

fn skip_blank(text: &[u8], at: usize) -> usize {
    let mut at = at;
    while text[at].is_ascii_whitespace() || text[at] == b';' {
        if text[at] == b';' {
            while text[at] != b'\n' {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// An atom. Guile writes names that begin with a digit in `#{` and `}#`, and reads them without.
fn atom(text: &[u8], from: usize, to: usize) -> Datum {
    let atom = std::str::from_utf8(&text[from..to]).expect("the index is UTF-8");
    let bare = atom.strip_prefix("#{").and_then(|atom| atom.strip_suffix("}#"));
    Datum::Atom(bare.unwrap_or(atom).to_owned())
}
