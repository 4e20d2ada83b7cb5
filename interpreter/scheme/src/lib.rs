//! Guile's dialect of Scheme on the Steel engine.
//!
//! Text becomes syntax with places (`reader`), syntax becomes core forms (`expand`,
//! hygienic, wholly in Rust), core forms become the engine's text (`emit`), which `machine` runs.
//! Modules (`modules`) come from a [`Loader`]; a library's definitions are processed on first
//! reference (`realise`). Errors are [`Diagnostic`]s that name the place in the user's text.
//!
//! Only `machine` and `runtime` know Steel. Nothing here knows images or disks.

// A diagnostic is made once, when all is lost: its size costs nothing.
#![allow(clippy::result_large_err)]

mod check;
mod code;
mod core;
mod datum;
mod diagnostic;
mod emit;
mod expand;
mod hint;
mod inspect;
mod interactive;
mod interpreter;
mod load;
mod machine;
mod modules;
mod queue;
mod reader;
mod realise;
pub mod runtime;
mod scope;
mod session;
mod stack;
mod syntax;
mod unexpand;

pub use check::{CodePlace, Standing};
pub use code::{Code, Replacement};
pub use datum::Datum;
pub use diagnostic::{Diagnostic, Frame, Kind};
pub use hint::nearest_within;
pub use inspect::{Description, FieldDescription, NameKind, Visible};
pub use interpreter::{HostProcedure, Interpreter};
pub use machine::{Interrupt, Value};
pub use reader::{Lexeme, LexemeKind, decode, is_complete, lexemes};
pub use session::{Loader, ModuleSource};
pub use stack::with_stack;
pub use syntax::Location;
