//! What a module says of itself: `define-module`, `use-modules`, `export`.

use std::rc::Rc;

use super::import::selection;
use super::module_name;
use crate::diagnostic::{Fault, Result};
use crate::expand::{Keyword, bad_form};
use crate::scope::{Duplicates, Module, Step};
use crate::session::Session;
use crate::syntax::{Form, Symbol, Syntax};

impl Session {
    /// The module that a `define-module` form names: the one at hand, under its new name.
    pub(super) fn enter_module(&self, syntax: &Syntax, module: &Rc<Module>) -> Result<Rc<Module>> {
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
                    module.pure();
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
                    import.steps = vec![Step::Select(selection(names)?)];
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

    /// `use-modules`, `import`, `export`, `re-export`, `export!` as forms.
    pub(crate) fn module_form(
        &self,
        keyword: Keyword,
        syntax: &Syntax,
        arguments: &[Syntax],
        module: &Rc<Module>,
    ) -> Result<()> {
        let parse = match keyword {
            Keyword::UseModules => Session::parse_import,
            Keyword::Import => Session::import_set,
            _ => {
                let names = Syntax::list(arguments.to_vec(), syntax.span());
                return self.export_names(&names, module);
            }
        };
        for specification in arguments {
            self.add_import(parse(self, specification)?, module)?;
        }
        Ok(())
    }

    fn export_names(&self, names: &Syntax, module: &Module) -> Result<()> {
        for item in names.items().ok_or_else(|| bad_form("export", names))? {
            let (own, exported) = match item.form() {
                Form::Dotted(own, exported) if own.len() == 1 => (&own[0], exported),
                _ => (item, item),
            };
            let (Some(own), Some(exported)) = (own.identifier(), exported.name()) else {
                return Err(bad_form("export", item));
            };
            module.export(exported, own.clone());
        }
        Ok(())
    }
}
