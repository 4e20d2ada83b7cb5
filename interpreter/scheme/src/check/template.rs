//! Build-side code: the templates of the G-expressions of a program that is checked.
//!
//! What is inserted into a template is not known. So a template is expanded several times, with
//! different things in place of the insertions; what is wrong each time is wrong whatever they are.

use std::rc::Rc;

use super::Checking;
use super::standing::{Standing, is_in};
use crate::core::{Expression, Kind as CoreKind};
use crate::diagnostic::{Diagnostic, Fault, Kind};
use crate::expand::{Keyword, strip};
use crate::scope::{Import, Module, Role, Scope, State};
use crate::session::Session;
use crate::syntax::{Form, Identifier, Span, Symbol, Syntax};

/// The template of a G-expression.
pub(crate) struct Template {
    /// The G-expression.
    span: Span,
    syntax: Syntax,
    scope: Scope,
    /// It brings modules along that are made when it is run.
    makes_modules: bool,
}

/// What stands for a value that is not known.
struct Insertion {
    name: Symbol,
    /// How the program writes it.
    text: String,
    span: Span,
}

/// What is put in place of insertions: a form for `#$`, so many names for `#$@`.
#[derive(Clone, Copy)]
struct Filling {
    form: fn(&Insertion) -> Syntax,
    spliced: usize,
}

const FILLINGS: [Filling; 4] = [
    Filling { form: name_of, spliced: 1 },
    Filling { form: name_of, spliced: 0 },
    Filling { form: list_of, spliced: 2 },
    Filling { form: text_of, spliced: 3 },
];

fn name_of(insertion: &Insertion) -> Syntax {
    Syntax::symbol(insertion.name, insertion.span)
}

fn list_of(insertion: &Insertion) -> Syntax {
    Syntax::list(vec![name_of(insertion)], insertion.span)
}

fn text_of(insertion: &Insertion) -> Syntax {
    Syntax::string(&insertion.text, insertion.span)
}

impl Session {
    /// Keeps the template of a G-expression that the user wrote, to be looked into.
    pub(crate) fn note_template(&self, gexp: &Syntax, template: &Syntax, scope: &Scope) {
        let span = gexp.span();
        if let Some(checking) = &mut *self.checking.borrow_mut()
            && self.sources.borrow().file(span.file).is_some_and(|file| !file.library)
            && !checking.templates.iter().any(|known| known.span == span)
        {
            let makes_modules = scope.outward().any(|contour| match &contour.role {
                Role::Brought(brought) => brought.is_made,
                _ => false,
            });
            let (syntax, scope) = (template.clone(), scope.clone());
            checking.templates.push(Template { span, syntax, scope, makes_modules });
        }
    }

    /// Notes if one of these steps, whose values are not used, is an insertion: it may be a definition.
    pub(crate) fn note_steps(&self, steps: &[Expression]) {
        if let Some(checking) = &mut *self.checking.borrow_mut() {
            checking.is_open |= steps.iter().any(|step| match &step.kind {
                CoreKind::Global(global) => checking.insertions.contains(&global.name),
                _ => false,
            });
        }
    }

    /// Looks into every template, those of templates in insertions, too.
    pub(super) fn check_templates(&self) {
        let templates = match &mut *self.checking.borrow_mut() {
            Some(checking) => std::mem::take(&mut checking.templates),
            None => return,
        };
        for template in templates {
            self.check_template(&template);
        }
    }

    fn check_template(&self, template: &Template) {
        let standing = self.standing(template.span);
        let is_program = matches!(standing, Some(Standing::Program(_) | Standing::GuileProgram));
        let mut common: Option<Vec<Fault>> = None;
        let mut is_open = standing == Some(Standing::Part);
        for filling in FILLINGS {
            let mut insertions = Vec::new();
            let code = self.fill(&template.syntax, &template.scope, filling, &mut insertions);
            let code = strip(&code);
            if is_program || is_expression(&code) {
                let (mut faults, opened) = self.faults_of_code(&code, standing, &insertions);
                is_open |= opened;
                faults.retain(|fault| {
                    // A module that is not known may bind any name.
                    let is_module = fault.kind() == Kind::Module;
                    let is_inserted = insertions
                        .iter()
                        .any(|one| one.span != code.span() && is_in(fault.span(), one.span));
                    is_open |= is_inserted || is_module;
                    let has_others =
                        template.makes_modules || standing == Some(Standing::GuileProgram);
                    !(is_inserted || is_module && has_others)
                });
                common = Some(match common {
                    None => faults,
                    Some(before) => before
                        .into_iter()
                        .filter(|fault| faults.iter().any(|other| same_fault(fault, other)))
                        .collect(),
                });
            }
        }
        for fault in common.unwrap_or_default() {
            if fault.kind() == Kind::UnboundVariable && is_open {
                continue;
            }
            self.note_fault(fault);
        }
    }

    /// The template with something in place of each insertion.
    fn fill(
        &self,
        template: &Syntax,
        scope: &Scope,
        filling: Filling,
        insertions: &mut Vec<Insertion>,
    ) -> Syntax {
        const ONE: [Keyword; 3] = [Keyword::Ungexp, Keyword::UngexpNative, Keyword::Gexp];
        const MANY: [Keyword; 2] = [Keyword::UngexpSplicing, Keyword::UngexpNativeSplicing];
        let is_one_of = |head: &Syntax, keywords: &[Keyword]| {
            keywords.iter().any(|keyword| self.is_keyword(head, *keyword, scope))
        };
        let span = template.span();
        let Some((items, tail)) = template.items_and_tail() else {
            let Form::Vector(items) = template.form() else { return template.clone() };
            let all = items.iter().map(|item| self.fill(item, scope, filling, insertions));
            return Syntax::new(Form::Vector(all.collect()), span);
        };
        if items.first().is_some_and(|head| is_one_of(head, &ONE)) {
            let insertion = self.insertion(span);
            let filled = (filling.form)(&insertion);
            insertions.push(insertion);
            return filled;
        }
        let mut filled = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            // `(a . #$b)` is read as `(a ungexp b)`.
            let is_rest = index > 0 && index + 2 == items.len() && is_one_of(item, &ONE);
            if is_rest || item.head().is_some_and(|head| is_one_of(head, &MANY)) {
                for _ in 0..filling.spliced {
                    let insertion = self.insertion(item.span());
                    filled.push(name_of(&insertion));
                    insertions.push(insertion);
                }
            } else {
                filled.push(self.fill(item, scope, filling, insertions));
            }
            if is_rest {
                return Syntax::list(filled, span);
            }
        }
        match tail {
            Some(tail) => {
                let tail = self.fill(tail, scope, filling, insertions);
                Syntax::list_with_tail(filled, tail, span)
            }
            None => Syntax::list(filled, span),
        }
    }

    /// What stands for the value that is inserted at a place.
    fn insertion(&self, span: Span) -> Insertion {
        const LONGEST: usize = 30;
        let file = self.sources.borrow().file(span.file);
        let written = file.as_ref().and_then(|file| {
            let written = file.text.get(span.start as usize..span.end as usize)?;
            (written.len() <= LONGEST && !written.contains('\n')).then(|| written.to_owned())
        });
        let text = written.unwrap_or_else(|| "#$(...)".to_owned());
        let name = Symbol::new(&format!("ungexp:{}", self.fresh()));
        Insertion { name, text, span }
    }

    /// What is wrong with code, and whether an insertion may define names in it.
    fn faults_of_code(
        &self,
        code: &Syntax,
        standing: Option<Standing>,
        insertions: &[Insertion],
    ) -> (Vec<Fault>, bool) {
        let module = Module::new("build-side code", code.span().file, false);
        self.import_guile(&module);
        let imports = match standing {
            Some(Standing::Program(imports)) => imports,
            _ => &[],
        };
        for import in imports {
            module.import(Rc::new(Import::whole(import, Span::default())));
        }
        for insertion in insertions {
            let global = self.define_global(&module, &Identifier::plain(insertion.name));
            *global.state.borrow_mut() = State::Defined;
        }
        let forms = match code.items() {
            Some([head, forms @ ..]) if head.name() == Some(Symbol::new("begin")) => forms,
            _ => std::slice::from_ref(code),
        };
        let imports_itself = forms.iter().any(|form| {
            let head = form.head().and_then(Syntax::name);
            head.is_some_and(|head| matches!(&*head.name(), "use-modules" | "import"))
        });
        let outer = self.checking.borrow_mut().as_mut().map(|checking| {
            let insertions = insertions.iter().map(|insertion| insertion.name).collect();
            let places = checking.places.clone();
            std::mem::replace(checking, Checking { insertions, places, ..Checking::default() })
        });
        self.check_forms(&module, forms);
        let is_inserted =
            |form: &Syntax| insertions.iter().any(|insertion| form.name() == Some(insertion.name));
        let steps = forms.split_last().map_or(&[][..], |(_, steps)| steps);
        let is_open = steps.iter().any(is_inserted);
        let found = self.checking.replace(outer).unwrap_or_default();
        let mut faults = found.faults;
        faults.retain(|fault| match (unbound_name(fault), standing) {
            (None, _) | (_, Some(Standing::Program(_))) => true,
            (Some(name), Some(Standing::GuileProgram)) => self.loader.lacking(name).is_none(),
            // No module exports it: what is around the code will hardly bind it.
            (Some(name), _) => {
                imports_itself && is_near(fault) && self.loader.exporters(name).is_empty()
            }
        });
        let faults = faults.into_iter().map(|fault| as_written(fault, insertions)).collect();
        (faults, is_open || found.is_open)
    }
}

fn unbound_name(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::Syntax(fault) if fault.kind == Kind::UnboundVariable => {
            fault.message.strip_prefix("Unbound variable: ")
        }
        _ => None,
    }
}

/// The hint says what was meant.
fn is_near(fault: &Fault) -> bool {
    match fault {
        Fault::Syntax(fault) => {
            fault.hint.as_ref().is_some_and(|hint| hint.starts_with("did you mean"))
        }
        Fault::Reported(_) => false,
    }
}

/// Code whose parts may be expanded on their own: no list of data, no clause of another form.
fn is_expression(code: &Syntax) -> bool {
    match code.form() {
        Form::List(items) => items.first().is_some_and(|head| {
            let name = head.name().map(|name| name.name());
            name.is_some_and(|name| {
                !matches!(&*name, "else" | "=>" | "_" | "..." | "define-module")
            })
        }),
        Form::Dotted(..) => false,
        _ => true,
    }
}

/// The same is wrong at the same place.
fn same_fault(a: &Fault, b: &Fault) -> bool {
    match (a, b) {
        (Fault::Syntax(a), Fault::Syntax(b)) => {
            a.span == b.span && a.kind == b.kind && a.message == b.message
        }
        (Fault::Reported(a), Fault::Reported(b)) => same_report(a, b),
        _ => false,
    }
}

fn same_report(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.location == b.location && a.message == b.message
}

/// A fault that shows insertions as the program writes them.
fn as_written(fault: Fault, insertions: &[Insertion]) -> Fault {
    let Fault::Syntax(mut found) = fault else { return fault };
    for insertion in insertions {
        let name = insertion.name.name();
        found.message = found.message.replace(&*name, &insertion.text);
        found.subject = found.subject.map(|subject| subject.replace(&*name, &insertion.text));
    }
    Fault::Syntax(found)
}
