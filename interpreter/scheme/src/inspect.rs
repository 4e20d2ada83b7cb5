//! What is known about names: what is visible, where it comes from, how it was defined.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::expand::RecordForm;
use crate::interpreter::Interpreter;
use crate::reader::skim;
use crate::scope::{Binding, Import, Module, Storage};
use crate::session::Session;
use crate::syntax::{FileId, Identifier, Location, Span, Symbol, Syntax};

/// A name that a module sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    /// The name.
    pub name: Rc<str>,
    /// The module that it was taken from, without parentheses.
    pub module: Rc<str>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A variable; what its value is, running code knows.
    Variable,
    /// A core form or an auxiliary keyword.
    Keyword,
    /// A macro.
    Macro,
    /// The constructor of a record type.
    Record,
    /// A record type.
    RecordType,
}

/// What is known about a name without running anything.
#[derive(Clone, Debug)]
pub struct Description {
    /// The name.
    pub name: String,
    /// What it stands for.
    pub kind: NameKind,
    /// The module that defines it, without parentheses.
    pub module: Option<String>,
    /// Where it is defined.
    pub location: Option<Location>,
    /// How it is used: `(name parameter ...)`.
    pub usage: Option<String>,
    /// Its docstring, or the comment above its definition.
    pub documentation: Option<String>,
    /// The fields of a record.
    pub fields: Vec<FieldDescription>,
}

/// A field of a record type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDescription {
    /// Its name.
    pub name: String,
    /// The expression for its value where none is given; none if one must be.
    pub default: Option<String>,
    /// The value is computed when it is asked for.
    pub is_lazy: bool,
    /// The value is not inherited.
    pub is_innate: bool,
    /// What values go through.
    pub sanitizer: Option<String>,
    /// What the comment beside it says.
    pub comment: Option<String>,
}

impl Interpreter {
    /// Every name that the current module sees, sorted.
    pub fn visible_names(&self) -> Vec<Visible> {
        self.session.visible_names()
    }

    /// What is known about a name of the current module; none if nothing binds it.
    ///
    /// # Errors
    /// When a module that may define it cannot be read.
    pub fn describe(&mut self, name: &str) -> Result<Option<Description>, Diagnostic> {
        self.run(|session| {
            let current = session.current_module();
            let identifier = Identifier::plain(Symbol::new(name));
            let Some(binding) = session.resolve(&identifier, &current.scope())? else {
                return Ok(None);
            };
            Ok(Some(session.describe(name, &binding)))
        })
    }

    /// The fields of the record type that a name of the current module constructs.
    pub fn record_fields(&mut self, name: &str) -> Option<Vec<String>> {
        let found = self.run(|session| {
            let current = session.current_module();
            let identifier = Identifier::plain(Symbol::new(name));
            session.resolve(&identifier, &current.scope())
        });
        match found {
            Ok(Some(Binding::Record(record) | Binding::RecordType(record))) => {
                Some(record.fields.iter().map(|field| field.name.to_string()).collect())
            }
            _ => None,
        }
    }
}

impl Session {
    /// Every name that the current module sees, sorted. Modules that cannot be read have none, and
    /// autoloaded ones are not loaded for this.
    pub(crate) fn visible_names(&self) -> Vec<Visible> {
        let current = self.current_module();
        let mut names: BTreeMap<Rc<str>, Rc<str>> = BTreeMap::new();
        let mut imports = current.imports.borrow().clone();
        imports.reverse();
        for import in &imports {
            for name in self.seen_names(import) {
                names.entry(name).or_insert_with(|| import.name.clone());
            }
        }
        let own = crate::expand::sorted_keys(current.definitions.borrow().keys());
        for (name, mark) in own {
            if mark == 0 {
                names.insert(name.name(), current.name.clone());
            }
        }
        names.into_iter().map(|(name, module)| Visible { name, module }).collect()
    }

    /// The names under which an import's exports are seen.
    fn seen_names(&self, import: &Import) -> Vec<Rc<str>> {
        if let Some(selected) = import.selected() {
            return selected.into_iter().map(|(_, seen)| seen.name()).collect();
        }
        let exported = self.exporter(import).and_then(|module| self.exported_names(&module));
        let exported = exported.unwrap_or_default();
        exported.into_iter().filter_map(|name| Some(import.seen(name)?.name())).collect()
    }

    fn describe(&self, name: &str, binding: &Binding) -> Description {
        let (kind, record) = match binding {
            Binding::Keyword(_) => (NameKind::Keyword, None),
            Binding::Record(record) => (NameKind::Record, Some(record)),
            Binding::RecordType(record) => (NameKind::RecordType, Some(record)),
            binding if binding.global().is_some() => (NameKind::Variable, None),
            _ => (NameKind::Macro, None),
        };
        let owner = self.owner(binding);
        let own_name = owner.as_ref().map_or_else(|| name.to_owned(), |(_, own)| own.to_string());
        let definition = owner.as_ref().and_then(|(module, own)| self.definition(module, own));
        let fields = match record {
            Some(record) => self.field_descriptions(record, definition.as_ref()),
            None => Vec::new(),
        };
        let usage = match (record, &definition) {
            (Some(_), _) => None,
            (None, Some(definition)) => usage(definition, &own_name),
            (None, None) => None,
        };
        Description {
            name: name.to_owned(),
            kind,
            module: owner.map(|(module, _)| module.name.to_string()),
            location: definition
                .as_ref()
                .and_then(|definition| self.sources.borrow().locate(definition.span())),
            usage,
            documentation: definition
                .as_ref()
                .and_then(|definition| self.documentation(definition)),
            fields,
        }
    }

    /// The module that defines what is bound, and its name there. Modules of text are preferred to
    /// the grounds that they export again.
    fn owner(&self, binding: &Binding) -> Option<(Rc<Module>, Rc<str>)> {
        let own_name = |module: &Rc<Module>| {
            let definitions = module.definitions.borrow();
            let bound =
                definitions.iter().filter(|((_, mark), bound)| *mark == 0 && bound.same(binding));
            let name = bound.map(|((name, _), _)| name.name()).min();
            name.map(|name| (module.clone(), name))
        };
        let modules = self.modules.borrow();
        let found = modules.values().filter_map(own_name);
        found.min_by_key(|(module, _)| module.name.clone())
    }

    /// The form that defines a name in a module. What is typed in has a text for each form, the
    /// latest last.
    fn definition(&self, module: &Module, name: &str) -> Option<Syntax> {
        let sources = self.sources.borrow();
        let is_typed = sources.file(module.file.get()).is_none_or(|file| file.text.is_empty());
        let files: Vec<FileId> = if is_typed {
            (0..=sources.len() as u32).rev().map(FileId).collect()
        } else {
            vec![module.file.get()]
        };
        let texts: Vec<(FileId, Rc<str>)> = files
            .into_iter()
            .filter_map(|id| {
                let file = sources.file(id)?;
                (!is_typed || !file.library).then(|| (id, file.text.clone()))
            })
            .collect();
        drop(sources);
        texts.iter().find_map(|(id, text)| {
            let forms = skim(text, *id).ok()?;
            let found = forms.iter().rev().filter(|form| form.head.starts_with("define"));
            let mut found = found.filter_map(|form| self.read_form(form.span).ok());
            found.find(|form| defines(form, name))
        })
    }

    /// The docstring of a definition, or the comment above it.
    fn documentation(&self, definition: &Syntax) -> Option<String> {
        docstring(definition).or_else(|| {
            let file = self.sources.borrow().file(definition.span().file)?;
            comment_above(&file.text, definition.span())
        })
    }

    fn field_descriptions(
        &self,
        record: &RecordForm,
        definition: Option<&Syntax>,
    ) -> Vec<FieldDescription> {
        let text = definition
            .and_then(|definition| self.sources.borrow().file(definition.span().file))
            .map(|file| file.text.clone())
            .unwrap_or_default();
        let describe = |field: &crate::expand::RecordField| {
            let form = definition.and_then(|definition| {
                definition
                    .items()?
                    .iter()
                    .find(|item| item.head().and_then(Syntax::name) == Some(field.name))
            });
            FieldDescription {
                name: field.name.to_string(),
                default: field.default.as_ref().map(ToString::to_string),
                is_lazy: field.storage != Storage::Plain,
                is_innate: field.innate,
                sanitizer: field.sanitizer.as_ref().map(ToString::to_string),
                comment: form.and_then(|form| comment_beside(&text, form.span())),
            }
        };
        record.fields.iter().map(describe).collect()
    }
}

/// The form defines the name: as a variable, a macro, or what a record definition brings.
fn defines(form: &Syntax, name: &str) -> bool {
    let Some([head, target, rest @ ..]) = form.items() else { return false };
    let is = |syntax: &Syntax| syntax.name().is_some_and(|found| &*found.name() == name);
    let mut target = target;
    while let Some(inner) = target.head() {
        target = inner;
    }
    if is(target) {
        return true;
    }
    let head = head.name().map(|head| head.name());
    let is_record = head.is_some_and(|head| head.contains("record-type"));
    is_record
        && rest.iter().any(|part| {
            is(part)
                || part.items().is_some_and(|parts| parts.iter().skip(1).any(is))
                || part.head().is_some_and(is)
        })
}

/// `(name parameter ...)` of the definition of a procedure or macro.
fn usage(definition: &Syntax, name: &str) -> Option<String> {
    let items = definition.items()?;
    let [_, target, rest @ ..] = items else { return None };
    if target.items_and_tail().is_some() {
        return Some(target.to_string());
    }
    let value = rest.first()?;
    let head = value.head()?.name()?.name();
    let parts = value.items()?;
    match &*head {
        "lambda" | "lambda*" => {
            let parameters = parts.get(1)?.to_string();
            match parameters.strip_prefix('(') {
                Some(")") => Some(format!("({name})")),
                Some(inner) => Some(format!("({name} {inner}")),
                None => Some(format!("({name} . {parameters})")),
            }
        }
        "syntax-rules" => {
            let patterns = parts.iter().skip(2).filter_map(|clause| clause.head());
            let shown: Vec<String> = patterns
                .filter_map(|pattern| Some(format!("({name}{}", after_head(pattern)?)))
                .collect();
            (!shown.is_empty()).then(|| shown.join("\n"))
        }
        _ => None,
    }
}

/// A pattern's text after its first item, with a space before.
fn after_head(pattern: &Syntax) -> Option<String> {
    let (items, _) = pattern.items_and_tail()?;
    let whole = pattern.to_string();
    Some(whole.get(1 + items.first()?.to_string().len()..)?.to_owned())
}

fn docstring(definition: &Syntax) -> Option<String> {
    let items = definition.items()?;
    let text = |syntax: &Syntax| syntax.text().map(ToString::to_string);
    let [_, target, rest @ ..] = items else { return None };
    if target.items_and_tail().is_some() {
        return match rest {
            [first, _, ..] => text(first),
            _ => None,
        };
    }
    let value = rest.first()?.items()?;
    let head = value.first()?.name()?.name();
    match (&*head, value) {
        ("lambda" | "lambda*" | "syntax-rules", [_, _, first, _, ..]) => text(first),
        ("case-lambda" | "case-lambda*", [_, first, _, ..]) => text(first),
        _ => None,
    }
}

/// The lines of comment right above a form.
fn comment_above(text: &str, span: Span) -> Option<String> {
    let before = text.get(..span.start as usize)?;
    let mut lines: Vec<&str> = Vec::new();
    for line in before.lines().rev() {
        let line = line.trim();
        if !line.starts_with(';') {
            break;
        }
        lines.push(line.trim_start_matches(';').trim());
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The comment inside of a form or on the rest of its last line.
fn comment_beside(text: &str, span: Span) -> Option<String> {
    let end =
        text.get(span.end as usize..)?.find('\n').map_or(text.len(), |at| span.end as usize + at);
    let shown = text.get(span.start as usize..end)?;
    let words = crate::reader::lexemes(shown);
    let comments: Vec<&str> = words
        .iter()
        .filter(|word| matches!(word.kind, crate::reader::LexemeKind::Comment(_)))
        .map(|word| shown[word.start..word.end].trim_matches([';', ' ', '#', '|', '\n']))
        .collect();
    (!comments.is_empty()).then(|| comments.join(" "))
}
