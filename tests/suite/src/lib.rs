//! What the suites stand on: the built program run as a user runs it, outside programs as
//! judges, real trees as input, and a comparison of whole trees that shares no code with Tintype.
//!
//! Nothing here depends on a crate of ours: a mistake in the reader of an archive or in the
//! writer of a file system cannot hide itself by being made twice.

pub mod compare;
pub mod disk;
pub mod entry;
pub mod fixture;
pub mod guix_store;
pub mod lacking;
pub mod machine;
pub mod mount;
pub mod podman;
pub mod program;
pub mod scratch;
pub mod sexp;
pub mod studio;
pub mod terminal;
pub mod tintype;
pub mod xattr;

/// Whether `tests/run --full` runs: longer forms of what is checked in any case.
pub const FULL: bool = cfg!(feature = "full");
