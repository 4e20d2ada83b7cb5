//! One use of a macro while it is expanded: where it stands, and the marks of what it inserts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::scope::Scope;
use crate::session::Session;
use crate::syntax::{Identifier, Mark, Span};

/// See the module's documentation.
pub struct Expansion {
    /// Where the use stands; none outside of any use.
    pub scope: Option<Scope>,
    /// The use.
    pub span: Span,
    /// The new mark's number for each mark that a template's identifiers have.
    numbers: RefCell<HashMap<u32, u32>>,
    /// The new marks, by number and the scope of the template.
    marks: RefCell<HashMap<(u32, usize), Rc<Mark>>>,
}

impl Expansion {
    /// A use that begins.
    pub fn new(scope: Option<Scope>, span: Span) -> Expansion {
        Expansion { scope, span, numbers: RefCell::default(), marks: RefCell::default() }
    }

    /// An identifier of a template in `scope` as this expansion inserts it. Equal identifiers of all
    /// its templates stay equal: they bind each other.
    pub fn mark(&self, session: &Session, identifier: &Identifier, scope: &Scope) -> Identifier {
        let mut numbers = self.numbers.borrow_mut();
        let number = *numbers.entry(identifier.key().1).or_insert_with(|| session.fresh());
        let mut marks = self.marks.borrow_mut();
        let mark = marks.entry((number, Rc::as_ptr(scope) as usize)).or_insert_with(|| {
            let parent = identifier.mark.clone();
            Rc::new(Mark { number, parent, scope: scope.clone() })
        });
        Identifier { name: identifier.name, mark: Some(mark.clone()) }
    }
}

impl Session {
    /// The macro use that is being expanded; what transformers called outside of any share a
    /// use of their own.
    pub(crate) fn expansion(&self) -> Rc<Expansion> {
        let mut expansions = self.expansions.borrow_mut();
        if expansions.is_empty() {
            expansions.push(Rc::new(Expansion::new(None, Span::default())));
        }
        expansions[expansions.len() - 1].clone()
    }

    /// Runs `work` as part of a macro use.
    pub(crate) fn during<T>(&self, expansion: Rc<Expansion>, work: impl FnOnce() -> T) -> T {
        self.expansion();
        self.expansions.borrow_mut().push(expansion);
        let result = work();
        self.expansions.borrow_mut().pop();
        result
    }
}
