//! What is wrong with a definition and its build-side code, told without running either.

use crate::build_side::INITIALIZER_IMPORTS;
use crate::session::{Input, Session, SessionError, USER_IMPORTS};
use tintype_scheme::{CodePlace, Diagnostic, Standing};

/// Where G-expressions are whole programs, and where they become part of one.
const CODE_PLACES: [CodePlace; 7] = [
    argument("computed-file", Standing::Program(&[])),
    argument("gexp->derivation", Standing::Program(&[])),
    argument("program-file", Standing::GuileProgram),
    argument("gexp->script", Standing::GuileProgram),
    CodePlace {
        module: "gnu image",
        name: "partition",
        fields: &["initializer"],
        standing: Standing::Program(&INITIALIZER_IMPORTS),
    },
    CodePlace {
        module: "gnu services shepherd",
        name: "shepherd-service",
        fields: &["start", "stop", "actions", "free-form"],
        standing: Standing::Part,
    },
    CodePlace {
        module: "guix packages",
        name: "package",
        fields: &["arguments"],
        standing: Standing::Part,
    },
];

/// An argument of a procedure of `(guix gexp)` that takes a program.
const fn argument(name: &'static str, standing: Standing) -> CodePlace {
    CodePlace { module: "guix gexp", name, fields: &[], standing }
}

impl Session {
    /// Everything that is wrong with a definition and with the build-side code that is written in it,
    /// found without running what it defines.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn check(&mut self, input: Input) -> Result<Vec<Diagnostic>, SessionError> {
        let text = input.text()?;
        Ok(self.interpreter.check(&input.name(), &text, &USER_IMPORTS, &CODE_PLACES))
    }
}
