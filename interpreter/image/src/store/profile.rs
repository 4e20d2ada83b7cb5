//! The profile of a system: packages of Guix's store as one directory of links, found where Guix has it.

use super::name::{Fields, item_name};
use super::{Item, STORE, Store, item_link, item_metadata, place_items};
use crate::error::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tintype_tree::{Extents, Node, NodeId, PathError, Tree};

/// Where the system is found while it runs.
const CURRENT_SYSTEM: &str = "run/current-system";

/// The generations of the system.
const PROFILES: &str = "/var/guix/profiles";

/// Makes a profile of the items `packages`, which are in `tree`, puts it there and links it to where Guix has
/// the profile of a system. Of files with one name the first package's is taken; which ones these are, is
/// returned.
///
/// # Errors
/// When something else is in the way.
pub(crate) fn link_profile(
    tree: &mut Tree,
    packages: &[String],
    store: &mut Store,
) -> Result<Vec<String>, Problem> {
    let mut fields = Fields::of("profile");
    packages.iter().for_each(|name| fields.add(name.as_bytes()));
    let paths = packages.iter().map(|name| format!("{STORE}/{name}").into_bytes()).collect();
    let (union, collisions) = union_of_links(tree, paths);
    let profile = item_name(&fields.identity(), "profile");
    store.add(&profile, &union, packages.iter().cloned().collect());

    let mut fields = Fields::of("system");
    fields.add(profile.as_bytes());
    let mut content = Tree::new();
    let root = content.root();
    content.node_mut(root).metadata = item_metadata(0o555);
    let link = content.add(item_link(format!("{STORE}/{profile}")));
    content.link(root, b"profile", link);
    let system = item_name(&fields.identity(), "system");
    store.add(&system, &content, [profile].into());
    place_items(tree, &store.closure([system.clone()].into()))?;

    for (path, target) in [
        (format!("{PROFILES}/system-1-link"), format!("{STORE}/{system}")),
        (format!("{PROFILES}/system"), "system-1-link".to_owned()),
        (CURRENT_SYSTEM.to_owned(), format!("{PROFILES}/system")),
    ] {
        tree.put_resolved(path.as_bytes(), item_link(target))?;
    }
    announce(tree)?;
    Ok(collisions)
}

/// Tells the system of the packages where the profile is: systemd, which empties `/run`, and shells.
fn announce(tree: &mut Tree) -> Result<(), PathError> {
    for (directory, name, text) in [
        (
            "usr/lib/tmpfiles.d",
            "guix-system.conf",
            format!("L+ /{CURRENT_SYSTEM} - - - - {PROFILES}/system\n"),
        ),
        (
            "etc/profile.d",
            "guix-system.sh",
            format!(
                "PATH=/{CURRENT_SYSTEM}/profile/bin:/{CURRENT_SYSTEM}/profile/sbin:$PATH\nexport PATH\n"
            ),
        ),
    ] {
        if tree.resolve(directory.as_bytes()).is_some() {
            let file = Node::file(Extents::from_bytes(text.into_bytes()));
            tree.put_resolved(format!("{directory}/{name}").as_bytes(), file)?;
        }
    }
    Ok(())
}

/// The union of the directories `paths` of `tree`: what one of them has alone is a link to it. And the
/// paths of files that gave way to others of their names.
fn union_of_links(tree: &Tree, paths: Vec<Vec<u8>>) -> (Tree, Vec<String>) {
    let is_directory =
        |path: &[u8]| tree.resolve(path).is_some_and(|id| tree.node(id).is_directory());
    let mut union = Tree::new();
    let mut collisions = Vec::new();
    let mut ahead: Vec<(NodeId, Vec<Vec<u8>>)> = vec![(union.root(), paths)];
    while let Some((directory, paths)) = ahead.pop() {
        union.node_mut(directory).metadata = item_metadata(0o555);
        let mut names: BTreeMap<&[u8], Vec<Vec<u8>>> = BTreeMap::new();
        for path in &paths {
            let Some(id) = tree.resolve(path) else { continue };
            for (name, _) in tree.entries(id) {
                names.entry(name).or_default().push([path, name].join(&b'/'));
            }
        }
        for (name, mut paths) in names {
            let first = paths[0].clone();
            let node = match paths.len() > 1 && is_directory(&first) {
                true => Node::directory(),
                false => item_link(first.clone()),
            };
            let is_union = node.is_directory();
            let id = union.add(node);
            union.link(directory, name, id);
            // What is of another kind than the first.
            let others = paths.extract_if(1.., |path| !is_union || !is_directory(path));
            collisions.extend(others.map(|path| String::from_utf8_lossy(&path).into_owned()));
            if is_union {
                ahead.push((id, paths));
            }
        }
    }
    (union, collisions)
}

impl Store<'_> {
    /// Keeps an item that is the directory `content`.
    fn add(&mut self, name: &str, content: &Tree, references: BTreeSet<String>) {
        let tree = super::make::as_entry(name, content);
        self.items.insert(name.to_owned(), Rc::new(Item::new(name.to_owned(), tree, references)));
    }
}
