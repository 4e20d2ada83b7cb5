//! Imports in Guile's terms: `#:use-module`, `#:autoload`, `use-modules`.

use std::rc::Rc;

use super::module_name;
use crate::core::Expression;
use crate::diagnostic::{Fault, Kind, Result};
use crate::expand::bad_form;
use crate::scope::{Import, Module, Step};
use crate::session::Session;
use crate::syntax::{Form, Symbol, Syntax};

impl Session {
    pub(super) fn add_import(&self, import: Import, module: &Rc<Module>) -> Result<()> {
        // A program's imports are loaded at once, for their effects and to report what is missing;
        // a library's when a name is looked up. Autoloads always wait.
        let import = Rc::new(import);
        let selected = import.selected();
        if !module.lazy && selected.is_none() {
            let exporter = self.module(&import.name, import.span)?;
            let _ = import.module.set(exporter);
        } else if !module.lazy && !self.name_exists(&import.name) {
            return Err(self.no_module(&import.name, import.span));
        }
        if let (Some(selected), Some(exporter)) = (selected, import.module.get()) {
            for (original, _) in selected {
                if self.exported(exporter, original)?.is_none() {
                    let message = format!("no binding `{original}' in module ({})", import.name);
                    return Err(Fault::of_kind(Kind::Module, import.span, message));
                }
            }
        }
        module.import(import);
        Ok(())
    }

    /// `(name ...)` or `((name ...) #:select (...) #:prefix p ...)`
    pub(super) fn parse_import(&self, syntax: &Syntax) -> Result<Import> {
        let bad = || bad_form("module specification", syntax);
        let items = syntax.items().ok_or_else(bad)?;
        let first = items.first().ok_or_else(bad)?;
        if first.items().is_none() {
            let name = module_name(syntax).ok_or_else(bad)?;
            return Ok(Import::whole(&name, syntax.span()));
        }
        let mut import = Import::whole(&module_name(first).ok_or_else(bad)?, syntax.span());
        let (mut selected, mut renamer, mut hidden, mut prefix) = (None, None, None, None);
        let mut options = &items[1..];
        while let [option, value, rest @ ..] = options {
            options = rest;
            match option.keyword().map(|keyword| keyword.name()).as_deref() {
                Some("select") => selected = Some(Step::Select(selection(value)?)),
                Some("hide") => {
                    let names = value.items().ok_or_else(bad)?;
                    hidden = Some(Step::Hide(names.iter().filter_map(Syntax::name).collect()));
                }
                Some("prefix") => {
                    prefix = Some(Step::Prefix(value.name().ok_or_else(bad)?.name()));
                }
                Some("renamer") => renamer = Some(value),
                Some("version") => {}
                _ => return Err(bad()),
            }
        }
        if !options.is_empty() {
            return Err(bad());
        }
        // In Guile's order, whatever the order of the clauses.
        import.steps.extend(selected);
        if let Some(renamer) = renamer {
            let step = self.parse_renamer(renamer, &import)?;
            import.steps.push(step);
        }
        import.steps.extend(hidden.into_iter().chain(prefix));
        Ok(import)
    }

    /// `(symbol-prefix-proc 'prefix)`, or any procedure from symbols to symbols.
    fn parse_renamer(&self, renamer: &Syntax, import: &Import) -> Result<Step> {
        if let Some([head, quoted]) = renamer.items()
            && head.name() == Some(Symbol::new("symbol-prefix-proc"))
            && let Some([_, prefix]) = quoted.items()
            && let Some(prefix) = prefix.name()
        {
            return Ok(Step::Prefix(prefix.name()));
        }
        let exporter = self.module(&import.name, import.span)?;
        let names: Vec<Symbol> = match import.selected() {
            Some(selected) => selected.into_iter().map(|(_, seen)| seen).collect(),
            None => self.exported_names(&exporter)?,
        };
        let scope = self.current_module().scope();
        let span = renamer.span();
        let procedure = self.expand(renamer, &scope)?;
        let local = self.temporary("renamer");
        let calls = names
            .iter()
            .map(|name| {
                let name = Expression::constant(Syntax::symbol(*name, span));
                Expression::local(&local, span).call(vec![name], span)
            })
            .collect();
        let list = Expression::native("#%prim.list", calls, span);
        let value = self.evaluate_now(procedure.bind(local, list, span))?;
        let seen = value.symbols();
        if seen.len() != names.len() {
            return Err(Fault::syntax(span, "the renamer does not return symbols"));
        }
        Ok(Step::Rename(names.into_iter().zip(seen.iter().map(|name| Symbol::new(name))).collect()))
    }
}

/// `(name (original . seen) ...)`
pub(super) fn selection(syntax: &Syntax) -> Result<Vec<(Symbol, Symbol)>> {
    let bad = || bad_form("#:select", syntax);
    let pair = |item: &Syntax| match item.form() {
        Form::Dotted(original, seen) => original.first().and_then(Syntax::name).zip(seen.name()),
        _ => item.name().map(|name| (name, name)),
    };
    syntax.items().ok_or_else(bad)?.iter().map(|item| pair(item).ok_or_else(bad)).collect()
}
