//! Modules: loading, and what names mean at their top levels.

mod declaration;
mod import;
mod library;
mod reference;

use std::rc::Rc;

use crate::diagnostic::{Fault, Kind, Result};
use crate::expand::{Keyword, bad_form};
use crate::reader::{Reader, skim};
use crate::scope::{
    Binding, Deferred, Definition, DefinitionSource, Duplicates, Import, Module, State,
};
use crate::session::Session;
use crate::syntax::{Identifier, Key, Span, Symbol, Syntax};

pub(crate) use library::library_name;

impl Session {
    /// The module of that name (without parentheses), loaded if need be.
    pub(crate) fn module(&self, name: &str, span: Span) -> Result<Rc<Module>> {
        if let Some(module) = self.modules.borrow().get(name) {
            return Ok(module.clone());
        }
        let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let Some(source) = self.loader.source(&parts) else {
            if let Some(failure) = self.loader.failure(&parts) {
                return Err(failure.into());
            }
            return Err(self.no_module(name, span));
        };
        let text: Rc<str> = source.text.as_ref().into();
        let file = self.sources.borrow_mut().add(&source.file, text.clone(), source.lazy);
        let module = Module::new(name, file, source.lazy);
        self.modules.borrow_mut().insert(module.name.clone(), module.clone());
        self.import_guile(&module);
        let result = if source.lazy {
            self.skim_module(&module, &text)
        } else {
            self.run_module(&module, &text)
        };
        match result {
            Ok(()) => Ok(module),
            Err(fault) => {
                self.modules.borrow_mut().remove(name);
                // Places are only known to be in this file here.
                Err(self.report(fault).into())
            }
        }
    }

    /// The error for a module that is nowhere.
    fn no_module(&self, name: &str, span: Span) -> Fault {
        let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let fault = Fault::of_kind(Kind::Module, span, format!("no code for module ({name})"));
        match self.loader.way_out(&parts) {
            Some(hint) => fault.with_hint(hint),
            None => fault,
        }
    }

    /// A module of that name can be loaded.
    pub(crate) fn module_exists(&self, name: &Syntax) -> bool {
        library_name(name).is_some_and(|name| self.name_exists(&name))
    }

    pub(crate) fn name_exists(&self, name: &str) -> bool {
        let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
        self.modules.borrow().contains_key(name) || self.loader.source(&parts).is_some()
    }

    /// Makes `(guile)` visible, unless the module is `(guile)` or one of its grounds.
    pub(crate) fn import_guile(&self, module: &Module) {
        let grounds = ["guile", "tintype syntax", "tintype native", "tintype control"];
        if !grounds.contains(&&*module.name) {
            module.import(Rc::new(Import::whole("guile", Span::default())));
        }
    }

    /// Runs every form of a module's text in order.
    pub(crate) fn run_module(&self, module: &Rc<Module>, text: &str) -> Result<()> {
        let forms = Reader::new(text, module.file.get()).read_all()?;
        self.run_forms(module, &forms)
    }

    /// Runs forms at a module's top level. What they plainly define is known from the start, so
    /// that modules can import each other.
    pub(crate) fn run_forms(&self, module: &Rc<Module>, forms: &[Syntax]) -> Result<()> {
        let outer = self.current.replace(Some(module.clone()));
        let result = self.run_each(module, forms);
        self.current.replace(outer);
        result
    }

    /// The same for forms that follow no header; where nothing is run, what they define is checked.
    fn run_body(&self, module: &Rc<Module>, forms: &[Syntax]) -> Result<()> {
        self.run_each(module, forms)?;
        self.check_definitions(module);
        Ok(())
    }

    pub(crate) fn run_each(&self, module: &Rc<Module>, forms: &[Syntax]) -> Result<()> {
        let is_header =
            |form: &Syntax| form.head().and_then(Syntax::name) == Some(Symbol::DEFINE_MODULE);
        let mut current = match forms.first().filter(|form| is_header(form)) {
            Some(header) => self.enter_module(header, module)?,
            None => module.clone(),
        };
        self.current.replace(Some(current.clone()));
        forms.iter().for_each(|form| self.prescan(form, &current));
        for form in forms {
            // A form may have set another module.
            current = self.current_module();
            if is_header(form) {
                current = self.enter_module(form, &current)?;
                self.current.replace(Some(current.clone()));
            }
            self.expanded.set(0);
            let outcome = self.toplevel(form, &current).and_then(|()| self.flush());
            if let Err(fault) = outcome
                && let Some(fault) = self.note_fault(fault)
            {
                return Err(fault);
            }
        }
        Ok(())
    }

    fn prescan(&self, form: &Syntax, module: &Rc<Module>) {
        let Some(items) = form.items() else { return };
        let [head, target, ..] = items else { return };
        let defines = head.name().is_some_and(|name| {
            matches!(&*name.name(), "define" | "define*" | "define-public" | "define-inlinable")
        });
        let mut target = target;
        while let Some(inner) = target.head() {
            target = inner;
        }
        if let (true, Some(identifier)) = (defines, target.identifier()) {
            self.define_global(module, identifier);
        }
    }

    /// Registers what a library module defines without reading it.
    fn skim_module(&self, module: &Rc<Module>, text: &str) -> Result<()> {
        let mut actions = Vec::new();
        for form in skim(text, module.file.get())? {
            let identifier = Identifier::plain(Symbol::new(form.name));
            let Some(keyword) = Keyword::ALL.iter().find(|keyword| keyword.name() == form.head)
            else {
                match form.head {
                    // A name as the last form is the value of the file when run as a program.
                    "" => {}
                    "define-condition-type" => self.defer_condition_type(form.span, module)?,
                    _ => actions.push(form.span),
                }
                continue;
            };
            match keyword {
                Keyword::DefineModule => {
                    self.define_module(&self.read_form(form.span)?, module)?;
                }
                Keyword::Define
                | Keyword::DefineStar
                | Keyword::DefinePublic
                | Keyword::DefineInlinable
                | Keyword::DefineOnce => {
                    let global = self.define_global(module, &identifier);
                    let source = DefinitionSource::Unread(*keyword, form.span);
                    let definition = Definition { source, scope: module.scope() };
                    *global.state.borrow_mut() = State::Pending(Rc::new(definition));
                    if *keyword == Keyword::DefinePublic {
                        module.export(identifier.name, identifier);
                    }
                }
                Keyword::DefineSyntax
                | Keyword::DefineSyntaxRule
                | Keyword::DefineSyntaxParameter => {
                    let deferred = Deferred::new(Some(*keyword), form.span);
                    let binding = Binding::Deferred(Rc::new(deferred));
                    module.definitions.borrow_mut().insert(identifier.key(), binding);
                }
                Keyword::DefineRecordType | Keyword::DefineImmutableRecordType => {
                    self.define_plain_record(*keyword, &self.read_form(form.span)?, module)?;
                }
                Keyword::DefineRecordTypeStar => {
                    self.define_record(&self.read_form(form.span)?, module)?;
                }
                Keyword::UseModules | Keyword::Export | Keyword::ReExport => {
                    let form = self.read_form(form.span)?;
                    let arguments = form.items().and_then(|items| items.get(1..)).unwrap_or(&[]);
                    self.module_form(*keyword, &form, arguments, module)?;
                }
                _ => actions.push(form.span),
            }
        }
        // What has effects comes last: it may need any of the definitions.
        for span in actions {
            let form = self.read_form(span)?;
            self.toplevel(&form, module)?;
        }
        self.flush()
    }

    /// `(define-condition-type type parent predicate (field accessor) ...)`, a macro of SRFI-35:
    /// expanded when one of the names is needed.
    fn defer_condition_type(&self, span: Span, module: &Module) -> Result<()> {
        let form = self.read_form(span)?;
        let deferred = Rc::new(Deferred::new(None, span));
        let [_, name, _, predicate, fields @ ..] = form.items().unwrap_or(&[]) else {
            return Err(bad_form("define-condition-type", &form));
        };
        let accessors = fields.iter().filter_map(|field| field.items()?.get(1));
        for name in [name, predicate].into_iter().chain(accessors) {
            if let Some(identifier) = name.identifier() {
                let binding = Binding::Deferred(deferred.clone());
                module.definitions.borrow_mut().insert(identifier.key(), binding);
            }
        }
        Ok(())
    }

    /// Reads and processes a deferred definition of syntax.
    fn process_deferred(&self, deferred: &Deferred, module: &Rc<Module>) -> Result<()> {
        if deferred.done.replace(true) {
            return Ok(());
        }
        let form = self.read_form(deferred.span)?;
        let Some(keyword) = deferred.keyword else {
            return self.toplevel(&form, module).map_err(|fault| self.report(fault).into());
        };
        let (key, binding) = self
            .syntax_definition(keyword, &form, &module.scope())
            .map_err(|fault| Fault::from(self.report(fault)))?;
        module.definitions.borrow_mut().insert(key, binding);
        Ok(())
    }

    /// What a name means at the top level of a module: its own definition, else an import.
    pub(crate) fn module_binding(&self, module: &Rc<Module>, key: &Key) -> Result<Option<Binding>> {
        let own = module.definitions.borrow().get(key).cloned();
        let own = match own {
            Some(Binding::Deferred(deferred)) => {
                self.process_deferred(&deferred, module)?;
                let own = module.definitions.borrow().get(key).cloned();
                own.filter(|binding| !matches!(binding, Binding::Deferred(_)))
            }
            own => own,
        };
        let comes_later = match &own {
            Some(Binding::Global(global)) => {
                matches!(&*global.state.borrow(), State::Unbound) && !module.lazy
            }
            Some(_) => false,
            None => true,
        };
        if !comes_later || key.1 != 0 {
            return Ok(own);
        }
        Ok(self.imported(module, key.0)?.or(own))
    }

    fn imported(&self, module: &Rc<Module>, name: Symbol) -> Result<Option<Binding>> {
        if let Some(binding) = module.found.borrow().get(&name) {
            return Ok(Some(binding.clone()));
        }
        let mut imports = module.imports.borrow().clone();
        if module.duplicates.get() != Duplicates::First {
            imports.reverse();
        }
        for import in &imports {
            let Some(original) = import.original(name) else { continue };
            let exporter = self.exporter(import)?;
            if let Some(binding) = self.exported(&exporter, original)? {
                module.found.borrow_mut().insert(name, binding.clone());
                return Ok(Some(binding));
            }
        }
        Ok(None)
    }

    /// What a module exports under a name.
    pub(crate) fn exported(&self, module: &Rc<Module>, name: Symbol) -> Result<Option<Binding>> {
        let own = module.exports.borrow().get(&name).cloned();
        let Some(own) = own else { return self.reexported(module, name) };
        if let Some(binding) = self.module_binding(module, &own.key())? {
            return Ok(Some(binding));
        }
        // Exported but not defined yet: modules that import each other.
        Ok(Some(Binding::Global(self.unbound_global(module, &own))))
    }

    fn reexported(&self, module: &Rc<Module>, name: Symbol) -> Result<Option<Binding>> {
        let reexported = module.reexported.borrow().clone();
        for import in &reexported {
            let Some(original) = import.original(name) else { continue };
            let exporter = self.exporter(import)?;
            if let Some(binding) = self.exported(&exporter, original)? {
                return Ok(Some(binding));
            }
        }
        Ok(None)
    }

    /// All names that a module exports, sorted.
    pub(crate) fn exported_names(&self, module: &Rc<Module>) -> Result<Vec<Symbol>> {
        let mut names: Vec<Symbol> = module.exports.borrow().keys().copied().collect();
        let reexported = module.reexported.borrow().clone();
        for import in &reexported {
            let exported = self.exported_names(&self.exporter(import)?)?;
            names.extend(exported.into_iter().filter_map(|name| import.seen(name)));
        }
        names.sort_by_cached_key(|name| name.name());
        names.dedup();
        Ok(names)
    }

    pub(crate) fn exporter(&self, import: &Import) -> Result<Rc<Module>> {
        if let Some(exporter) = import.module.get() {
            return Ok(exporter.clone());
        }
        let exporter = self.module(&import.name, import.span)?;
        Ok(import.module.get_or_init(|| exporter).clone())
    }
}

/// `(a b c)` as `a b c`.
pub(crate) fn module_name(syntax: &Syntax) -> Option<Rc<str>> {
    let parts: Vec<String> = syntax
        .items()?
        .iter()
        .map(|part| match part.form() {
            crate::syntax::Form::Identifier(identifier) => Some(identifier.name.to_string()),
            crate::syntax::Form::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join(" ").into())
}
