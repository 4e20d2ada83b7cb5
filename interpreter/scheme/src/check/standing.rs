//! Where a G-expression stands says what its code is.

use std::rc::Rc;

use crate::expand::{Keyword, RecordForm};
use crate::scope::{Binding, Scope};
use crate::session::Session;
use crate::syntax::{Span, Symbol, Syntax};

/// A position that tells what a G-expression is which stands there.
#[derive(Clone, Copy, Debug)]
pub struct CodePlace {
    /// The module that exports the procedure or the constructor of a record.
    pub module: &'static str,
    /// The name of the procedure or the constructor.
    pub name: &'static str,
    /// For a constructor, the fields in question; none stands for every argument of a procedure.
    pub fields: &'static [&'static str],
    /// What it is.
    pub standing: Standing,
}

/// What is known of the code of a G-expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is a program that sees `(guile)`, these modules, and what it imports itself.
    Program(&'static [&'static str]),
    /// It is a program that Guile runs: it sees what Guile has besides, and modules that are not here.
    GuileProgram,
    /// It becomes part of a program that may bind other names around it.
    Part,
}

impl Session {
    /// Notes what the arguments of a procedure are that stand for build-side code.
    pub(crate) fn note_arguments(
        &self,
        binding: Option<&Binding>,
        arguments: &[Syntax],
        scope: &Scope,
    ) {
        let Some(Binding::Global(global)) = binding.filter(|_| self.is_checking()) else { return };
        for place in self.code_places(&global.name.name(), false) {
            let found = self.exported_from(place.module, place.name);
            if found.is_some_and(|found| found.same(&Binding::Global(global.clone()))) {
                let standing = place.standing;
                arguments.iter().for_each(|argument| self.note_standing(argument, scope, standing));
            }
        }
    }

    /// The same for a field of a record.
    pub(crate) fn note_field(
        &self,
        record: &Rc<RecordForm>,
        field: Symbol,
        value: &Syntax,
        scope: &Scope,
    ) {
        if !self.is_checking() {
            return;
        }
        for place in self.code_places(&record.name.name(), true) {
            let found = self.exported_from(place.module, place.name);
            if place.fields.contains(&&*field.name())
                && found.is_some_and(|found| found.same(&Binding::Record(record.clone())))
            {
                self.note_standing(value, scope, place.standing);
            }
        }
    }

    fn code_places(&self, name: &str, has_fields: bool) -> Vec<CodePlace> {
        let checking = self.checking.borrow();
        let places = checking.iter().flat_map(|checking| checking.places.iter());
        places
            .filter(|place| place.name == name && place.fields.is_empty() != has_fields)
            .copied()
            .collect()
    }

    fn exported_from(&self, module: &str, name: &str) -> Option<Binding> {
        let module = self.module(module, Span::default()).ok()?;
        self.exported(&module, Symbol::new(name)).ok()?
    }

    /// A part of a program is all that is written there; a program, the G-expression that an
    /// expression gives.
    fn note_standing(&self, syntax: &Syntax, scope: &Scope, standing: Standing) {
        let is_gexp = |syntax: &Syntax| {
            syntax.head().is_some_and(|head| self.is_keyword(head, Keyword::Gexp, scope))
        };
        if standing == Standing::Part || is_gexp(syntax) {
            if let Some(checking) = &mut *self.checking.borrow_mut() {
                checking.standings.push((syntax.span(), standing));
            }
            return;
        }
        let items = syntax.items().unwrap_or(&[]);
        match (self.head_binding(items, scope), items) {
            (Ok(Some(Binding::Keyword(Keyword::If))), [_, _, branches @ ..]) => {
                branches.iter().for_each(|branch| self.note_standing(branch, scope, standing));
            }
            (Ok(Some(Binding::Keyword(_) | Binding::Macro(_))), [_, .., last]) => {
                self.note_standing(last, scope, standing);
            }
            _ => {}
        }
    }

    /// What a G-expression is: by the innermost position that tells, if one does.
    pub(super) fn standing(&self, span: Span) -> Option<Standing> {
        let checking = self.checking.borrow();
        let standings = checking.iter().flat_map(|checking| &checking.standings);
        let around = standings.filter(|(around, standing)| match standing {
            Standing::Part => is_in(Some(span), *around),
            _ => *around == span,
        });
        let innermost = around.min_by_key(|(around, _)| around.end - around.start);
        innermost.map(|(_, standing)| *standing)
    }
}

/// A place lies in another one.
pub(super) fn is_in(span: Option<Span>, around: Span) -> bool {
    span.is_some_and(|span| {
        span.file == around.file && around.start <= span.start && span.end <= around.end
    })
}
