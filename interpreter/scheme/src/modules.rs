//! Modules: `define-module` and its relatives, imports, and loading on demand.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::core::Expression;
use crate::diagnostic::{Fault, Kind, Result};
use crate::expand::{Keyword, bad_form};
use crate::reader::{Reader, skim};
use crate::scope::{
    Binding, Deferred, Definition, DefinitionSource, Duplicates, Import, Module, Scope, State,
};
use crate::session::Session;
use crate::syntax::{Identifier, Key, Span, Symbol, Syntax};

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
            let message = format!("no code for module ({name})");
            return Err(Fault::of_kind(Kind::Module, span, message));
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

    /// A module of that name can be loaded.
    pub(crate) fn module_exists(&self, name: &Syntax) -> bool {
        let Some(name) = module_name(name) else { return false };
        self.modules.borrow().contains_key(&*name) || {
            let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
            self.loader.source(&parts).is_some()
        }
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
        if self.checking.borrow().is_none() {
            self.current.replace(outer);
        }
        result
    }

    fn run_each(&self, module: &Rc<Module>, forms: &[Syntax]) -> Result<()> {
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
            match (outcome, &mut *self.checking.borrow_mut()) {
                (Ok(()), _) => {}
                (Err(fault), Some(faults)) => faults.push(fault),
                (Err(fault), None) => return Err(fault),
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

    /// The module that a `define-module` form names: the one at hand, under its new name.
    fn enter_module(&self, syntax: &Syntax, module: &Rc<Module>) -> Result<Rc<Module>> {
        let name = syntax.items().and_then(|items| items.get(1)).and_then(module_name);
        let name = name.ok_or_else(|| bad_form("define-module", syntax))?;
        let module = if name == module.name {
            module.clone()
        } else {
            let renamed = Module::new(&name, module.file.get(), false);
            self.modules.borrow_mut().insert(renamed.name.clone(), renamed.clone());
            for import in module.imports.borrow().iter() {
                renamed.import(import.clone());
            }
            renamed
        };
        Ok(module)
    }

    /// The clauses of a `define-module`.
    pub(crate) fn define_module(&self, syntax: &Syntax, module: &Rc<Module>) -> Result<()> {
        let bad = || bad_form("define-module", syntax);
        let mut clauses = syntax.items().and_then(|items| items.get(2..)).ok_or_else(bad)?;
        let mut imports = Vec::new();
        while let [clause, rest @ ..] = clauses {
            let keyword = clause.keyword().ok_or_else(bad)?.name();
            let argument = rest.first().ok_or_else(bad);
            clauses = rest.get(1..).unwrap_or(&[]);
            match &*keyword {
                "pure" => {
                    module.imports.borrow_mut().clear();
                    module.found.borrow_mut().clear();
                    clauses = rest;
                }
                "export"
                | "export-syntax"
                | "replace"
                | "re-export"
                | "re-export-syntax"
                | "re-export-and-replace"
                | "replace-syntax" => {
                    self.export_names(argument?, module)?;
                }
                "re-export-modules" => {
                    for name in argument?.items().ok_or_else(bad)? {
                        let import = Rc::new(self.parse_import(name)?);
                        module.reexported.borrow_mut().push(import.clone());
                        module.import(import);
                    }
                }
                "use-module" | "use-syntax" => imports.push(self.parse_import(argument?)?),
                "autoload" => {
                    let names = rest.get(1).ok_or_else(bad)?;
                    clauses = &rest[2..];
                    let mut import = self.parse_import(argument?)?;
                    import.select = Some(selection(names)?);
                    imports.push(import);
                }
                "duplicates" => {
                    let handlers = argument?.items().ok_or_else(bad)?;
                    let first = |name: &str| {
                        handlers.iter().any(|item| item.name() == Some(Symbol::new(name)))
                    };
                    module.duplicates.set(match () {
                        () if first("first") => Duplicates::First,
                        () if first("check") => Duplicates::Check,
                        () => Duplicates::Last,
                    });
                }
                "filename" | "version" | "declarative?" | "no-backtrace" => {}
                _ => {
                    return Err(Fault::syntax(clause.span(), "unknown define-module option")
                        .about(clause.to_string()));
                }
            }
        }
        for import in imports {
            self.add_import(import, module)?;
        }
        Ok(())
    }

    fn add_import(&self, import: Import, module: &Rc<Module>) -> Result<()> {
        // A program's imports are loaded at once, for their effects and to report what is missing;
        // a library's when a name is looked up. Autoloads always wait.
        let import = Rc::new(import);
        if !module.lazy && import.select.is_none() {
            let exporter = self.module(&import.name, import.span)?;
            let _ = import.module.set(exporter);
        } else if !module.lazy && !self.name_exists(&import.name) {
            let message = format!("no code for module ({})", import.name);
            return Err(Fault::of_kind(Kind::Module, import.span, message));
        }
        if let (Some(select), Some(exporter)) = (&import.select, import.module.get()) {
            for (original, _) in select {
                if self.exported(exporter, *original)?.is_none() {
                    let message = format!("no binding `{original}' in module ({})", import.name);
                    return Err(Fault::of_kind(Kind::Module, import.span, message));
                }
            }
        }
        module.import(import);
        Ok(())
    }

    pub(crate) fn name_exists(&self, name: &str) -> bool {
        let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
        self.modules.borrow().contains_key(name) || self.loader.source(&parts).is_some()
    }

    /// `use-modules`, `export`, `re-export`, `export!` as forms.
    pub(crate) fn module_form(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        arguments: &[Syntax],
        module: &Rc<Module>,
    ) -> Result<()> {
        if keyword == Keyword::UseModules {
            for specification in arguments {
                let import = self.parse_import(specification)?;
                self.add_import(import, module)?;
            }
            return Ok(());
        }
        self.export_names(&Syntax::list(arguments.to_vec(), syntax.span()), module)
    }

    fn export_names(&self, names: &Syntax, module: &Module) -> Result<()> {
        for item in names.items().ok_or_else(|| bad_form("export", names))? {
            let (own, exported) = match item.form() {
                crate::syntax::Form::Dotted(own, exported) if own.len() == 1 => (&own[0], exported),
                _ => (item, item),
            };
            let (Some(own), Some(exported)) = (own.identifier(), exported.name()) else {
                return Err(bad_form("export", item));
            };
            module.export(exported, own.clone());
        }
        Ok(())
    }

    /// `(name ...)` or `((name ...) #:select (...) #:prefix p ...)`
    fn parse_import(&self, syntax: &Syntax) -> Result<Import> {
        let bad = || bad_form("module specification", syntax);
        let items = syntax.items().ok_or_else(bad)?;
        let first = items.first().ok_or_else(bad)?;
        if first.items().is_none() {
            let name = module_name(syntax).ok_or_else(bad)?;
            return Ok(Import::whole(&name, syntax.span()));
        }
        let mut import = Import::whole(&module_name(first).ok_or_else(bad)?, syntax.span());
        let mut options = &items[1..];
        while let [option, value, rest @ ..] = options {
            options = rest;
            match option.keyword().map(|keyword| keyword.name()).as_deref() {
                Some("select") => import.select = Some(selection(value)?),
                Some("hide") => {
                    let hidden = value.items().ok_or_else(bad)?;
                    import.hide = hidden.iter().filter_map(Syntax::name).collect();
                }
                Some("prefix") => {
                    import.prefix = Some(value.name().ok_or_else(bad)?.name());
                }
                Some("renamer") => self.parse_renamer(value, &mut import)?,
                Some("version") => {}
                _ => return Err(bad()),
            }
        }
        if !options.is_empty() {
            return Err(bad());
        }
        Ok(import)
    }

    /// `(symbol-prefix-proc 'prefix)`, or any procedure from symbols to symbols.
    fn parse_renamer(&self, renamer: &Syntax, import: &mut Import) -> Result<()> {
        if let Some([head, quoted]) = renamer.items()
            && head.name() == Some(Symbol::new("symbol-prefix-proc"))
            && let Some([_, prefix]) = quoted.items()
            && let Some(prefix) = prefix.name()
        {
            import.prefix = Some(prefix.name());
            return Ok(());
        }
        let exporter = self.module(&import.name, import.span)?;
        let names = match &import.select {
            Some(select) => select.iter().map(|(_, seen)| *seen).collect(),
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
        let renames = seen.iter().map(|name| Symbol::new(name)).zip(names).collect();
        import.renames = Some(RefCell::new(renames));
        Ok(())
    }

    /// The form is `(@ (module) name)` or `(@@ (module) name)`.
    pub(crate) fn is_module_reference(&self, items: &[Syntax], scope: &Scope) -> bool {
        items.first().is_some_and(|head| {
            self.is_keyword(head, Keyword::At, scope) || self.is_keyword(head, Keyword::AtAt, scope)
        })
    }

    /// What `(@ (module) name)` or `(@@ (module) name)` means.
    pub(crate) fn referenced(&self, items: &[Syntax], scope: &Scope) -> Result<Option<Binding>> {
        let [head, module, name] = items else { return Ok(None) };
        let Some(identifier) = name.identifier() else { return Ok(None) };
        let Some(module_name) = module_name(module) else { return Ok(None) };
        let module = self.module(&module_name, module.span())?;
        if self.is_keyword(head, Keyword::At, scope) {
            return self.exported(&module, identifier.name);
        }
        self.module_binding(&module, &Identifier::plain(identifier.name).key())
    }

    /// `(@ (module) name)` and `(@@ (module) name)` as expressions.
    pub(crate) fn expand_at(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        items: &[Syntax],
        scope: &Scope,
    ) -> Result<Expression> {
        let bad = || bad_form(keyword.name(), syntax);
        let [_, module, name] = items else { return Err(bad()) };
        let plain = Identifier::plain(name.identifier().ok_or_else(bad)?.name);
        let binding = self.referenced(items, scope)?;
        let module = self.module(&module_name(module).ok_or_else(bad)?, module.span())?;
        match binding.as_ref().and_then(Binding::global) {
            Some(global) => Ok(Expression::global(global, syntax.span())),
            None if binding.is_some() => {
                Err(Fault::syntax(syntax.span(), "macros have no value").about(syntax.to_string()))
            }
            None if keyword == Keyword::At => {
                let message = format!("no binding `{}' in module ({})", plain.name, module.name);
                Err(Fault::of_kind(Kind::Module, name.span(), message))
            }
            None => {
                let global = self.unbound_global(&module, &plain);
                Ok(Expression::global(&global, syntax.span()))
            }
        }
    }
}

impl Import {
    /// All of a module's exports under their own names.
    pub fn whole(name: &str, span: Span) -> Import {
        Import {
            name: name.into(),
            span,
            module: OnceCell::new(),
            select: None,
            hide: Vec::new(),
            prefix: None,
            renames: None,
        }
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

/// `(name (original . seen) ...)`
fn selection(syntax: &Syntax) -> Result<Vec<(Symbol, Symbol)>> {
    let bad = || bad_form("#:select", syntax);
    let pair = |item: &Syntax| match item.form() {
        crate::syntax::Form::Dotted(original, seen) => {
            original.first().and_then(Syntax::name).zip(seen.name())
        }
        _ => item.name().map(|name| (name, name)),
    };
    syntax.items().ok_or_else(bad)?.iter().map(|item| pair(item).ok_or_else(bad)).collect()
}
