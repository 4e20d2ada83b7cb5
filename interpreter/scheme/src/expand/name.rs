//! Names: what an identifier means in a scope, and new names that no other is like.

use std::rc::Rc;

use super::Keyword;
use crate::diagnostic::{Fault, Result};
use crate::scope::{Binding, Local, Module, Scope, Variable};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Key, Span, Symbol, Syntax};

impl Session {
    /// What the identifier at the head of a form means.
    pub(crate) fn head_binding(&self, items: &[Syntax], scope: &Scope) -> Result<Option<Binding>> {
        let Some(head) = items.first() else { return Ok(None) };
        let binding = match head.form() {
            Form::Identifier(identifier) => self.resolve(identifier, scope)?,
            // ((@ (module) macro) argument ...)
            Form::List(reference) if self.is_module_reference(reference, scope) => {
                return self.referenced(reference, scope);
            }
            _ => None,
        };
        Ok(binding.map(|binding| self.in_force(binding, scope)))
    }

    /// The module at whose top level an unbound identifier is to be looked up, and its name there.
    pub(super) fn top_level_name(
        &self,
        identifier: &Identifier,
        scope: &Scope,
    ) -> (Rc<Module>, Identifier) {
        let mut identifier = identifier.clone();
        let mut scope = scope.clone();
        while let Some((origin, outer)) = identifier.origin() {
            scope = outer.clone();
            identifier = origin;
        }
        let module = scope.outward().find_map(|contour| contour.module().cloned());
        (module.unwrap_or_else(|| self.current_module()), identifier)
    }

    /// What an identifier means in a scope; none if nothing binds it.
    pub fn resolve(&self, identifier: &Identifier, scope: &Scope) -> Result<Option<Binding>> {
        let key = identifier.key();
        for contour in scope.outward() {
            if let Some(binding) = contour.own(&key) {
                return Ok(Some(binding));
            }
            if let Some(module) = contour.module()
                && let Some(binding) = self.module_binding(module, &key)?
            {
                return Ok(Some(binding));
            }
        }
        match identifier.origin() {
            Some((origin, scope)) => self.resolve(&origin, scope),
            None => Ok(None),
        }
    }

    /// Two identifiers, each in its scope, mean the same: `free-identifier=?`.
    pub(crate) fn same_meaning(
        &self,
        a: &Identifier,
        a_scope: &Scope,
        b: &Identifier,
        b_scope: &Scope,
    ) -> Result<bool> {
        Ok(match (self.resolve(a, a_scope)?, self.resolve(b, b_scope)?) {
            (Some(a), Some(b)) => a.same(&b),
            (None, None) => a.name == b.name,
            _ => false,
        })
    }

    /// The datum is the keyword, as bound in the scope.
    pub(crate) fn is_keyword(&self, syntax: &Syntax, keyword: Keyword, scope: &Scope) -> bool {
        let Some(identifier) = syntax.identifier() else { return false };
        match self.resolve(identifier, scope) {
            Ok(Some(Binding::Keyword(found))) => found == keyword,
            // `else`, `=>`, `...` and the like count even where a module does not import them.
            Ok(None) => &*identifier.name.name() == keyword.name(),
            _ => false,
        }
    }

    /// A local variable that no program can name.
    pub(crate) fn temporary(&self, name: &str) -> Local {
        let phase = self.phase.get();
        Rc::new(Variable {
            slot: self.unique(name).into(),
            assigned: false.into(),
            used: false.into(),
            passed_on: 0.into(),
            gives_several: false.into(),
            phase,
        })
    }

    /// Binds an identifier to a new local variable.
    pub(crate) fn bind_local(&self, syntax: &Syntax, scope: &Scope) -> Result<Local> {
        let Some(identifier) = syntax.identifier() else {
            let message = format!("{syntax} is no identifier");
            return Err(Fault::syntax(syntax.span(), message));
        };
        let local = self.temporary(&identifier.name.name());
        scope.bind(identifier.key(), Binding::Local(local.clone()));
        Ok(local)
    }

    /// A fresh mark number.
    pub(crate) fn fresh(&self) -> u32 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    /// A name for the engine, unlike all others.
    pub(crate) fn unique(&self, name: &str) -> String {
        let number = self.fresh();
        let mut unique = format!("{number}:");
        unique.extend(name.chars().filter(|c| is_plain(*c)));
        unique.insert(0, 'v');
        unique
    }

    /// An identifier that means the core keyword, whatever the scope.
    pub(crate) fn core_word(&self, keyword: Keyword, span: Span) -> Syntax {
        let mark = crate::syntax::Mark {
            number: self.fresh(),
            parent: None,
            scope: self.core_scope.clone(),
        };
        let name = Symbol::new(keyword.name());
        Syntax::new(Form::Identifier(Identifier { name, mark: Some(Rc::new(mark)) }), span)
    }

    /// The module in whose text a scope lies.
    pub(crate) fn module_of(&self, scope: &Scope) -> Rc<Module> {
        let module = scope.outward().find_map(|contour| contour.module().cloned());
        module.unwrap_or_else(|| self.current_module())
    }
}

/// Characters that may stand in a name of the engine as they are.
pub(crate) fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_!?*/<>=+%&$:^~".contains(character)
}

/// The keys of identifiers in an order that does not depend on hashing.
pub(crate) fn sorted_keys<'a>(keys: impl Iterator<Item = &'a Key>) -> Vec<Key> {
    let mut keys: Vec<Key> = keys.copied().collect();
    keys.sort_by_cached_key(|(name, mark)| (name.name(), *mark));
    keys
}
