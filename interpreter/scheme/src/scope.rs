//! What names mean: scopes, bindings, modules and their global variables.

mod import;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::expand::{Keyword, Macro, RecordForm};
use crate::syntax::{FileId, Identifier, Key, Span, Symbol, Syntax};

pub use import::{Import, Step};

/// A lexical contour. The outermost one belongs to a module, or holds the core keywords.
pub type Scope = Rc<Contour>;

/// See [`Scope`].
pub struct Contour {
    bindings: RefCell<Vec<(Key, Binding)>>,
    /// The contour around this one.
    pub parent: Option<Scope>,
    /// What it is there for.
    pub role: Role,
}

/// What a contour is there for, besides its bindings.
pub enum Role {
    /// For nothing else.
    Plain,
    /// It is the top level of a module.
    Module(Rc<Module>),
    /// The record that a thunked field's value may name.
    ThisRecord(Rc<RecordForm>, Local),
    /// Code in it runs while the code around it is expanded.
    Transformer,
    /// What a syntax parameter means in it.
    Parameter(Rc<SyntaxParameter>, Binding),
    /// What means "any number of these" in it.
    Ellipsis(Identifier),
    /// What the G-expressions in it bring along.
    Brought(Brought),
}

/// What G-expressions bring along besides what they refer to.
pub struct Brought {
    /// Extensions; else modules.
    pub extensions: bool,
    /// The list of them.
    pub list: Local,
    /// There may be modules in it that are made when the code is run.
    pub is_made: bool,
}

/// A macro whose meaning `syntax-parameterize` changes for the extent of a body.
pub struct SyntaxParameter {
    /// Its meaning elsewhere.
    pub default: Binding,
}

impl Contour {
    fn new(parent: Option<&Scope>, role: Role) -> Scope {
        Rc::new(Contour { bindings: RefCell::default(), parent: parent.cloned(), role })
    }

    /// The top level of a module.
    pub fn of_module(module: Rc<Module>) -> Scope {
        Contour::new(None, Role::Module(module))
    }

    /// The scope of the core keywords.
    pub fn of_core(bindings: Vec<(Key, Binding)>) -> Scope {
        let bindings = RefCell::new(bindings);
        Rc::new(Contour { bindings, parent: None, role: Role::Plain })
    }

    /// A new contour inside `parent`.
    pub fn inside(parent: &Scope) -> Scope {
        Contour::new(Some(parent), Role::Plain)
    }

    /// A new contour inside `parent` with a role of its own.
    pub fn with_role(parent: &Scope, role: Role) -> Scope {
        Contour::new(Some(parent), role)
    }

    /// The module whose top level this is.
    pub fn module(&self) -> Option<&Rc<Module>> {
        match &self.role {
            Role::Module(module) => Some(module),
            _ => None,
        }
    }

    /// Binds a name here, hiding an earlier binding.
    pub fn bind(&self, key: Key, binding: Binding) {
        let mut bindings = self.bindings.borrow_mut();
        match bindings.iter_mut().find(|(bound, _)| *bound == key) {
            Some((_, old)) => *old = binding,
            None => bindings.push((key, binding)),
        }
    }

    /// The binding made in this very contour.
    pub fn own(&self, key: &Key) -> Option<Binding> {
        let bindings = self.bindings.borrow();
        bindings.iter().find(|(bound, _)| bound == key).map(|(_, binding)| binding.clone())
    }

    /// This contour and those around it, innermost first.
    pub fn outward(self: &Rc<Self>) -> impl Iterator<Item = Scope> {
        std::iter::successors(Some(self.clone()), |scope| scope.parent.clone())
    }
}

/// What a name means.
#[derive(Clone)]
pub enum Binding {
    /// A local variable.
    Local(Local),
    /// A variable of a module.
    Global(Rc<Global>),
    /// A core form or auxiliary keyword.
    Keyword(Keyword),
    /// A macro that a program defines.
    Macro(Rc<Macro>),
    /// A macro whose meaning depends on where it is used.
    Parameter(Rc<SyntaxParameter>),
    /// A pattern variable of `syntax-case`: only templates refer to it.
    Pattern(PatternVariable),
    /// An accessor of a record type: a variable, and inlined where it is applied.
    Accessor(Rc<Accessor>),
    /// The syntactic constructor of `define-record-type*`.
    Record(Rc<RecordForm>),
    /// The type's name of `define-record-type*`: its descriptor, and the key to its fields.
    RecordType(Rc<RecordForm>),
    /// The `this-RECORD` of `define-record-type*`.
    ThisRecord(Rc<RecordForm>),
    /// A definition of a macro or record that was not read yet.
    Deferred(Rc<Deferred>),
}

impl Binding {
    /// Both are the same thing.
    pub fn same(&self, other: &Binding) -> bool {
        match (self, other) {
            (Binding::Local(a), Binding::Local(b)) => Rc::ptr_eq(a, b),
            (Binding::Global(a), Binding::Global(b)) => Rc::ptr_eq(a, b),
            (Binding::Keyword(a), Binding::Keyword(b)) => a == b,
            (Binding::Macro(a), Binding::Macro(b)) => Rc::ptr_eq(a, b),
            (Binding::Parameter(a), Binding::Parameter(b)) => Rc::ptr_eq(a, b),
            (Binding::Pattern(a), Binding::Pattern(b)) => Rc::ptr_eq(&a.local, &b.local),
            (Binding::Accessor(a), Binding::Accessor(b)) => Rc::ptr_eq(a, b),
            (Binding::Record(a), Binding::Record(b))
            | (Binding::RecordType(a), Binding::RecordType(b))
            | (Binding::ThisRecord(a), Binding::ThisRecord(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The variable behind it, if it has one.
    pub fn global(&self) -> Option<&Rc<Global>> {
        match self {
            Binding::Global(global) => Some(global),
            Binding::Accessor(accessor) => Some(&accessor.global),
            Binding::RecordType(record) => Some(&record.descriptor),
            _ => None,
        }
    }
}

/// What a template of `syntax-case` puts in.
#[derive(Clone)]
pub struct PatternVariable {
    /// What holds the match while the transformer runs: a list of lists, as deep as the depth says.
    pub local: Local,
    /// How many ellipses follow it.
    pub depth: usize,
}

/// A local variable.
pub type Local = Rc<Variable>;

/// See [`Local`].
pub struct Variable {
    /// Its name in the engine, unlike any other.
    pub slot: Box<str>,
    /// Something assigns to it: it lives in a box, so that continuations entered again see the
    /// assignment (the engine keeps plain variables on the stack that it restores).
    pub assigned: Cell<bool>,
    /// Code that was made refers to it.
    pub used: Cell<bool>,
    /// How often the program refers to it other than to apply it.
    pub passed_on: Cell<u32>,
    /// It holds a procedure that may give several values.
    pub gives_several: Cell<bool>,
    /// How many transformers it is inside of: it exists only while those run.
    pub phase: u32,
}

/// A variable of a module, in the engine a global.
pub struct Global {
    /// Name in its module.
    pub name: Symbol,
    /// Its name in the engine.
    pub slot: Rc<str>,
    /// How far its definition has come.
    pub state: RefCell<State>,
    /// Code that was already emitted refers to it.
    pub referenced: Cell<bool>,
    /// The engine knows the slot.
    pub declared: Cell<bool>,
    /// What its value refers to, once emitted.
    pub references: RefCell<Vec<Rc<Global>>>,
    /// It and all it refers to, however indirectly, are emitted.
    pub complete: Cell<bool>,
    /// It holds a procedure that may give several values: known once its definition is expanded.
    pub gives_several: Cell<bool>,
}

/// How far the definition of a global has come.
pub enum State {
    /// Nothing yet: its definition comes later, or never.
    Unbound,
    /// Its definition is known and is compiled on first reference.
    Pending(Rc<Definition>),
    /// Its value is being computed.
    InProgress,
    /// The code that sets it is emitted.
    Defined,
}

/// A definition that waits for its first reference.
pub struct Definition {
    /// The form, or where to read it.
    pub source: DefinitionSource,
    /// Where it stands.
    pub scope: Scope,
}

/// What a pending definition is made of.
pub enum DefinitionSource {
    /// `(define ...)` with that keyword, read.
    Form(Keyword, Syntax),
    /// `(define ...)` with that keyword, not read yet.
    Unread(Keyword, Span),
    /// The procedure of a record's accessor.
    Accessor(Rc<Accessor>, Span),
    /// A procedure of the runtime, in the engine's text.
    Control(&'static crate::runtime::Definition),
    /// Core code.
    Code(RefCell<Option<crate::core::Expression>>),
}

/// What the expander knows about a record accessor.
pub struct Accessor {
    /// The procedure, for uses other than an application to one argument.
    pub global: Rc<Global>,
    /// The type's descriptor.
    pub descriptor: Rc<Global>,
    /// Number of the field.
    pub index: usize,
    /// Name, for messages.
    pub name: Symbol,
    /// How the value is kept.
    pub storage: Storage,
}

/// How a field's value is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// As it is.
    Plain,
    /// As a procedure of the record.
    Thunked,
    /// As a promise.
    Delayed,
}

/// A top-level form that defines syntax, not read yet.
pub struct Deferred {
    /// What it begins with; none if it is a macro use.
    pub keyword: Option<Keyword>,
    /// Where it is.
    pub span: Span,
    /// It has been processed.
    pub done: Cell<bool>,
}

impl Deferred {
    /// A form that waits.
    pub fn new(keyword: Option<Keyword>, span: Span) -> Deferred {
        Deferred { keyword, span, done: Cell::new(false) }
    }
}

/// A module: definitions, imports, exports.
pub struct Module {
    /// Name without parentheses: `gnu system image`.
    pub name: Rc<str>,
    /// Its source text.
    pub file: Cell<FileId>,
    /// Its definitions are processed on first reference only.
    pub lazy: bool,
    /// Its definitions.
    pub definitions: RefCell<HashMap<Key, Binding>>,
    /// What was referred to and is not defined (yet).
    pub unbound: RefCell<HashMap<Key, Rc<Global>>>,
    /// Other modules' exports visible here, later ones first.
    pub imports: RefCell<Vec<Rc<Import>>>,
    /// Exported name to own name.
    pub exports: RefCell<HashMap<Symbol, Identifier>>,
    /// Modules all of whose exports are exported again.
    pub reexported: RefCell<Vec<Rc<Import>>>,
    /// What to do when two imports have the same name.
    pub duplicates: Cell<Duplicates>,
    /// Names found in imports.
    pub found: RefCell<HashMap<Symbol, Binding>>,
    /// Its top level.
    kept_scope: RefCell<Option<Scope>>,
}

/// `#:duplicates`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duplicates {
    /// The last import wins.
    Last,
    /// The first import wins.
    First,
    /// An error.
    Check,
}

impl Module {
    /// The names that it defines, sorted.
    pub fn own_names(&self) -> Vec<Symbol> {
        let definitions = self.definitions.borrow();
        let mut names: Vec<Symbol> =
            definitions.keys().filter(|(_, mark)| *mark == 0).map(|(name, _)| *name).collect();
        names.sort_by_cached_key(|name| name.name());
        names
    }

    /// An empty module.
    pub fn new(name: &str, file: FileId, lazy: bool) -> Rc<Module> {
        let module = Rc::new(Module {
            name: name.into(),
            file: Cell::new(file),
            lazy,
            definitions: RefCell::default(),
            unbound: RefCell::default(),
            imports: RefCell::default(),
            exports: RefCell::default(),
            reexported: RefCell::default(),
            duplicates: Cell::new(Duplicates::Last),
            found: RefCell::default(),
            kept_scope: RefCell::default(),
        });
        *module.kept_scope.borrow_mut() = Some(Contour::of_module(module.clone()));
        module
    }

    /// Its top level.
    pub fn scope(&self) -> Scope {
        // The scope and the module own each other: modules live as long as the interpreter.
        self.kept_scope.borrow().clone().expect("set when the module was made")
    }

    /// Adds an import, which wins over the earlier ones.
    pub fn import(&self, import: Rc<Import>) {
        self.found.borrow_mut().clear();
        self.imports.borrow_mut().push(import);
    }

    /// Takes all imports away.
    pub fn pure(&self) {
        self.imports.borrow_mut().clear();
        self.found.borrow_mut().clear();
    }

    /// Exports an own name under a name.
    pub fn export(&self, exported: Symbol, own: Identifier) {
        self.exports.borrow_mut().insert(exported, own);
    }
}
