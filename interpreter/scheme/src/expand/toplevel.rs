//! Forms at the top level of a module.

use std::rc::Rc;

use super::body::DefinedValue;
use super::{Keyword, bad_form};
use crate::core::{Expression, Kind};
use crate::diagnostic::Result;
use crate::scope::{Binding, Definition, DefinitionSource, Global, Module, Scope, State};
use crate::session::Session;
use crate::syntax::{Identifier, Key, Syntax};

impl Session {
    /// Processes a top-level form: definitions are registered, the rest is queued to run.
    pub(crate) fn toplevel(&self, syntax: &Syntax, module: &Rc<Module>) -> Result<()> {
        self.toplevel_in(syntax, module, &module.scope())
    }

    /// The same for a form inside of a `let-syntax` at the top level.
    fn toplevel_in(&self, syntax: &Syntax, module: &Rc<Module>, scope: &Scope) -> Result<()> {
        let items = syntax.items_and_tail().map_or(&[][..], |(items, _)| items);
        let keyword = match self.head_binding(items, scope)? {
            Some(Binding::Keyword(keyword)) => keyword,
            Some(Binding::Macro(used)) => {
                let expansion = self.expand_macro(&used, syntax, scope)?;
                return self.nested(syntax, || self.toplevel_in(&expansion, module, scope));
            }
            _ => return self.queue_action(syntax, scope),
        };
        match keyword {
            Keyword::Begin => self.toplevel_each(&items[1..], module, scope),
            Keyword::LetSyntax | Keyword::LetrecSyntax => {
                let inner = self.bind_syntax(keyword, syntax, scope)?;
                let forms = items.get(2..).ok_or_else(|| bad_form(keyword.name(), syntax))?;
                self.toplevel_each(forms, module, &inner)
            }
            Keyword::EvalWhen => {
                let forms = items.get(2..).ok_or_else(|| bad_form("eval-when", syntax))?;
                if is_for_compilation_alone(&items[1]) {
                    return self.queue_code(Expression::unspecified(syntax.span()), true);
                }
                self.toplevel_each(forms, module, scope)
            }
            Keyword::Include | Keyword::IncludeCi | Keyword::IncludeFromPath => {
                self.toplevel_each(&self.included(keyword, syntax, items)?, module, scope)
            }
            Keyword::CondExpand => {
                self.toplevel_each(&self.cond_expand(syntax, items)?, module, scope)
            }
            Keyword::Define
            | Keyword::DefineStar
            | Keyword::DefinePublic
            | Keyword::DefineInlinable
            | Keyword::DefineOnce => self.toplevel_define(keyword, syntax, module, scope),
            Keyword::DefineValues => {
                let define = |name: &Syntax| {
                    let identifier =
                        name.identifier().ok_or_else(|| bad_form("define-values", syntax))?;
                    let global = self.define_global(module, identifier);
                    self.computing(&global, None);
                    Ok(global)
                };
                let code = self.define_values(syntax, items, scope, define)?;
                self.queue_code(code, true)
            }
            Keyword::DefineSyntax | Keyword::DefineSyntaxRule | Keyword::DefineSyntaxParameter => {
                let (key, binding) = self.syntax_definition(keyword, syntax, scope)?;
                module.definitions.borrow_mut().insert(key, binding);
                Ok(())
            }
            Keyword::DefineRecordType | Keyword::DefineImmutableRecordType => {
                self.define_plain_record(keyword, syntax, module)
            }
            Keyword::DefineRecordTypeStar => self.define_record(syntax, module),
            Keyword::DefineModule => self.define_module(syntax, module),
            Keyword::DefineLibrary | Keyword::Library => {
                self.define_library(keyword, syntax, module)
            }
            Keyword::UseModules
            | Keyword::Import
            | Keyword::Export
            | Keyword::ReExport
            | Keyword::ExportReplace => self.module_form(keyword, syntax, &items[1..], module),
            _ => self.queue_action(syntax, scope),
        }
    }

    fn toplevel_each(&self, forms: &[Syntax], module: &Rc<Module>, scope: &Scope) -> Result<()> {
        for form in forms {
            self.toplevel_in(form, module, scope)?;
            self.flush()?;
        }
        Ok(())
    }

    fn queue_action(&self, syntax: &Syntax, scope: &Scope) -> Result<()> {
        let code = self.expand(syntax, scope)?;
        self.queue_code(code, true)
    }

    fn toplevel_define(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        module: &Rc<Module>,
        scope: &Scope,
    ) -> Result<()> {
        let parts = self.definition_parts(keyword, syntax)?;
        let identifier =
            parts.target.identifier().ok_or_else(|| bad_form(keyword.name(), syntax))?;
        let global = self.define_global(module, identifier);
        if keyword == Keyword::DefinePublic {
            module.export(identifier.name, identifier.clone());
        }
        if module.lazy || self.is_procedure(&parts.value, scope)? {
            let source = DefinitionSource::Form(keyword, syntax.clone());
            self.define_later(&global, source, scope)
        } else {
            let value = self.defined_value(&parts.value, scope, syntax.span())?;
            let code = Expression::new(Kind::Define(global.clone(), value.into()), syntax.span());
            self.queue_code(code, false)?;
            self.computing(&global, None);
            Ok(())
        }
    }

    /// Makes a definition known; its code is made on first reference, or now if there were some.
    pub(crate) fn define_later(
        &self,
        global: &Rc<Global>,
        source: DefinitionSource,
        scope: &Scope,
    ) -> Result<()> {
        let definition = Rc::new(Definition { source, scope: scope.clone() });
        *global.state.borrow_mut() = State::Pending(definition);
        global.complete.set(false);
        if global.referenced.get() { self.realise(global) } else { Ok(()) }
    }

    /// The right-hand side is a procedure by its very form: computing it runs nothing.
    fn is_procedure(&self, value: &DefinedValue, scope: &Scope) -> Result<bool> {
        let value = match value {
            DefinedValue::Procedure { .. } => return Ok(true),
            DefinedValue::Expression(None) => return Ok(false),
            DefinedValue::Expression(Some(value)) => value,
        };
        Ok(matches!(
            self.head_binding(value.items().unwrap_or(&[]), scope)?,
            Some(Binding::Keyword(
                Keyword::Lambda
                    | Keyword::LambdaStar
                    | Keyword::CaseLambda
                    | Keyword::CaseLambdaStar
                    | Keyword::MatchLambda
                    | Keyword::MatchLambdaStar
                    | Keyword::Cut
            ))
        ))
    }

    /// The module's variable of that name, made if need be; whatever else had the name is hidden.
    pub(crate) fn define_global(&self, module: &Rc<Module>, identifier: &Identifier) -> Rc<Global> {
        let key = identifier.key();
        let existing = match module.definitions.borrow().get(&key) {
            Some(Binding::Global(global)) => Some(global.clone()),
            _ => None,
        };
        let global = existing
            .or_else(|| module.unbound.borrow_mut().remove(&key))
            .unwrap_or_else(|| self.new_global(identifier));
        let binding = Binding::Global(global.clone());
        module.definitions.borrow_mut().insert(key, binding);
        global
    }

    /// The variable that stands for a name which nothing binds.
    pub(crate) fn unbound_global(
        &self,
        module: &Rc<Module>,
        identifier: &Identifier,
    ) -> Rc<Global> {
        let key: Key = identifier.key();
        if let Some(Binding::Global(global)) = module.definitions.borrow().get(&key) {
            return global.clone();
        }
        if let Some(global) = module.unbound.borrow().get(&key) {
            return global.clone();
        }
        let global = self.new_global(identifier);
        module.unbound.borrow_mut().insert(key, global.clone());
        global
    }

    /// A variable that no module has.
    pub(crate) fn new_global(&self, identifier: &Identifier) -> Rc<Global> {
        Rc::new(Global {
            name: identifier.name,
            slot: self.unique(&identifier.name.name()).into(),
            state: State::Unbound.into(),
            referenced: Default::default(),
            declared: Default::default(),
            references: Default::default(),
            complete: Default::default(),
            gives_several: Default::default(),
        })
    }
}

/// The situations of an `eval-when` do not include any in which a program is loaded or expanded.
fn is_for_compilation_alone(situations: &Syntax) -> bool {
    let names = situations.items().unwrap_or(&[]).iter().filter_map(Syntax::name);
    let mut names = names.map(|name| name.name());
    !names.any(|name| matches!(&*name, "eval" | "load" | "expand"))
}
