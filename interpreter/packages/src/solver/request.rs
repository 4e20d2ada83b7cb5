//! What is asked of the solver.

use std::fmt;

/// Packages that are taken without being named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// None.
    Empty,
    /// Those that every system has (`Essential: yes`).
    #[default]
    Essential,
    /// Those of priority `required` as well, and apt.
    Minimal,
}

impl Base {
    /// Its name in a lock file.
    pub fn name(self) -> &'static str {
        match self {
            Base::Empty => "empty",
            Base::Essential => "essential",
            Base::Minimal => "minimal",
        }
    }
}

/// A package that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Its name, or one that it provides.
    pub name: String,
    /// Its version, or the first numbers of it.
    pub version: Option<String>,
}

impl Wanted {
    /// What `NAME` or `NAME@VERSION` asks for.
    pub fn parse(text: &str) -> Wanted {
        match text.split_once('@') {
            Some((name, version)) => {
                Wanted { name: name.to_owned(), version: Some(version.to_owned()) }
            }
            None => Wanted { name: text.to_owned(), version: None },
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(formatter, "{}@{version}", self.name),
            None => formatter.write_str(&self.name),
        }
    }
}

/// Everything that is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Packages by name.
    pub wanted: Vec<Wanted>,
    /// Packages that need not be named.
    pub base: Base,
    /// The architecture of the system, by Debian's name.
    pub architecture: String,
    /// Others whose packages may be taken too.
    pub foreign: Vec<String>,
    /// Whether recommended packages are taken where they can be.
    pub recommends: bool,
}

impl Request {
    /// Whether packages of `architecture` can be taken.
    pub(crate) fn has_architecture(&self, architecture: &str) -> bool {
        architecture == "all"
            || architecture == self.architecture
            || self.foreign.iter().any(|other| other == architecture)
    }
}
