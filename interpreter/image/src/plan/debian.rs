//! A root file system that is made of Debian's packages, and what the definition adds to them.

use super::{FileLike, TextPart};
use std::collections::BTreeMap;
use tintype_packages::{Group, User};

/// A system of Debian's packages.
#[derive(Clone, Debug, Default)]
pub struct DebianPlan {
    /// Packages by Guix's names.
    pub packages: Vec<FileLike>,
    /// Packages of the definition's own by Guix's names, and the version that each must have.
    pub pinned: BTreeMap<String, String>,
    /// Packages by Debian's names, as `NAME` or `NAME@VERSION`.
    pub debian_packages: Vec<String>,
    /// What Debian calls packages of Guix, where the definition says so.
    pub names: Vec<(String, Vec<String>)>,
    /// How far they are configured.
    pub configuration: Configuration,
    /// What is put over the packages, in order.
    pub contributions: Vec<Contribution>,
    /// Services that nothing can realise, by the names of their types.
    pub unrealised: Vec<String>,
    /// Users, their shells being objects.
    pub users: Vec<UserPlan>,
    /// Groups.
    pub groups: Vec<Group>,
}

/// How far packages are configured when an image is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Configuration {
    /// Those whose scripts are known are ready; the first boot runs the scripts of the others.
    #[default]
    Known,
    /// All are taken for ready.
    Sealed,
    /// The first boot runs the scripts of all.
    FirstBoot,
    /// All stay unpacked.
    None,
}

/// A user whose shell is still to be found.
#[derive(Clone, Debug)]
pub struct UserPlan {
    /// All but the shell.
    pub user: User,
    /// The shell.
    pub shell: TextPart,
    /// Whether it gets a home directory.
    pub has_home: bool,
}

/// One thing that a definition adds to packages.
#[derive(Clone, Debug)]
pub enum Contribution {
    /// A file or directory.
    File {
        /// Where; absolute.
        path: String,
        /// Its mode, or that of a directory's files.
        mode: u16,
        /// Its owner's name.
        owner: String,
        /// Its group's name.
        group: String,
        /// What it is.
        object: FileLike,
    },
    /// A file where packages bring none.
    Default {
        /// Where; absolute.
        path: String,
        /// What it is.
        object: FileLike,
    },
    /// All that a directory has in it.
    Directory {
        /// The directory that this comes into; absolute.
        path: String,
        /// What has it.
        object: FileLike,
    },
    /// A program with rights.
    Privileged {
        /// The program.
        program: FileLike,
        /// The rights.
        privilege: Privilege,
    },
    /// A symbolic link.
    Link {
        /// Where; absolute.
        path: String,
        /// Where it leads.
        target: TextPart,
    },
    /// One more package, by Debian's name.
    Debian(String),
    /// One more package, by Guix's name.
    Package(FileLike),
    /// A unit of a package that is on.
    Enable(String),
    /// A unit of a package that is off.
    Disable(String),
    /// What a person should know.
    Note(String),
}

/// What a program may do, whoever runs it.
#[derive(Clone, Debug)]
pub struct Privilege {
    /// The set-user-ID and set-group-ID bits of its mode.
    pub bits: u16,
    /// Its owner's name or number.
    pub owner: String,
    /// Its group's name or number.
    pub group: String,
    /// Its capabilities, as setcap(8) takes them.
    pub capabilities: Option<String>,
}

impl DebianPlan {
    /// Units of packages that are on.
    pub fn units_on(&self) -> impl Iterator<Item = &str> {
        self.contributions.iter().filter_map(|one| match one {
            Contribution::Enable(unit) => Some(unit.as_str()),
            _ => None,
        })
    }

    /// Units of packages that are off, unless they are on as well.
    pub fn units_off(&self) -> impl Iterator<Item = &str> {
        self.contributions.iter().filter_map(|one| match one {
            Contribution::Disable(unit) => Some(unit.as_str()),
            _ => None,
        })
    }

    /// All packages that it names as Debian does.
    pub fn debian_packages(&self) -> impl Iterator<Item = &str> {
        let contributed = self.contributions.iter().filter_map(|one| match one {
            Contribution::Debian(name) => Some(name.as_str()),
            _ => None,
        });
        self.debian_packages.iter().map(String::as_str).chain(contributed)
    }

    /// All packages of Guix that it needs, wherever something refers to them: names and versions.
    pub fn guix_packages(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut ahead: Vec<&FileLike> = self.objects().collect();
        while let Some(object) = ahead.pop() {
            if let FileLike::Package { name, version } = object {
                found.push((name.as_str(), version.as_str()));
            }
            ahead.extend(object.parts());
        }
        found
    }

    /// All objects that it refers to.
    fn objects(&self) -> impl Iterator<Item = &FileLike> {
        let contributed = self.contributions.iter().filter_map(|one| match one {
            Contribution::File { object, .. }
            | Contribution::Default { object, .. }
            | Contribution::Directory { object, .. }
            | Contribution::Privileged { program: object, .. }
            | Contribution::Package(object)
            | Contribution::Link { target: TextPart::Path(object), .. } => Some(object),
            _ => None,
        });
        let shells = self.users.iter().filter_map(|user| match &user.shell {
            TextPart::Path(object) => Some(object),
            TextPart::Text(_) => None,
        });
        self.packages.iter().chain(contributed).chain(shells)
    }
}
