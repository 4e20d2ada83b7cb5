//! `cond-expand`, and what an implementation says of itself.

use super::bad_form;
use crate::diagnostic::{Fault, Result};
use crate::session::Session;
use crate::syntax::{Form, Syntax};

/// What programs can ask for: R7RS, appendix B, and SRFI-0. Guile's, less the byte order, and ours.
pub const FEATURES: &[&str] = &[
    "guile",
    "guile-2",
    "guile-2.2",
    "guile-3",
    "guile-3.0",
    "r5rs",
    "r6rs",
    "r7rs",
    "exact-closed",
    "ieee-float",
    "full-unicode",
    "ratios",
    "srfi-0",
    "srfi-4",
    "srfi-6",
    "srfi-13",
    "srfi-14",
    "srfi-16",
    "srfi-23",
    "srfi-30",
    "srfi-39",
    "srfi-46",
    "srfi-55",
    "srfi-61",
    "srfi-62",
    "srfi-87",
    "tintype",
];

impl Session {
    /// The forms of the first clause of a `cond-expand` whose requirement holds.
    pub(crate) fn cond_expand(&self, syntax: &Syntax, items: &[Syntax]) -> Result<Vec<Syntax>> {
        for clause in &items[1..] {
            let Some([requirement, forms @ ..]) = clause.items() else {
                return Err(bad_form("cond-expand", syntax));
            };
            if self.holds(requirement)? {
                return Ok(forms.to_vec());
            }
        }
        Err(Fault::syntax(syntax.span(), "unfulfilled cond-expand").about(syntax.to_string()))
    }

    fn holds(&self, requirement: &Syntax) -> Result<bool> {
        let bad = || bad_form("cond-expand requirement", requirement);
        let (operator, rest) = match requirement.form() {
            Form::Identifier(identifier) => {
                let name = identifier.name.name();
                return Ok(&*name == "else" || FEATURES.contains(&&*name));
            }
            Form::List(items) => items.split_first().ok_or_else(bad)?,
            _ => return Err(bad()),
        };
        match (operator.name().map(|name| name.name()).as_deref(), rest) {
            (Some("and"), _) => {
                let mut all = rest.iter().map(|item| self.holds(item));
                all.try_fold(true, |so_far, next| Ok(so_far & next?))
            }
            (Some("or"), _) => {
                let mut all = rest.iter().map(|item| self.holds(item));
                all.try_fold(false, |so_far, next| Ok(so_far | next?))
            }
            (Some("not"), [negated]) => Ok(!self.holds(negated)?),
            (Some("library"), [name]) => Ok(self.module_exists(name)),
            _ => Err(bad()),
        }
    }
}
