//! A name of another module: `(@ (module) name)`, `(@@ (module) name)`.

use super::module_name;
use crate::core::Expression;
use crate::diagnostic::{Fault, Kind, Result};
use crate::expand::{Keyword, bad_form};
use crate::scope::{Binding, Scope};
use crate::session::Session;
use crate::syntax::{Identifier, Syntax};

impl Session {
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
