//! The store: what stands for a file or a tree gets a name and is made, once.
//!
//! An item's name is a hash of all that the object is made from, and its own name: contents of local
//! and plain files, code with everything that it refers to. It is known before the item is made, and is
//! the same on every host. A package's is made from its name and version.

mod archive;
mod host;
mod installed;
mod make;
mod name;
mod profile;
mod references;
mod register;

pub use installed::{Counterparts, Installed};
pub(crate) use make::select;
pub use name::STORE;
pub(crate) use profile::link_profile;

use crate::error::{Failure, Problem};
use crate::plan::{FileLike, Place, TextPart};
use crate::realise::Surroundings;
use name::{Fields, Identity, item_name};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tintype_packages::Registration;
use tintype_tree::{Metadata, Node, NodeId, Timestamp, Tree, import::ImportError};

/// A file or directory with a name in the store.
#[derive(Debug)]
pub struct Item {
    /// `HASH-NAME`.
    pub name: String,
    /// A directory whose one entry, called by the name, is the file or directory.
    pub tree: Tree,
    /// Names of the items that it refers to; it may be one of them itself.
    pub references: BTreeSet<String>,
    /// What the database of the store that it comes from says of it.
    pub registration: Option<Registration>,
}

impl Item {
    /// An item that is made here.
    pub fn new(name: String, tree: Tree, references: BTreeSet<String>) -> Item {
        Item { name, tree, references, registration: None }
    }

    /// Its path in an image.
    pub fn path(&self) -> String {
        format!("{STORE}/{}", self.name)
    }
}

/// What tells one local file from another: path, recursive or not, what is selected.
type LocalKey = (PathBuf, bool, Option<Vec<String>>);

/// A local file or directory.
#[derive(Debug)]
struct Local {
    tree: Tree,
    /// What it is in the tree.
    top: NodeId,
    identity: Identity,
}

/// Items by name, made when they are asked for.
#[derive(Debug)]
pub struct Store<'a> {
    surroundings: &'a Surroundings<'a>,
    items: BTreeMap<String, Rc<Item>>,
    local: BTreeMap<LocalKey, Rc<Local>>,
    /// Packages that no source has.
    missing: BTreeSet<String>,
    /// Packages that are part of the root.
    installed: Option<Installed>,
}

impl<'a> Store<'a> {
    /// An empty store.
    pub fn new(surroundings: &'a Surroundings<'a>) -> Store<'a> {
        Store {
            surroundings,
            items: BTreeMap::new(),
            local: BTreeMap::new(),
            missing: BTreeSet::new(),
            installed: None,
        }
    }

    /// Says which packages are part of the root: what stands for them is theirs from now on.
    pub(crate) fn install(&mut self, installed: Installed) {
        self.installed = Some(installed);
    }

    /// Bytes that configuring the packages of the root will take.
    pub(crate) fn room(&self) -> u64 {
        self.installed.as_ref().map_or(0, |installed| installed.room)
    }

    /// The package `name`, if it is part of the root.
    fn installed(&self, name: &str) -> Option<&Installed> {
        self.installed.as_ref().filter(|installed| installed.has(name))
    }

    /// A text, or the path of an object.
    ///
    /// # Errors
    /// When a file that it is made from cannot be read.
    pub(crate) fn text_of(&mut self, part: &TextPart) -> Result<String, Failure> {
        self.text(std::slice::from_ref(part))
    }

    /// What the store makes things with.
    pub(crate) fn surroundings(&self) -> &'a Surroundings<'a> {
        self.surroundings
    }

    /// Notes that no source has a package.
    pub(crate) fn miss(&mut self, package: &str) {
        self.missing.insert(package.to_owned());
    }

    /// Packages that were asked for and that no source has.
    pub fn missing(&self) -> Vec<String> {
        self.missing.iter().cloned().collect()
    }

    /// The path of an object.
    ///
    /// # Errors
    /// When a file that it is made from cannot be read.
    pub fn path(&mut self, object: &FileLike) -> Result<String, Failure> {
        match object {
            FileLike::FileAppend { base, suffix } => {
                let suffix = self.text(suffix)?;
                if let FileLike::Package { name, .. } = &**base
                    && let Some(installed) = self.installed(name)
                {
                    return installed.path(&suffix).ok_or_else(|| {
                        Problem::NotInPackage { package: name.clone(), path: suffix }.at(&None)
                    });
                }
                Ok(self.path(base)? + &suffix)
            }
            _ => Ok(format!("{STORE}/{}", self.name(object)?)),
        }
    }

    /// Texts and paths as one text.
    pub(crate) fn text(&mut self, parts: &[TextPart]) -> Result<String, Failure> {
        let mut text = String::new();
        for part in parts {
            match part {
                TextPart::Text(part) => text.push_str(part),
                TextPart::Path(object) => text.push_str(&self.path(object)?),
            }
        }
        Ok(text)
    }

    fn name(&mut self, object: &FileLike) -> Result<String, Failure> {
        let identity = self.identity(object)?;
        Ok(match object {
            FileLike::LocalFile { name, .. }
            | FileLike::PlainFile { name, .. }
            | FileLike::MixedTextFile { name, .. }
            | FileLike::FileUnion { name, .. }
            | FileLike::DirectoryUnion { name, .. }
            | FileLike::Symlink { name, .. } => item_name(&identity, name),
            FileLike::ComputedFile { name, output, .. } => output_name(&identity, name, output),
            FileLike::Package { name, version } => match self.in_host_store(name, version) {
                Some((_, item)) => item,
                None => item_name(&identity, &format!("{name}-{version}")),
            },
            FileLike::FileAppend { base, .. } => self.name(base)?,
            FileLike::Other { shown, place } => {
                return Err(Problem::CannotBeMade(shown.clone()).at(place));
            }
        })
    }

    /// The hash of all that the object is made from.
    fn identity(&mut self, object: &FileLike) -> Result<Identity, Failure> {
        let fields = match object {
            FileLike::LocalFile { path, recursive, selected, place, .. } => {
                return Ok(self.local(path, *recursive, selected, place)?.identity);
            }
            FileLike::PlainFile { content, .. } => {
                let mut fields = Fields::of("plain-file");
                fields.add(content);
                fields
            }
            FileLike::Package { name, version } => {
                let mut fields = Fields::of("package");
                fields.add(name.as_bytes());
                fields.add(version.as_bytes());
                fields
            }
            FileLike::MixedTextFile { parts, .. } => {
                let mut fields = Fields::of("text");
                fields.add(self.text(parts)?.as_bytes());
                fields
            }
            FileLike::ComputedFile { name, code, .. } => {
                let mut fields = Fields::of("computed-file");
                fields.add(name.as_bytes());
                fields.add(code.text.as_bytes());
                for input in &code.inputs {
                    fields.add(self.path(input)?.as_bytes());
                }
                for (module, input) in &code.modules {
                    fields.add(format!("{input} {}", module.join(" ")).as_bytes());
                }
                fields
            }
            FileLike::FileUnion { files, .. } => {
                let mut fields = Fields::of("file-union");
                for (name, file) in files {
                    fields.add(name.as_bytes());
                    fields.add(self.path(file)?.as_bytes());
                }
                fields
            }
            FileLike::DirectoryUnion { things, .. } => {
                let mut fields = Fields::of("directory-union");
                for thing in things {
                    fields.add(self.path(thing)?.as_bytes());
                }
                fields
            }
            FileLike::Symlink { target, .. } => {
                let mut fields = Fields::of("symlink");
                fields.add(self.text(std::slice::from_ref(target))?.as_bytes());
                fields
            }
            FileLike::FileAppend { base, .. } => return self.identity(base),
            FileLike::Other { shown, place } => {
                return Err(Problem::CannotBeMade(shown.clone()).at(place));
            }
        };
        Ok(fields.identity())
    }

    /// A local file, read once.
    fn local(
        &mut self,
        path: &Path,
        recursive: bool,
        selected: &Option<Vec<String>>,
        place: &Option<Place>,
    ) -> Result<Rc<Local>, Failure> {
        let key = (path.to_owned(), recursive, selected.clone());
        if let Some(known) = self.local.get(&key) {
            return Ok(known.clone());
        }
        let (tree, top) = make::local(path, recursive, selected.as_deref(), self.surroundings)
            .map_err(|problem| problem.at(place))?;
        let mut fields = Fields::of("local-file");
        fields.add_tree(&tree).map_err(|error| unreadable(path, error).at(place))?;
        let local = Rc::new(Local { tree, top, identity: fields.identity() });
        self.local.insert(key, local.clone());
        Ok(local)
    }

    /// The item that an object is, made if it is not there yet; of a `file-append`, the one that its
    /// path begins with. None if a package is missing: see [`Store::missing`].
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn item(&mut self, object: &FileLike) -> Result<Option<Rc<Item>>, Failure> {
        if let FileLike::FileAppend { base, .. } = object {
            return self.item(base);
        }
        let name = self.name(object)?;
        if let Some(item) = self.items.get(&name) {
            return Ok(Some(item.clone()));
        }
        if let FileLike::Package { name, version } = object
            && let Some((store, item)) = self.in_host_store(name, version)
        {
            self.adopt(&store, &item).map_err(|problem| problem.at(&None))?;
            return Ok(self.items.get(&item).cloned());
        }
        let Some(inputs) = self.inputs(&object.parts())? else { return Ok(None) };
        let made = self.make(object, &name, &inputs)?;
        self.keep(made, &inputs, &object.place())?;
        Ok(self.items.get(&name).cloned())
    }

    /// The items of some objects and all that they refer to; none if a package is missing.
    fn inputs(&mut self, objects: &[&FileLike]) -> Result<Option<Vec<Rc<Item>>>, Failure> {
        let mut names = BTreeSet::new();
        let mut complete = true;
        for object in objects {
            match self.item(object)? {
                Some(item) => {
                    names.insert(item.name.clone());
                }
                None => complete = false,
            }
        }
        Ok(complete.then(|| self.closure(names)))
    }

    /// Keeps what was made from `inputs`, with what it refers to.
    fn keep(
        &mut self,
        made: Vec<Tree>,
        inputs: &[Rc<Item>],
        place: &Option<Place>,
    ) -> Result<(), Failure> {
        let entry = |tree: &Tree| {
            let name = tree.entries(tree.root()).next().map(|(name, _)| name.to_owned());
            String::from_utf8_lossy(&name.unwrap_or_default()).into_owned()
        };
        let names: Vec<String> = made.iter().map(entry).collect();
        let mut known: BTreeSet<String> = inputs.iter().map(|item| item.name.clone()).collect();
        known.extend(names.iter().cloned());
        for (name, tree) in names.into_iter().zip(made) {
            let references = references::references(&tree, &known)
                .map_err(|error| unreadable(Path::new(&name), error).at(place))?;
            self.items.insert(name.clone(), Rc::new(Item::new(name, tree, references)));
        }
        Ok(())
    }

    /// Items and all that they refer to, sorted by name.
    pub fn closure(&self, names: BTreeSet<String>) -> Vec<Rc<Item>> {
        let mut found: BTreeMap<String, Rc<Item>> = BTreeMap::new();
        let mut ahead: Vec<String> = names.into_iter().collect();
        while let Some(name) = ahead.pop() {
            if found.contains_key(&name) {
                continue;
            }
            let Some(item) = self.items.get(&name) else { continue };
            ahead.extend(item.references.iter().cloned());
            found.insert(name, item.clone());
        }
        found.into_values().collect()
    }
}

fn unreadable(path: &Path, error: io::Error) -> Problem {
    Problem::Import(ImportError::Host { path: path.to_owned(), error })
}

/// The name of one output of a computation. Each has a hash of its own, by which it is found where it
/// is referred to.
fn output_name(identity: &Identity, name: &str, output: &str) -> String {
    if output == "out" {
        return item_name(identity, name);
    }
    let mut fields = Fields::of("output");
    fields.add(identity);
    fields.add(output.as_bytes());
    item_name(&fields.identity(), &format!("{name}-{output}"))
}

/// What items have that say nothing else: root's, one second after the epoch, as in Guix's store.
pub fn item_metadata(mode: u16) -> Metadata {
    let mtime = Timestamp { seconds: 1, nanoseconds: 0 };
    Metadata { mode, mtime, ..Metadata::default() }
}

/// A symbolic link in an item.
fn item_link(target: impl Into<Vec<u8>>) -> Node {
    Node { metadata: item_metadata(0o777), ..Node::symlink(target) }
}

/// Puts items where they are in an image. Their files are root's and read-only, as in Guix's store.
///
/// # Errors
/// When something else is in the way.
pub fn place_items(tree: &mut Tree, items: &[Rc<Item>]) -> Result<(), Problem> {
    if items.is_empty() {
        return Ok(());
    }
    let store = tree.make_directories_resolved(STORE.as_bytes())?;
    for item in items {
        let name = item.name.as_bytes();
        if tree.entry(store, name).is_some() {
            continue;
        }
        if let Some(top) = item.tree.lookup(name) {
            let top = tree.graft(store, name, &item.tree, top);
            make::freeze(tree, top);
        }
    }
    Ok(())
}
