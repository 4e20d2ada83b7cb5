//! The directories of a volume in the order of its path table (ECMA-119, 6.9.1): by depth, then by
//! their parents' order, then by identifier. Joliet has a hierarchy of its own.

use super::identifier::{Identifier, Naming};
use tintype_tree::{Kind, NodeId, Tree};

/// All directories.
pub(super) struct Hierarchy<'a> {
    pub(super) directories: Vec<Directory<'a>>,
}

/// One directory. The number of a directory is its place in the hierarchy, from 0.
pub(super) struct Directory<'a> {
    pub(super) node: NodeId,
    /// The root's is itself.
    pub(super) parent: usize,
    /// The root's is a zero byte.
    pub(super) identifier: Box<[u8]>,
    /// In the order of identifiers.
    pub(super) entries: Vec<Entry<'a>>,
}

/// A name in a directory.
pub(super) struct Entry<'a> {
    pub(super) identifier: Identifier,
    pub(super) name: &'a [u8],
    pub(super) node: NodeId,
    /// Its number, if it is a directory.
    pub(super) directory: Option<usize>,
}

impl<'a> Hierarchy<'a> {
    /// The hierarchy of everything in `tree` that `holds` says belongs to it.
    pub(super) fn new<N: Naming>(tree: &'a Tree, holds: fn(&Kind) -> bool) -> Hierarchy<'a> {
        let root =
            Directory { node: tree.root(), parent: 0, identifier: [0].into(), entries: Vec::new() };
        let mut directories = vec![root];
        let mut next = 0;
        while next < directories.len() {
            let mut entries = entries_of::<N>(tree, directories[next].node, holds);
            for entry in &mut entries {
                if tree.node(entry.node).is_directory() {
                    entry.directory = Some(directories.len());
                    directories.push(Directory {
                        node: entry.node,
                        parent: next,
                        identifier: entry.identifier.bytes.clone(),
                        entries: Vec::new(),
                    });
                }
            }
            directories[next].entries = entries;
            next += 1;
        }
        Hierarchy { directories }
    }
}

fn entries_of<N: Naming>(
    tree: &Tree,
    directory: NodeId,
    holds: fn(&Kind) -> bool,
) -> Vec<Entry<'_>> {
    let mut naming = N::new();
    let held = tree.entries(directory).filter(|(_, node)| holds(&tree.node(*node).kind));
    let mut entries: Vec<Entry> = held
        .map(|(name, node)| {
            let identifier = if tree.node(node).is_directory() {
                naming.directory(name)
            } else {
                naming.file(name)
            };
            Entry { identifier, name, node, directory: None }
        })
        .collect();
    entries.sort_by(|a, b| a.identifier.order().cmp(&b.identifier.order()));
    entries
}
