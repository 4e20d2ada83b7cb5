//! All packages that can be chosen from, by name and by what they provide.

use crate::deb822::Stanza;
use crate::relation::{self, Relation};
use std::collections::HashMap;
use std::fmt;

/// Which package of a [`Universe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub(crate) u32);

/// How much a system needs a package (Debian Policy, 2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The system is broken without it.
    Required,
    /// Expected on any Unix.
    Important,
    /// A small system with a terminal.
    Standard,
    /// Everything else.
    #[default]
    Optional,
}

/// How a package of one architecture stands to others (Debian Policy, `Multi-Arch`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiArch {
    /// No word about it.
    #[default]
    No,
    /// Installed beside itself.
    Same,
    /// Serves packages of any architecture.
    Foreign,
    /// Serves those that ask for `:any`.
    Allowed,
}

/// One version of one package, as an index states it.
#[derive(Clone, Debug)]
pub struct Package<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// `all`, or the architecture that it runs on.
    pub architecture: &'a str,
    /// Which of the indexes it comes from, in the order in which they were added.
    pub index: usize,
    /// How much a system needs it.
    pub priority: Priority,
    /// Whether every system has it (`Essential: yes`).
    pub essential: bool,
    /// How it stands to those of other architectures.
    pub multi_arch: MultiArch,
    /// All that the index says of it.
    pub stanza: Stanza<'a>,
}

impl<'a> Package<'a> {
    /// The groups of alternatives of a field; none if it is not there.
    ///
    /// # Errors
    /// What of the field is no relation.
    pub(crate) fn groups(&self, field: &str) -> Result<Vec<Vec<Relation<'a>>>, &'a str> {
        self.stanza.get(field).map_or(Ok(Vec::new()), relation::groups)
    }
}

impl fmt::Display for Package<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.version)
    }
}

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct IndexFault {
    /// The first line of the stanza, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: String,
}

/// Packages to choose from.
#[derive(Debug, Default)]
pub struct Universe<'a> {
    packages: Vec<Package<'a>>,
    by_name: HashMap<&'a str, Vec<PackageId>>,
    providers: HashMap<&'a str, Vec<(PackageId, Option<&'a str>)>>,
    /// By index: whether its packages are taken only when nothing else will do.
    reluctant: Vec<bool>,
}

impl<'a> Universe<'a> {
    /// Adds the packages of an index (`Packages` of an archive, or control files with empty lines
    /// between). A package that is there already, same version, is not added. Those of a `reluctant`
    /// index (`NotAutomatic` in its release) are chosen only when no other will do.
    ///
    /// # Errors
    /// When a stanza has no name, version or architecture, or a damaged `Provides`.
    pub fn add(&mut self, index: &'a str, reluctant: bool) -> Result<(), IndexFault> {
        let number = self.reluctant.len();
        self.reluctant.push(reluctant);
        for stanza in crate::deb822::stanzas(index) {
            self.add_stanza(stanza, number)
                .map_err(|fault| IndexFault { line: stanza.line, fault })?;
        }
        Ok(())
    }

    fn add_stanza(&mut self, stanza: Stanza<'a>, index: usize) -> Result<(), String> {
        let (mut name, mut version, mut architecture, mut provides) = ("", "", "", "");
        let (mut priority, mut essential) = (Priority::default(), false);
        let mut multi_arch = MultiArch::default();
        for (field, value, _) in stanza.fields() {
            match field {
                "Package" => name = value,
                "Version" => version = value,
                "Architecture" => architecture = value,
                "Provides" => provides = value,
                "Essential" => essential = value == "yes",
                "Priority" => {
                    priority = match value {
                        "required" => Priority::Required,
                        "important" => Priority::Important,
                        "standard" => Priority::Standard,
                        _ => Priority::Optional,
                    }
                }
                "Multi-Arch" => {
                    multi_arch = match value {
                        "same" => MultiArch::Same,
                        "foreign" => MultiArch::Foreign,
                        "allowed" => MultiArch::Allowed,
                        _ => MultiArch::No,
                    }
                }
                _ => {}
            }
        }
        if !relation::is_package_name(name) {
            return Err(format!("`{name}` is no package's name"));
        }
        if version.is_empty() || architecture.is_empty() {
            return Err(format!("{name} has no version or no architecture"));
        }
        let same = |id: &&PackageId| {
            let known = &self.packages[id.0 as usize];
            known.version == version && known.architecture == architecture
        };
        if self.by_name.get(name).is_some_and(|known| known.iter().any(|id| same(&id))) {
            return Ok(());
        }
        let provided = relation::groups(provides)
            .map_err(|wrong| format!("{name} provides `{wrong}`, which is no package"))?;
        let id = PackageId(self.packages.len() as u32);
        for relation in provided.iter().flatten() {
            let version = relation.version.map(|(_, version)| version);
            self.providers.entry(relation.name).or_default().push((id, version));
        }
        self.by_name.entry(name).or_default().push(id);
        self.packages.push(Package {
            name,
            version,
            architecture,
            index,
            priority,
            essential,
            multi_arch,
            stanza,
        });
        Ok(())
    }

    /// The package called `id`.
    pub fn package(&self, id: PackageId) -> &Package<'a> {
        &self.packages[id.0 as usize]
    }

    /// All packages, in the order in which they were added.
    pub fn packages(&self) -> impl Iterator<Item = (PackageId, &Package<'a>)> {
        self.packages.iter().enumerate().map(|(at, package)| (PackageId(at as u32), package))
    }

    /// The packages called `name`, of all versions and architectures.
    pub fn named(&self, name: &str) -> &[PackageId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The packages that provide `name`, each with the version at which it does.
    pub fn providers(&self, name: &str) -> &[(PackageId, Option<&'a str>)] {
        self.providers.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the package is taken only when nothing else will do.
    pub(crate) fn is_reluctant(&self, id: PackageId) -> bool {
        self.reluctant[self.package(id).index]
    }
}
