//! Objects of a definition that stand for files.

use super::{Code, Place};
use std::path::PathBuf;

/// An object of the definition that stands for a file or a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileLike {
    /// A file or directory of the host.
    LocalFile {
        /// What it is called in the store.
        name: String,
        /// Where it is.
        path: PathBuf,
        /// Whether a directory may be taken with what is below it.
        recursive: bool,
        /// Of a directory, what is taken: paths from its top. All, if there is no list.
        selected: Option<Vec<String>>,
        /// Where the definition names it.
        place: Option<Place>,
    },
    /// A file that holds these bytes.
    PlainFile {
        /// Its name.
        name: String,
        /// Its content.
        content: Vec<u8>,
    },
    /// A file of texts and paths.
    MixedTextFile {
        /// Its name.
        name: String,
        /// What it holds.
        parts: Vec<TextPart>,
    },
    /// What build-side code makes.
    ComputedFile {
        /// Its name.
        name: String,
        /// The code.
        code: Code,
        /// Which output is meant, `out` unless the definition says otherwise.
        output: String,
    },
    /// A file below another one.
    FileAppend {
        /// The other one.
        base: Box<FileLike>,
        /// What follows its path.
        suffix: Vec<TextPart>,
    },
    /// A package by name, to be found in a package source.
    Package {
        /// Guix's name.
        name: String,
        /// Its version.
        version: String,
    },
    /// A directory of files.
    FileUnion {
        /// Its name.
        name: String,
        /// The path of each file in it, and the file.
        files: Vec<(String, FileLike)>,
    },
    /// Several trees as one.
    DirectoryUnion {
        /// Its name.
        name: String,
        /// The trees, later ones over earlier ones.
        things: Vec<FileLike>,
    },
    /// A symbolic link.
    Symlink {
        /// Its name.
        name: String,
        /// Where it leads.
        target: Box<TextPart>,
    },
    /// Anything that is no tree or cannot be made: how the definition shows it.
    Other {
        /// Its kind and name.
        shown: String,
        /// Where the definition makes it.
        place: Option<Place>,
    },
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// The text itself.
    Text(String),
    /// The path of an object.
    Path(FileLike),
}

impl FileLike {
    /// Where the definition makes it, if that is known.
    pub fn place(&self) -> Option<Place> {
        match self {
            FileLike::LocalFile { place, .. } | FileLike::Other { place, .. } => place.clone(),
            FileLike::ComputedFile { code, .. } => code.place(),
            FileLike::FileAppend { base, .. } => base.place(),
            _ => None,
        }
    }

    /// How to call it in a message.
    pub fn shown(&self) -> String {
        match self {
            FileLike::LocalFile { name, .. } => format!("local-file {name:?}"),
            FileLike::PlainFile { name, .. } => format!("plain-file {name:?}"),
            FileLike::MixedTextFile { name, .. } => format!("mixed-text-file {name:?}"),
            FileLike::ComputedFile { name, .. } => format!("computed-file {name:?}"),
            FileLike::FileAppend { base, .. } => format!("file-append of {}", base.shown()),
            FileLike::Package { name, version } => format!("package {name}@{version}"),
            FileLike::FileUnion { name, .. } => format!("file-union {name:?}"),
            FileLike::DirectoryUnion { name, .. } => format!("directory-union {name:?}"),
            FileLike::Symlink { name, .. } => format!("symlink {name:?}"),
            FileLike::Other { shown, .. } => shown.clone(),
        }
    }

    /// The objects that it is made of.
    pub fn parts(&self) -> Vec<&FileLike> {
        match self {
            FileLike::MixedTextFile { parts, .. } => paths(parts),
            FileLike::ComputedFile { code, .. } => code.inputs.iter().collect(),
            FileLike::FileAppend { base, suffix } => {
                let mut parts = vec![&**base];
                parts.extend(paths(suffix));
                parts
            }
            FileLike::FileUnion { files, .. } => files.iter().map(|(_, file)| file).collect(),
            FileLike::DirectoryUnion { things, .. } => things.iter().collect(),
            FileLike::Symlink { target, .. } => paths(std::slice::from_ref(target)),
            FileLike::LocalFile { .. }
            | FileLike::PlainFile { .. }
            | FileLike::Package { .. }
            | FileLike::Other { .. } => Vec::new(),
        }
    }
}

/// The objects in a text.
fn paths(parts: &[TextPart]) -> Vec<&FileLike> {
    let mut objects = Vec::new();
    for part in parts {
        if let TextPart::Path(object) = part {
            objects.push(object);
        }
    }
    objects
}
