//! What a module takes of another.

use std::cell::OnceCell;
use std::rc::Rc;

use super::Module;
use crate::syntax::{Span, Symbol};

/// One module whose exports are visible in another, or exported by it again.
pub struct Import {
    /// Name of the module.
    pub name: Rc<str>,
    /// The clause, for messages.
    pub span: Span,
    /// The module, once it was needed.
    pub module: OnceCell<Rc<Module>>,
    /// What becomes of the exported names, one step after the other.
    pub steps: Vec<Step>,
}

/// What a clause of an import does to names.
pub enum Step {
    /// Only these are taken: `#:select`, `#:autoload`, `only`. Name, name afterwards.
    Select(Vec<(Symbol, Symbol)>),
    /// All but these are taken: `#:hide`, `except`.
    Hide(Vec<Symbol>),
    /// These change, the others stay: `#:renamer`, `rename`. Name, name afterwards.
    Rename(Vec<(Symbol, Symbol)>),
    /// All are given a prefix: `#:prefix`, `prefix`.
    Prefix(Rc<str>),
}

impl Step {
    /// What a name is called afterwards; none if it is not taken.
    fn after(&self, name: Symbol) -> Option<Symbol> {
        let renamed = |pairs: &[(Symbol, Symbol)]| {
            pairs.iter().find(|(before, _)| *before == name).map(|(_, after)| *after)
        };
        match self {
            Step::Select(pairs) => renamed(pairs),
            Step::Hide(names) => (!names.contains(&name)).then_some(name),
            Step::Rename(pairs) => Some(renamed(pairs).unwrap_or(name)),
            Step::Prefix(prefix) => Some(Symbol::new(&format!("{prefix}{name}"))),
        }
    }

    /// What a name was called before.
    fn before(&self, name: Symbol) -> Option<Symbol> {
        let original = |pairs: &[(Symbol, Symbol)]| {
            pairs.iter().find(|(_, after)| *after == name).map(|(before, _)| *before)
        };
        match self {
            Step::Select(pairs) => original(pairs),
            Step::Hide(names) => (!names.contains(&name)).then_some(name),
            Step::Rename(pairs) => original(pairs)
                .or_else(|| pairs.iter().all(|(before, _)| *before != name).then_some(name)),
            Step::Prefix(prefix) => Some(Symbol::new(name.name().strip_prefix(&**prefix)?)),
        }
    }
}

impl Import {
    /// All of a module's exports under their own names.
    pub fn whole(name: &str, span: Span) -> Import {
        Import { name: name.into(), span, module: OnceCell::new(), steps: Vec::new() }
    }

    /// What an exported name is called here; none if it is not taken.
    pub fn seen(&self, original: Symbol) -> Option<Symbol> {
        self.steps.iter().try_fold(original, |name, step| step.after(name))
    }

    /// The exporting module's name of what is called `seen` here.
    pub fn original(&self, seen: Symbol) -> Option<Symbol> {
        self.steps.iter().rev().try_fold(seen, |name, step| step.before(name))
    }

    /// What is taken of the module, as far as that can be told without loading it: what was
    /// exported, what it is called here.
    pub fn selected(&self) -> Option<Vec<(Symbol, Symbol)>> {
        let Some(Step::Select(pairs)) = self.steps.first() else { return None };
        Some(pairs.iter().filter_map(|(name, _)| Some((*name, self.seen(*name)?))).collect())
    }
}
