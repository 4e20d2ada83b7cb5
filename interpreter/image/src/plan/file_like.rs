//! Objects of a definition that stand for files.

use super::Place;
use std::path::PathBuf;

/// An object of the definition that stands for a file or a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileLike {
    /// A file or directory of the host.
    LocalFile {
        /// Where it is.
        path: PathBuf,
        /// Whether a directory may be taken with what is below it.
        recursive: bool,
        /// Where the definition names it.
        place: Option<Place>,
    },
    /// A package by name, to be found in a package source.
    Package {
        /// Guix's name.
        name: String,
        /// Its version.
        version: String,
    },
    /// Several trees as one.
    DirectoryUnion(Vec<FileLike>),
    /// Anything that is no tree or cannot be made yet: how the definition shows it.
    Other {
        /// Its kind and name.
        shown: String,
        /// Where the definition makes it.
        place: Option<Place>,
    },
}
