//! Modules and variables as values: the way from running code into the module system.

mod control;
mod queue;

use std::rc::Rc;

use steel::SteelVal;
use steel::rvals::{Custom, IntoSteelVal, Result};

use queue::{
    collecting, queue_assignment, queue_definition, queue_eval, queue_load, queue_new_variable,
    queue_reference, queue_variable,
};

use super::natives::{Named, fail, list, misc_error, named, peek, session, text};
use super::{Kept, Value, syntax};
use crate::diagnostic::Fault;
use crate::expand::FEATURES;
use crate::runtime;
use crate::scope::{Binding, Global, Import, Module, State, Step};
use crate::session::Session;
use crate::syntax::{Identifier, Span, Symbol};

pub(super) use control::CONTROL;

/// A module, or what it exports.
struct ModuleHandle {
    module: Rc<Module>,
    is_interface: bool,
}
/// A module's variable.
struct VariableHandle(Rc<Global>);

impl Custom for ModuleHandle {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        let kind = if self.is_interface { "interface" } else { "module" };
        Some(Ok(format!("#<{kind} ({})>", self.module.name)))
    }
}
impl Custom for VariableHandle {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        Some(Ok(format!("#<variable {}>", self.0.name)))
    }
}

/// Natives that only the procedures in `control` call; those that make code ready to run are
/// followed by `%run-queue`.
pub(super) const INTERNAL: &[Named] = &[
    named!("%find-module", 2, 2, |args: &[SteelVal]| collecting(args, find_module)),
    named!("%find-interface", 2, 2, |args: &[SteelVal]| collecting(args, find_interface)),
    named!("%queue-reference", 3, 3, |args: &[SteelVal]| collecting(args, queue_reference)),
    named!("%queue-variable", 1, 1, |args: &[SteelVal]| collecting(args, queue_variable)),
    named!("%queue-definition", 3, 3, |args: &[SteelVal]| collecting(args, queue_definition)),
    named!("%queue-assignment", 2, 2, |args: &[SteelVal]| collecting(args, queue_assignment)),
    named!("%queue-new-variable", 1, 1, |args: &[SteelVal]| collecting(args, queue_new_variable)),
    named!("%queue-eval", 2, 2, |args: &[SteelVal]| collecting(args, queue_eval)),
    named!("%queue-load", 1, 1, |args: &[SteelVal]| collecting(args, queue_load)),
    named!("%module-variables", 1, 1, module_variables),
];

/// Natives for programs.
pub(super) const NATIVES: &[Named] = &[
    named!("current-module", 0, 0, |_: &[SteelVal]| Ok(
        session()?.module_handle(session()?.current_module())
    )),
    named!("interaction-environment", 0, 0, |_: &[SteelVal]| {
        Ok(session()?.module_handle(session()?.current_module()))
    }),
    named!("%features", 0, 0, |_: &[SteelVal]| Ok(SteelVal::ListV(
        FEATURES.iter().map(|name| SteelVal::SymbolV((*name).into())).collect()
    ))),
    named!("set-current-module", 1, 1, set_current_module),
    named!("module?", 1, 1, |args: &[SteelVal]| is::<ModuleHandle>(&args[0])),
    named!("module-name", 1, 1, module_name),
    named!("module-exports", 1, 1, module_exports),
    named!("module-filename", 1, 1, module_filename),
    named!("module-public-interface", 1, 1, module_public_interface),
    named!("module-variable", 2, 2, module_variable),
    named!("module-local-variable", 2, 2, module_local_variable),
    named!("module-defined?", 2, 2, module_defined),
    named!("module-bound?", 2, 2, module_defined),
    named!("defined?", 1, 2, defined),
    named!("module-add!", 3, 3, module_add),
    named!("module-export!", 2, 2, module_export),
    named!("module-use!", 2, 2, module_use),
    named!("module-uses", 1, 1, module_uses),
    named!("variable?", 1, 1, |args: &[SteelVal]| is::<VariableHandle>(&args[0])),
    named!("variable-bound?", 1, 1, variable_bound),
    named!("make-undefined-variable", 0, 0, |_: &[SteelVal]| Ok(
        session()?.variable_handle(&new_variable()?)
    )),
];

fn is<T: Custom + 'static>(value: &SteelVal) -> Result<SteelVal> {
    Ok(SteelVal::BoolV(peek::<T, _>(value, |_| ()).is_some()))
}

impl Session {
    /// The module as a value: the same one every time.
    fn module_handle(&self, module: Rc<Module>) -> SteelVal {
        let key = (Rc::as_ptr(&module) as usize, false);
        self.handle(key, || ModuleHandle { module, is_interface: false }.into_steelval())
    }

    fn interface_handle(&self, module: Rc<Module>) -> SteelVal {
        let key = (Rc::as_ptr(&module) as usize, true);
        self.handle(key, || ModuleHandle { module, is_interface: true }.into_steelval())
    }

    fn variable_handle(&self, global: &Rc<Global>) -> SteelVal {
        let key = (Rc::as_ptr(global) as usize, false);
        self.handle(key, || VariableHandle(global.clone()).into_steelval())
    }

    fn handle(&self, key: (usize, bool), make: impl FnOnce() -> Result<SteelVal>) -> SteelVal {
        let mut handles = self.handles.borrow_mut();
        let kept = handles.entry(key).or_insert_with(|| {
            // A handle keeps what it stands for alive, so its address is not used again.
            Kept::new(&Value(make().unwrap_or(SteelVal::Void)))
        });
        kept.value().0
    }

    /// What a name means in a module, or among what it exports.
    fn named_binding(&self, handle: &SteelVal, name: &SteelVal) -> Result<Option<Binding>> {
        let (module, is_interface) = the_module(handle)?;
        let name = Symbol::new(text(name));
        let binding = match is_interface {
            true => self.exported(&module, name),
            false => self.module_binding(&module, &(name, 0)),
        };
        binding.map_err(|fault| fail(self, fault))
    }

    /// The same, if it is a variable.
    fn named_variable(&self, handle: &SteelVal, name: &SteelVal) -> Result<Option<Rc<Global>>> {
        let binding = self.named_binding(handle, name)?;
        Ok(binding.as_ref().and_then(Binding::global).cloned())
    }
}

fn the_module(value: &SteelVal) -> Result<(Rc<Module>, bool)> {
    peek::<ModuleHandle, _>(value, |handle| (handle.module.clone(), handle.is_interface))
        .ok_or_else(|| syntax::wrong_type("module-ref", 1, "module", value))
}

fn the_variable(value: &SteelVal) -> Result<Rc<Global>> {
    peek::<VariableHandle, _>(value, |handle| handle.0.clone())
        .ok_or_else(|| syntax::wrong_type("variable-ref", 1, "variable", value))
}

fn is_bound(global: &Global) -> bool {
    !matches!(&*global.state.borrow(), State::Unbound)
}

fn name_of(value: &SteelVal) -> String {
    let parts: Vec<String> = list(value).iter().map(runtime::display_datum).collect();
    parts.join(" ")
}

/// What follows a keyword in an argument list.
fn option(options: &SteelVal, name: &str) -> Option<SteelVal> {
    let options = list(options);
    let at =
        options.iter().position(|item| runtime::keyword_name(item).as_deref() == Some(name))?;
    options.get(at + 1).cloned()
}

/// `(%find-module NAME OPTIONS)`: as in Guile, a module that is not there is made, unless
/// `#:ensure` is false.
fn find_module(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let name = name_of(&args[0]);
    if !session.name_exists(&name) {
        if matches!(option(&args[1], "ensure"), Some(SteelVal::BoolV(false))) {
            return Ok(SteelVal::BoolV(false));
        }
        let module = Module::new(&name, Default::default(), false);
        session.modules.borrow_mut().insert(module.name.clone(), module);
    }
    let module = session.module(&name, Span::default());
    Ok(session.module_handle(module.map_err(|fault| fail(&session, fault))?))
}

/// `(%find-interface NAME OPTIONS)`, with `#:select`, `#:hide`, `#:prefix`.
fn find_interface(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let name = name_of(&args[0]);
    let module = session.module(&name, Span::default());
    let module = module.map_err(|fault| fail(&session, fault))?;
    let mut import = Import::whole(&name, Span::default());
    if let Some(selected) = option(&args[1], "select") {
        let pair = |item: &SteelVal| match item {
            SteelVal::Pair(pair) => {
                (Symbol::new(text(pair.car_ref())), Symbol::new(text(&pair.cdr())))
            }
            name => (Symbol::new(text(name)), Symbol::new(text(name))),
        };
        import.steps.push(Step::Select(list(&selected).iter().map(pair).collect()));
    }
    if let Some(hidden) = option(&args[1], "hide") {
        let names = list(&hidden).iter().map(|name| Symbol::new(text(name))).collect();
        import.steps.push(Step::Hide(names));
    }
    if let Some(prefix) = option(&args[1], "prefix")
        && !matches!(prefix, SteelVal::BoolV(false))
    {
        import.steps.push(Step::Prefix(text(&prefix).into()));
    }
    if import.steps.is_empty() {
        return Ok(session.interface_handle(module));
    }
    for (original, _) in import.selected().into_iter().flatten() {
        if session.exported(&module, original).map_err(|fault| fail(&session, fault))?.is_none() {
            return Err(misc_error(&format!("no binding `{original}' in module ({name})")));
        }
    }
    let part = Module::new(&name, Default::default(), false);
    let _ = import.module.set(module);
    part.reexported.borrow_mut().push(Rc::new(import));
    Ok(session.interface_handle(part))
}

fn new_variable() -> Result<Rc<Global>> {
    Ok(session()?.new_global(&Identifier::plain(Symbol::new("variable"))))
}

/// `((NAME VARIABLE) ...)` of what an interface exports or a module defines, sorted by name.
fn module_variables(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let (module, is_interface) = the_module(&args[0])?;
    let failed = |fault: Fault| fail(&session, fault);
    let mut pairs = Vec::new();
    let names = match is_interface {
        true => session.exported_names(&module).map_err(failed)?,
        false => module.own_names(),
    };
    for name in names {
        let binding = match is_interface {
            true => session.exported(&module, name),
            false => session.module_binding(&module, &(name, 0)),
        };
        if let Some(global) = binding.map_err(failed)?.as_ref().and_then(Binding::global) {
            let name = SteelVal::SymbolV(name.name().as_ref().into());
            let pair = vec![name, session.variable_handle(global)];
            pairs.push(SteelVal::ListV(pair.into()));
        }
    }
    Ok(SteelVal::ListV(pairs.into()))
}

fn set_current_module(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let old = session.current.replace(Some(the_module(&args[0])?.0));
    Ok(old.map_or(SteelVal::Void, |module| session.module_handle(module)))
}

fn module_name(args: &[SteelVal]) -> Result<SteelVal> {
    let name = the_module(&args[0])?.0.name.clone();
    Ok(SteelVal::ListV(name.split(' ').map(|part| SteelVal::SymbolV(part.into())).collect()))
}

fn module_exports(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let names = session.exported_names(&the_module(&args[0])?.0);
    let names = names.map_err(|fault| fail(&session, fault))?;
    Ok(SteelVal::ListV(
        names.iter().map(|name| SteelVal::SymbolV(name.name().as_ref().into())).collect(),
    ))
}

fn module_filename(args: &[SteelVal]) -> Result<SteelVal> {
    let (module, _) = the_module(&args[0])?;
    let file = session()?.sources.borrow().file(module.file.get());
    Ok(match file {
        Some(file) => SteelVal::StringV(file.name.as_ref().into()),
        None => SteelVal::BoolV(false),
    })
}

fn module_public_interface(args: &[SteelVal]) -> Result<SteelVal> {
    Ok(session()?.interface_handle(the_module(&args[0])?.0))
}

fn module_variable(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let found = session.named_variable(&args[0], &args[1])?;
    Ok(found.map_or(SteelVal::BoolV(false), |global| session.variable_handle(&global)))
}

fn module_local_variable(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let (module, _) = the_module(&args[0])?;
    let key = (Symbol::new(text(&args[1])), 0);
    let own = module.definitions.borrow().get(&key).cloned();
    let global = own.as_ref().and_then(Binding::global);
    Ok(global.map_or(SteelVal::BoolV(false), |global| session.variable_handle(global)))
}

fn module_defined(args: &[SteelVal]) -> Result<SteelVal> {
    let found = session()?.named_binding(&args[0], &args[1])?;
    let is_defined = |binding: Binding| binding.global().is_none_or(|global| is_bound(global));
    Ok(SteelVal::BoolV(found.is_some_and(is_defined)))
}

/// `(defined? NAME [MODULE])`
fn defined(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let module = match args.get(1) {
        Some(module) => module.clone(),
        None => session.module_handle(session.current_module()),
    };
    module_defined(&[module, args[0].clone()])
}

fn module_add(args: &[SteelVal]) -> Result<SteelVal> {
    let (module, _) = the_module(&args[0])?;
    let binding = Binding::Global(the_variable(&args[2])?);
    module.definitions.borrow_mut().insert((Symbol::new(text(&args[1])), 0), binding);
    Ok(SteelVal::Void)
}

fn module_export(args: &[SteelVal]) -> Result<SteelVal> {
    let (module, _) = the_module(&args[0])?;
    for name in list(&args[1]) {
        let name = Symbol::new(text(&name));
        module.export(name, Identifier::plain(name));
    }
    Ok(SteelVal::Void)
}

fn module_use(args: &[SteelVal]) -> Result<SteelVal> {
    let (module, _) = the_module(&args[0])?;
    let (used, _) = the_module(&args[1])?;
    let import = Import::whole(&used.name, Span::default());
    let _ = import.module.set(used);
    module.import(Rc::new(import));
    Ok(SteelVal::Void)
}

fn module_uses(args: &[SteelVal]) -> Result<SteelVal> {
    let session = session()?;
    let (module, _) = the_module(&args[0])?;
    let imports = module.imports.borrow().clone();
    let mut interfaces = Vec::with_capacity(imports.len());
    for import in imports.iter().rev() {
        let exporter = session.exporter(import).map_err(|fault| fail(&session, fault))?;
        interfaces.push(session.interface_handle(exporter));
    }
    Ok(SteelVal::ListV(interfaces.into()))
}

fn variable_bound(args: &[SteelVal]) -> Result<SteelVal> {
    Ok(SteelVal::BoolV(is_bound(&*the_variable(&args[0])?)))
}
