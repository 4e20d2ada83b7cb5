//! What the scripts of packages would do in a new system, done as data: the same on every host, and no
//! script runs. What is particular to a package stands in `data/effects.txt`; what scripts say in the
//! words of debhelper and update-alternatives is read from them.

mod accounts;
mod alternatives;
mod certificates;
mod effects;
mod known;
mod nginx;
mod pam;
mod units;

pub use known::is_known;
pub(crate) use known::line_left;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use tintype_tree::{Extents, Kind, Metadata, Node, NodeId, PathError, Timestamp, Tree};

/// Why a system cannot be configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigureError {
    /// A file is in the way.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A file of a package cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// Its path in the system.
        path: String,
        /// What the system says.
        error: io::Error,
    },
}

/// Configures the packages of `tree`, which [`crate::unpack`] made.
///
/// # Errors
/// When a file cannot be read, or another one is in its way.
pub fn configure(tree: &mut Tree) -> Result<(), ConfigureError> {
    let time = tree.nodes().map(|(_, node)| node.metadata.mtime).max().unwrap_or_default();
    let mut system = System::new(tree, time);
    let effects = effects::of(&system.packages);
    accounts::write(&mut system, &effects)?;
    effects::apply(&mut system, &effects)?;
    accounts::shells(&mut system)?;
    pam::write(&mut system)?;
    alternatives::write(&mut system, &effects)?;
    certificates::write(&mut system)?;
    nginx::enable(&mut system)?;
    units::enable(&mut system)
}

/// The program that a system starts with, as systemd's package has it.
const INIT: &str = "usr/sbin/init";

/// What stands in its place until the packages that are left are configured.
const FIRST_BOOT: &str = include_str!("../data/first-boot.sh");

/// Lets the system configure the packages that are still unpacked when it starts for the first time.
///
/// # Errors
/// When something is in the way.
pub fn finish_at_first_boot(tree: &mut Tree) -> Result<(), ConfigureError> {
    let target = tree.lookup(INIT.as_bytes()).and_then(|id| match &tree.node(id).kind {
        Kind::Symlink(target) => Some(String::from_utf8_lossy(target).into_owned()),
        _ => None,
    });
    let Some(target) = target else { return Ok(()) };
    let script = FIRST_BOOT.replace("@INIT@", &target);
    let mut system = System::new(tree, Timestamp::default());
    system.write_as(INIT, &script, Metadata { mode: 0o755, ..Metadata::default() })
}

/// Switches units of systemd that packages brought on and off, by name. One that is not there is none.
///
/// # Errors
/// When a file cannot be read, or another one is in its way.
pub fn switch_units<'u>(
    tree: &mut Tree,
    on: impl IntoIterator<Item = &'u str>,
    off: impl IntoIterator<Item = &'u str>,
) -> Result<(), ConfigureError> {
    let mut system = System::new(tree, Timestamp::default());
    for unit in off {
        units::disable_unit(&mut system, unit)?;
    }
    for unit in on {
        units::enable_unit(&mut system, unit, false)?;
    }
    Ok(())
}

/// A system in the making.
struct System<'t> {
    tree: &'t mut Tree,
    /// The time of what is made.
    time: Timestamp,
    /// Names of its packages.
    packages: BTreeSet<String>,
    users: BTreeMap<String, u32>,
    groups: BTreeMap<String, u32>,
}

/// Where dpkg keeps what belongs to packages.
const INFORMATION: &str = "var/lib/dpkg/info";

impl<'t> System<'t> {
    fn new(tree: &'t mut Tree, time: Timestamp) -> System<'t> {
        let packages = BTreeSet::new();
        let mut system =
            System { tree, time, packages, users: BTreeMap::new(), groups: BTreeMap::new() };
        for name in system.names(INFORMATION) {
            if let Some(name) = name.strip_suffix(".list") {
                let name = name.split(':').next().unwrap_or_default().to_owned();
                system.packages.insert(name);
            }
        }
        system
    }

    fn find(&self, path: &str) -> Option<NodeId> {
        self.tree.resolve(path.as_bytes())
    }

    /// The text of a file; `None` if there is none.
    fn text(&self, path: &str) -> Result<Option<String>, ConfigureError> {
        let Some(Kind::Regular(content)) = self.find(path).map(|id| &self.tree.node(id).kind)
        else {
            return Ok(None);
        };
        let bytes = content
            .to_vec()
            .map_err(|error| ConfigureError::Read { path: path.to_owned(), error })?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The names in a directory, sorted; none if there is no such directory.
    fn names(&self, path: &str) -> Vec<String> {
        let Some(directory) = self.find(path) else { return Vec::new() };
        let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        self.tree.entries(directory).map(|(found, _)| name(found)).collect()
    }

    /// The scripts that configure packages, by package.
    fn scripts(&self) -> Result<Vec<String>, ConfigureError> {
        let mut names = self.names(INFORMATION);
        names.retain(|name| name.ends_with(".postinst"));
        let text = |name: &String| self.text(&format!("{INFORMATION}/{name}"));
        Ok(names.iter().map(text).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Puts a node at `path`, in place of what is no directory there.
    fn put(&mut self, path: &str, kind: Kind, metadata: Metadata) -> Result<(), ConfigureError> {
        let metadata = Metadata { mtime: self.time, ..metadata };
        self.tree.put_resolved(path.as_bytes(), Node { metadata, kind })?;
        Ok(())
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), ConfigureError> {
        self.write_as(path, text, Metadata { mode: 0o644, ..Metadata::default() })
    }

    fn write_as(
        &mut self,
        path: &str,
        text: &str,
        metadata: Metadata,
    ) -> Result<(), ConfigureError> {
        self.put(path, Kind::Regular(Extents::from_bytes(text.as_bytes())), metadata)
    }

    /// Makes a symbolic link, in place of another or of an empty directory; what else is there stays.
    fn symlink(&mut self, target: &str, path: &str) -> Result<(), ConfigureError> {
        let there = self.tree.lookup(path.trim_start_matches('/').as_bytes());
        let stays = there.is_some_and(|id| match &self.tree.node(id).kind {
            Kind::Directory(entries) => !entries.is_empty(),
            Kind::Symlink(_) => false,
            _ => true,
        });
        if stays {
            return Ok(());
        }
        let target = target.as_bytes().into();
        self.put(path, Kind::Symlink(target), Metadata { mode: 0o777, ..Metadata::default() })
    }

    fn metadata(&self, mode: u16, owner: &str, group: &str) -> Option<Metadata> {
        let (uid, gid) = (*self.users.get(owner)?, *self.groups.get(group)?);
        Some(Metadata { mode, uid, gid, ..Metadata::default() })
    }
}
