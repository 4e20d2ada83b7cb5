//! Whole images: from a [`Plan`] to the bytes of a disk.
//!
//! A plan is plain data that says what is in the image. [`realise`] finds the trees that it names,
//! [`layout`] places them, and [`build()`] does both and writes the result. Nothing here knows Scheme.

pub mod bootloader;
pub mod build;
pub mod computation;
mod debian;
mod error;
mod fetch;
pub mod format;
pub mod layout;
pub mod machine;
pub mod plan;
pub mod realise;
pub mod store;

pub use build::{Built, build};
pub use debian::architecture as debian_architecture;
pub use error::{Failure, Problem};
pub use fetch::{Fetched, fetch};
pub use plan::Plan;
