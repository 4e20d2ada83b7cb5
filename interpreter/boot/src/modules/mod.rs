//! A kernel's modules: what they say of themselves, what they need of each other, and the indexes by
//! which programs find them (those of kmod).

mod dependencies;
mod file;
mod index;
mod lists;
mod loading;

pub use file::{FileError, LEN_AT_MOST, Module};

use dependencies::Dependencies;
use file::is_module;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::thread;
use tintype_tree::{Extents, Kind, NodeId, Tree};

/// Where trees keep the directories of kernels' modules.
const PLACES: [&str; 2] = ["lib/modules", "usr/lib/modules"];

/// Directories that are links to a kernel's sources.
const NOT_LOOKED_AT: [&str; 2] = ["build", "source"];

/// Modules in this directory are preferred.
const UPDATES: &str = "updates/";

/// The modules of one kernel.
#[derive(Debug)]
pub struct Modules {
    /// In the order of `modules.order`; those that it does not name after them, by path.
    list: Vec<Module>,
    dependencies: Dependencies,
    /// Paths of what is part of the kernel itself.
    builtin: Vec<String>,
    /// What that says of itself: `MODULE.KEY` and value.
    builtin_info: Vec<(Vec<u8>, Vec<u8>)>,
    by_name: HashMap<String, usize>,
}

/// Why the modules of a kernel cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One of them.
    #[error("{path}: {error}")]
    File {
        /// Its path in the tree.
        path: String,
        /// Why.
        error: FileError,
    },
    /// Modules that need each other.
    #[error("modules that need each other in a circle, so none can be loaded first: {}", .0.join(", "))]
    Circle(Vec<String>),
}

/// The directories with modules in `tree`, by their paths, in order.
pub fn directories(tree: &Tree) -> Vec<String> {
    let mut found: BTreeMap<NodeId, String> = BTreeMap::new();
    for place in PLACES {
        let Some(parent) = tree.resolve(place.as_bytes()) else { continue };
        for (name, id) in tree.entries(parent) {
            if let Ok(name) = std::str::from_utf8(name)
                && tree.node(id).is_directory()
                && !files(tree, id).is_empty()
            {
                found.entry(id).or_insert_with(|| format!("{place}/{name}"));
            }
        }
    }
    let mut paths: Vec<_> = found.into_values().collect();
    paths.sort();
    paths
}

/// The directory with the modules of the kernel `version`, if `tree` has it.
pub fn directory(tree: &Tree, version: &str) -> Option<String> {
    directories(tree).into_iter().find(|path| path.rsplit('/').next() == Some(version))
}

/// Whether the directory `path` has the indexes that programs read.
pub fn has_indexes(tree: &Tree, path: &str) -> bool {
    tree.resolve(format!("{path}/modules.dep.bin").as_bytes()).is_some()
}

/// Adds the indexes to every directory of modules that lacks them.
///
/// # Errors
/// When modules cannot be read.
pub fn complete(tree: &mut Tree) -> Result<(), Error> {
    for path in directories(tree) {
        if has_indexes(tree, &path) {
            continue;
        }
        let indexes = Modules::read(tree, &path)?.indexes();
        let directory = tree.resolve(path.as_bytes()).expect("it was found there");
        for (name, content) in indexes {
            let node = tree.add(crate::file(content));
            tree.link(directory, name.as_bytes(), node);
        }
    }
    Ok(())
}

impl Modules {
    /// Reads the modules in the directory `path` of `tree`, on all cores.
    ///
    /// # Errors
    /// When one is damaged, or some need each other.
    pub fn read(tree: &Tree, path: &str) -> Result<Modules, Error> {
        let directory = Directory::at(tree, path);
        let mut list = directory.modules()?;
        let order = directory.text("modules.order")?;
        let order: HashMap<_, _> = lines(&order).zip(0_usize..).collect();
        let place = |module: &Module| {
            order.get(without_compression(&module.path)).copied().unwrap_or(usize::MAX)
        };
        list.sort_by_cached_key(|module| (place(module), module.path.clone()));
        let dependencies = Dependencies::of(&list).map_err(|circle| {
            Error::Circle(circle.into_iter().map(|index| list[index].name.clone()).collect())
        })?;
        Modules::with(&directory, list, dependencies)
    }

    /// The modules by the lists in the directory `path` where it has them, and as [`Modules::read`]
    /// otherwise: enough to know which are to be loaded.
    ///
    /// # Errors
    /// As [`Modules::read`].
    pub fn known(tree: &Tree, path: &str) -> Result<Modules, Error> {
        let directory = Directory::at(tree, path);
        let [dep, alias, softdep] =
            ["modules.dep", "modules.alias", "modules.softdep"].map(|name| directory.text(name));
        let dep = dep?;
        if dep.is_empty() {
            return Modules::read(tree, path);
        }
        let (list, dependencies) = Modules::listed(&dep, &alias?, &softdep?);
        Modules::with(&directory, list, dependencies)
    }

    fn with(
        directory: &Directory,
        list: Vec<Module>,
        dependencies: Dependencies,
    ) -> Result<Modules, Error> {
        let by_name = list.iter().map(|module| module.name.clone()).zip(0..).collect();
        let builtin = directory.text("modules.builtin")?;
        let builtin_info = file::info(&directory.text("modules.builtin.modinfo")?);
        let builtin = lines(&builtin).map(str::to_owned).collect();
        Ok(Modules { list, dependencies, builtin, builtin_info, by_name })
    }

    /// What is part of the kernel, by name, and its aliases.
    fn builtin_aliases(&self) -> impl Iterator<Item = (String, &[u8])> {
        self.builtin_info.iter().filter_map(|(key, value)| {
            let module = key.strip_suffix(b".alias")?;
            Some((String::from_utf8_lossy(module).into_owned(), value.as_slice()))
        })
    }
}

/// A file without its compression's ending, as `modules.order` names it.
fn without_compression(path: &str) -> &str {
    path.find(".ko").map_or(path, |at| &path[..at + 3])
}

/// The lines of a file that is text.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line).ok())
        .filter(|line| !line.is_empty())
}

/// A directory of modules in a tree.
struct Directory<'a> {
    tree: &'a Tree,
    id: NodeId,
    path: &'a str,
}

impl<'a> Directory<'a> {
    fn at(tree: &'a Tree, path: &'a str) -> Directory<'a> {
        let id = tree.resolve(path.as_bytes()).unwrap_or_else(|| tree.root());
        Directory { tree, id, path }
    }

    /// The bytes of the file `name`; none where there is none.
    fn text(&self, name: &str) -> Result<Vec<u8>, Error> {
        let Some(id) = self.tree.entry(self.id, name.as_bytes()) else { return Ok(Vec::new()) };
        let Kind::Regular(content) = &self.tree.node(id).kind else { return Ok(Vec::new()) };
        content.to_vec().map_err(|error| self.failed(name, FileError::Read(error)))
    }

    /// All modules, read on all cores.
    fn modules(&self) -> Result<Vec<Module>, Error> {
        let files = files(self.tree, self.id);
        let at_once = thread::available_parallelism().map_or(1, NonZero::get);
        let share = files.len().div_ceil(at_once).max(1);
        let read = |files: &[(String, Extents)]| {
            let read = files.iter().map(|(file, content)| {
                Module::read(file, content).map_err(|error| self.failed(file, error))
            });
            read.collect::<Result<Vec<_>, _>>()
        };
        thread::scope(|scope| {
            let threads: Vec<_> =
                files.chunks(share).map(|files| scope.spawn(move || read(files))).collect();
            let read = threads.into_iter().map(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            read.collect::<Result<Vec<_>, _>>().map(|lists| lists.concat())
        })
    }

    fn failed(&self, file: &str, error: FileError) -> Error {
        Error::File { path: format!("{}/{file}", self.path), error }
    }
}

/// The files of modules below `directory` with their paths there. Of two of one name, the one among
/// the updates counts.
fn files(tree: &Tree, directory: NodeId) -> Vec<(String, Extents)> {
    let mut found = BTreeMap::new();
    let mut ahead = vec![(String::new(), directory)];
    while let Some((path, id)) = ahead.pop() {
        for (name, child) in tree.entries(id) {
            let Ok(name) = std::str::from_utf8(name) else { continue };
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            match &tree.node(child).kind {
                Kind::Directory(_) if !NOT_LOOKED_AT.contains(&name) => ahead.push((path, child)),
                Kind::Regular(content) if is_module(name) => {
                    found.insert(path, content.clone());
                }
                _ => {}
            }
        }
    }
    let mut by_name: BTreeMap<String, (String, Extents)> = BTreeMap::new();
    for (path, content) in found {
        let name = file::name_of(&path);
        if path.starts_with(UPDATES) || !by_name.contains_key(&name) {
            by_name.insert(name, (path, content));
        }
    }
    by_name.into_values().collect()
}
