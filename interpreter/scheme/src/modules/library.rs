//! Libraries in the reports' terms: `import`, R7RS's `define-library`, R6RS's `library`.

use std::rc::Rc;

use crate::diagnostic::{Fault, Kind, Result};
use crate::expand::{Keyword, bad_form};
use crate::scope::{Import, Module, Step};
use crate::session::Session;
use crate::syntax::{Symbol, Syntax};

impl Session {
    /// An import set: a library's name, or `(only SET name ...)`, `(except SET name ...)`,
    /// `(prefix SET name)`, `(rename SET (name name) ...)`, R6RS's `(library NAME)` and
    /// `(for SET level ...)`.
    pub(super) fn import_set(&self, syntax: &Syntax) -> Result<Import> {
        let bad = || bad_form("import", syntax);
        let items = syntax.items().ok_or_else(bad)?;
        let word = items.first().and_then(Syntax::name).map(|name| name.name());
        // A modifier is followed by what it modifies, a library's name by more of the name.
        let is_modified = items.get(1).is_some_and(|set| set.items().is_some());
        let arguments = items.get(2..).unwrap_or(&[]);
        match word.as_deref().filter(|_| is_modified) {
            Some("library") if arguments.is_empty() => self.whole_library(&items[1]),
            Some("for") => self.import_set(&items[1]),
            Some("only") => {
                let names = names(arguments, syntax)?;
                let pairs = names.into_iter().map(|name| (name, name)).collect();
                self.modified(&items[1], arguments, Step::Select(pairs))
            }
            Some("except") => {
                self.modified(&items[1], arguments, Step::Hide(names(arguments, syntax)?))
            }
            Some("prefix") => {
                let [prefix] = arguments else { return Err(bad()) };
                let prefix = prefix.name().ok_or_else(bad)?.name();
                self.modified(&items[1], &[], Step::Prefix(prefix))
            }
            Some("rename") => {
                let pair = |item: &Syntax| match item.items() {
                    Some([from, to]) => Ok((from.clone(), to.name().ok_or_else(bad)?)),
                    _ => Err(bad()),
                };
                let pairs: Vec<(Syntax, Symbol)> =
                    arguments.iter().map(pair).collect::<Result<_>>()?;
                let (before, after): (Vec<Syntax>, Vec<Symbol>) = pairs.into_iter().unzip();
                let names = names(&before, syntax)?.into_iter().zip(after).collect();
                self.modified(&items[1], &before, Step::Rename(names))
            }
            _ => self.whole_library(syntax),
        }
    }

    fn whole_library(&self, name: &Syntax) -> Result<Import> {
        let library = library_name(name).ok_or_else(|| bad_form("import", name))?;
        Ok(Import::whole(&library, name.span()))
    }

    /// An import set and a step more, all of whose names must be in the set.
    fn modified(&self, set: &Syntax, names: &[Syntax], step: Step) -> Result<Import> {
        let mut import = self.import_set(set)?;
        let exporter = self.exporter(&import)?;
        for item in names {
            let original = item.name().and_then(|name| import.original(name));
            let found = match original {
                Some(original) => self.exported(&exporter, original)?,
                None => None,
            };
            if found.is_none() {
                let message = format!("no binding `{item}' in module ({})", import.name);
                return Err(Fault::of_kind(Kind::Module, item.span(), message));
            }
        }
        import.steps.push(step);
        Ok(import)
    }

    /// `(define-library NAME declaration ...)` and `(library NAME (export ...) (import ...) form ...)`:
    /// a module that sees nothing but what it imports. Its body runs at once.
    pub(crate) fn define_library(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        module: &Rc<Module>,
    ) -> Result<()> {
        let bad = || bad_form(keyword.name(), syntax);
        let [_, name, declarations @ ..] = syntax.items().ok_or_else(bad)? else {
            return Err(bad());
        };
        let name = library_name(name).ok_or_else(bad)?;
        // A file that was loaded for the library is the library.
        let library = match *module.name == *name {
            true => module.clone(),
            false => Module::new(&name, module.file.get(), false),
        };
        library.pure();
        self.modules.borrow_mut().insert(name.clone(), library.clone());
        let mut body = Vec::new();
        let outer = self.current.replace(Some(library.clone()));
        let result = match keyword {
            Keyword::DefineLibrary => self.declare_each(declarations, &library, &mut body),
            _ => self.declare_r6rs(syntax, declarations, &library, &mut body),
        };
        let result = result.and_then(|()| self.run_body(&library, &body));
        self.current.replace(outer);
        result.map_err(|fault| {
            self.modules.borrow_mut().remove(&name);
            let sees_nothing = library.imports.borrow().is_empty();
            if sees_nothing && fault.kind() == Kind::UnboundVariable {
                return fault.with_hint(format!(
                    "library ({name}) imports nothing, so not even 'define' is known in it: say \
                     (import (scheme base)), or what else it needs"
                ));
            }
            fault
        })
    }

    fn declare_each(
        &self,
        declarations: &[Syntax],
        library: &Rc<Module>,
        body: &mut Vec<Syntax>,
    ) -> Result<()> {
        for declaration in declarations {
            let bad = || bad_form("library declaration", declaration);
            let items = declaration.items().ok_or_else(bad)?;
            let word = items.first().and_then(Syntax::name).ok_or_else(bad)?.name();
            let arguments = &items[1..];
            match &*word {
                "export" => export_specs(arguments, library)?,
                "import" => {
                    self.module_form(Keyword::Import, declaration, arguments, library)?;
                }
                "begin" => body.extend_from_slice(arguments),
                "include" => {
                    body.extend(self.included(Keyword::Include, declaration, items)?);
                }
                "include-ci" => {
                    body.extend(self.included(Keyword::IncludeCi, declaration, items)?);
                }
                "include-library-declarations" => {
                    let included = self.included(Keyword::Include, declaration, items)?;
                    self.declare_each(&included, library, body)?;
                }
                "cond-expand" => {
                    let chosen = self.cond_expand(declaration, items)?;
                    self.declare_each(&chosen, library, body)?;
                }
                _ => return Err(bad()),
            }
        }
        Ok(())
    }

    fn declare_r6rs(
        &self,
        syntax: &Syntax,
        declarations: &[Syntax],
        library: &Rc<Module>,
        body: &mut Vec<Syntax>,
    ) -> Result<()> {
        let begins =
            |form: &Syntax, word| form.head().and_then(Syntax::name) == Some(Symbol::new(word));
        let [exports, imports, forms @ ..] = declarations else {
            return Err(bad_form("library", syntax));
        };
        if !begins(exports, "export") || !begins(imports, "import") {
            return Err(bad_form("library", syntax));
        }
        self.declare_each(&declarations[..2], library, body)?;
        body.extend_from_slice(forms);
        Ok(())
    }
}

/// The name of a library, `a b c` for `(a b c)`: numbers after `srfi` stand for Guile's `srfi-N`, and
/// a list at the end is R6RS's version, which does not count.
pub(crate) fn library_name(syntax: &Syntax) -> Option<Rc<str>> {
    let mut items = syntax.items()?;
    if let [rest @ .., last] = items
        && last.items().is_some()
    {
        items = rest;
    }
    let name = super::module_name(&Syntax::list(items.to_vec(), syntax.span()))?;
    let Some(numbered) = name.strip_prefix("srfi ") else { return Some(name) };
    let numbered = numbered.strip_prefix(':').unwrap_or(numbered);
    let (number, part) = match numbered.split_once(' ') {
        Some((number, part)) => (number, Some(part)),
        None => (numbered, None),
    };
    if number.parse::<u32>().is_err() {
        return Some(name);
    }
    // What follows is a title, but for the one part that is a module of its own.
    Some(match part.filter(|part| *part == "gnu") {
        Some(part) => format!("srfi srfi-{number} {part}").into(),
        None => format!("srfi srfi-{number}").into(),
    })
}

/// `name`, `(rename own exported)` or R6RS's `(rename (own exported) ...)`.
fn export_specs(specifications: &[Syntax], library: &Module) -> Result<()> {
    for specification in specifications {
        let bad = || bad_form("export", specification);
        if let Some(identifier) = specification.identifier() {
            library.export(identifier.name, identifier.clone());
            continue;
        }
        let items = specification.items().ok_or_else(bad)?;
        let [word, renamed @ ..] = items else { return Err(bad()) };
        if word.name() != Some(Symbol::new("rename")) {
            return Err(bad());
        }
        let pairs: Vec<&[Syntax]> = match renamed {
            [own, _] if own.identifier().is_some() => vec![renamed],
            pairs => {
                pairs.iter().map(|pair| pair.items().ok_or_else(bad)).collect::<Result<_>>()?
            }
        };
        for pair in pairs {
            let [own, exported] = pair else { return Err(bad()) };
            let own = own.identifier().ok_or_else(bad)?;
            library.export(exported.name().ok_or_else(bad)?, own.clone());
        }
    }
    Ok(())
}

fn names(items: &[Syntax], syntax: &Syntax) -> Result<Vec<Symbol>> {
    let name = |item: &Syntax| item.name().ok_or_else(|| bad_form("import", syntax));
    items.iter().map(name).collect()
}
