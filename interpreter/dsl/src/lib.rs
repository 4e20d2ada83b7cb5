//! Binds images to Scheme: where modules come from, what Scheme may ask of the machine, and the way
//! from a definition to a [`tintype_image::Plan`].

mod build_side;
mod host;
mod library;
mod packages;
mod plan;
mod session;
pub mod sexp;

pub use build_side::{BuildFailure, BuildSide};
pub use library::Library;
pub use plan::PlanError;
pub use session::{Changes, Input, Session, SessionError, Settings};
pub use tintype_scheme::{Datum, Diagnostic, Kind, Value, with_stack};
