//! One interpreter's state: sources, modules, the code that waits to run. Everything here is
//! reached through shared references, because running code may call back to load a module.

mod run;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use crate::check::Checking;
use crate::core::{Expression, Kind};
use crate::diagnostic::{Diagnostic, Fault, Result};
use crate::emit::Unit;
use crate::expand::{Expansion, Keyword};
use crate::interpreter::HostProcedure;
use crate::machine::{self, Interrupt, Kept, Machine, UnitTable, Value};
use crate::runtime;
use crate::scope::{Binding, Definition, DefinitionSource, Global, Module, Scope, State};
use crate::syntax::{FileId, Form, Identifier, Location, Number, Sources, Span, Symbol, Syntax};

/// Where modules come from.
pub trait Loader {
    /// The source of the module whose name has these parts; none if there is no such module.
    fn source(&self, module: &[String]) -> Option<ModuleSource>;

    /// Modules that are known to export a name, for hints; their names without parentheses.
    fn exporters(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }

    /// The name nearest to one that nobody exports, and the modules that export it, for hints.
    fn similar(&self, _name: &str) -> Option<(String, Vec<String>)> {
        None
    }

    /// Why Guile has a name that no module here has; none if Guile does not have it either.
    fn lacking(&self, _name: &str) -> Option<&'static str> {
        None
    }

    /// Why there is no source of a module although there is a file for it.
    fn failure(&self, _module: &[String]) -> Option<Diagnostic> {
        None
    }

    /// For a module that is nowhere: where it was looked for, and a name that is near, for hints.
    fn way_out(&self, _module: &[String]) -> Option<String> {
        None
    }

    /// The text of a file that a program loads with `load`; none if it cannot be read.
    fn file(&self, _path: &str) -> Option<ModuleSource> {
        None
    }

    /// The file of that relative name in the first directory of the load path that has one.
    fn on_path(&self, _relative: &str) -> Option<String> {
        None
    }
}

/// A module's text.
pub struct ModuleSource {
    /// File name as shown in messages.
    pub file: String,
    /// The text.
    pub text: Cow<'static, str>,
    /// It is part of the standard library: its definitions are processed on first reference.
    pub lazy: bool,
}

/// See the module's documentation.
pub struct Session {
    pub(crate) sources: RefCell<Sources>,
    pub(crate) loader: Box<dyn Loader>,
    pub(crate) modules: RefCell<HashMap<Rc<str>, Rc<Module>>>,
    pub(crate) core_scope: Scope,
    /// Source of numbers for marks and variables.
    pub(crate) counter: Cell<u32>,
    /// Depth of nested macro uses.
    pub(crate) depth: Cell<u32>,
    /// The macro uses that are being expanded by running code, innermost last.
    pub(crate) expansions: RefCell<Vec<Rc<Expansion>>>,
    /// How many transformers the code that is being expanded is inside of.
    pub(crate) phase: Cell<u32>,
    pub(crate) current: RefCell<Option<Rc<Module>>>,
    /// Code that is ready to run, in order.
    pub(crate) queue: RefCell<VecDeque<Unit>>,
    /// What each emitted unit's text stands for.
    pub(crate) tables: RefCell<Vec<Rc<UnitTable>>>,
    /// The engine; borrowed while it runs.
    pub(crate) machine: RefCell<Machine>,
    /// The value of the last unit that was run.
    pub(crate) last_value: RefCell<Option<Value>>,
    /// Nothing is run, and what is wrong is noted here.
    pub(crate) checking: RefCell<Option<Checking>>,
    /// A failure of the front end that went through running code.
    pub(crate) failure: RefCell<Option<Diagnostic>>,
    /// Modules and variables as values, by address.
    pub(crate) handles: RefCell<HashMap<(usize, bool), Kept>>,
    /// The exception of a nested call that failed, on its way through the front end.
    pub(crate) payload: RefCell<Option<Kept>>,
    /// Procedures of the host, by number.
    pub(crate) host_procedures: Vec<HostProcedure>,
    /// Queues of code that waits until code which came up while other code ran has run.
    pub(crate) suspended: RefCell<Vec<VecDeque<Unit>>>,
    /// A native that running code called is filling the queue.
    pub(crate) collecting: Cell<bool>,
    /// Engine names of variables that the engine does not know yet.
    pub(crate) undeclared: RefCell<Vec<Rc<str>>>,
    /// What stops expansion and running code.
    pub(crate) interrupt: Interrupt,
    /// Items of the macro uses that the top-level form at hand has come to.
    pub(crate) expanded: Cell<usize>,
    /// The macros used at each place of a program, outermost first.
    pub(crate) macro_uses: RefCell<HashMap<(FileId, u32, u32), Vec<Symbol>>>,
    /// Procedures that the machine calls.
    pub(crate) tools: machine::Tools,
    /// Variables whose values code that is ready computes.
    computing: RefCell<Vec<Computing>>,
    /// Constants of units that running code is about to take.
    pub(crate) constants: RefCell<Vec<(Rc<str>, Syntax)>>,
    /// The variables of the runtime, by engine name.
    natives: RefCell<HashMap<&'static str, Rc<Global>>>,
}

/// A variable whose value is being computed.
struct Computing {
    global: Rc<Global>,
    /// What it is left with should that fail.
    definition: Option<Rc<Definition>>,
}

impl Session {
    /// A session with the modules that are made of no text.
    pub(crate) fn new(
        loader: Box<dyn Loader>,
        machine: Machine,
        host: Vec<(&'static str, HostProcedure)>,
    ) -> Session {
        let (names, host_procedures): (Vec<&str>, Vec<HostProcedure>) = host.into_iter().unzip();
        let session = Session {
            sources: RefCell::default(),
            interrupt: machine.interrupt(),
            expansions: RefCell::default(),
            loader,
            modules: RefCell::default(),
            core_scope: crate::expand::core_scope(),
            counter: Cell::new(0),
            depth: Cell::new(0),
            expanded: Cell::new(0),
            macro_uses: RefCell::default(),
            phase: Cell::new(0),
            current: RefCell::new(None),
            queue: RefCell::default(),
            tables: RefCell::default(),
            machine: RefCell::new(machine),
            last_value: RefCell::new(None),
            checking: RefCell::new(None),
            failure: RefCell::new(None),
            handles: RefCell::default(),
            payload: RefCell::new(None),
            host_procedures,
            suspended: RefCell::default(),
            collecting: Cell::new(false),
            undeclared: RefCell::default(),
            tools: machine::Tools::default(),
            computing: RefCell::default(),
            constants: RefCell::default(),
            natives: RefCell::default(),
        };
        session.make_syntax_module();
        session.make_native_module();
        session.make_host_module(&names);
        session
    }

    /// `(tintype syntax)`: the core keywords.
    fn make_syntax_module(&self) {
        let module = Module::new("tintype syntax", FileId::default(), true);
        for keyword in Keyword::ALL {
            let identifier = Identifier::plain(Symbol::new(keyword.name()));
            let binding = Binding::Keyword(*keyword);
            module.definitions.borrow_mut().insert(identifier.key(), binding);
            module.export(identifier.name, identifier);
        }
        self.modules.borrow_mut().insert(module.name.clone(), module);
    }

    /// `(tintype native)`: the procedures of the runtime and of the machine.
    fn make_native_module(&self) {
        let module = Module::new("tintype native", FileId::default(), true);
        let control = runtime::CONTROL.iter().chain(machine::control());
        let names = runtime::natives().iter().copied().chain(machine::native_names());
        for (name, slot) in names {
            let identifier = Identifier::plain(Symbol::new(name));
            let global = Rc::new(Global::native(identifier.name, slot));
            self.natives.borrow_mut().insert(slot, global.clone());
            module.definitions.borrow_mut().insert(identifier.key(), Binding::Global(global));
            module.export(identifier.name, identifier);
        }
        for definition in control {
            if let Some(global) = self.natives.borrow().get(definition.global) {
                let source = DefinitionSource::Control(definition);
                let definition = Definition { source, scope: module.scope() };
                *global.state.borrow_mut() = State::Pending(Rc::new(definition));
                global.declared.set(false);
            }
        }
        self.modules.borrow_mut().insert(module.name.clone(), module);
    }

    /// `(tintype host)`: procedures of the program that embeds the interpreter.
    fn make_host_module(&self, names: &[&str]) {
        let module = Module::new("tintype host", FileId::default(), true);
        let span = Span::default();
        for (number, name) in names.iter().enumerate() {
            let identifier = Identifier::plain(Symbol::new(name));
            let global = self.define_global(&module, &identifier);
            let arguments = self.temporary("arguments");
            let call = vec![Expression::integer(number, span), Expression::local(&arguments, span)];
            let call = Expression::native("%host-call", call, span);
            let code = Expression::lambda(Vec::new(), Some(arguments), call, span);
            let source = DefinitionSource::Code(RefCell::new(Some(code)));
            let definition = Definition { source, scope: module.scope() };
            *global.state.borrow_mut() = State::Pending(Rc::new(definition));
            module.export(identifier.name, identifier);
        }
        self.modules.borrow_mut().insert(module.name.clone(), module);
    }

    /// The module in which code is being expanded or evaluated.
    pub(crate) fn current_module(&self) -> Rc<Module> {
        let current = self.current.borrow().clone();
        current.unwrap_or_else(|| Module::new("guile-user", Default::default(), false))
    }

    /// `FILE:LINE:COLUMN` of a place.
    pub(crate) fn location_text(&self, span: Span) -> Option<String> {
        self.sources.borrow().locate(span).map(|location| location.to_string())
    }

    /// A place as Guile's association list: file name, line from 0, column from 0.
    pub(crate) fn source_properties(&self, span: Span) -> Option<Syntax> {
        let Location { file, line, column } = self.sources.borrow().locate(span)?;
        let number = |value: u32| Syntax::new(Form::Number(Number::Small(value.into())), span);
        let pair = |key: &str, value: Syntax| {
            Syntax::list_with_tail(vec![Syntax::symbol(Symbol::new(key), span)], value, span)
        };
        let properties = vec![
            pair("filename", Syntax::string(&file, span)),
            pair("line", number(line - 1)),
            pair("column", number(column)),
        ];
        Some(Syntax::list(properties, span))
    }

    /// The directory part of the file name in which a place is.
    pub(crate) fn source_directory(&self, span: Span) -> Option<String> {
        let file = self.sources.borrow().file(span.file)?;
        let (directory, _) = file.name.rsplit_once('/')?;
        Some(if directory.is_empty() { "/".into() } else { directory.into() })
    }

    /// A finished report of a fault.
    pub(crate) fn report(&self, fault: Fault) -> Diagnostic {
        let expansion = fault.span().map(|span| self.expansions_at(span));
        let mut diagnostic = fault.into_diagnostic(&self.sources.borrow());
        if let Some(expansion) = expansion {
            diagnostic.expansion = expansion;
        }
        diagnostic
    }

    /// Remembers which macro is used at a place of a program, for messages about what came of it;
    /// refuses what grows without end.
    pub(crate) fn note_macro_use(&self, syntax: &Syntax) -> Result<()> {
        const MOST_NAMES: usize = 6;
        const MOST_ITEMS: usize = 4 << 20;
        let span = syntax.span();
        let items = syntax.items_and_tail().map_or(1, |(items, _)| items.len());
        self.expanded.set(self.expanded.get() + items);
        let Some(name) = syntax.head().and_then(Syntax::name).or(syntax.name()) else {
            return Ok(());
        };
        if self.expanded.get() > MOST_ITEMS {
            return Err(Fault::syntax(span, format!("the expansion of {name} never ends")));
        }
        // What macros of the library insert is none of the user's business.
        let identifier = syntax.head().unwrap_or(syntax).identifier();
        let inserted =
            identifier.and_then(|identifier| identifier.mark.as_ref()).is_some_and(|mark| {
                let mut contours = mark.scope.outward();
                contours.any(|contour| contour.module().is_some_and(|module| module.lazy))
            });
        if inserted {
            return Ok(());
        }
        if self.sources.borrow().file(span.file).is_some_and(|file| !file.library) {
            let mut uses = self.macro_uses.borrow_mut();
            let names = uses.entry((span.file, span.start, span.end)).or_default();
            if names.len() < MOST_NAMES && names.last() != Some(&name) {
                names.push(name);
            }
        }
        Ok(())
    }

    /// The macros used at a place, outermost first.
    pub(crate) fn expansions_at(&self, span: Span) -> Vec<String> {
        let uses = self.macro_uses.borrow();
        let names = uses.get(&(span.file, span.start, span.end));
        names.into_iter().flatten().map(ToString::to_string).collect()
    }

    /// A procedure of the runtime that calls procedures, by engine name.
    pub(crate) fn control(&self, slot: &'static str, span: Span) -> Expression {
        match self.natives.borrow().get(slot) {
            Some(global) => Expression::global(global, span),
            None => Expression::new(Kind::Native(slot), span),
        }
    }

    /// The variable of the runtime with that engine name.
    pub(crate) fn native_global(&self, slot: &str) -> Option<Rc<Global>> {
        self.natives.borrow().get(slot).cloned()
    }

    /// Sees to it that the engine knows a variable before any code runs.
    pub(crate) fn declare(&self, global: &Global) {
        if !global.declared.replace(true) {
            self.undeclared.borrow_mut().push(global.slot.clone());
        }
    }

    /// The binding of a global name in a module, for callers outside of the expander.
    pub(crate) fn variable(&self, module: &str, name: &str) -> Result<Option<Rc<Global>>> {
        let module = self.module(module, Span::default())?;
        let key = (Symbol::new(name), 0);
        let own = module.exports.borrow().get(&key.0).cloned();
        let binding = match own {
            Some(identifier) => self.module_binding(&module, &identifier.key())?,
            None => self.module_binding(&module, &key)?,
        };
        Ok(binding.as_ref().and_then(Binding::global).cloned())
    }
}

impl Global {
    /// A variable that the engine has from the start.
    fn native(name: Symbol, slot: &'static str) -> Global {
        Global {
            name,
            slot: slot.into(),
            state: State::Defined.into(),
            referenced: Cell::new(false),
            declared: Cell::new(true),
            references: RefCell::default(),
            complete: Cell::new(false),
            gives_several: runtime::gives_several(slot).into(),
        }
    }
}
