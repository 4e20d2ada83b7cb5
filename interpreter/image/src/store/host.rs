//! Items of a store of the host's, taken as they are.

use super::make::{as_entry, local, with_entry};
use super::{Item, Store};
use crate::error::Problem;
use crate::realise::Surroundings;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use tintype_packages::{Found, GuixStore, Registration};
use tintype_tree::import::{self, ImportError};
use tintype_tree::{Kind, NodeId, Tree};

impl Store<'_> {
    /// The store and the item in it that package `name` comes from, if it comes from one.
    pub(crate) fn in_host_store(
        &self,
        name: &str,
        version: &str,
    ) -> Option<(Arc<GuixStore>, String)> {
        match self.surroundings.packages.find(name, version) {
            Some(Found::Item(store, item)) => Some((store, item)),
            _ => None,
        }
    }

    /// Takes an item and all that it refers to from the host's store.
    pub(super) fn adopt(&mut self, store: &GuixStore, item: &str) -> Result<(), Problem> {
        for registration in store.closure(item)? {
            let Registration { name, references, .. } = registration.clone();
            if self.items.contains_key(&name) {
                continue;
            }
            let tree = tree(&store.host_path(&name), &name, self.surroundings)?;
            let registration = Some(registration);
            let item = Item { name: name.clone(), tree, references, registration };
            self.items.insert(name, Rc::new(item));
        }
        Ok(())
    }
}

/// A tree whose one entry, `name`, is the item at `path`.
fn tree(path: &Path, name: &str, surroundings: &Surroundings) -> Result<Tree, Problem> {
    let unreadable = |error| ImportError::Host { path: path.to_owned(), error };
    let kind = path.symlink_metadata().map_err(unreadable)?.file_type();
    if kind.is_symlink() {
        let target = path.read_link().map_err(unreadable)?.into_os_string().into_vec();
        return Ok(with_entry(name, 0o777, Kind::Symlink(target.into())));
    }
    let mut item = match kind.is_dir() {
        true => as_entry(name, &import::directory(path)?),
        false => {
            let (source, file) = local(path, true, None, surroundings)?;
            let mut item = Tree::new();
            item.graft(item.root(), name.as_bytes(), &source, file);
            item
        }
    };
    divide(&mut item);
    Ok(item)
}

/// Gives each name a file of its own: which files of a store are one depends on what else it has held.
fn divide(tree: &mut Tree) {
    let mut met = vec![false; tree.node_count()];
    let mut ahead = vec![tree.root()];
    while let Some(directory) = ahead.pop() {
        let entries: Vec<(Vec<u8>, NodeId)> =
            tree.entries(directory).map(|(name, id)| (name.to_owned(), id)).collect();
        for (name, id) in entries {
            if tree.node(id).is_directory() {
                ahead.push(id);
            } else if std::mem::replace(&mut met[id.index()], true) {
                let copy = tree.node(id).clone();
                let copy = tree.add(copy);
                tree.link(directory, &name, copy);
            }
        }
    }
}
