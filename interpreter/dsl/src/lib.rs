//! Binds images to Scheme: where modules come from, what Scheme may ask of the machine, and the way
//! from a definition to a [`tintype_image::Plan`].

mod build_side;
mod channel;
mod checking;
mod completion;
mod dialogue;
mod exports;
mod host;
mod lacking;
mod library;
mod packages;
mod plan;
mod readable;
mod session;
pub mod sexp;

pub use build_side::{BuildFailure, BuildSide};
pub use completion::Completion;
pub use library::Library;
pub use packages::{IndexedPackage, find as indexed_packages};
pub use plan::PlanError;
pub use readable::{Detail, readable};
pub use session::{Changes, ImageSize, Input, Session, SessionError, Settings, host_system};
pub use tintype_scheme::runtime::{StandardInput, set_error_output, set_input, set_output};
pub use tintype_scheme::{
    Datum, Description, Diagnostic, FieldDescription, Interrupt, Kind, Lexeme, LexemeKind,
    NameKind, Value, Visible, is_complete, lexemes, with_stack,
};
