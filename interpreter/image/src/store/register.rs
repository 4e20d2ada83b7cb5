//! The store as Guix's daemon wants to find it in a system: with a database that knows every item, and
//! roots, so that none of them is taken for garbage.

use super::archive::archive;
use super::{Item, STORE, Store};
use crate::error::Problem;
use crate::plan::RootPlan;
use std::collections::BTreeSet;
use std::rc::Rc;
use tintype_packages::{Registration, database};
use tintype_tree::import::ImportError;
use tintype_tree::{Extents, Kind, Node, Tree};

/// The database.
const DATABASE: &str = "/var/guix/db/db.sqlite";

/// The directories that it looks for, and their modes.
const DIRECTORIES: [(&str, u16); 4] = [
    (STORE, 0o1775),
    ("/var/guix/db", 0o755),
    ("/var/guix/gcroots/image", 0o755),
    ("/var/guix/profiles/per-user/root", 0o755),
];

/// What else is no garbage.
const ROOTS: [(&str, &str); 3] = [
    ("booted-system", "/run/booted-system"),
    ("current-system", "/run/current-system"),
    ("profiles", "/var/guix/profiles"),
];

impl Store<'_> {
    /// Sees to the store in a root file system that is otherwise done, as `plan` wants it.
    ///
    /// # Errors
    /// When something else is in the way, or an item is nothing that a store can have.
    pub(crate) fn finish(
        &self,
        plan: &RootPlan,
        tree: &mut Tree,
        notes: &mut Vec<String>,
    ) -> Result<(), Problem> {
        if plan.register_closures {
            self.register(tree)?;
        }
        if plan.shared_store && self.leave_out(tree) {
            notes.push(format!(
                "packages of the host's store are not in the image: mount it at {STORE}"
            ));
        }
        Ok(())
    }

    /// Takes the items of the host's store out of `tree`, if there are any.
    fn leave_out(&self, tree: &mut Tree) -> bool {
        let items = self.placed(tree);
        let Some(directory) = tree.resolve(STORE.as_bytes()) else { return false };
        let hosts = items.iter().filter(|item| item.registration.is_some());
        hosts.filter_map(|item| tree.unlink(directory, item.name.as_bytes())).count() > 0
    }

    /// Registers the items of this store that are in `tree`, if there are any, in a database there. One that
    /// is there already knows them and its own items then.
    fn register(&self, tree: &mut Tree) -> Result<(), Problem> {
        let items = self.placed(tree);
        if items.is_empty() {
            return Ok(());
        }
        let mut registrations = Vec::new();
        for item in &items {
            registrations.push(registration(tree, item)?);
        }
        for (path, mode) in DIRECTORIES {
            let directory = tree.make_directories_resolved(path.as_bytes())?;
            tree.node_mut(directory).metadata.mode = mode;
        }
        let known = content(tree, DATABASE)?;
        if content(tree, &format!("{DATABASE}-wal"))?.is_some_and(|log| !log.is_empty()) {
            return Err(Problem::StoreInUse(DATABASE));
        }
        let bytes = database(known, &registrations)?;
        tree.put_resolved(DATABASE.as_bytes(), Node::file(Extents::from_bytes(bytes)))?;

        let referred: BTreeSet<&String> = items
            .iter()
            .flat_map(|item| item.references.iter().filter(|name| **name != item.name))
            .collect();
        let own = items.iter().filter(|item| !referred.contains(&item.name));
        let own = own.map(|item| (format!("image/{}", item.name), item.path()));
        let always = ROOTS.map(|(name, target)| (name.to_owned(), target.to_owned()));
        for (name, target) in own.chain(always) {
            let path = format!("/var/guix/gcroots/{name}");
            tree.put_resolved(path.as_bytes(), Node::symlink(target))?;
        }
        Ok(())
    }

    /// The items that are in `tree`, sorted by name.
    fn placed(&self, tree: &Tree) -> Vec<Rc<Item>> {
        let Some(directory) = tree.resolve(STORE.as_bytes()) else { return Vec::new() };
        let names = tree.entries(directory).filter_map(|(name, _)| std::str::from_utf8(name).ok());
        names.filter_map(|name| self.items.get(name).cloned()).collect()
    }
}

/// The content of the file at `path`, if there is one.
fn content(tree: &Tree, path: &str) -> Result<Option<Vec<u8>>, Problem> {
    match tree.resolve(path.as_bytes()).map(|id| &tree.node(id).kind) {
        Some(Kind::Regular(content)) => Ok(Some(
            content.to_vec().map_err(|error| ImportError::Host { path: path.into(), error })?,
        )),
        _ => Ok(None),
    }
}

/// What the database says of an item: what the one of its own store said, or what it is in `tree`.
fn registration(tree: &Tree, item: &Item) -> Result<Registration, Problem> {
    if let Some(known) = &item.registration {
        return Ok(known.clone());
    }
    let path = item.path();
    let id =
        tree.resolve(STORE.as_bytes()).and_then(|store| tree.entry(store, item.name.as_bytes()));
    let (hash, len) = archive(tree, id.unwrap_or(tree.root()), &path)?;
    let (name, references) = (item.name.clone(), item.references.clone());
    Ok(Registration { name, hash, len, deriver: None, references })
}
